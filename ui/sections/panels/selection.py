"""The panel “Selection”: how many rows, what sets them apart, and the rows themselves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from som_core.analyses.differences import contrast
from som_core.analyses.search import rows_that_mention
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.figures.contrast import contrast_figure
from som_core.wording import counted, share
from ui import session
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import row_sets
from ui.sections.panels.panel import Panel
from ui.selection import Rows, fingerprint
from ui.session import Search
from ui.tables import counted_from_1, table_height

MOST_SHOWN = 1_000  # rows sent to the browser at once
MOST_EFFECTS = 8
CHART_HEIGHT = 200
ANSWERS_KEPT = 256  # of all sessions
REST = "the rest"
SEARCH, AGAINST = "search rows", "compared with"


def show(view: MapView) -> None:
    """Answer the selection on the maps; without one, say how to make one and show all rows."""
    _heading(view)
    selection = session.current().selection
    if selection.is_empty:
        st.write(
            "Click a cell to see its rows and what makes them different. Shift-click adds cells, "
            "lasso and box take many, arrow keys walk."
        )
    elif len(selection.rows) == 0:
        st.write("No row lies in these cells: their values are a guess between their neighbours.")
        return
    else:
        _difference(view)
    _rows(view)


PANEL = Panel("selection", "Selection", show)


def _selected(view: MapView) -> Rows:
    """Return the selected rows; without a selection all rows on the map."""
    selection = session.current().selection
    return view.m.rows if selection.is_empty else selection.rows


# How many ----------------------------------------------------------------------------------------


@st.fragment(key="heading")
def _heading(view: MapView) -> None:
    said, sets = st.columns([2.4, 1], vertical_alignment="center")
    said.subheader(_how_many(view), anchor=False)
    with sets:
        row_sets.show(view)
    where = _where(view)
    if where:
        st.caption(where)


def _how_many(view: MapView) -> str:
    n_on_map, selected = len(view.m.rows), _selected(view)
    wanted = st.session_state.get(SEARCH, "")
    if wanted:
        found = len(_found(view))
        return f"{found:,} of {counted(len(selected), 'row')} with “{safe_label(wanted, 30)}”"
    if session.current().selection.is_empty:
        return f"All {counted(n_on_map, 'row')}"
    part = len(selected) / n_on_map
    return f"{len(selected):,} of {counted(n_on_map, 'row')} · {share(part)}"


def _where(view: MapView) -> str:
    """Say in how many cells the rows lie, and whether the cells hold others too."""
    selection = session.current().selection
    if selection.is_empty:
        return ""
    nodes = selection.nodes_on(view.saved.id, view.m)
    words = f"In {counted(len(nodes), 'cell')}"
    if selection.map == view.saved.id:
        return f"{words}."
    n_in_cells = int(view.hits.ravel()[list(nodes)].sum())
    on_map = np.isin(selection.rows, view.m.rows)
    others = n_in_cells - int(on_map.sum())
    if others:
        words += f", which hold {counted(others, 'other row')} too"
    if not on_map.all():
        words += f"; {counted(int((~on_map).sum()), 'row')} not on this map"
    return f"{words}."


# What sets them apart -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What sets rows apart from others; small, as many are kept."""

    effects: pd.DataFrame  # the columns that differ most, as `contrast` returns them
    in_words: tuple[str, ...]


@st.fragment(key="difference")
def _difference(view: MapView) -> None:
    rows = session.current().selection.rows
    kept = {named.name: named.rows for named in row_sets.kept(view)}
    against = None  # the rest
    if kept:
        if st.session_state.get(AGAINST) not in kept:
            st.session_state[AGAINST] = None
        against = st.selectbox(
            "Compared with", [None, *kept], key=AGAINST, format_func=lambda name: name or REST
        )
    on_map = view.m.rows
    others = on_map[np.isin(on_map, rows, invert=True)] if against is None else kept[against]
    if len(others) == 0:
        st.caption("All rows are selected: there is nothing to compare them with.")
        return
    called = "elsewhere" if against is None else f"in “{against}”"
    key = (view.saved.source.key, fingerprint(rows), fingerprint(others), called)
    answer = _answer(view, rows, others, called, key)
    title, words = st.columns([2, 1], vertical_alignment="center")
    title.markdown(f"**What sets them apart from {safe_label(against or REST)}**")
    in_words = "\n".join(f"- {safe_label(text)}" for text in answer.in_words)
    if answer.effects.empty:  # such as one row against one
        st.markdown(in_words or "No column repeats its values, so there is nothing to compare.")
        return
    with words.popover("In words", width="stretch"):
        st.markdown(in_words)
        st.caption(
            "Effect sizes describe these rows; they prove nothing, for the rows were chosen by "
            "looking at the same data."
        )
    st.plotly_chart(
        contrast_figure(answer.effects),
        alt="Effect sizes by column, the largest first",
        key="contrast",
        height=CHART_HEIGHT,
        config={"displayModeBar": False},
    )


@st.cache_resource(max_entries=ANSWERS_KEPT, show_spinner=False)
def _answer(
    _view: MapView, _rows: Rows, _others: Rows, _called: str, key: tuple[str, ...]
) -> Answer:
    effects = contrast(_view.table, _rows, _others, other_name=_called)
    in_words = tuple(effects["in_words"].head(MOST_EFFECTS))
    if not effects["effect"].any(skipna=True):
        return Answer(effects.head(0), in_words)
    return Answer(effects[effects["effect"].notna()].head(MOST_EFFECTS).copy(), in_words)


# The rows -----------------------------------------------------------------------------------------


@st.fragment(key="rows")
def _rows(view: MapView) -> None:
    search, download = st.columns([2, 1], vertical_alignment="bottom")
    search.text_input(
        "Search the rows",
        placeholder="Search in all columns",
        key=SEARCH,
        label_visibility="collapsed",
        on_change=lambda: st.rerun(["heading", "rows"]),
    )
    found = _found(view)
    workspace, source = session.current().workspace, view.saved.source
    download.download_button(
        "Save as CSV",
        # Reads the table anew: one that it held would stay in memory with this tab.
        lambda: spreadsheet_csv(workspace.table(source).frame.iloc[found]),
        file_name="rows.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    ways = ["Tick a row to see its cell on the maps."]
    if len(found) > MOST_SHOWN:
        ways.append(f"The first {MOST_SHOWN:,} of {len(found):,} rows; the CSV holds all.")
    st.caption(" ".join(ways))
    _table_of_rows(view, found[:MOST_SHOWN])


def _table_of_rows(view: MapView, shown: Rows) -> None:
    """Show rows; the tick stays with its row, whatever other rows come or go."""
    key = f"rows {fingerprint(shown)}"
    ticked = np.flatnonzero(shown == session.current().chosen_row).tolist()
    st.dataframe(
        counted_from_1(view.table.frame.iloc[shown]),
        key=key,
        height=table_height(len(shown), at_most=240),
        hide_index=False,
        on_select=lambda: _tick(view, key),
        selection_mode="single-row",
        selection_default={"selection": {"rows": ticked}},
        alt="Rows of the selection",
    )


def _tick(view: MapView, key: str) -> None:
    picked = st.session_state[key].selection.rows
    session.current().chosen_row = int(_found(view)[picked[0]]) if picked else None
    st.rerun(["maps"])


def _found(view: MapView) -> Rows:
    """Return those of the selected rows that mention what is searched for."""
    rows, wanted = _selected(view), st.session_state.get(SEARCH, "")
    if not wanted:
        return rows
    state, among = session.current(), fingerprint(rows)
    if state.search is None or state.search[:2] != (among, wanted):
        mention = rows_that_mention(view.table.frame.iloc[rows], wanted)
        state.search = Search(among, wanted, rows[mention])
    return state.search.found
