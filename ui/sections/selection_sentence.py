"""How the selected rows were found, part by part: each can be turned, taken out, written anew."""

import streamlit as st

from som_core.selection_steps import (
    Combined,
    Step,
    joined_otherwise,
    parts_of,
    with_part_turned,
    without_part,
)
from som_core.wording import counted, excerpt
from ui import questions, selecting, session
from ui.labels import safe_label
from ui.map_view import MapView
from ui.selection import Selection

HOW = "how to go on"
_WAYS = {"new": "New", "and": "And", "or": "Or", "without": "Without"}
_TURN, _TAKE_OUT, _WRITE = "Turn round: all other rows", "Take out", "Write it anew"
LONGEST = 48  # letters of a part


def show(view: MapView) -> None:
    """Show what found the selected rows, and how the next selection is to go with them."""
    step = selecting.step_of(session.current().selection)
    if step is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", key="sentence"):
        for place, part in enumerate(parts_of(step)):
            if place and isinstance(step, Combined):
                _joiner(view, step, place)
            _part(view, step, place, part)
        _how_to_go_on()


def _part(view: MapView, step: Step, place: int, part: Step) -> None:
    key = f"part {place}"
    st.menu_button(
        safe_label(excerpt(_words(view, part), LONGEST), LONGEST),
        [_TURN, _TAKE_OUT, *([_WRITE] if questions.question_of(step, place) else [])],
        key=key,
        on_click=_change,
        args=(view, step, place, key),
    )


def _words(view: MapView, part: Step) -> str:
    selection = session.current().selection
    if selection.step is None and selection.map == view.saved.id:
        return counted(len(selection.nodes), "cell")  # which map they are of is to be seen
    return f"({part})" if isinstance(part, Combined) else str(part)


def _change(view: MapView, step: Step, place: int, key: str) -> None:
    chosen, left = st.session_state[key], without_part(step, place)
    if chosen == _TURN:
        questions.select_found_by(view, with_part_turned(step, place))
    elif chosen == _WRITE:
        questions.take_up(view, step, place)
    elif left is None:
        selecting.select(Selection())
    else:
        questions.select_found_by(view, left)
    st.rerun(["maps", "panel"])


def _joiner(view: MapView, step: Combined, place: int) -> None:
    other = joined_otherwise(step)
    st.button(
        step.joiner,
        key=f"joiner {place}",
        type="tertiary",
        help=f"Change to “{other.joiner}”.",
        on_click=_join_otherwise,
        args=(view, other),
    )


def _join_otherwise(view: MapView, other: Combined) -> None:
    questions.select_found_by(view, other)
    st.rerun(["maps", "panel"])


def _how_to_go_on() -> None:
    how = questions.how()
    if st.session_state.get(HOW) != how:
        st.session_state[HOW] = how
    st.segmented_control(
        "The next question or lasso",
        list(_WAYS),
        default=how,
        format_func=_WAYS.__getitem__,
        key=HOW,
        required=True,
        label_visibility="collapsed",
        help="How what you ask, click or lasso next goes with the rows that are selected: alone, "
        "only rows that are in both, in either, or those of now without the next. What you go on "
        "writing in the box stays one part, and so does a change of what it compares; a question "
        "about another column becomes a part of its own.",
        on_change=_choose_how,
    )


def _choose_how() -> None:
    state = session.current()
    state.how, state.question, state.unanswered = st.session_state[HOW], None, None
    st.rerun(["panel"])
