"""The panel “Brush”: histograms of columns; a range dragged over one lights and selects rows."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.analyses.brushing import (
    AskedRange,
    brush_condition,
    brushed_ranges,
    drawn_ranges,
)
from som_core.analyses.column_bins import BinRange, ColumnBins, column_bins
from som_core.analyses.ranked_table import telling_columns
from som_core.drawing.brush_document import MOST_COLUMNS, brush_document, brush_state
from som_core.drawing.document import Part
from som_core.errors import AtlasError
from som_core.wording import counted
from ui import brush, questions, session
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections.panels.panel import Panel
from ui.session import Unanswered

FIND = "find column to brush"


def show(view: MapView) -> None:
    """Show the columns as histograms, with the share of the selected rows in them."""
    names = _names(view)
    if not names:
        return
    columns = _columns(view, names)
    key = f"brush {view.saved.id} {len(names)} {names[0]}"
    standing = questions.standing_text()
    asked = brushed_ranges(view.m, view.table, columns, standing) if standing else {}
    state = brush_state(
        view.m,
        columns,
        asked,
        _selected(view),
        _dragged(view, columns, key),
        is_refused=session.current().unanswered is not None,
    )
    brush.brush(
        _document(view, names, columns),
        state,
        key=key,
        on_range=lambda: _take_ranges(view, columns, key),
    )


PANEL = Panel("brush", "Brush", show)


def _names(view: MapView) -> list[str]:
    """Return the columns to show: those that shaped the map first, and 24 at most."""
    telling = [column.name for column in telling_columns(view.table)]
    trained = {column.recipe.name for column in view.m.fitted.columns}
    names = sorted(telling, key=lambda name: name not in trained)
    if not names:
        st.write("No column has values that repeat or can be put in order.")
    if len(names) <= MOST_COLUMNS:
        return names
    wanted = st.text_input("Find a column", placeholder="part of a name", key=FIND).casefold()
    found = [name for name in names if wanted in name.casefold()]
    if not found:
        st.caption(f"No column has “{safe_label(wanted)}” in its name.")
    elif len(found) > MOST_COLUMNS:
        st.caption(f"The first {MOST_COLUMNS} of {counted(len(found), 'column')}.")
    return found[:MOST_COLUMNS]


def _columns(view: MapView, names: list[str]) -> tuple[ColumnBins, ...]:
    def binned() -> tuple[ColumnBins, ...]:
        found = (column_bins(view.m, view.table, name) for name in names)
        return tuple(column for column in found if column is not None)

    return session.cached(
        ("bins", view.saved.id, view.source.columns_key, *names),
        binned,
        lambda columns: 1 + sum(column.codes.nbytes for column in columns),
        "Counting the rows …",
    )


def _document(view: MapView, names: list[str], columns: tuple[ColumnBins, ...]) -> Part:
    return session.cached(
        ("brush", view.saved.id, view.source.columns_key, *names),
        lambda: brush_document(view.m, columns),
        lambda part: len(part.json),
        "Counting the rows …",
    )


def _selected(view: MapView) -> NDArray[np.bool_] | None:
    """Return which rows on the map are selected; None without a selection."""
    selection = session.current().selection
    return None if selection.is_empty else np.isin(view.m.rows, selection.rows)


def _dragged(
    view: MapView, columns: tuple[ColumnBins, ...], key: str
) -> dict[str, BinRange | AskedRange] | None:
    """Return the ranges while one is dragged over more rows than the browser has."""
    sent = brush.dragged_ranges(key, columns)
    if sent is None:
        return None
    try:
        return drawn_ranges(view.m, view.table, columns, sent)
    except AtlasError:  # what is typed is taken once it is whole, and says then what is wrong
        return None


def _take_ranges(view: MapView, columns: tuple[ColumnBins, ...], key: str) -> None:
    """Select the rows in the chosen ranges by the condition that says them."""
    state, ranges = session.current(), brush.chosen_ranges(key, columns)
    if ranges is None:
        return
    try:
        condition = brush_condition(columns, ranges)
    except AtlasError as problem:
        state.unanswered = Unanswered(questions.standing_text(), str(problem), state.selection)
    else:
        if condition:
            questions.ask(view, condition, is_typed=False)
        else:
            questions.let_go(view)
    st.rerun(["maps", "panel"])
