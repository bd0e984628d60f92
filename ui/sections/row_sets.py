"""Named sets of rows: keep a selection, take it up again, compare with it."""

from dataclasses import replace
from hashlib import blake2b

import streamlit as st

from som_core.drawing.palette import group_colour, set_place
from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.wording import counted
from ui import session, shown_groups
from ui.coloured_buttons import colour_buttons
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.selection import Rows, Selection, cells_in, selection_by_nodes
from ui.view import View
from workspace.kept_groups import KeptGroup
from workspace.tables import TableSource

LONGEST_NAME = 60


def kept(view: MapView) -> tuple[Group, ...]:
    """Return the sets of the table whose rows lie on the map."""
    return session.current().workspace.groups(view.saved.source)


def id_of(named: Group) -> str:
    """Return what an address says for the set: no name, and no rows."""
    return blake2b(named.name.encode(), digest_size=6).hexdigest()


def take(named: Group) -> None:
    """Select the rows of a set."""
    state = session.current()
    state.selection = Selection(rows=named.rows, group=id_of(named), asked=named.recipe.asked)
    state.view = replace(state.view, group=id_of(named), beside=(), selection="")


def follow_view(view: MapView) -> None:
    """Select the rows that the view names, and none where it names none any more."""
    state = session.current()
    wanted, beside = (state.view.group, state.view.selection), state.view.beside
    if wanted == (state.selection.group, state.selection.id):
        return
    named = next((named for named in kept(view) if id_of(named) == state.view.group), None)
    shown = shown_groups.of(view) if state.view.group else None
    label = None if shown is None else shown.label_of(state.view.group)
    linked = _named_by(state.view.selection, view)
    if named is not None:
        take(named)
    elif shown is not None and label is not None:
        shown_groups.take(view, shown, label)
    elif linked is not None:
        state.selection = linked
    else:
        state.view = replace(state.view, group="", selection="")
        state.selection = Selection()
    state.view = replace(state.view, beside=beside)


def _named_by(selection_id: str, view: MapView) -> Selection | None:
    """Return what an id in an address stands for: cells of a map of this table, or kept rows."""
    state = session.current()
    cells = cells_in(selection_id)
    if cells is None:
        linked = state.workspace.selection(selection_id, view.saved.source)
        if linked is None:
            return None
        return Selection(rows=linked.rows, id=selection_id, asked=linked.recipe.asked)
    map_id, nodes = cells
    for saved in state.workspace.maps():
        if saved.id == map_id and saved.source == view.saved.source:
            m = session.trained_map(saved)
            return selection_by_nodes(map_id, m, nodes & frozenset(range(m.settings.n_nodes)))
    return None


def view_for_link(table: TableSource) -> View:
    """Return the view with what is selected in it: rows that are no set get an id."""
    state = session.current()
    selection = state.selection
    if selection.group or selection.id or len(selection.rows) == 0:
        return state.view
    group = Group(
        "selection", selection.rows, "selection", GroupRecipe.of_question(selection.asked)
    )
    return replace(state.view, selection=state.workspace.keep_selection(group, table))


def show(view: MapView) -> None:
    """Offer to keep the selected rows under a name, and list the sets that were kept."""
    state = session.current()
    sets, rows = kept(view), state.selection.rows
    with st.popover("Sets", icon=":material/bookmark:", width="stretch"):
        if not state.workspace.read_only and len(rows):
            _keep(view.saved.source, rows, {named.name: named for named in sets})
        if not sets:
            st.caption("A set keeps rows under a name, to come back to or to compare with.")
        # As on the maps.
        colour_buttons(
            {f"take set {place}": group_colour(set_place(place)) for place in range(len(sets))}
        )
        for place, named in enumerate(sets):
            _line(view.saved.source, named, place)
        if state.deleted_set is not None:
            _offer_undo(state.deleted_set)


def _keep(table: TableSource, rows: Rows, sets: dict[str, Group]) -> None:
    state = session.current()
    name = st.text_input(
        f"Keep these {counted(len(rows), 'row')} as",
        max_chars=LONGEST_NAME,
        key=f"name of set {state.sets_kept}",
    ).strip()
    if name in sets:
        st.warning(
            f"“{safe_label(name)}” keeps {counted(len(sets[name].rows), 'row')} already. Choose "
            "another name, or replace them."
        )
        label, icon = "Replace them", ":material/sync:"
    else:
        label, icon = "Keep", ":material/bookmark_add:"
    st.button(label, icon=icon, disabled=not name, on_click=_keep_as, args=(table, name))


def _keep_as(table: TableSource, name: str) -> None:
    """Keep the selected rows under a name; who replaces a set was asked before."""
    state = session.current()
    kept_as = Group(
        name, state.selection.rows, "set", GroupRecipe.of_question(state.selection.asked)
    )
    state.workspace.keep_group(kept_as, table, replace=True)
    state.sets_kept += 1
    take(kept_as)
    st.rerun(["panel"])


def _line(table: TableSource, named: Group, place: int) -> None:
    choose, delete = st.columns([5, 1], vertical_alignment="center")
    choose.button(
        f"{safe_label(named.name)} · {counted(len(named.rows), 'row')}",
        key=f"take set {place}",
        width="stretch",
        help="Select its rows.",
        on_click=_select,
        args=(named,),
    )
    if not session.current().workspace.read_only:
        delete.button(
            "",
            key=f"delete set {place}",
            icon=":material/delete:",
            help="Forget it.",
            on_click=_delete,
            args=(table, named),
        )


def _select(named: Group) -> None:
    take(named)
    st.rerun(["maps", "panel"])


def _delete(table: TableSource, named: Group) -> None:
    state = session.current()
    state.deleted_set = state.workspace.delete_group(named.name, table)
    if state.view.group == id_of(named):
        state.view = replace(state.view, group="")
        state.selection = replace(state.selection, group="")
    st.rerun(["panel"])


def _offer_undo(deleted: KeptGroup) -> None:
    said, undo = st.columns([3, 2], vertical_alignment="center")
    said.caption(f"“{safe_label(deleted.group.name)}” was forgotten.")
    undo.button("Undo", icon=":material/undo:", width="stretch", on_click=_restore, args=(deleted,))


def _restore(deleted: KeptGroup) -> None:
    state = session.current()
    try:
        state.workspace.restore_group(deleted)
        state.deleted_set = None
    except AtlasError as problem:  # its name was given away
        state.problem = safe_sentence(str(problem))
    st.rerun(["panel"])
