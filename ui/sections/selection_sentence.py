"""How the selected rows were found, part by part: each can be turned, taken out, written anew."""

import streamlit as st

from som_core.selection_steps import (
    Asked,
    Combined,
    Joiner,
    Path,
    Step,
    Turned,
    joined_otherwise,
    part_at,
    parts_of,
    turned,
    with_part,
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
        if isinstance(step, Combined):
            _parts(view, step, ())
            _write_whole(step)
        else:
            _part(view, step, ())
        _how_to_go_on()


def _parts(view: MapView, step: Step, path: Path) -> None:
    """Show the parts of those that are combined where a path leads to, and what joins them."""
    joined = part_at(step, path)
    for place, _ in enumerate(parts_of(joined)):
        here = (*path, place)
        if place and isinstance(joined, Combined):
            otherwise = joined_otherwise(joined)
            _joiner(view, joined.joiner, otherwise.joiner, with_part(step, path, otherwise), here)
        _part(view, step, here)


def _part(view: MapView, step: Step, path: Path) -> None:
    match part_at(step, path):
        case Combined():
            _bracket(view, step, path, "(", path)
        case Turned(Combined()):
            _bracket(view, step, path, "not (", (*path, 0))
        case part:
            _menu(view, step, path, excerpt(_words(view, part), LONGEST))


def _bracket(view: MapView, step: Step, path: Path, opening: str, inside: Path) -> None:
    """Show parts that belong together, each for itself, and what can be done with all of them."""
    _menu(view, step, path, opening, "All that is in the bracket.")
    _parts(view, step, inside)
    st.markdown(")", width="content")


def _menu(view: MapView, step: Step, path: Path, words: str, explained: str | None = None) -> None:
    # The box has the text of a question that stands alone.
    is_in_box = path == () and isinstance(step, Asked)
    is_written = not is_in_box and questions.written(step, path) is not None
    key = f"part {_key(path)}"
    st.menu_button(
        safe_label(words, LONGEST),
        [_TURN, _TAKE_OUT, *([_WRITE] if is_written else [])],
        key=key,
        help=explained,
        on_click=_change,
        args=(view, step, path, key),
    )


def _key(path: Path) -> str:
    return ".".join(map(str, path))


def _words(view: MapView, part: Step) -> str:
    selection = session.current().selection
    if selection.step is None and selection.map == view.saved.id:
        return counted(len(selection.nodes), "cell")  # which map they are of is to be seen
    return str(part)


def _change(view: MapView, step: Step, path: Path, key: str) -> None:
    chosen, left = st.session_state[key], without_part(step, path)
    if chosen == _TURN:
        part = turned(part_at(step, path))
        questions.select_found_by(view, with_part(step, path, part))
    elif chosen == _WRITE:
        questions.take_up(step, path)
    elif left is None:
        selecting.select(Selection())
    else:
        questions.select_found_by(view, left)
    st.rerun(["maps", "panel"])


def _joiner(view: MapView, joiner: Joiner, other: Joiner, changed: Step, path: Path) -> None:
    st.button(
        joiner,
        key=f"joiner {_key(path)}",
        type="tertiary",
        help=f"Change to “{other}”.",
        on_click=_join_otherwise,
        args=(view, changed),
    )


def _join_otherwise(view: MapView, changed: Step) -> None:
    questions.select_found_by(view, changed)
    st.rerun(["maps", "panel"])


def _write_whole(step: Step) -> None:
    """Offer to bring the whole sentence into the box, where it is a condition."""
    if questions.written(step, ()) is not None:
        st.button(
            "",
            key="write_whole",
            icon=":material/edit:",
            type="tertiary",
            help="Write the whole sentence anew, as one condition.",
            on_click=_take_up_whole,
            args=(step,),
        )


def _take_up_whole(step: Step) -> None:
    questions.take_up(step, ())
    st.rerun(["panel"])


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
