"""What lies on the maps: rows as marks, a small chart in each cell, borders of groups and sets."""

from dataclasses import replace

import numpy as np
import streamlit as st

from som_core.analyses.selection import nodes_held_by
from som_core.drawing.cell_glyphs import MOST_BARS, level_pies, mean_bars
from som_core.drawing.overlays import Borders, Glyphs, Overlay, RowMarks
from som_core.drawing.palette import group_colour, set_place
from som_core.drawing.row_marks import PlacedRows, placed_rows, row_marks
from som_core.groups import Group
from som_core.layers import categories, mean
from ui import named_sets, session, shown_groups
from ui.map_view import MapView
from ui.selection import fingerprint
from ui.view import show_in_widget

MARKS = {"": "Off", "alike": "All alike", "by": "By a category"}
GLYPHS = {"": "None", "pie": "Pie", "bars": "Bars"}
FEW = 3  # bars at first
WIDTH = 320  # pixels
BYTES_A_TEXT = 30  # of a drawn row or part of a glyph, about
MARKED, MARKED_BY, GLYPH, PIE_OF, BARS_OF, SETS = (
    "rows as marks",
    "marked by",
    "chart in cells",
    "pie of",
    "bars of",
    "borders of sets",
)


def show_choices(view: MapView) -> None:
    """Offer what can be put on the maps."""
    popover = st.popover("On the maps", icon=":material/scatter_plot:", width="stretch")
    with popover.container(width=WIDTH):  # the maps stay in sight
        _choose_marks(view)
        _choose_glyphs(view)
        _choose_sets(view)


def overlays(view: MapView) -> list[Overlay]:
    """Return what the view asks for, as far as the table has the columns for it, and borders."""
    asked = session.current().view
    drawn: list[Overlay] = []
    if asked.glyphs == "pie" and _levels(view):
        drawn.append(_pies(view, _level_column(view, asked.glyphs_of)))
    if asked.glyphs == "bars" and _numbers(view):
        drawn.append(_bars(view, _number_columns(view)))
    if asked.marks == "alike":
        drawn.append(_marks(view, None))
    if asked.marks == "by" and _levels(view):
        drawn.append(_marks(view, _level_column(view, (asked.marks_by,))))
    groups = shown_groups.of(view)
    borders = [] if groups is None else shown_groups.borders(view, groups)
    sets = [
        _border(view, kept, group_colour(set_place(place)))
        for place, kept in enumerate(named_sets.kept(view))
        if named_sets.id_of(kept) in asked.sets
    ]
    return [*drawn, *borders, *sets]


def overlays_of_a_file(view: MapView) -> list[Overlay]:
    """Return the same for maps on which nothing is selected yet, so that no group is pale."""
    return [
        replace(overlay, dimmed=frozenset()) if isinstance(overlay, Borders) else overlay
        for overlay in overlays(view)
    ]


# What the analyst does ----------------------------------------------------------------------------


def _choose_marks(view: MapView) -> None:
    asked = session.current().view
    ways = [way for way in MARKS if way != "by" or _levels(view)]
    chosen = asked.marks if asked.marks in ways else ""
    show_in_widget(MARKED, chosen)
    st.segmented_control(
        "Rows as marks",
        ways,
        default=chosen,
        format_func=MARKS.__getitem__,
        key=MARKED,
        required=True,
        on_change=_take,
        help="Each row lies within its cell towards the cells that fit it next best.",
    )
    if chosen == "by":
        _choose_level_column("Shape and colour by", view, (asked.marks_by,), MARKED_BY)
    if chosen:
        placed = _placed(view)
        if len(placed.rows) < placed.n_on_map:
            st.caption(f"{placed.in_words}: all of them could not be told apart.")


def _choose_level_column(label: str, view: MapView, asked: tuple[str, ...], key: str) -> None:
    """Offer the columns that tell rows apart by their level, the one asked for chosen."""
    levels, chosen = _levels(view), _level_column(view, asked)
    show_in_widget(key, chosen)
    st.selectbox(label, levels, levels.index(chosen), key=key, on_change=_take)


def _choose_glyphs(view: MapView) -> None:
    asked = session.current().view
    needs = {"": True, "pie": _levels(view), "bars": _numbers(view)}
    kinds = [kind for kind in GLYPHS if needs[kind]]
    chosen = asked.glyphs if asked.glyphs in kinds else ""
    show_in_widget(GLYPH, chosen)
    st.segmented_control(
        "A small chart in each cell",
        kinds,
        default=chosen,
        format_func=GLYPHS.__getitem__,
        key=GLYPH,
        required=True,
        on_change=_take,
        help="On the large map, where its cells are large enough.",
    )
    if chosen == "pie":
        _choose_level_column("Shares of", view, asked.glyphs_of, PIE_OF)
    if chosen == "bars":
        bars = _number_columns(view)
        show_in_widget(BARS_OF, bars)
        st.multiselect(
            "Means of",
            _numbers(view),
            bars,
            key=BARS_OF,
            on_change=_take,
            max_selections=MOST_BARS,
            select_all=False,
        )
        st.caption("A bar of half the height is a mean in the middle of all rows.")


def _choose_sets(view: MapView) -> None:
    sets = {named_sets.id_of(kept): kept for kept in named_sets.kept(view)}
    if not sets:
        return
    chosen = [name for name in session.current().view.sets if name in sets]
    show_in_widget(SETS, chosen)
    st.multiselect(
        "Borders around sets",
        list(sets),
        chosen,
        format_func=lambda set_id: sets[set_id].name,
        key=SETS,
        on_change=_take,
        select_all=False,
        help="Around the cells of whose rows at least half are in the set.",
    )


def _take() -> None:
    """Let the view follow the widgets; those that aren't shown have no say."""
    state, widgets = session.current(), st.session_state
    before, kind = state.view, widgets[GLYPH]
    of = {
        "pie": (widgets[PIE_OF],) if PIE_OF in widgets else (),
        "bars": tuple(widgets.get(BARS_OF, ())),
    }
    state.view = replace(
        before,
        marks=widgets[MARKED],
        marks_by=widgets.get(MARKED_BY, "") if widgets[MARKED] == "by" else "",
        glyphs=kind,
        glyphs_of=of.get(kind, ()),
        sets=tuple(widgets.get(SETS, ())),
    )


# Which columns ------------------------------------------------------------------------------------


def _levels(view: MapView) -> list[str]:
    """Return the columns that tell rows apart by their level."""
    return [column.name for column in view.profiles if column.kind in categories.CHOICE.kinds]


def _numbers(view: MapView) -> list[str]:
    """Return the columns that have means."""
    return [column.name for column in view.profiles if column.kind in mean.CHOICE.kinds]


def _level_column(view: MapView, asked: tuple[str, ...]) -> str:
    """Return the column asked for, or the first where the table has no such one."""
    levels = _levels(view)
    return next((name for name in asked if name in levels), levels[0])


def _number_columns(view: MapView) -> list[str]:
    """Return the columns whose means are to be bars: those asked for, or the first ones."""
    numbers = _numbers(view)
    asked = [name for name in session.current().view.glyphs_of if name in numbers]
    return asked[:MOST_BARS] or numbers[:FEW]


# What is drawn ------------------------------------------------------------------------------------


def _placed(view: MapView) -> PlacedRows:
    return session.cached(
        ("placed rows", view.saved.id),
        lambda: placed_rows(view.m, view.table),
        lambda placed: placed.rows.nbytes + placed.places.nbytes,
        "Placing the rows …",
    )


def _marks(view: MapView, by: str | None) -> RowMarks:
    return session.cached(
        ("row marks", view.saved.id, view.source.columns_key, by),
        lambda: row_marks(_placed(view), None if by is None else view.table.column(by)),
        lambda marks: marks.kinds.nbytes + BYTES_A_TEXT * len(marks.kinds),
        "Marking the rows …",
    )


def _pies(view: MapView, column: str) -> Glyphs:
    return session.cached(
        ("pies", view.saved.id, view.source.columns_key, column),
        lambda: level_pies(view.m, view.table.column(column)),
        _size_of,
        "Drawing the charts …",
    )


def _bars(view: MapView, columns: list[str]) -> Glyphs:
    return session.cached(
        ("bars", view.saved.id, view.source.columns_key, *columns),
        lambda: mean_bars(view.m, [view.table.column(name) for name in columns]),
        _size_of,
        "Drawing the charts …",
    )


def _border(view: MapView, kept: Group, colour: str) -> Borders:
    """Return the border around the cells that hold a set."""

    def drawn() -> Borders:
        labels = np.full(view.hits.size, -1)
        labels[nodes_held_by(view.m, kept.rows)] = 0
        return Borders(
            node_labels=labels.reshape(view.hits.shape),
            names=(kept.name,),
            colours=(colour,),
            title="Set",
        )

    return session.cached(
        ("border of a set", view.saved.id, kept.name, colour, fingerprint(kept.rows)),
        drawn,
        lambda borders: 10 * borders.node_labels.nbytes,
        "Drawing the border …",
    )


def _size_of(glyphs: Glyphs) -> int:
    """The bytes of glyphs with their text, about; at least 1."""
    return 1 + glyphs.values.nbytes + BYTES_A_TEXT * glyphs.values.size
