"""The linked maps as a Streamlit component: a selection goes in, the new selection comes out."""

from collections.abc import Callable, Collection, Sequence, Set
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.drawing.document import Part, document
from som_core.drawing.overlays import Overlay
from som_core.drawing.script import maps_script, maps_style, plain_script
from som_core.layers.layer import Layer
from som_core.settings import Lattice
from ui.component_events import MAILBOX, answered, held, new_event
from ui.plotly_js import CHARTS_ADDRESS, PLOTLY_ADDRESS, publish_plotly_js

ADAPTER = Path(__file__).parent / "assets" / "streamlit.js"
SELECTED, ENLARGED, MISSED = "event", "enlarged", "missed"  # what the browser sends

publish_plotly_js()
_component = st.components.v2.component(
    "som_atlas_linked_maps",
    html='<div class="atlas-mount"></div>',
    css=maps_style(),
    js="\n".join(
        [maps_script(), *(plain_script(p.read_text(encoding="utf-8")) for p in (MAILBOX, ADAPTER))]
    ),
    isolate_styles=False,
)


def selection_on(key: str, before: frozenset[int], n_nodes: int) -> frozenset[int]:
    """Return the nodes that the analyst has just selected on some maps, or those before.

    Ask before the maps are drawn, so that what depends on the selection is drawn with them.

    Parameters
    ----------
    key : of the maps
    before : what was selected until now
    n_nodes : of the map; what else a browser sends is left out
    """
    nodes = new_event(key, SELECTED)
    if not isinstance(nodes, list):
        return before
    return frozenset(node for node in nodes if isinstance(node, int) and 0 <= node < n_nodes)


def large_on(key: str, before: str) -> str:
    """Return the name of the layer that the analyst has just made the large one, or that before.

    Ask before the maps and whatever else shows the name are drawn.

    Parameters
    ----------
    key : of the maps
    before : the large layer until now
    """
    name = new_event(key, ENLARGED)
    return name if isinstance(name, str) else before


def linked_maps(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    key: str,
    hits: NDArray[np.int64] | None = None,
    selected: frozenset[int] | None = None,
    overlays: Sequence[Overlay] = (),
    toroid: bool = False,
    notes: Sequence[str] | None = None,
    pale: Collection[str] = (),
    valleys: NDArray[np.int64] | None = None,
    large: str | None = None,
    height: int | None = None,
    columns: int | None = None,
    height_per_map: int | None = None,
    on_select: Callable[[], None] | None = None,
    on_enlarge: Callable[[], None] | None = None,
) -> None:
    """Show layers as maps that are linked to each other; `selection_on` tells what was selected.

    Parameters
    ----------
    layers : one map each, in this order; a name may repeat
    lattice : "hexagonal" or "rectangular"
    key : the widget's key, unique on the page
    hits : array of shape (height, width), rows of each node
        Nodes without rows get a dot, or are hollow on a layer of counts.
    selected : nodes (y * width + x) that are outlined in every map
        If not given, the maps are only to be looked at.
    overlays : drawn over every map in this order: borders with names, marked cells, paths, …
    toroid : whether cells at opposite rims are neighbours
    notes : one short text a node, shown under its values: typical rows
    pale : names of layers that are drawn pale
    valleys : array of shape (height, width); a double click takes all cells of one number
    large : name of the layer that is large, with small maps beside it and below
        Of equal names the first; the first layer where none has the name. A click on a small map's
        title makes it the large one, which `large_on` tells. Without it all maps are of one size.
    height : pixels for the toolbar, the large map and a row of small ones
        Without it, as the browser's window allows. Only where there is a large map.
    columns : maps side by side; by the page's width if not given. Only where none is large.
    height_per_map : at most this many pixels a map. Only where none is large.
    on_select, on_enlarge : called after the analyst selected nodes, or made another map the large
        one; the page asks `selection_on` or `large_on` there, or else when it runs
    """
    drawing = document(
        layers,
        lattice=lattice,
        toroid=toroid,
        overlays=overlays,
        hits=hits,
        notes=notes,
        pale=pale,
        valleys=valleys,
        columns=columns,
        height_per_map=height_per_map,
    )
    there = held(key, (SELECTED, ENLARGED, MISSED), MISSED)
    _component(
        key=key,
        data={
            "layers": _unless_held(drawing.layers, there),
            "overlays": [_unless_held(part, there) for part in drawing.overlays],
            "selected": None if selected is None else sorted(selected),
            "large": large,
            "height": height,
            "answered": answered(key, SELECTED),
            "enlarged": answered(key, ENLARGED),
            "plotly": PLOTLY_ADDRESS,
            # What is selected is answered by charts.
            "charts": None if selected is None else CHARTS_ADDRESS,
        },
        on_event_change=on_select or _rerun,
        on_enlarged_change=on_enlarge or _rerun,
        on_missed_change=_rerun,
    )


def load_ahead() -> None:
    """Let the browser load Plotly.js while the page's data are still on their way."""
    _component(key="drawing library", data={"plotly": PLOTLY_ADDRESS})


def _unless_held(part: Part, held: Set[str]) -> dict[str, str | None]:
    """Return a part of a drawing as it is sent: by its version alone where the browser has it."""
    return {"version": part.version, "json": None if part.version in held else part.json}


def _rerun() -> None:
    """Do nothing: having a callback is what makes Streamlit keep an event and run the page."""
