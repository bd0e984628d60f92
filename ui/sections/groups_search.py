"""The search for the groups of a map: offered, watched, and its end."""

import streamlit as st

from som_core.errors import AtlasError
from som_core.wording import duration_in_words, listed
from ui import session, shown_groups
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.shown_groups import ShownGroups
from workspace.jobs.kinds.grouping import KIND, submit_grouping
from workspace.jobs.status import JobStatus, job_status
from workspace.jobs.submission import cancel

SECONDS_BETWEEN_LOOKS = 2.0


def watch(view: MapView) -> None:
    """Show how far the search is while it isn't known what is found; then show the page anew."""
    shown = shown_groups.of(view)
    if (shown is None or shown.regions.was_stopped) and _is_going_on(_status(view)):
        st.fragment(_watch, run_every=SECONDS_BETWEEN_LOOKS)(view)


def offer(view: MapView) -> None:
    """Say why there are no groups, and offer to look for them."""
    status = _status(view)
    if _is_going_on(status):
        st.write(
            "Looking for groups: how many are found again on other rows? They come by themselves."
        )
        return
    if status is None:
        st.write("Groups of this map weren't looked for yet.")
    elif status.message:
        st.info(safe_label(status.message))
    _offer_search(view, "Look for groups")


def say_what_was_found(view: MapView, shown: ShownGroups) -> None:
    """Say why there are as many groups as there are, and which names were not found again.

    Where the search was stopped, another one is offered.
    """
    st.markdown(safe_label(shown.regions.reason, longest=1_000))
    if shown.regions.was_stopped and not _is_going_on(_status(view)):
        _offer_search(view, "Look for groups again")
    if shown.lost:
        names = listed(shown.lost)
        st.caption(
            f"Not found again on this map: {safe_label(names, longest=500)}. A name goes along to "
            "the group that shares 75 % of its rows; the map before still has it."
        )


def _offer_search(view: MapView, label: str) -> None:
    if not session.current().workspace.read_only:
        st.button(label, icon=":material/search:", on_click=_ask, args=(view,))


def _status(view: MapView) -> JobStatus | None:
    return job_status(session.current().workspace, KIND.name, view.saved)


def _is_going_on(status: JobStatus | None) -> bool:
    return status is not None and not status.is_over


def _ask(view: MapView) -> None:
    state = session.current()
    try:
        submit_grouping(state.workspace, view.saved)
    except AtlasError as problem:
        state.problem = safe_sentence(str(problem))
    st.rerun()


def _watch(view: MapView) -> None:
    status = _status(view)
    if status is None or status.is_over:
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    if status.state == "queued":
        words = f"Groups: place {status.place_in_line} in line"
    else:
        left = status.seconds_left
        words = "Looking for groups" + (
            "" if left is None else f" · {duration_in_words(left)} left"
        )
    bar.progress(status.fraction, text=words)
    if status.message:
        st.caption(safe_label(status.message))
    if not session.current().workspace.read_only and stop.button(
        "", icon=":material/stop:", help="Stop looking for groups."
    ):
        cancel(session.current().workspace, status.job)
