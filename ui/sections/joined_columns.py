"""What a map knows of columns that were joined by a key: by how many keys, and how sure that is."""

import numpy as np
import streamlit as st

from som_core.analyses.joining import rows_without_match
from som_core.analyses.key_permutation import FEWEST_KEYS
from som_core.selection_steps import Pointed
from som_core.wording import counted
from ui import selecting
from ui.labels import safe_label
from ui.map_view import MapView
from ui.selection import Rows, Selection
from ui.tables import table_height


def show(view: MapView) -> None:
    """Rank the joined columns by what the map knows of them; nothing where none were joined."""
    of = view.table.joined_from
    if of is None:
        return
    st.subheader(f"Columns of {safe_label(of.other.name, 60)}", anchor=False)
    found = view.importance
    lines = found[found["n_keys"].notna()]
    number = st.column_config.NumberColumn
    if len(lines):
        st.dataframe(
            lines[["column", "explained", "n_keys", "p"]],
            hide_index=True,
            height=table_height(len(lines), at_most=250),
            placeholder="",
            alt="What the map knows of joined columns",
            column_config={
                "column": st.column_config.TextColumn("Column", width=125),
                "explained": number("Known (ε²)", format="%.2f", width=80),
                "n_keys": number("Keys", width=50, help="With a value, and on the map."),
                "p": number(
                    "p",
                    format="%.3f",
                    width=60,
                    help="How often values dealt anew among the keys 999 times are in as good an "
                    f"order. Empty below {FEWEST_KEYS} keys.",
                ),
            },
        )
    st.caption(
        f"Tested by key, not by row: rows of one “{safe_label(of.key, 40)}” share their values, so "
        "the values are dealt anew among the keys (a permutation test; Fisher 1935). Here p is "
        "honest, as these columns had no part in making the map. It isn't where the rows of a map "
        "were chosen by such a column, it is too small where keys go along with each other, as "
        "neighbouring countries do, and of many columns some have a small p by chance. A column "
        "that shaped the map has none."
    )
    _rows_without(view, rows_without_match(view.table), of.key)


def _rows_without(view: MapView, rows: Rows, of_key: str) -> None:
    """Say how many rows of the map found no row in the other file, and offer to select them."""
    on_map = np.intersect1d(rows, view.m.rows)
    if len(on_map) == 0:
        return
    st.button(
        f"Select the {counted(len(on_map), 'row')} without a match",
        icon=":material/link_off:",
        key="rows without match",
        on_click=_select,
        args=(on_map, of_key),
    )


def _select(rows: Rows, of_key: str) -> None:
    step = Pointed("rows without a match", rows, keys=(of_key,))
    selecting.select(Selection(rows=rows, step=step))
    st.rerun(["maps", "panel"])
