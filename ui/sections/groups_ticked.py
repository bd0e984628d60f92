"""The ticked groups: where they lie, what can be made of them, and what makes them."""

from dataclasses import replace
from functools import reduce

import numpy as np
import streamlit as st

from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.wording import counted, listed, share
from ui import chrome, listed_groups, selecting, session, shown_groups
from ui.labels import safe_label, safe_sentence
from ui.listed_groups import ListedGroup
from ui.map_view import MapView
from ui.sections import explanation, group_changes, notes, row_sets, undo
from ui.sections.row_sets import LONGEST_NAME
from ui.selection import Rows, Selection, no_rows
from ui.view import came_back

NEW_NAME = "name of set"
LONGEST_WORDS = 120  # letters of what is selected


# Which they are -----------------------------------------------------------------------------------


def ticked(groups: tuple[ListedGroup, ...]) -> tuple[ListedGroup, ...]:
    """Return those groups that are ticked, in their order in the list."""
    view = session.current().view
    marks = {view.group, *view.beside} if view.group else set()
    return tuple(group for group in groups if group.mark in marks)


def tick(view: MapView, groups: tuple[ListedGroup, ...]) -> None:
    """Let these groups be ticked, and the rows of the first be selected."""
    state = session.current()
    if groups:
        _select(view, groups[0])
    elif state.selection.group:
        selecting.select(Selection())
    state.view = replace(state.view, beside=tuple(group.mark for group in groups[1:]))
    regions = tuple(group for group in groups if group.is_region)
    state.rows_ticked = _rows(regions) if regions else no_rows()
    _compare(groups)


def follow(view: MapView) -> None:
    """Tick what became of the ticked groups, once groups were changed."""
    state, groups = session.current(), listed_groups.of(view)
    still_there = ticked(groups)
    before = state.selection.rows
    if np.isin(before, state.rows_ticked).all():  # else something was selected since
        before = state.rows_ticked
    was_of_this_map = bool(state.selection.group) and state.selection.map == view.saved.id
    parts = [
        group
        for group in groups
        if was_of_this_map and group.is_region and np.isin(group.rows, before).any()
    ]
    tick(view, tuple(group for group in groups if group in (*parts, *still_there)))


def _compare(groups: tuple[ListedGroup, ...]) -> None:
    """Let the first of two groups be compared with the second, one with the rest."""
    explanation.compare_with(groups[1].name if len(groups) == 2 else None)


def _select(view: MapView, group: ListedGroup) -> None:
    shown = shown_groups.of(view)
    if group.kept is not None:
        row_sets.take(group.kept)
    elif shown is not None and group.label is not None:
        shown_groups.take(view, shown, group.label)


# What is shown of them ----------------------------------------------------------------------------


def show(view: MapView, groups: tuple[ListedGroup, ...]) -> None:
    """Show what is ticked; without a tick say what one is for."""
    chosen = ticked(groups)
    _way_back(view, is_told=bool(chosen))
    if not chosen:
        is_for_reading = session.current().workspace.read_only
        st.write(
            "Tick a group to see what makes it different, two to compare them with each other."
            if is_for_reading
            else "Tick a group to see what makes it different, to rename, recolour or split it. "
            "Tick two to compare them with each other, or to unite them."
        )
        return
    _heading(view, chosen)
    if len(chosen) == 1:
        _one(view, chosen[0])
    else:
        _several(view, chosen)
    if came_back() or not explanation.is_chosen():  # here by an address
        _compare(chosen)
    if len(chosen) <= 2:
        explanation.show(view)


def _way_back(view: MapView, *, is_told: bool) -> None:
    """Offer to undo and redo; say what is selected where no group that is ticked tells it."""
    selection = session.current().selection
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        undo.show(lambda: _compare(ticked(listed_groups.of(view))))
        step = selecting.step_of(selection)
        if step is not None and not is_told:
            rows = counted(len(selection.rows), "row")
            st.caption(f"{rows} selected: {safe_label(str(step), LONGEST_WORDS)}")


def _heading(view: MapView, chosen: tuple[ListedGroup, ...]) -> None:
    names = " · ".join(safe_label(group.name) for group in chosen)
    st.subheader(names, anchor=False)
    n_rows = len(_rows(chosen))
    st.caption(f"{counted(n_rows, 'row')} · {share(n_rows / len(view.m.rows))}")


def _rows(groups: tuple[ListedGroup, ...]) -> Rows:
    return reduce(np.union1d, (group.rows for group in groups))


# One ----------------------------------------------------------------------------------------------


def _one(view: MapView, group: ListedGroup) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        chrome.link("explore", "Show it on the map")
        notes.write(view)
    notes.show(view)
    shown = shown_groups.of(view)
    if shown is not None and group.label is not None and group.is_region:
        group_changes.of_one(view, shown, group.label, follow)
    elif group.kept is not None and not session.current().workspace.read_only:
        _rename_set(view, group.kept)


def _rename_set(view: MapView, kept: Group) -> None:
    with st.popover("Rename this set", icon=":material/edit:", width="stretch"):
        st.text_input(
            "Name",
            kept.name,
            max_chars=LONGEST_NAME,
            key=f"{NEW_NAME} {kept.name}",
            on_change=_rename,
            args=(view, kept.name),
        )


def _rename(view: MapView, name: str) -> None:
    state, new_name = session.current(), st.session_state[f"{NEW_NAME} {name}"].strip()
    try:
        state.workspace.rename_group(name, new_name, view.saved.source)
    except AtlasError as problem:
        state.problem = safe_sentence(str(problem))
        return
    groups = listed_groups.of(view)
    tick(view, tuple(g for g in groups if g.kept and g.kept.name == new_name))


# Several ------------------------------------------------------------------------------------------


def _several(view: MapView, chosen: tuple[ListedGroup, ...]) -> None:
    if session.current().workspace.read_only:
        return
    unite, keep = st.columns(2)
    if all(group.is_region for group in chosen):
        unite.button(
            "Unite them",
            icon=":material/call_merge:",
            width="stretch",
            help="They become one group of the map. “As proposed” takes it back.",
            on_click=_unite,
            args=(view, tuple(group.mark for group in chosen)),
        )
    with keep.popover("Keep as a set", icon=":material/bookmark_add:", width="stretch"):
        st.text_input(
            f"Keep these {counted(len(_rows(chosen)), 'row')} as",
            max_chars=LONGEST_NAME,
            key=NEW_NAME,
            on_change=_keep,
            args=(view,),
        )


def _unite(view: MapView, marks: tuple[str, ...]) -> None:
    shown = shown_groups.of(view)
    if shown is None:
        return
    labels = [label for label in shown.labels if shown.mark(label) in marks]
    rows = shown.regions.rows(view.m, labels[0])
    shown_groups.unite(view, labels)
    made = [g for g in listed_groups.of(view) if g.is_region and np.isin(rows, g.rows).all()]
    tick(view, tuple(made))


def _keep(view: MapView) -> None:
    state, name = session.current(), st.session_state[NEW_NAME].strip()
    chosen = ticked(listed_groups.of(view))
    recipe = GroupRecipe(f"{listed([group.name for group in chosen])} together")
    try:
        state.workspace.keep_group(Group(name, _rows(chosen), "set", recipe), view.saved.source)
    except AtlasError as problem:
        state.problem = safe_sentence(str(problem))
