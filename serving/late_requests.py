"""Requests for a part of a page that is gone when they are heard.

While a training or a search for groups goes on, the browser asks for a fragment every moment, and
every widget in a fragment asks for that fragment. On a busy server such a request can be heard
after a run that went to another page, or that left the fragment out. Streamlit 1.67 then tells the
browser of a run of the page before: it empties the page that it shows, and breaks down when the
next fragment arrives. And what was chosen in a fragment that is gone, it forgets without a word.

Here the one is left out, and the other becomes a run of the whole page, with what was chosen.
"""

from dataclasses import replace

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_request_rerun = AppSession.request_rerun
_run_script = ScriptRunner._run_script


def answer_late_requests() -> None:
    """Let every session of this process answer late requests as said above."""
    AppSession.request_rerun = _request  # type: ignore[method-assign, assignment]
    ScriptRunner._run_script = _run  # type: ignore[method-assign, assignment]


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
