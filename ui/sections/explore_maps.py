"""The left side of the Explore page: which layers are shown, and the linked maps themselves."""

from math import isnan

import streamlit as st

from som_core.analyses.selection import nodes_of
from som_core.drawing.overlays import MarkedCells
from som_core.exports.html_maps import standalone_html
from som_core.layers.categories import category_map
from som_core.layers.distance_from import distance_from_node
from som_core.layers.errors import node_error
from som_core.layers.layer import Layer
from ui import session
from ui.labels import safe_label
from ui.linked_maps import linked_maps, selection_on
from ui.map_view import MapView
from workspace.maps import SavedMap

PLANES_A_PAGE = 24


def head(view: MapView) -> None:
    """Say which map this is and how good it is; offer the other maps of the workspace."""
    saved = view.saved
    words = saved.quality.in_words
    topographic_error = saved.quality.topographic_error
    share = "–" if isnan(topographic_error) else f"{topographic_error:.1%}"  # one cell has none
    first, second, third = st.columns([1, 1, 0.62], gap="medium")
    first.markdown(
        f"**Quantization error {saved.quality.quantization_error:.3g}**  \n"
        f":small[{words['quantization_error']}]"
    )
    second.markdown(f"**Topographic error {share}**  \n:small[{words['topographic_error']}]")
    with third:
        _choose_map(view.saved)
        with st.popover("More on this map", icon=":material/verified:", width="stretch"):
            _more(view)


def _more(view: MapView) -> None:
    saved = view.saved
    st.write(saved.quality.in_words["trustworthiness"])
    st.write(saved.quality.in_words["explained_variance"])
    settings = saved.settings
    st.caption(
        f"{settings.height} × {settings.width} {settings.lattice}"
        f"{', toroid' if settings.toroid else ''}, sigma {settings.sigma:g}, "
        f"{settings.epochs} epochs, {settings.algorithm}, {settings.neighbourhood}, "
        f"{settings.distance}, started by {settings.initialisation}, seed {settings.seed}."
        f"{'' if saved.complete else ' Training was stopped early.'}"
    )
    st.download_button(
        "All maps as one HTML file",
        lambda: _standalone(view),
        file_name="maps.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        help="Opens in any browser, without this server: linked maps to send along.",
    )


def _standalone(view: MapView) -> str:
    return standalone_html(
        [*view.classic, *view.planes],
        title=view.saved.source.name,
        lattice=view.lattice,
        hits=view.hits,
        toroid=view.saved.settings.toroid,
        notes=view.notes,
    )


def _choose_map(current: SavedMap) -> None:
    """Let the analyst look at any map of the workspace."""
    workspace = session.current().workspace
    maps = {saved.id: saved for saved in workspace.maps()}
    if len(maps) < 2:
        return
    chosen = st.selectbox(
        "Map",
        list(maps),
        index=list(maps).index(current.id),
        format_func=lambda map_id: f"{maps[map_id].name} · {maps[map_id].source.name}",
        label_visibility="collapsed",
    )
    if chosen != current.id:
        workspace.choose_map(maps[chosen])
        st.rerun()


def show(view: MapView) -> None:
    """Show the choice of layers and the maps, and keep what the analyst selects on them."""
    state = session.current()
    if state.selected_map != view.saved.id:
        state.selected_map = view.saved.id
        state.selected_nodes, state.chosen_row = frozenset(), None
    key = f"maps {view.saved.id}"
    state.selected_nodes = selection_on(key, state.selected_nodes, view.hits.size)
    chosen = state.chosen_row
    nodes = [] if chosen is None else [node for node in nodes_of(view.m, [chosen]) if node >= 0]
    linked_maps(
        _layers(view),
        lattice=view.lattice,
        hits=view.hits,
        selected=state.selected_nodes,
        toroid=view.saved.settings.toroid,
        overlays=[MarkedCells(nodes=frozenset(map(int, nodes)))] if nodes else [],
        notes=view.notes,
        key=key,
    )


def _layers(view: MapView) -> list[Layer]:
    search, colour, extra = st.columns([1.2, 1.2, 1])
    wanted = search.text_input(
        "Find a plane", placeholder="part of a name", key="find plane"
    ).casefold()
    column = colour.selectbox(
        "Colour by category",
        view.categories,
        index=None,
        placeholder="no category",
        key="colour by",
        help="Each cell takes the most frequent value of its rows.",
    )
    lenses = extra.multiselect(
        "Lenses",
        ["Distance to the cell", "Error by cell"],
        key="lenses",
        placeholder="none",
        help="Distance to the cell: how far every cell is from the one you select, across all "
        "features. Error by cell: where rows fit badly.",
    )
    layers = list(view.classic)
    if column is not None:
        layers.append(category_map(view.m, view.table.frame[column], column))
    if "Distance to the cell" in lenses:
        layers += _distance_lens(view)
    if "Error by cell" in lenses:
        layers.append(node_error(view.m))
    planes = [plane for plane in view.planes if wanted in plane.name.casefold()]
    if wanted and not planes:
        st.caption(f"No plane has “{safe_label(wanted)}” in its name.")
    return layers + _page_of(planes)


def _distance_lens(view: MapView) -> list[Layer]:
    selected = session.current().selected_nodes
    if len(selected) != 1:
        st.caption("Select one cell, and the distance lens opens on it.")
        return []
    return [distance_from_node(view.m, next(iter(selected)))]


def _page_of(planes: list[Layer]) -> list[Layer]:
    if len(planes) <= PLANES_A_PAGE:
        return planes
    n_pages = -(-len(planes) // PLANES_A_PAGE)
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(n_pages, key="plane page")
        st.caption(f"{len(planes):,} planes, {PLANES_A_PAGE} a page")
    first = (page - 1) * PLANES_A_PAGE
    return planes[first : first + PLANES_A_PAGE]
