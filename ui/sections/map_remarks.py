"""What has to be said of the maps that are shown: rows of totals, pictures that repeat, labels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.analyses.repeated_pictures import repeated_pictures
from som_core.layers import categories, share
from som_core.layers.categories import level_nearly_everywhere
from som_core.layers.layer import Layer
from som_core.reading import Table
from som_core.wording import joined, placed
from ui import chrome, session
from ui.labels import safe_label
from ui.map_view import MapView

LONGEST = 600


def show_totals(view: MapView) -> None:
    """Warn of rows of totals on the map, and show the way to leave them out."""
    table = view.table
    said = totals_in_words(table, view.m.rows) if table.totals else ""
    if not said:
        return
    st.warning(safe_label(said, LONGEST), icon=":material/warning:")
    workspace = session.current().workspace
    main = workspace.source
    if not workspace.read_only and main is not None and main.key == view.saved.source.key:
        chrome.link("data", "Leave out rows of totals, and train again")


def totals_in_words(table: Table, rows: NDArray[np.int64]) -> str:
    """Return what to know of rows of totals among those of a map; "" where there are none.

    Parameters
    ----------
    rows : positions in `table.frame` of the rows on the map
    """
    there = np.intersect1d(table.totals, rows)
    if not there.size:
        return ""
    looks, counts = ("looks", "counts as a row") if there.size == 1 else ("look", "count as rows")
    which = placed("row", [int(row) + 1 for row in there]).capitalize()
    return (
        f"{which} {looks} like totals, but {counts} of this map: far from all others, which then "
        "look alike, as in a U-matrix that is dark nearly everywhere."
    )


def show(view: MapView, layers: Sequence[Layer]) -> None:
    """Say it below the maps; where a label hides a rate, offer the map of the rate."""
    columns = [layer for layer in layers if view.column_of(layer.name)]
    repeated = repeated_pictures(columns)
    if repeated:
        pairs = joined([one.in_words for one in repeated])
        st.caption(f"Nearly the same picture: {safe_label(pairs, LONGEST)}.")
    for layer in columns:
        if view.menu[layer.name].choice is categories.CHOICE:
            _offer_share(view, layer)


def _offer_share(view: MapView, layer: Layer) -> None:
    """Offer the share of another label where one is the most frequent nearly everywhere."""
    level = level_nearly_everywhere(layer)
    column = view.column_of(layer.name)
    rates = [
        entry
        for entry in view.menu.values()
        if entry.choice is share.CHOICE and entry.column == column and str(entry.level) != level
    ]
    if level is None or not rates or rates[0].name in session.current().view.over:
        return
    said, offered = st.columns([2, 1], vertical_alignment="center")
    said.caption(
        f"“{safe_label(level, 40)}” is the most frequent nearly everywhere in "
        f"“{safe_label(column, 40)}”; a share still differs from cell to cell."
    )
    offered.button(
        safe_label(rates[0].name, 60),
        key=f"share beside {layer.name}",
        icon=":material/percent:",
        on_click=_lay_over,
        args=(rates[0].name,),
    )


def _lay_over(name: str) -> None:
    state = session.current()
    state.view = replace(state.view, over=(*state.view.over, name), large=name)
