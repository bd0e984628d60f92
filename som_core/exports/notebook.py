"""Linked maps that live in a notebook: Jupyter, marimo and whatever else shows anywidget's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from som_core.analyses.regions import Regions
from som_core.analyses.valley import valleys
from som_core.drawing.document import document
from som_core.drawing.overlays import Borders, Overlay
from som_core.drawing.palette import group_colour
from som_core.errors import AtlasError
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.groups import group_map
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.u_matrix import u_matrix
from som_core.trained_map import TrainedMap

if TYPE_CHECKING:
    from som_core.exports.notebook_widget import LinkedMaps

NEEDED = ("anywidget", "traitlets")


def linked_maps(
    m: TrainedMap,
    layers: Sequence[Layer] = (),
    *,
    regions: Regions | None = None,
    overlays: Sequence[Overlay] = (),
    selected: Collection[int] = (),
    large: str = "",
    height: int = 620,
) -> LinkedMaps:
    """Return the linked maps as a widget, which a notebook shows where it ends a cell.

    What is lit or selected on one map is so on all of them. `selected` of the widget has the nodes
    that are selected now: `rows_of(m, widget.selected)` are their rows. It can be set as well, and
    `widget.observe(act, "selected")` calls a function at each change. The widget holds all that it
    needs, so it works without a network.

    Parameters
    ----------
    m : TrainedMap
    layers : one map each; without any the groups, where they are given, the U-matrix, the hits and
        all component planes, similar ones side by side
    regions : groups of the map; their borders and names lie over the maps
    overlays : what else lies over the maps
    selected : nodes that are selected at first
    large : name of the layer that is large at first; without it the first one
    height : pixels for the toolbar, the large map and a row of small ones

    Raises
    ------
    AtlasError
        If anywidget isn't installed; if a node isn't on the map, or a layer is of another map.
    """
    try:
        # Here, as the library does without a notebook, and without what it needs.
        from som_core.exports.notebook_widget import LinkedMaps
    except ModuleNotFoundError as missing:
        if missing.name not in NEEDED:
            raise
        raise AtlasError(
            f"Maps in a notebook need {missing.name}, which isn't installed. Run "
            "“pip install 'som-atlas[notebook]'”, or write them into a file with "
            "`standalone_html`."
        ) from missing
    shown = list(layers) or _usual_layers(m, regions)
    drawing = document(
        shown,
        lattice=m.lattice,
        toroid=m.toroid,
        overlays=[*_borders(regions), *overlays],
        hits=m.hits,
        valleys=valleys(m),
    )
    return LinkedMaps(
        n_nodes=m.settings.n_nodes,
        drawing=drawing.json,
        selected=[int(node) for node in selected],
        large=large or shown[0].name,
        height=height,
    )


def _usual_layers(m: TrainedMap, regions: Regions | None) -> list[Layer]:
    layers = [] if regions is None else [group_map(m, regions.node_labels, regions.names)]
    if m.settings.n_nodes > 1:  # a single one has no neighbour
        layers.append(u_matrix(m))
    return [*layers, hit_map(m), *(component_plane(m, feature) for feature in order_planes(m))]


def _borders(regions: Regions | None) -> list[Overlay]:
    if regions is None:
        return []
    colours = tuple(map(group_colour, range(regions.k)))
    return [Borders(node_labels=regions.node_labels, names=regions.names, colours=colours)]
