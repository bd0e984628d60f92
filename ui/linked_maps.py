"""The linked maps as a Streamlit component: a selection goes in, the new selection comes out."""

import hashlib
from collections.abc import Sequence

import streamlit as st
from numpy.typing import NDArray

from som_core.layers.layer import Layer
from som_core.settings import Lattice
from ui.maps_drawing import ASSETS, maps_drawing, maps_script, maps_style
from ui.plotly_js import PLOTLY_ADDRESS, publish_plotly_js

publish_plotly_js()
_component = st.components.v2.component(
    "som_atlas_linked_maps",
    html='<div class="atlas-mount"></div>',
    css=maps_style(),
    js=maps_script() + "\n" + (ASSETS / "streamlit.js").read_text(encoding="utf-8"),
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
    event = st.session_state.get(key, {}).get("event")
    if not event or event["id"] == st.session_state.get(_answered(key)):
        return before
    st.session_state[_answered(key)] = event["id"]
    return frozenset(node for node in event["nodes"] if 0 <= node < n_nodes)


def linked_maps(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    key: str,
    hits: NDArray | None = None,
    selected: frozenset[int] | None = None,
    marked: frozenset[int] = frozenset(),
    notes: Sequence[str] | None = None,
    columns: int | None = None,
    height_per_map: int | None = None,
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
    marked : nodes with a mark of another kind: the cell of a chosen row
    notes : one short text a node, shown under its values: typical rows
    columns : maps side by side; by the page's width if not given
    height_per_map : at most this many pixels a map
    """
    drawing = maps_drawing(
        layers, lattice, hits, notes=notes, columns=columns, height=height_per_map
    )
    _component(
        key=key,
        data={
            "drawing": drawing,
            "version": hashlib.blake2b(drawing.encode(), digest_size=12).hexdigest(),
            "selected": None if selected is None else sorted(selected),
            "marked": sorted(marked),
            "answered": st.session_state.get(_answered(key)),
            "plotly": PLOTLY_ADDRESS,
        },
        on_event_change=_rerun,
    )


def load_ahead() -> None:
    """Let the browser load Plotly.js while the page's data are still on their way."""
    _component(key="drawing library", data={"plotly": PLOTLY_ADDRESS})


def _answered(key: str) -> str:
    """Return where the session notes the last event of these maps that it has answered."""
    return f"{key} answered"


def _rerun() -> None:
    """Do nothing: having a callback is what makes Streamlit keep an event and run the page."""
