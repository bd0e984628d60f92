"""One box that finds rows by what they mention or by a condition, and selects them."""

import streamlit as st

from som_core.analyses.completion import Completion
from ui import questions, session
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.sections import undo
from ui.session import Unanswered
from ui.view import show_in_widget

ASKED = "asked"
_HOW = """\
A word finds all rows that mention it. Conditions select by columns:
- `income > 40000 and region = "north"`
- `age in 20..29`, `region in ("north", "west")`
- `country contains "land"`: in capital letters or small
- `date in 2024`, `date >= 2024-03`
- `income in top 10 %` (of the whole table, on every map), `nitrate is missing`
- `` `body mass` > 4000 ``: backticks around a name with blanks
- `group = "large orders"`, `not (…)`, `or`
"""


def show(view: MapView) -> None:
    """Offer to ask, to undo and to redo; say why where nothing was found."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _box(view)
        undo.show(lambda: st.rerun(["maps", "panel"]))
    vain, text = _vain(), _text()
    # In any case, as a fault would else move, and be seen twice while the page is drawn anew.
    _offer_ways_on(view, questions.ways_on(view, text) if text.strip() else ())
    if vain is not None and vain.why:  # else all rows, as they are shown, would seem to be found
        st.warning(safe_sentence(vain.why))
    elif vain is None and (doubt := questions.doubt(view, text)):
        st.warning(safe_sentence(doubt))


def _box(view: MapView) -> None:
    text = _text()
    show_in_widget(ASKED, text)
    st.text_input(
        "Find rows, or write a condition",
        text,
        placeholder="a word, or column > 10 and …",
        key=ASKED,
        help=_HOW,
        live="400ms",
        on_change=lambda: _ask(view),
    )


def _offer_ways_on(view: MapView, ways: tuple[Completion, ...]) -> None:
    with st.container(horizontal=True, gap="xxsmall", key="ways_on"):
        for place, way in enumerate(ways):
            st.button(
                safe_label(way.word, 30),
                key=f"way on {place}",
                help="Goes on with this.",
                on_click=_go_on,
                args=(view, way.text),
            )


def _go_on(view: MapView, text: str) -> None:
    """Let the box have a longer text, which is asked once it is whole."""
    if questions.is_condition(text):
        questions.ask(view, text)
    else:
        state = session.current()
        state.unanswered = Unanswered(text, "", state.selection)
    st.rerun(["maps", "panel"])


def _text() -> str:
    """Return what stands in the box: what was asked last, if it holds still."""
    vain = _vain()
    return questions.standing_text() if vain is None else vain.text


def _vain() -> Unanswered | None:
    state = session.current()
    if state.unanswered is not None and state.unanswered.selection is not state.selection:
        state.unanswered = None  # something else was selected meanwhile
    return state.unanswered


def _ask(view: MapView) -> None:
    typed = st.session_state[ASKED]
    if typed.strip():
        questions.ask(view, typed)
    else:
        questions.let_go(view)
    st.rerun(["maps", "panel"])
