"""One box that finds rows by what they mention or by a condition, and selects them."""

from dataclasses import replace

import streamlit as st

from som_core.errors import AtlasError
from ui import session
from ui.labels import safe_sentence
from ui.map_view import MapView
from ui.questions import rows_asked_for
from ui.selection import Selection
from ui.session import Unanswered
from ui.view import show_in_widget

ASKED = "asked"
_HOW = """\
A word finds all rows that mention it. Conditions select by columns:
- `income > 40000 and region = "north"`
- `age in 20..29`, `region in ("north", "west")`
- `date in 2024`, `date >= 2024-03`
- `income in top 10 %`, `nitrate is missing`
- `` `body mass` > 4000 ``: backticks around a name with blanks
- `group = "large orders"`, `not (…)`, `or`
"""


def show(view: MapView) -> None:
    """Offer to ask, with what found the selected rows; say why where nothing was found."""
    state = session.current()
    vain = state.unanswered
    if vain is not None and vain.selection is not state.selection:
        vain = state.unanswered = None  # something else was selected meanwhile
    text = state.selection.asked if vain is None else vain.text
    show_in_widget(ASKED, text)
    st.text_input(
        "Find rows, or write a condition",
        text,
        placeholder="a word, or column > 10 and …",
        key=ASKED,
        help=_HOW,
        on_change=lambda: _ask(view),
    )
    if vain is not None:
        st.warning(safe_sentence(vain.why))


def _ask(view: MapView) -> None:
    """Select the rows that are asked for, on all maps; where there are none, all stays as it is."""
    state = session.current()
    text, before = st.session_state[ASKED].strip(), state.selection
    state.unanswered = None
    if text:
        try:
            state.selection = Selection(rows=rows_asked_for(view, text), asked=text)
        except AtlasError as problem:
            state.unanswered = Unanswered(text, str(problem), before)
    elif before.asked:
        state.selection = Selection()
    if state.selection is not before:
        state.view = replace(state.view, group="", selection="")
    st.rerun(["maps", "panel"])
