"""What the script of the linked maps draws, and the script itself; for the page and for reports."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from som_core.settings import Lattice

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("geometry.js", "colours.js", "words.js", "maps.js")  # together they make one
_drawings: WeakKeyDictionary[Layer, str] = WeakKeyDictionary()  # as long as their layers live


def maps_script() -> str:
    """Return the script that defines `drawMaps`, which needs Plotly and an element of a page."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)


def maps_style() -> str:
    """Return the style sheet of the linked maps."""
    return (ASSETS / "maps.css").read_text(encoding="utf-8")


def maps_drawing(
    layers: Sequence[Layer],
    lattice: Lattice,
    hits: NDArray | None,
    *,
    notes: Sequence[str] | None = None,
    columns: int | None = None,
    height: int | None = None,
) -> str:
    """Return what `drawMaps` draws, as JSON: one number or label a node and layer."""
    rows, width = layers[0].values.shape
    x, y = coordinates(rows, width, lattice).round(6).T
    about = {
        "height": rows,
        "width": width,
        "lattice": lattice,
        "x": x.tolist(),
        "y": y.tolist(),
        "hits": None if hits is None else hits.ravel().tolist(),
        "notes": None if notes is None else list(notes),
        "columns": columns,
        "heightPerMap": height,
    }
    drawn = ", ".join(map(_drawn, layers))
    return f'{json.dumps(about, allow_nan=False)[:-1]}, "layers": [{drawn}]}}'


def _drawn(layer: Layer) -> str:
    """Return what is drawn of a layer, as JSON; made once, as every click draws it again."""
    if layer not in _drawings:
        _drawings[layer] = json.dumps(_layer_drawing(layer), allow_nan=False)
    return _drawings[layer]


def _layer_drawing(layer: Layer) -> dict[str, object]:
    about = {
        "name": layer.name,
        "unit": layer.unit,
        "description": layer.description,
        "kind": layer.kind,
    }
    values = layer.values.ravel()
    if layer.kind == "category":
        labels = [None if label is None else str(label) for label in values.tolist()]
        # The most frequent first: they get colours of their own.
        counted = Counter(label for label in labels if label is not None)
        levels = [label for label, _ in counted.most_common()]
        place = {label: k for k, label in enumerate(levels)}
        return about | {"levels": levels, "values": [place.get(label) for label in labels]}
    is_shown = np.isfinite(values)
    numbers = _short(values, values[is_shown]).astype(object)
    return about | {"values": np.where(is_shown, numbers, None).tolist()}


def _short(values: NDArray, shown: NDArray) -> NDArray:
    """Return the values rounded to a hundred-thousandth of the span shown: no screen shows more."""
    span = np.ptp(shown) if shown.size else 0.0
    if span == 0.0:
        return values
    digits = 5 - math.floor(math.log10(span))
    held = 15 - math.floor(math.log10(np.abs(shown).max()))  # decimals that a number can have
    return values.round(digits) if digits < min(held, 300) else values
