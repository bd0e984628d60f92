"""Named sets of rows: keep a selection, take it up again, compare with it."""

from dataclasses import replace

import streamlit as st

from som_core.drawing.palette import group_colour, set_place
from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.wording import counted
from ui import questions, selecting, session, shown_groups
from ui.coloured_buttons import colour_buttons
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.named_sets import id_of, kept
from ui.selection import Rows, Selection, cells_in, selection_by_nodes, selection_of_group
from ui.view import View
from workspace.kept_groups import KeptGroup, groups_of, questions_elsewhere
from workspace.table_source import TableSource

LONGEST_NAME = 60
LONGEST_SHOWN = 120
MOST_ELSEWHERE = 8


def take(named: Group) -> None:
    """Select the rows of a set."""
    selecting.select(selection_of_group(id_of(named), named))


def follow_view(view: MapView) -> None:
    """Select the rows that the view names, and none where it names none any more."""
    state = session.current()
    selecting.follow_ticks(view.saved.source)
    if (state.view.group, state.view.selection) == (state.selection.group, state.selection.id):
        return
    found = _named_by(state.view, view)
    selecting.follow(found)
    questions.take_up_last()
    state.view = replace(state.view, group=found.group, selection=found.id)


def _named_by(asked: View, view: MapView) -> Selection:
    """Return what an address stands for: a group, cells of a map of this table, or kept rows."""
    state = session.current()
    if asked.group:
        named = next((named for named in kept(view) if id_of(named) == asked.group), None)
        if named is not None:
            return selection_of_group(asked.group, named)
        shown = shown_groups.of(view)
        label = None if shown is None else shown.label_of(asked.group)
        return Selection() if shown is None or label is None else shown.selection(view, label)
    cells = cells_in(asked.selection)
    if cells is None:
        linked = state.workspace.selection(asked.selection, view.saved.source)
        if linked is None:
            return Selection()
        step = questions.kept_step(view, linked)
        return Selection(rows=linked.rows, id=asked.selection, step=step)
    map_id, nodes = cells
    for saved in state.workspace.maps():
        if saved.id == map_id and view.saved.source.has_same_rows(saved.source):
            m = session.trained_map(saved)
            return selection_by_nodes(map_id, m, nodes & frozenset(range(m.settings.n_nodes)))
    return Selection()


def show(view: MapView) -> None:
    """Offer to keep the selected rows under a name, and list the sets that were kept."""
    state = session.current()
    every, table = state.workspace.kept_groups(), view.saved.source
    sets, rows = groups_of(every, table), state.selection.rows
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
            _line(view, named, place)
        _offer_questions(view, questions_elsewhere(every, table))
        deleted = state.workspace.deleted_group(view.saved.source)
        if deleted is not None and not state.workspace.read_only:
            _offer_undo(deleted, table)


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
    recipe = GroupRecipe.of_step(selecting.step_of(state.selection))
    kept_as = Group(name, state.selection.rows, "set", recipe)
    state.workspace.keep_group(kept_as, table, replace=True)
    state.sets_kept += 1
    take(kept_as)
    st.rerun(["panel"])


def _line(view: MapView, named: Group, place: int) -> None:
    choose, delete = st.columns([5, 1], vertical_alignment="center")
    choose.button(
        f"{safe_label(named.name)} · {counted(len(named.rows), 'row')}",
        key=f"take set {place}",
        width="stretch",
        on_click=_select,
        args=(view, named),
    )
    # No tooltip: while the button has the focus it would lie over “Keep”, and take its clicks.
    if named.recipe.sentence:
        choose.caption(safe_label(named.recipe.sentence, LONGEST_SHOWN))
    if not session.current().workspace.read_only:
        delete.button(
            "",
            key=f"delete set {place}",
            icon=":material/delete:",
            help="Forget it. It can be brought back for a day.",
            on_click=_delete,
            args=(view.saved.source, named),
        )


def _offer_questions(view: MapView, elsewhere: tuple[Group, ...]) -> None:
    """Offer to ask these rows what found the sets of other tables."""
    asked = [
        named
        for named in elsewhere
        if named.recipe.step is not None and not questions.asks_of_map(view, named.recipe.step)
    ]
    for place, named in enumerate(asked[:MOST_ELSEWHERE]):
        st.button(
            f"Ask again: {safe_label(named.name)}",
            key=f"ask again {place}",
            icon=":material/refresh:",
            width="stretch",
            help=f"A set of another table: {safe_label(named.recipe.sentence, 200)}. Selects the "
            "rows of this one that it finds.",
            on_click=_ask_again,
            args=(view, named),
        )


def _ask_again(view: MapView, named: Group) -> None:
    if named.recipe.step is not None:
        questions.select_found_by(view, named.recipe.step)
    st.rerun(["maps", "panel"])


def _select(view: MapView, named: Group) -> None:
    questions.select_as_chosen(view, selection_of_group(id_of(named), named))
    st.rerun(["maps", "panel"])


def _delete(table: TableSource, named: Group) -> None:
    state = session.current()
    state.workspace.delete_group(named.name, table)
    if state.selection.group == id_of(named):
        selecting.let_group_go()
    state.history = state.history.without_group(id_of(named))
    st.rerun(["panel"])


def _offer_undo(deleted: KeptGroup, table: TableSource) -> None:
    said, undo = st.columns([3, 2], vertical_alignment="center")
    said.caption(f"“{safe_label(deleted.group.name)}” was forgotten.")
    undo.button(
        "Undo",
        icon=":material/undo:",
        width="stretch",
        on_click=_restore,
        args=(deleted, table),
    )


def _restore(deleted: KeptGroup, table: TableSource) -> None:
    state = session.current()
    try:
        state.workspace.restore_group(deleted, table)
    except AtlasError as problem:  # its name was given away
        state.problem = safe_sentence(str(problem))
    st.rerun(["panel"])
