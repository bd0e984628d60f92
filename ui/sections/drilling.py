"""A map of the selected rows alone, with the map on which they were chosen as its parent."""

import numpy as np
import streamlit as st

from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.suggestions.settings import suggest_settings
from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_sentence
from ui.map_view import MapView
from ui.selected_group import selected_group
from ui.selection import Rows
from ui.view import View
from workspace.jobs.kinds.training import submit_drilling

FEWEST = 20  # rows: of fewer a map shows nothing that the rows themselves don't
_HOW = (
    "A map of only these rows: same columns and recipe, but what is learned from rows, such as "
    "means and spreads, is learned from these alone. Its settings suit their number."
)


def show(view: MapView) -> None:
    """Offer a map of the selected rows; say why where there can't be one."""
    state = session.current()
    if state.workspace.read_only or len(state.selection.rows) == 0:
        return
    why_not = too_few(len(_rows(view)))
    wanted = st.button(
        "New map of these rows",
        icon=":material/zoom_in_map:",
        help=why_not or _HOW,
        disabled=bool(why_not),
        key="drill",
    )
    if not wanted:
        return
    try:
        _start(view)
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)), icon=":material/error:")
        return
    state.view, state.to_maps = View(), True
    chrome.go("train")


def _start(view: MapView) -> None:
    """Put the training into the line.

    Raises
    ------
    AtlasError
        If there is nothing in which the rows differ, or the server allows no more.
    """
    chosen = selected_group(view, _rows(view))
    with st.spinner("Preparing the rows …"):
        table = session.table_from(view.saved.source)
        prepared = prepare(table, view.saved.recipe, chosen.rows)
        settings = suggest_settings(prepared)
    submit_drilling(
        session.current().workspace, view.saved, chosen, settings, prepared.matrix.shape
    )


def too_few(n_rows: int) -> str:
    """Return why there can't be a map of so few rows; "" where there can be one."""
    if n_rows >= FEWEST:
        return ""
    return (
        f"{counted(n_rows, 'row')} {'is' if n_rows == 1 else 'are'} too few for a map: it "
        "would show single rows more than patterns. "
        f"Select at least {FEWEST}; from about fifty on, a map shows patterns."
    )


def _rows(view: MapView) -> Rows:
    """Return the selected rows; of a map of some rows, those that are among them."""
    chosen, rows = view.m.chosen, session.current().selection.rows
    return rows if chosen is None else np.intersect1d(rows, chosen)
