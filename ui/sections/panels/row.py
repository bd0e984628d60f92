"""The panel “Row”: one row, where it lies and why, what is like it, and another beside it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from som_core.analyses.nearness import distance_parts, near_rows, parts_in_words
from som_core.analyses.row_differences import difference_in_words, row_differences
from som_core.analyses.typed_row import as_typed, typed_columns, typed_row
from som_core.errors import AtlasError
from som_core.layers.distance_from import FROM_ROW
from som_core.reading import Table
from som_core.selection_steps import Pointed
from som_core.wording import cell_in_words, counted, number, share
from ui import looked_at, questions, selecting, session
from ui.labels import safe_sentence
from ui.looked_at import LookedAt
from ui.map_view import MapView
from ui.sections.panels.panel import Panel
from ui.selection import Selection, selection_by_nodes
from ui.session import TypedRow
from ui.tables import table_height
from ui.view import show_in_widget

NUMBER, TYPING, TYPED = "row number", "type values", "typed values"
BESIDE, COLOURED = "row beside", "coloured by distance"
MOST_DIFFERENCES = 3  # that are told of a near row
COLUMN_WIDTH = 160  # pixels of a name, which would else leave no room for the value beside it


def show(view: MapView) -> None:
    """Show the row that is looked at; offer to choose one by its number, or to type one."""
    _choose_row(view)
    typed = looked_at.typed_on(view)
    if typed is not None:
        _type_values(view, typed)
    row = looked_at.of(view)
    if row is None:
        if typed is None:
            st.write(
                "Choose a row by its number, or tick one under “Selection”, to see it as a whole. "
                f"Type values to see where such a row would lie.{_how_many_are_here(view)}"
            )
            _offer_selected()
        return
    if row.node < 0:
        st.info(
            "This row is not on the map: it is of other rows, or the recipe left it out."
            + _how_many_are_here(view)
        )
    else:
        _place(view, row)
        _near(view, row)
    _values(view, row)


def _offer_selected() -> None:
    """Offer the row that is selected, where it is a single one."""
    rows = session.current().selection.rows
    if len(rows) == 1:
        st.button(
            f"Show row {rows[0] + 1:,}, the one selected",
            icon=":material/table_rows:",
            on_click=_look_at,
            args=(int(rows[0]),),
        )


PANEL = Panel("row", "Row", show)


def _how_many_are_here(view: MapView) -> str:
    """Say, for a map of some rows, that rows have the numbers of the whole table."""
    n_here, n_rows = len(view.m.rows), len(view.table.frame)
    if n_here == n_rows:
        return ""
    return (
        f" On this map {'is' if n_here == 1 else 'are'} {n_here:,} of the {n_rows:,} rows of the "
        "table; each keeps its number there."
    )


# Which row ----------------------------------------------------------------------------------------


def _choose_row(view: MapView) -> None:
    state, n_rows = session.current(), len(view.table.frame)
    chosen, typing = st.columns([1.4, 1], vertical_alignment="bottom")
    place = None if state.chosen_row is None else state.chosen_row + 1
    show_in_widget(NUMBER, place)
    chosen.number_input(
        "Row",
        min_value=1,
        max_value=n_rows,
        value=place,
        step=1,
        placeholder=f"a number from 1 to {n_rows:,}",
        key=NUMBER,
        on_change=_take_number,
        help="Or tick a row under “Selection”.",
    )
    is_typing = looked_at.typed_on(view) is not None
    show_in_widget(TYPING, is_typing)
    typing.toggle(
        "Type values",
        is_typing,
        key=TYPING,
        on_change=_begin_or_end_typing,
        args=(view,),
        help="Places a row that isn't in the table. It starts from the chosen row, or else from "
        "what was typed for another map.",
    )


def _take_number() -> None:
    chosen = st.session_state[NUMBER]
    _look_at(None if chosen is None else int(chosen) - 1)


def _look_at(place: int | None) -> None:
    selecting.tick([] if place is None else [place])
    st.rerun(["maps", "panel"])


def _begin_or_end_typing(view: MapView) -> None:
    state = session.current()
    row, before = state.chosen_row, state.typed
    state.typed = None
    if st.session_state[TYPING]:
        elsewhere = {} if before is None else before.values
        values = elsewhere if row is None else as_typed(view.m, view.table, row)
        state.typed = TypedRow(view.saved.id, values)
    st.rerun(["maps", "panel"])


def _type_values(view: MapView, typed: Mapping[str, str]) -> None:
    """Let values be typed, and offer to place them on the map once they can be read."""
    names = typed_columns(view.m)
    lines = pd.DataFrame({"column": names, "value": [typed.get(name, "") for name in names]})
    edited = st.data_editor(
        lines,
        hide_index=True,
        disabled=["column"],
        height=table_height(len(lines), at_most=260),
        key=TYPED,
        column_config={
            "column": st.column_config.TextColumn("Column", width=COLUMN_WIDTH),
            "value": st.column_config.TextColumn(
                "Value",
                width=COLUMN_WIDTH,
                help="Empty: not known, and left out of the comparison.",
            ),
        },
    )
    values = dict(zip(names, edited["value"].fillna("").str.strip(), strict=True))
    problem = _problem_with(view, values)
    st.button(
        "Place it on the map",
        icon=":material/location_on:",
        disabled=bool(problem),
        on_click=_place_typed,
        args=(view, values),
    )
    if problem and any(values.values()):
        st.warning(safe_sentence(problem))


def _problem_with(view: MapView, values: Mapping[str, str]) -> str:
    """Return why values can't be placed; "" where they can."""
    try:
        typed_row(view.m, view.table, values)
    except AtlasError as problem:
        return str(problem)
    return ""


def _place_typed(view: MapView, values: Mapping[str, str]) -> None:
    session.current().typed = TypedRow(view.saved.id, values)
    st.rerun(["maps", "panel"])


# Where it lies ------------------------------------------------------------------------------------


def _place(view: MapView, row: LookedAt) -> None:
    """Say where the row lies, how well its cell fits it, and which columns part the two."""
    m, vector = view.m, row.vector(view)
    node = m.codebook.reshape(m.settings.n_nodes, -1)[row.node]
    distance = float(m.project(vector[None])[1][0])
    nearer = float((m.distance < distance).mean())
    than_others = f"farther than {share(nearer)}" if nearer else "no farther than any"
    st.markdown(
        f"**{cell_in_words(row.node, m.width).capitalize()}.** It lies {number(distance, 3)} from "
        f"its cell, {than_others} of the rows from theirs. "
        f"{safe_sentence(parts_in_words(distance_parts(m, vector, node)))}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Select its cell",
            icon=":material/hexagon:",
            on_click=_select_cell,
            args=(view, row.node),
        )
        name = _distance_layer(view)
        is_coloured = name in session.current().view.over
        show_in_widget(COLOURED, is_coloured)
        st.toggle(
            "Colour the maps by distance to it",
            is_coloured,
            key=COLOURED,
            on_change=_colour,
            args=(name,),
        )


def _select_cell(view: MapView, node: int) -> None:
    selecting.select(selection_by_nodes(view.saved.id, view.m, frozenset({node})))
    st.rerun(["maps", "panel"])


def _distance_layer(view: MapView) -> str:
    return next(name for name, entry in view.menu.items() if entry.choice is FROM_ROW)


def _colour(name: str) -> None:
    state = session.current()
    others = tuple(over for over in state.view.over if over != name)
    if st.session_state[COLOURED]:
        state.view = replace(state.view, over=(*others, name), large=name)
    else:
        large = "" if state.view.large == name else state.view.large
        state.view = replace(state.view, over=others, large=large)
    st.rerun(["maps", "panel"])


# What is like it ----------------------------------------------------------------------------------


def _near(view: MapView, row: LookedAt) -> None:
    """Show the rows nearest to it with what differs; a tick makes one the row that is looked at."""
    vector, prepared = row.vector(view), looked_at.prepared(view)
    near = near_rows(view.m, prepared, vector, leave_out=row.place)
    if len(near.rows) == 0:
        return
    values, vectors = row.values(view), prepared.matrix[np.searchsorted(prepared.rows, near.rows)]
    told = [
        _what_differs(view, values, int(place), distance_parts(view.m, vector, other))
        for place, other in zip(near.rows, vectors, strict=True)
    ]
    lines = pd.DataFrame({"row": near.rows + 1, "differs": told, "distance": near.distances})
    naming = [c.name for c in view.profiles if c.kind == "identifier"]
    if naming:
        lines.insert(1, "name", view.table.frame[naming[0]].iloc[near.rows].tolist())
    key = f"near {row.place} {hash(vector.tobytes())}"
    st.markdown("**Nearest rows**, by the map's own distance over all columns that shaped it")
    st.dataframe(
        lines,
        key=key,
        hide_index=True,
        height=table_height(len(lines), at_most=250),
        on_select=lambda: _take_near(key, near.rows.tolist()),
        selection_mode="single-row",
        alt="The rows nearest to this one",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=50),
            "name": st.column_config.TextColumn(naming[0] if naming else "", width=75),
            "differs": st.column_config.TextColumn("What differs most", width=225),
            "distance": st.column_config.NumberColumn("Distance", format="%.3g", width=70),
        },
    )
    st.button(
        "Select these rows",
        icon=":material/select_all:",
        on_click=_select_rows,
        args=(view, near.rows, row.place),
        help="And the row itself, where it is one of the table.",
    )


def _what_differs(view: MapView, values: Table, place: int, parts: pd.Series) -> str:
    other = view.table.of_rows([place])
    told = [
        difference_in_words(view.table, str(name), values, other)
        for name in parts[parts > 0].head(MOST_DIFFERENCES).index
    ]
    return " · ".join(filter(None, told)) or "nothing"


def _take_near(key: str, places: list[int]) -> None:
    picked = st.session_state[key].selection.rows
    if picked:
        _look_at(places[picked[0]])


def _select_rows(view: MapView, near: NDArray[np.int64], place: int | None) -> None:
    """Select the nearest rows, and the row itself where it is one of the table."""
    near_what = "a typed row" if place is None else f"row {place + 1:,}"
    rows = np.unique(near if place is None else np.append(near, place))
    step = Pointed(f"{counted(len(near), 'row')} nearest to {near_what}", rows)
    questions.select_as_chosen(view, Selection(rows=rows, step=step))
    st.rerun(["maps", "panel"])


# Its values ---------------------------------------------------------------------------------------


def _values(view: MapView, row: LookedAt) -> None:
    """Show every column of the row, beside what its cell stands for or beside another row."""
    beside = _row_beside(view)
    if beside is None:
        _beside_its_cell(view, row)
    else:
        _beside_another(view, row, beside)


def _row_beside(view: MapView) -> int | None:
    """Offer to compare with another row; return its position."""
    state = session.current()
    place = None if state.row_beside is None else state.row_beside + 1
    show_in_widget(BESIDE, place)
    st.number_input(
        "Compare with row",
        min_value=1,
        max_value=len(view.table.frame),
        value=place,
        step=1,
        placeholder="its cell, or the number of another row",
        key=BESIDE,
        on_change=_take_beside,
    )
    return state.row_beside


def _take_beside() -> None:
    chosen = st.session_state[BESIDE]
    session.current().row_beside = None if chosen is None else int(chosen) - 1


def _beside_its_cell(view: MapView, row: LookedAt) -> None:
    frame = row.values(view).frame
    lines = pd.DataFrame(
        {
            "column": frame.columns,
            "this row": [_written(frame[name].iloc[0]) for name in frame.columns],
            "its cell": [_of_the_cell(view, name, row.node) for name in frame.columns],
        }
    )
    st.dataframe(
        lines,
        hide_index=True,
        height=table_height(len(lines), at_most=480),
        placeholder="",
        alt="All values of the row",
        column_config={"column": st.column_config.TextColumn("column", width=COLUMN_WIDTH)},
    )


def _beside_another(view: MapView, row: LookedAt, place: int) -> None:
    circles = {
        column.recipe.name: circle.period
        for column in view.m.fitted.columns
        if (circle := view.m.fitted.circle(column.recipe.name)) is not None
    }
    lines = row_differences(
        view.table, row.values(view), view.table.of_rows([place]), circles=circles
    )
    text, number_column = st.column_config.TextColumn, st.column_config.NumberColumn
    places = ["place_here", "place_there"]
    lines[places] = lines[places].round(2)
    shown = ["column", "here", "there", "difference", "deviations", *places]
    st.dataframe(
        lines[shown].style.format(number, subset=["difference"], na_rep=""),
        hide_index=True,
        height=table_height(len(lines), at_most=480),
        placeholder="",
        alt="Both rows side by side",
        column_config={
            "column": text("column", width=100),
            "here": text("this row", width=80),
            "there": text(f"row {place + 1:,}", width=80),
            "difference": number_column(
                "difference",
                help="In units of the column; of dates in days, of times in hours.",
            ),
            "deviations": number_column(
                "in SD",
                format="%.2f",
                help="In standard deviations of the column: how much it is beside what is usual.",
            ),
            "place_here": number_column(
                "lies at",
                format="percent",
                help="The share of the table's values below this row's, of equals half.",
            ),
            "place_there": number_column("the other at", format="percent"),
        },
    )


def _of_the_cell(view: MapView, column: str, node: int) -> str:
    """Return what a cell stands for in a column; "" for one that did not train as a number."""
    if node < 0 or column not in view.planes:
        return ""
    value = view.classic[column].values.ravel()[node]
    return "" if np.isnan(value) else number(value)


def _written(value: object) -> str:
    return "" if pd.isna(value) else f"{value:,.10g}" if isinstance(value, float) else str(value)
