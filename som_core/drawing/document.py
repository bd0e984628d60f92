"""What the maps draw, as one JSON document: one number or label a node and layer."""

import hashlib
import json
import math
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from som_core.columns.levels import level_counts
from som_core.drawing.palette import level_colours
from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from som_core.settings import Lattice

_written: WeakKeyDictionary[Layer, str] = WeakKeyDictionary()  # as long as their layers live


def document(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    hits: NDArray | None = None,
    notes: Sequence[str] | None = None,
    columns: int | None = None,
    height_per_map: int | None = None,
) -> str:
    """Return what `drawMaps` draws, as JSON.

    Parameters
    ----------
    layers : one map each, in this order
    lattice : "hexagonal" or "rectangular"
    hits : array of shape (height, width), rows of each node
    notes : one short text a node, shown under its values
    columns : maps side by side; by the page's width if not given
    height_per_map : at most this many pixels a map
    """
    height, width = layers[0].values.shape
    x, y = coordinates(height, width, lattice).round(6).T
    about = {
        "height": height,
        "width": width,
        "lattice": lattice,
        "x": x.tolist(),
        "y": y.tolist(),
        "hits": None if hits is None else hits.ravel().tolist(),
        "notes": None if notes is None else list(notes),
        "columns": columns,
        "heightPerMap": height_per_map,
    }
    drawn = ", ".join(map(_layer_json, layers))
    content = f'{json.dumps(about, allow_nan=False)[:-1]}, "layers": [{drawn}]'
    version = hashlib.blake2b(content.encode(), digest_size=12).hexdigest()
    return f'{content}, "version": "{version}"}}'


def _layer_json(layer: Layer) -> str:
    """Return what is drawn of a layer, as JSON; made once, as every click draws it again."""
    if layer not in _written:
        _written[layer] = json.dumps(_layer_content(layer), allow_nan=False)
    return _written[layer]


def _layer_content(layer: Layer) -> dict[str, object]:
    about = {
        "name": layer.name,
        "unit": layer.unit,
        "description": layer.description,
        "kind": layer.kind,
    }
    values = layer.values.ravel()
    if layer.kind == "category":
        return about | _levels_content(layer)
    is_shown = np.isfinite(values)
    numbers = _short(values, values[is_shown]).astype(object)
    numbers[~is_shown] = None
    return about | {"values": numbers.tolist()}


def _levels_content(layer: Layer) -> dict[str, object]:
    """Return the levels that the map shows, in the order of the table, with their colours there."""
    labels = [None if label is None else str(label) for label in layer.values.ravel().tolist()]
    on_the_map = level_counts(labels)
    order = dict.fromkeys([*layer.levels, *on_the_map])
    colours = level_colours(order)
    levels = [level for level in order if level in on_the_map]
    place = {level: k for k, level in enumerate(levels)}
    return {
        "levels": levels,
        "colours": [colours[level] for level in levels],
        "values": [None if label is None else place[label] for label in labels],
    }


def _short(values: NDArray, shown: NDArray) -> NDArray:
    """Return the values rounded to a hundred-thousandth of the span shown: no screen shows more."""
    span = np.ptp(shown) if shown.size else 0.0
    if span == 0.0:
        return values
    digits = 5 - math.floor(math.log10(span))
    held = 15 - math.floor(math.log10(np.abs(shown).max()))  # decimals that a number can have
    return values.round(digits) if digits < min(held, 300) else values
