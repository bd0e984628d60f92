"""A map of the selected rows alone, with the map on which they were chosen as its parent."""

import numpy as np
import streamlit as st

from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.preparation import prepare
from som_core.suggestions.settings import suggest_settings
from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_sentence
from ui.map_view import MapView
from ui.selected_group import selected_group
from ui.view import View
from workspace.jobs.kinds.training import submit_drilling

FEWEST = 20  # rows: of fewer a map shows nothing that the rows themselves don't


def show(view: MapView) -> None:
    """Offer a map of the selected rows; say why where there can't be one."""
    state = session.current()
    if state.workspace.read_only or len(state.selection.rows) == 0:
        return
    wanted = st.button(
        "New map of these rows",
        icon=":material/zoom_in_map:",
        help="A map of only these rows: same columns and recipe, but what is learned from rows, "
        "such as means and spreads, is learned from these alone. Its settings suit their number.",
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
        If there are too few rows, or nothing in which they differ, or the server allows no more.
    """
    chosen = _chosen(view)
    n_rows = len(chosen.rows)
    if n_rows < FEWEST:
        raise AtlasError(
            f"{counted(n_rows, 'row')} {'is' if n_rows == 1 else 'are'} too few for a map: it "
            "would show single rows more than patterns. "
            f"Select at least {FEWEST}; from about fifty on, a map shows patterns."
        )
    with st.spinner("Preparing the rows …"):
        table = session.table_from(view.saved.source)
        prepared = prepare(table, view.saved.recipe, chosen.rows)
        settings = suggest_settings(prepared)
    submit_drilling(
        session.current().workspace, view.saved, chosen, settings, prepared.matrix.shape
    )


def _chosen(view: MapView) -> Group:
    """Return the selected rows; of a map of some rows, those that are among them."""
    chosen = view.m.chosen
    rows = session.current().selection.rows
    return selected_group(view, rows if chosen is None else np.intersect1d(rows, chosen))
