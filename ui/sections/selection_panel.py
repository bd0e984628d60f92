"""The right side of the Explore page: how many rows, what sets them apart, and the rows."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.analyses.differences import contrast
from som_core.analyses.search import rows_that_mention
from som_core.analyses.selection import rows_of
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.figures.contrast import contrast_figure
from ui import session
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import row_sets
from ui.tables import counted_from_1, table_height

MOST_SHOWN = 1_000  # rows sent to the browser at once
MOST_EFFECTS = 8
CHART_HEIGHT = 200
REST = "the rest"


def show(view: MapView) -> None:
    """Answer the selection on the maps; without one, say how to make one and show all rows."""
    state = session.current()
    n_rows = len(view.m.rows)
    rows = rows_of(view.m, state.selected_nodes)
    heading, sets = st.columns([2, 1], vertical_alignment="center")
    with sets:
        row_sets.show(view, rows)
    if not state.selected_nodes:
        heading.markdown(f"#### All {n_rows:,} rows")
        st.write(
            "Click a cell to see its rows and what makes them different. Shift-click adds cells, "
            "lasso and box take many, arrow keys walk."
        )
        _rows(view, view.m.rows)
        return
    cells = "1 cell" if len(state.selected_nodes) == 1 else f"{len(state.selected_nodes)} cells"
    heading.markdown(f"#### {len(rows):,} of {n_rows:,} rows selected, in {cells}")
    if len(rows) == 0:
        st.write("No row lies in these cells: their values are a guess between their neighbours.")
        return
    _difference(view, rows)
    _rows(view, rows)


def _difference(view: MapView, rows: NDArray[np.int64]) -> None:
    others = {named.name: named.rows for named in session.current().workspace.sets()}
    against = REST
    if others:
        against = st.selectbox("Compared with", [REST, *others], key="compared with")
    on_map = view.m.rows
    rest = on_map[np.isin(on_map, rows, invert=True)]
    elsewhere = rest if against == REST else others[against]
    if len(elsewhere) == 0:
        st.caption("All rows are selected: there is nothing to compare them with.")
        return
    effects = contrast(view.table, rows, elsewhere)
    title, words = st.columns([2, 1], vertical_alignment="center")
    title.markdown(f"**What sets them apart from {safe_label(against)}**")
    in_words = "\n".join(f"- {safe_label(text)}" for text in effects["in_words"].head(MOST_EFFECTS))
    if not effects["effect"].any(skipna=True):  # such as one row against one
        st.markdown(in_words or "No column repeats its values, so there is nothing to compare.")
        return
    with words.popover("In words", width="stretch"):
        st.markdown(in_words)
        st.caption(
            "Effect sizes describe these rows; they prove nothing, for the rows were chosen by "
            "looking at the same data."
        )
    st.plotly_chart(
        contrast_figure(effects, most=MOST_EFFECTS),
        alt="Effect sizes by column, the largest first",
        key="contrast",
        height=CHART_HEIGHT,
        config={"displayModeBar": False},
    )


def _rows(view: MapView, rows: NDArray[np.int64]) -> None:
    search, download = st.columns([2, 1], vertical_alignment="bottom")
    wanted = search.text_input(
        "Search the rows",
        placeholder="Search in all columns",
        key="search rows",
        label_visibility="collapsed",
    )
    if wanted:
        frame = view.table.frame.iloc[rows]
        rows = rows[rows_that_mention(frame, wanted)]
    workspace, source = session.current().workspace, view.saved.source
    download.download_button(
        "Save as CSV",
        # Reads the table anew: one that it held would stay in memory with this tab.
        lambda: spreadsheet_csv(workspace.table(source).frame.iloc[rows]),
        file_name="rows.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    ways = ["Tick a row to see its cell on the maps."]
    if len(rows) > MOST_SHOWN:
        ways.append(f"The first {MOST_SHOWN:,} of {len(rows):,} rows; the CSV holds all.")
    st.caption(" ".join(ways))
    shown = view.table.frame.iloc[rows[:MOST_SHOWN]]
    event = st.dataframe(
        counted_from_1(shown),
        key="rows",
        height=table_height(len(shown), at_most=240),
        on_select="rerun",
        selection_mode="single-row",
        alt="Rows of the selection",
    )
    picked = event.selection.rows
    row = int(shown.index[picked[0]]) if picked and picked[0] < len(shown) else None
    if row != session.current().chosen_row:
        session.current().chosen_row = row
        st.rerun(scope="fragment")
