"""Selecting rows: however it is done, all maps, the address and the way back know of it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import Pointed, Step
from som_core.wording import counted
from ui import session
from ui.selection import Selection, cells_in
from ui.session import Ticks
from ui.view import View
from workspace.table_source import TableSource

_SELECTED, _TICKED = "selection", "ticked"  # names of groups that keep rows for an address


def select(selection: Selection) -> None:
    """Let rows be selected; those that were are gone back to by `undo`."""
    state = session.current()
    if not selection.is_like(state.selection):
        state.history = state.history.gone_on(state.selection)
        _show(selection)


def select_instead(selection: Selection) -> None:
    """Let rows be selected in the place of those that are: they were but half of what was meant."""
    _show(selection)


def follow(selection: Selection) -> None:
    """Let rows be selected to which an address led: a link, a reload, the browser's Back."""
    state = session.current()
    if not selection.is_like(state.selection):
        state.history = state.history.followed(state.selection, selection)
    state.selection = selection


def undo() -> None:
    """Select again what was selected before."""
    state = session.current()
    if state.history.past:
        before, state.history = state.history.past[-1], state.history.undone(state.selection)
        _show(before)


def redo() -> None:
    """Select again what was undone."""
    state = session.current()
    if state.history.future:
        after, state.history = state.history.future[0], state.history.redone(state.selection)
        _show(after)


def let_group_go() -> None:
    """Keep the rows selected of a group that isn't there any more."""
    state = session.current()
    state.history = state.history.without_group(state.selection.group)
    _show(replace(state.selection, group=""))


def step_of(selection: Selection) -> Step | None:
    """Return how rows were selected; None where none are."""
    if selection.step is not None or selection.is_empty:
        return selection.step
    return Pointed(_words(selection), selection.rows)


def _words(selection: Selection) -> str:
    name = session.current().workspace.map_name(selection.map)
    if name:
        return f"{counted(len(selection.nodes), 'cell')} of “{name}”"
    return counted(len(selection.rows), "row")


# Ticks --------------------------------------------------------------------------------------------


def tick(rows: Sequence[int]) -> None:
    """Let rows be ticked; the last one is marked on the maps, and shown as a whole."""
    state = session.current()
    state.ticks = Ticks(tuple(rows), _noted(_group_of_ticked(rows)) if rows else "")
    state.chosen_row, state.typed = rows[-1] if rows else None, None
    state.view = replace(state.view, ticked=state.ticks.id)


def ticked_rows() -> tuple[int, ...]:
    """Return the rows that are ticked; a row that was chosen otherwise is ticked alone."""
    state = session.current()
    if state.chosen_row is None or state.chosen_row in state.ticks.rows:
        return state.ticks.rows
    return (state.chosen_row,)


def selection_of_ticked() -> Selection:
    """Return the ticked rows as a selection."""
    rows = np.unique(np.array(ticked_rows(), dtype=np.int64))
    return Selection(rows=rows, step=Pointed(counted(len(rows), "ticked row"), rows))


def follow_ticks(table: TableSource) -> None:
    """Tick the rows that the address names, where it was come by."""
    state = session.current()
    if state.view.ticked != state.ticks.id:
        kept = state.workspace.selection(state.view.ticked, table)
        rows = () if kept is None else tuple(kept.rows.tolist())
        state.ticks = Ticks(rows, state.view.ticked if rows else "")
        state.chosen_row = rows[-1] if rows else None


# What the address says ----------------------------------------------------------------------------


def _show(selection: Selection) -> None:
    state = session.current()
    state.selection, state.how = _with_id(selection), "new"
    state.view = replace(
        state.view, group=state.selection.group, beside=(), selection=state.selection.id
    )


def _with_id(selection: Selection) -> Selection:
    """Return the selection with what an address says for it."""
    if selection.group or cells_in(selection.id) is not None or selection.is_empty:
        return selection
    return replace(selection, id=_noted(_as_group(selection)) or selection.id)


def _noted(group: Group) -> str:
    """Return an id for rows of the table of the shown map; "" where nothing can be noted."""
    workspace, saved = session.current().workspace, session.shown_map()
    if saved is None:
        return ""
    try:
        return workspace.note_selection(group, saved.source)
    except AtlasError:  # such as no room: the rows are selected all the same
        return ""


def view_for_link(table: TableSource) -> View:
    """Return the view, once the rows that it names by an id are kept as long as links are."""
    state = session.current()
    view, selection, ticked = state.view, state.selection, state.ticks.rows
    if len(selection.rows) and not selection.group and cells_in(selection.id) is None:
        kept = state.workspace.keep_selection(_as_group(selection), table)
        view = replace(view, selection=kept)
    if ticked:
        kept = state.workspace.keep_selection(_group_of_ticked(ticked), table)
        view = replace(view, ticked=kept)
    return view


def _group_of_ticked(rows: Sequence[int]) -> Group:
    return Group(_TICKED, np.array(rows, dtype=np.int64))


def _as_group(selection: Selection) -> Group:
    recipe = GroupRecipe.of_step(step_of(selection))
    return Group(_SELECTED, selection.rows, "selection", recipe)
