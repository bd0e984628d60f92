"""The maps on the Explore page: which are shown, and what the analyst selects on them."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.drawing.overlays import MarkedCells, Overlay
from som_core.layers.layer import Layer
from ui import looked_at, questions, selecting, session, shown_groups
from ui.labels import safe_label
from ui.linked_maps import large_on, linked_maps, selection_on
from ui.map_view import MapView
from ui.sections import map_overlays, map_remarks, planes
from ui.selection import selection_by_nodes
from ui.view import show_in_widget, write_address

PLANES_A_PAGE = 24
LARGE, OVER, FIND = "large map", "laid over", "find plane"


@st.fragment(key="maps")
def show(view: MapView) -> None:
    """Show the choice of layers and the maps."""
    state = session.current()
    layers = _layers(view)
    key = _key(view)
    linked_maps(
        layers,
        lattice=view.lattice,
        hits=view.hits,
        selected=state.selection.nodes_on(view.saved.id, view.m),
        overlays=[*map_overlays.overlays(view), *_mark_of_row(view)],
        toroid=view.saved.settings.toroid,
        notes=view.notes,
        pale=planes.pale(view, [layer.name for layer in layers]),
        valleys=view.valleys,
        large=_large(view),
        key=key,
        on_select=lambda: _take_selection(view),
        on_enlarge=lambda: _take_large(view),
    )
    map_remarks.show(view, layers)
    write_address(state.workspace.id, state.view)


def _mark_of_row(view: MapView) -> list[Overlay]:
    """Return a mark in the cell of the row that is looked at, where there is one on the map."""
    row = looked_at.of(view)
    return [] if row is None or row.node < 0 else [MarkedCells(nodes=frozenset({row.node}))]


def _key(view: MapView) -> str:
    return f"maps {view.saved.id}"


def _large(view: MapView) -> str:
    """Return the name of the large layer: that of the view, or the first."""
    large = session.current().view.large
    return large if large in view.menu else next(iter(view.classic))


# What the analyst does ----------------------------------------------------------------------------


def _take_selection(view: MapView) -> None:
    """Answer a selection on the maps, which show it already."""
    state = session.current()
    before = state.selection.nodes_on(view.saved.id, view.m)
    nodes = selection_on(_key(view), before, view.hits.size)
    is_alone = not nodes or questions.how() == "new"
    selected = selection_by_nodes(view.saved.id, view.m, nodes)
    if is_alone:
        selecting.select(selected)
    else:
        questions.select_as_chosen(view, selected)
    lens = any(_needs(view, name) == "node" for name in state.view.over)
    st.rerun(["panel"] if is_alone and not lens else ["maps", "panel"])


def _needs(view: MapView, name: str) -> str:
    return view.menu[name].choice.needs if name in view.menu else ""


def _take_large(view: MapView) -> None:
    state = session.current()
    state.view = replace(state.view, large=large_on(_key(view), _large(view)))


def _choose_large() -> None:
    state = session.current()
    state.view = replace(state.view, large=st.session_state[LARGE])


def _lay_over() -> None:
    """Add layers, or take them away; what was just added becomes the large map."""
    state = session.current()
    over = tuple(st.session_state[OVER])
    added = [name for name in over if name not in state.view.over]
    large = added[-1] if added else state.view.large
    if large in state.view.over and large not in over:
        large = ""
    state.view = replace(state.view, over=over, large=large)


# What is shown ------------------------------------------------------------------------------------


def _layers(view: MapView) -> list[Layer]:
    """Show the choices, and return the layers in order, each once."""
    asked = session.current().view
    large, over, find, on_maps = st.columns([1.1, 1.5, 1, 1], vertical_alignment="bottom")
    with on_maps:
        map_overlays.show_choices(view)
    added = [name for name in view.others if name in (*asked.over, asked.large)]
    offered = [name for name in view.others if _is_offered(view, name) and name not in added]
    choices, chosen = [*view.classic, *added, *offered], _large(view)
    show_in_widget(LARGE, chosen)
    large.selectbox("Large map", choices, choices.index(chosen), key=LARGE, on_change=_choose_large)
    show_in_widget(OVER, added)
    over.multiselect(
        "Lay over the map",
        view.others,
        added,
        key=OVER,
        on_change=_lay_over,
        select_all=False,
        placeholder="any column, or a lens",
        help=_how_to_read(view),
    )
    wanted = find.text_input("Find a plane", placeholder="part of a name", key=FIND).casefold()
    found = [name for name in planes.in_order(view) if wanted in name.casefold()]
    if wanted and not found:
        st.caption(f"No plane has “{safe_label(wanted)}” in its name.")
    shown = [name for name in view.classic if name not in view.planes]
    shown += [*added, *_page_of(found)]
    names = dict.fromkeys([_large(view), *shown] if _large(view) not in shown else shown)
    row = _row_for(view, names)
    made = {name: shown_groups.layer(view, name, _selected_node(view), row) for name in names}
    lacking = {_needs(view, name) for name in names if made[name] is None}
    if "node" in lacking:
        st.caption("Select one cell, and the distance lens opens on it.")
    if "row" in lacking:
        st.caption("Choose a row of the map under “Row”, and the distances from it are shown.")
    if "parent" in lacking:
        gone = shown_groups.parent_of(view) is None
        why = "was deleted, and its groups with it" if gone else "has no groups yet"
        st.caption(f"The parent map {why}: they can't be laid over this one.")
    return [layer for layer in made.values() if layer is not None]


def _is_offered(view: MapView, name: str) -> bool:
    """Return whether a layer is offered as the large map without being laid over first."""
    match view.menu[name].choice.needs:
        case "groups":
            return shown_groups.of(view) is not None
        case "parent":
            return shown_groups.parent_of(view) is not None
        case _:
            return False


def _how_to_read(view: MapView) -> str:
    """Return what the catalogue says of the layers that can be added."""
    choices = {id(view.menu[name].choice): view.menu[name].choice for name in view.others}
    return "\n".join(
        f"- **{safe_label(choice.named('…', '…'))}**: {choice.says}" for choice in choices.values()
    )


def _row_for(view: MapView, names: Iterable[str]) -> NDArray[np.float64] | None:
    """Return the row that is looked at, where some of these layers need it."""
    if not any(_needs(view, name) == "row" for name in names):
        return None
    row = looked_at.of(view)
    return None if row is None or row.node < 0 else row.vector(view)


def _selected_node(view: MapView) -> int | None:
    nodes = session.current().selection.nodes_on(view.saved.id, view.m)
    return next(iter(nodes)) if len(nodes) == 1 else None


def _page_of(found: list[str]) -> list[str]:
    if len(found) <= PLANES_A_PAGE:
        return found
    n_pages = -(-len(found) // PLANES_A_PAGE)
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(n_pages, key="plane page")
        st.caption(f"{len(found):,} planes, {PLANES_A_PAGE} a page")
    first = (page - 1) * PLANES_A_PAGE
    return found[first : first + PLANES_A_PAGE]
