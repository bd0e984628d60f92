"""All groups as one table: colour, name, rows, share, and what is strongest in them."""

import pandas as pd
import streamlit as st

from som_core.analyses.group_names import group_traits
from som_core.analyses.own_rows import own_places, own_table
from ui import counted_rows, listed_groups, shown_groups
from ui.listed_groups import ListedGroup
from ui.map_view import MapView
from ui.sections import groups_ticked
from ui.selection import Rows
from ui.tables import ONE_LINE, SEVERAL_LINES, table_height
from ui.view import show_in_widget

MOST_TRAITS = 5
LONG_NAME = 32  # letters: about as many as a line shows
TRAITS_KEPT = 1_024  # of all sessions
TICKS = "ticked groups"


def show(view: MapView, groups: tuple[ListedGroup, ...]) -> None:
    """Show one line a group; a tick selects its rows, several put groups side by side."""
    ticked = groups_ticked.ticked(groups)
    places = [place for place, group in enumerate(groups) if group in ticked]
    if st.session_state.get(TICKS, {}).get("selection", {}).get("rows") != places:
        show_in_widget(TICKS, {"selection": {"rows": places, "columns": [], "cells": []}})
    n_on_map = len(view.m.rows)
    lines = pd.DataFrame(
        {
            "colour": [group.colour_name for group in groups],
            "name": [group.name for group in groups],
            "rows": [len(group.rows) for group in groups],
            "share": [100 * len(group.rows) / n_on_map for group in groups],
            "traits": [_traits(view, group) for group in groups],
            "what": ["set" if group.kept is not None else "group" for group in groups],
        }
    )
    whole = _rows_of_the_whole_table(view, groups)
    if whole is not None:
        lines.insert(4, "whole", whole)
    is_long = any(len(group.name) > LONG_NAME for group in groups)
    row, at_most = (SEVERAL_LINES, 480) if is_long else (ONE_LINE, 320)
    # The name of a colour, unseen: the patch is for eyes, and the word is read aloud.
    patches = [f"background-color: {group.colour}; color: transparent" for group in groups]
    text = st.column_config.TextColumn
    st.dataframe(
        lines.style.apply(lambda _: patches, subset=["colour"]),
        key=TICKS,
        hide_index=True,
        height=table_height(len(groups), at_most=at_most, row=row),
        row_height=row,
        on_select=lambda: _tick(view),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": places}},
        alt="All groups",
        column_config={
            # Where texts are wrapped, the page freezes if a letter is wider than its column.
            "colour": text("", width=40),
            "name": text("Group", width=240),
            "rows": st.column_config.NumberColumn("Rows", format="localized", width=60),
            "share": st.column_config.NumberColumn(
                "Share", format="%.1f%%", width=60, help="Of the rows on the map."
            ),
            "whole": st.column_config.NumberColumn(
                "All rows",
                format="localized",
                width=80,
                help="Of the whole table, counted exactly. All else here is of the sample.",
            ),
            "traits": text("Strongest in it", width=290),
            "what": text("What", width=64, help="A group of the map, or a set that you kept."),
        },
    )


def _rows_of_the_whole_table(view: MapView, groups: tuple[ListedGroup, ...]) -> pd.Series | None:
    """Return how many of all rows are in each group of the map; None before they are counted."""
    counted, shown = counted_rows.of(view.saved), shown_groups.of(view)
    if counted is None or shown is None:
        return None
    labels = shown.regions.node_labels.ravel()
    numbers = [
        None if group.label is None else int(counted.counts[labels == group.label].sum())
        for group in groups
    ]
    return pd.Series(numbers, dtype="Int64")


def _tick(view: MapView) -> None:
    groups = listed_groups.of(view)
    places = st.session_state[TICKS].selection.rows
    groups_ticked.tick(view, tuple(groups[place] for place in sorted(places)))


def _traits(view: MapView, group: ListedGroup) -> str:
    return _in_words(view, group.rows, (view.rows_key, group.key[1]))


@st.cache_resource(max_entries=TRAITS_KEPT, show_spinner="Naming the groups …")
def _in_words(_view: MapView, _rows: Rows, key: tuple[str, str]) -> str:
    own, rows = own_table(_view.m, _view.table), own_places(_view.m, _rows)
    traits = group_traits(own, rows)[:MOST_TRAITS]
    return ", ".join(trait.words for trait in traits) or "about as all others"
