"""The way back to the selections before, and forth again: two buttons, and keys that press them."""

from collections.abc import Callable

import streamlit as st

from ui import selecting, session
from ui.undo_keys import let_keys_press

UNDO, REDO = "undo", "redo"


def show(after: Callable[[], None]) -> None:
    """Offer both ways.

    Parameters
    ----------
    after : called once other rows are selected; the parts of the page that show them follow
    """
    history = session.current().history
    st.button(
        "Undo the selection",
        key=UNDO,
        icon=":material/undo:",
        help="Back to the selection before (Ctrl+Z).",
        disabled=not history.past,
        on_click=_go,
        args=(selecting.undo, after),
    )
    st.button(
        "Redo the selection",
        key=REDO,
        icon=":material/redo:",
        help="The selection that was undone (Ctrl+Shift+Z).",
        disabled=not history.future,
        on_click=_go,
        args=(selecting.redo, after),
    )
    with st.container(key="undo_keys"):
        let_keys_press(UNDO, REDO)


def _go(way: Callable[[], None], after: Callable[[], None]) -> None:
    way()
    after()
