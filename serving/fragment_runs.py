"""Runs of a part of a page, a fragment, that meet others: what Streamlit 1.67 makes wrong of them.

- While a training or a search for groups goes on, the browser asks for a fragment every moment. On
  a busy server such a request can be heard after the way to another page. Streamlit then tells the
  browser of a run of the page before: it empties the page that it shows, and breaks down when the
  next fragment arrives. Here a request for a page that was left is ignored.
- Every widget in a fragment asks for that fragment. Where it is gone, because the run that would
  have drawn it again was interrupted, Streamlit forgets what was chosen without a word. Here it
  becomes a run of the whole page.
- An answer may ask for other parts of the page to run by their names. Where one of them is gone
  likewise, Streamlit breaks down. Here, too, the whole page runs.
- When a fragment runs while its last run is still on its way to the browser, Streamlit takes back
  what it drew itself, but not what the fragments within it drew. The browser finds no place for
  that, and the page turns white. It also calls the last run broken off, though it was whole: what
  that no longer shows, such as the lines of an answer before it, stays on the page. Here nothing is
  taken back: all arrives, in order, as if it had been sent at once.
- What a browser says of a widget may arrive when Streamlit has forgotten the widget. Its callback
  is called nevertheless, and finds no value. Here nothing is done, as there is nothing to be done.
- Where a part looks by itself how a training goes while a click waits for its turn, Streamlit takes
  both for a look, and forgets what was clicked in a part that is gone. Here it is a click still.
- Where a part looks by itself just when an answer is complete, Streamlit begins anew with it, and
  drops what the run before it had told but was not sent yet: the last of the answer. Here all that
  was told before is sent first.
- Where a widget says something while the browser's Back waits for its turn, Streamlit forgets that
  somebody went back: the page would show what it showed and write that into the address again.
  Here the run is one of Back still.
"""

from collections.abc import Sequence
from dataclasses import replace

from streamlit.errors import StreamlitAPIException
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.state.session_state import WStates

_request_rerun = AppSession.request_rerun
_clear_queue = AppSession._clear_queue
_run_script = ScriptRunner._run_script
_queue_rerun = ScriptRequests._request_rerun_locked
_call_callback = WStates.call_callback
_resolve_target = MemoryFragmentStorage.resolve_target
_FORGOTTEN = "st.session_state has no key"


def mend_fragment_runs() -> None:
    """Let every session of this process do as said above."""
    AppSession.request_rerun = _request  # type: ignore[method-assign, assignment]
    AppSession._clear_queue = _clear  # type: ignore[method-assign, assignment]
    ScriptRunner._run_script = _run  # type: ignore[method-assign, assignment]
    ScriptRequests._request_rerun_locked = _queue  # type: ignore[method-assign, assignment]
    WStates.call_callback = _call  # type: ignore[method-assign, assignment]
    MemoryFragmentStorage.resolve_target = _resolve  # type: ignore[method-assign, assignment]


def _request(session: AppSession, client_state: ClientState | None) -> None:
    """Take a request as it comes from the browser; Streamlit ignores those for what is gone."""
    if (
        client_state is not None
        and client_state.fragment_id
        and not client_state.is_auto_rerun
        and not session.has_fragment(client_state.fragment_id)
        and client_state.page_script_hash == session._pages_manager.current_page_script_hash
    ):
        client_state.fragment_id = ""
    runner = session._scriptrunner
    if (
        client_state is not None
        and client_state.fragment_id
        and runner is not None
        and runner._requests._state is ScriptRequestType.STOP
    ):  # it has ended by itself: what it told stands in the loop's line before this
        session._call_soon_on_event_loop(lambda: _request_rerun(session, client_state))
    else:
        _request_rerun(session, client_state)


def _run(runner: ScriptRunner, rerun_data: RerunData) -> None:
    """Answer a request when its turn has come; much may have happened while it waited."""
    asked = rerun_data.fragment_id_queue
    if asked:
        if rerun_data.page_script_hash != runner._pages_manager.current_page_script_hash:
            return
        known = [fragment for fragment in asked if runner._fragment_storage.contains(fragment)]
        if rerun_data.is_auto_rerun and not known:
            return
        if not rerun_data.is_auto_rerun and len(known) < len(asked):
            rerun_data = replace(rerun_data, fragment_id_queue=[], is_fragment_scoped_rerun=False)
    _run_script(runner, rerun_data)


def _queue(requests: ScriptRequests, new: RerunData) -> bool:
    """Fold a request into the one that waits, which may be a click, or the browser's Back."""
    if requests._state is not ScriptRequestType.RERUN:
        return _queue_rerun(requests, new)
    waiting = requests._rerun_data
    if waiting.is_history_navigation and waiting.query_string == new.query_string:
        new = replace(new, is_history_navigation=True)
    is_taken = _queue_rerun(requests, new)
    if not waiting.is_auto_rerun:
        requests._rerun_data = replace(requests._rerun_data, is_auto_rerun=False)
    return is_taken


def _clear(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
    """Take back what waits to be sent where all runs anew, and nothing where a part does."""
    if fragment_ids_this_run:
        session._browser_queue._delta_index_map = {}  # what is drawn anew comes after it
    else:
        _clear_queue(session, fragment_ids_this_run)


def _call(states: WStates, widget_id: str) -> None:
    """Call what waits for a widget's change, unless the widget's value is forgotten already."""
    try:
        _call_callback(states, widget_id)
    except KeyError as problem:
        if _FORGOTTEN not in str(problem):
            raise


def _resolve(fragments: MemoryFragmentStorage, names: str | Sequence[str]) -> list[str]:
    """Return the ids of parts of the page that are to run; none, where the whole page is."""
    try:
        return _resolve_target(fragments, names)
    except StreamlitAPIException:  # not of our names, which are neither empty nor none
        return []
