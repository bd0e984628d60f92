"""The panel “Row”: one row, beside what its cell stands for."""

import numpy as np
import pandas as pd
import streamlit as st

from som_core.analyses.selection import nodes_of
from som_core.wording import cell_in_words
from ui import selecting, session
from ui.map_view import MapView
from ui.sections.panels.panel import Panel
from ui.selection import selection_by_nodes
from ui.tables import table_height
from ui.view import show_in_widget

NUMBER = "row number"


def show(view: MapView) -> None:
    """Show the chosen row, whichever way it was chosen; offer to choose one by its number."""
    state = session.current()
    n_rows = len(view.table.frame)
    chosen = state.chosen_row
    number = None if chosen is None else chosen + 1
    show_in_widget(NUMBER, number)
    st.number_input(
        "Row",
        min_value=1,
        max_value=n_rows,
        value=number,
        step=1,
        placeholder=f"a number from 1 to {n_rows:,}",
        key=NUMBER,
        on_change=_choose,
        help="Or tick a row under “Selection”.",
    )
    if chosen is None:
        st.write("Choose a row by its number, or tick one under “Selection”, to see it as a whole.")
        return
    node = int(nodes_of(view.m, [chosen])[0])
    if node < 0:
        st.info("This row is not on the map: the recipe left it out.")
    else:
        _place(view, chosen, node)
    _values(view, chosen, node)


PANEL = Panel("row", "Row", show)


def _choose() -> None:
    number = st.session_state[NUMBER]
    selecting.tick([] if number is None else [int(number) - 1])
    st.rerun(["maps", "panel"])


def _place(view: MapView, row: int, node: int) -> None:
    """Say where the row lies and how well its cell fits it."""
    m = view.m
    distance = float(m.distance[np.flatnonzero(m.rows == row)[0]])
    farther = float((m.distance < distance).mean())
    st.markdown(
        f"**{cell_in_words(node, m.width).capitalize()}.** It lies {distance:.3g} from its cell, "
        f"farther than {farther:.0%} of the rows from theirs."
    )
    st.button(
        "Select its cell", icon=":material/hexagon:", on_click=_select_cell, args=(view, node)
    )


def _select_cell(view: MapView, node: int) -> None:
    selecting.select(selection_by_nodes(view.saved.id, view.m, frozenset({node})))
    st.rerun(["maps", "panel"])


def _values(view: MapView, row: int, node: int) -> None:
    """Show every column of the row, and what its cell stands for where the column trained."""
    frame = view.table.frame
    lines = pd.DataFrame(
        {
            "column": frame.columns,
            "this row": [_written(frame[name].iloc[row]) for name in frame.columns],
            "its cell": [_of_the_cell(view, name, node) for name in frame.columns],
        }
    )
    st.dataframe(
        lines,
        hide_index=True,
        height=table_height(len(lines), at_most=480),
        placeholder="",
        alt="All values of the row",
    )


def _of_the_cell(view: MapView, column: str, node: int) -> str:
    """Return what a cell stands for in a column; "" for one that did not train as a number."""
    if node < 0 or column not in view.planes:
        return ""
    value = view.classic[column].values.ravel()[node]
    return "" if np.isnan(value) else f"{value:,.4g}"


def _written(value: object) -> str:
    return "" if pd.isna(value) else f"{value:,.10g}" if isinstance(value, float) else str(value)
