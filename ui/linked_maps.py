"""The linked maps as a Streamlit component: a selection goes in, the new selection comes out."""

import hashlib
import json
import math
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import plotly
import streamlit as st
from numpy.typing import NDArray

from som_core.lattice import coordinates
from som_core.layers.layer import Layer
from som_core.settings import Lattice

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = (
    "geometry.js",
    "colours.js",
    "words.js",
    "maps.js",
)  # in this order; they make one script
STATIC = Path(__file__).parent.parent / "static"


def maps_script() -> str:
    """Return the script that draws linked maps; it defines `drawMaps` and needs Plotly only."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)


def maps_style() -> str:
    return (ASSETS / "maps.css").read_text(encoding="utf-8")


def plotly_js() -> Path:
    """Return where the installed plotly package keeps the script for the browser."""
    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def publish_plotly_js() -> None:
    """Put plotly.min.js where the server hands out files, if it is not there in this version."""
    published = STATIC / "plotly.min.js"
    source = plotly_js()
    if published.exists() and published.stat().st_size == source.stat().st_size:
        return
    STATIC.mkdir(exist_ok=True)
    arriving = STATIC / "plotly.min.js.part"  # renamed when complete: a page may ask meanwhile
    shutil.copyfile(source, arriving)
    arriving.replace(published)


publish_plotly_js()
_component = st.components.v2.component(
    "som_atlas_linked_maps",
    html='<div class="atlas-mount"></div>',
    css=maps_style(),
    js=maps_script() + "\n" + (ASSETS / "streamlit.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


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
) -> frozenset[int]:
    """Show layers as maps that are linked to each other, and return the selected nodes.

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

    Returns
    -------
    frozenset of nodes
        What the analyst has just selected, or `selected` if nothing was done. Keep it, and pass
        it as `selected` the next time.
    """
    drawing = json.dumps(
        drawing_of(layers, lattice, hits, notes=notes, columns=columns, height=height_per_map)
    )
    answered_key = f"{key} answered"
    event = st.session_state.get(key, {}).get("event")
    if event and event["id"] != st.session_state.get(answered_key):
        st.session_state[answered_key] = event["id"]
        selected = frozenset(node for node in event["nodes"] if 0 <= node < layers[0].values.size)
    _component(
        key=key,
        data={
            "drawing": drawing,
            "version": hashlib.blake2b(drawing.encode(), digest_size=12).hexdigest(),
            "selected": None if selected is None else sorted(selected),
            "marked": sorted(marked),
            "answered": st.session_state.get(answered_key),
            "plotly": f"app/static/plotly.min.js?v={plotly.__version__}",
        },
        on_event_change=_rerun,
    )
    return selected or frozenset()


def _rerun() -> None:
    """Do nothing: having a callback is what makes Streamlit keep an event and run the page."""


def drawing_of(
    layers: Sequence[Layer],
    lattice: Lattice,
    hits: NDArray | None,
    *,
    notes: Sequence[str] | None = None,
    columns: int | None = None,
    height: int | None = None,
) -> dict[str, object]:
    """Return what `drawMaps` needs, ready for JSON: one number or label a node and layer."""
    rows, width = layers[0].values.shape
    x, y = coordinates(rows, width, lattice).round(6).T
    return {
        "height": rows,
        "width": width,
        "lattice": lattice,
        "x": x.tolist(),
        "y": y.tolist(),
        "hits": None if hits is None else hits.ravel().tolist(),
        "notes": None if notes is None else list(notes),
        "columns": columns,
        "heightPerMap": height,
        "layers": [_layer_drawing(layer) for layer in layers],
    }


def _layer_drawing(layer: Layer) -> dict[str, object]:
    about = {
        "name": layer.name,
        "unit": layer.unit,
        "description": layer.description,
        "kind": layer.kind,
    }
    values = layer.values.ravel().tolist()
    if layer.kind == "category":
        labels = [None if label is None else str(label) for label in values]
        # The most frequent first: they get colours of their own.
        levels = [label for label, _ in Counter(filter(None, labels)).most_common()]
        place = {label: k for k, label in enumerate(levels)}
        return about | {"levels": levels, "values": [place.get(label) for label in labels]}
    shown = [value for value in values if math.isfinite(value)]
    digits = _digits(max(shown) - min(shown)) if shown else 0
    numbers = [round(value, digits) if math.isfinite(value) else None for value in values]
    return about | {"values": numbers}


def _digits(span: float) -> int:
    """Return how many decimals keep a hundred-thousandth of the span: no screen shows more."""
    return 5 - math.floor(math.log10(span)) if span else 9
