"""The panel “Selection”: how many rows, what makes them different, and the rows themselves."""

import numpy as np
import streamlit as st

from som_core.analyses.search import rows_that_mention
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.wording import counted, share
from ui import questions, selecting, session
from ui.downloads import download, file_of
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import all_rows, drilling, explanation, notes, row_sets
from ui.sections.panels.panel import Panel
from ui.selection import Rows, fingerprint
from ui.session import Search
from ui.tables import counted_from_1, table_height

MOST_SHOWN = 1_000  # rows sent to the browser at once
SEARCH = "search rows"


def show(view: MapView) -> None:
    """Answer the selection on the maps; without one, say how to make one and show all rows."""
    _heading(view)
    selection = session.current().selection
    if selection.is_empty:
        st.write(
            "Click a cell to see its rows and what makes them different. Shift-click adds cells, "
            "a double click takes the whole valley up to the ridge of the U-matrix, lasso and box "
            "take many, arrow keys walk."
        )
        all_rows.show(view)
    elif len(selection.rows) == 0:
        whose = "" if view.table.sample_of is None else " of the sample"
        st.write(
            f"No row{whose} lies in these cells: their values are a guess between their neighbours."
        )
        all_rows.show(view)
        return
    else:
        with st.container(horizontal=True):
            drilling.show(view)
            notes.write(view)
        notes.show(view)
        all_rows.show(view)
        explanation.show(view)
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
        what = "row" if view.table.sample_of is None else "sampled row"
        return f"All {counted(n_on_map, what)}"
    here = np.count_nonzero(np.isin(selected, view.m.rows))
    return f"{here:,} of {counted(n_on_map, 'row')} · {share(here / n_on_map)}"


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
        hold = "holds" if len(nodes) == 1 else "hold"
        words += f", which {hold} {counted(others, 'other row')} too"
    if not on_map.all():
        words += f"; {counted(int((~on_map).sum()), 'row')} not on this map"
    return f"{words}."


# The rows -----------------------------------------------------------------------------------------


@st.fragment(key="rows")
def _rows(view: MapView) -> None:
    search, save = st.columns([2, 1], vertical_alignment="bottom")
    search.text_input(
        "Search the rows",
        placeholder="Search in all columns",
        key=SEARCH,
        label_visibility="collapsed",
        on_change=lambda: st.rerun(["heading", "rows"]),
    )
    found = _found(view)
    workspace, source = session.current().workspace, view.source
    with save:
        download(
            "Save as CSV",
            lambda: spreadsheet_csv(workspace.table(source).frame.iloc[found]),
            file_of(view.table, "rows.csv"),
            width="stretch",
        )
    ways = ["Tick a row to see its cell on the maps."]
    if not session.current().selection.is_empty:
        ways.append("Columns that differ most come first.")
    if len(found) > MOST_SHOWN:
        ways.append(f"The first {MOST_SHOWN:,} of {len(found):,} rows; the CSV holds all.")
    st.caption(" ".join(ways))
    n_ticked = len(selecting.ticked_rows())
    if n_ticked > 1:
        st.button(
            f"Select the {counted(n_ticked, 'ticked row')}",
            icon=":material/check_box:",
            on_click=_select_ticked,
            args=(view,),
        )
    _table_of_rows(view, found[:MOST_SHOWN])


def _table_of_rows(view: MapView, shown: Rows) -> None:
    """Show rows; the tick stays with its row, whatever other rows come or go."""
    key = f"rows {fingerprint(shown)}"
    ticked = np.flatnonzero(np.isin(shown, selecting.ticked_rows())).tolist()
    st.dataframe(
        counted_from_1(view.table.frame.iloc[shown][_columns(view)]),
        key=key,
        height=table_height(len(shown), at_most=240),
        hide_index=False,
        on_select=lambda: _tick(view, key),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        alt="Rows of the selection",
    )


def _columns(view: MapView) -> list[str]:
    """Return the columns as they are shown: what names a row, then what sets the rows apart."""
    columns: list[str] = view.table.frame.columns.tolist()
    if session.current().selection.is_empty:
        return columns
    naming = [column.name for column in view.profiles if column.kind == "identifier"]
    return list(dict.fromkeys([*naming[:1], *explanation.columns_that_differ(view), *columns]))


def _tick(view: MapView, key: str) -> None:
    """Take the ticks on the rows that are shown; those on others stay."""
    before = selecting.ticked_rows()
    shown = _found(view)[:MOST_SHOWN].tolist()
    picked = {shown[place] for place in st.session_state[key].selection.rows}
    stay = [row for row in before if row in picked or row not in shown]
    new = [row for row in shown if row in picked and row not in before]
    selecting.tick([*stay, *new])
    st.rerun(["maps", "rows"])


def _select_ticked(view: MapView) -> None:
    questions.select_as_chosen(view, selecting.selection_of_ticked())
    st.rerun(["maps", "panel"])


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
