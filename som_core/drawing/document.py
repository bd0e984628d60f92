"""What the maps draw, as one JSON document: layers, one value a node each, and overlays."""

import hashlib
import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from som_core.cells import level_text
from som_core.columns.levels import level_counts
from som_core.drawing.overlays import Borders, CellPath, Glyphs, MarkedCells, Overlay, RowMarks
from som_core.drawing.palette import level_colours
from som_core.errors import AtlasError
from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from som_core.settings import Lattice

# What was written down stays as long as what it was written of: every click draws it again.
_layers: WeakKeyDictionary[Layer, str] = WeakKeyDictionary()
_overlays: WeakKeyDictionary[Overlay, "Part"] = WeakKeyDictionary()


class Part(NamedTuple):
    """An object of JSON; equal ones have the same version, so that a browser gets each once."""

    json: str
    version: str

    @classmethod
    def of(cls, json: str) -> "Part":
        return cls(json, hashlib.blake2b(json.encode(), digest_size=12).hexdigest())


@dataclass(frozen=True)
class Document:
    """What `drawMaps` draws, in parts: layers stay, while overlays come and go one by one."""

    layers: Part
    overlays: tuple[Part, ...]

    @property
    def json(self) -> str:
        """All parts as one object, with the version of the layers."""
        overlays = ", ".join(part.json for part in self.overlays)
        layers, version = self.layers
        return f'{layers[:-1]}, "version": "{version}", "overlays": [{overlays}]}}'


def document(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    toroid: bool = False,
    overlays: Sequence[Overlay] = (),
    hits: NDArray | None = None,
    notes: Sequence[str] | None = None,
    pale: Collection[str] = (),
    valleys: NDArray[np.int64] | None = None,
    columns: int | None = None,
    height_per_map: int | None = None,
) -> Document:
    """Write down what `drawMaps` draws.

    Parameters
    ----------
    layers : one map each, in this order
    lattice : "hexagonal" or "rectangular"
    toroid : whether cells at opposite rims are neighbours, so that borders and paths go across
    overlays : drawn over each map in this order
    hits : array of shape (height, width), rows of each node
    notes : one short text a node, shown under its values
    pale : names of layers that are drawn pale
    valleys : array of shape (height, width), of `som_core.analyses.valley`
        A double click on a cell takes those with the same number.
    columns : maps side by side; by the page's width if not given
    height_per_map : at most this many pixels a map
    """
    height, width = layers[0].values.shape
    x, y = coordinates(height, width, lattice).round(6).T
    about = {
        "height": height,
        "width": width,
        "lattice": lattice,
        "toroid": toroid,
        "x": x.tolist(),
        "y": y.tolist(),
        "hits": None if hits is None else hits.ravel().tolist(),
        "notes": None if notes is None else list(notes),
        "pale": sorted(pale),
        "valleys": None if valleys is None else valleys.ravel().tolist(),
        "columns": columns,
        "heightPerMap": height_per_map,
    }
    drawn = ", ".join(map(_layer_json, layers))
    content = f'{json.dumps(about, allow_nan=False)[:-1]}, "layers": [{drawn}]}}'
    return Document(
        Part.of(content), tuple(overlay_part(overlay, height * width) for overlay in overlays)
    )


def _layer_json(layer: Layer) -> str:
    """Return what is drawn of a layer, as JSON."""
    if layer not in _layers:
        _layers[layer] = json.dumps(_layer_content(layer), allow_nan=False)
    return _layers[layer]


def _layer_content(layer: Layer) -> dict[str, object]:
    about: dict[str, object] = {
        "name": layer.name,
        "unit": layer.unit,
        "description": layer.description,
        "kind": layer.kind,
    }
    values = layer.values.ravel()
    if layer.kind == "category":
        return about | _levels_content(layer)
    if layer.circle is not None:
        about["circle"] = list(layer.circle)
    if layer.row_means is not None:
        about["rowMeans"] = _numbers(layer.row_means.ravel())
    return about | {"values": _numbers(values)}


def _numbers(values: NDArray) -> list[object]:
    is_shown = np.isfinite(values)
    numbers = _short(values, values[is_shown]).astype(object)
    numbers[~is_shown] = None
    return numbers.tolist()


def _levels_content(layer: Layer) -> dict[str, object]:
    """Return the levels that the map shows with their colours, and the place of each node's."""
    colours, labels = levels_shown(layer)
    place = {level: k for k, level in enumerate(colours)}
    return {
        "levels": list(colours),
        "colours": list(colours.values()),
        "values": [None if label is None else place[label] for label in labels],
    }


def levels_shown(layer: Layer) -> tuple[dict[str, str], list[str | None]]:
    """Return the colours of the levels that a map of a category shows, and the level of each node.

    Levels come in the order of the table, whose colours they have.
    """
    labels = [
        None if label is None else level_text(label) for label in layer.values.ravel().tolist()
    ]
    on_the_map = level_counts(labels)
    order = dict.fromkeys([*layer.levels, *on_the_map])
    chosen = zip(layer.levels, layer.colours, strict=True) if layer.colours else ()
    colours = level_colours(order) | dict(chosen)
    return {level: colours[level] for level in order if level in on_the_map}, labels


def _short(values: NDArray, shown: NDArray) -> NDArray:
    """Return the values rounded to a hundred-thousandth of the span shown: no screen shows more."""
    span = np.ptp(shown) if shown.size else 0.0
    if span == 0.0:
        return values
    digits = 5 - math.floor(math.log10(span))
    held = 15 - math.floor(math.log10(np.abs(shown).max()))  # decimals that a number can have
    return values.round(digits) if digits < min(held, 300) else values


def overlay_part(overlay: Overlay, n_nodes: int) -> Part:
    """Return what is drawn of an overlay on a map of so many nodes.

    Raises
    ------
    AtlasError
        If it was made for a map of another size.
    """
    _check_size(overlay, n_nodes)
    if overlay not in _overlays:
        _overlays[overlay] = Part.of(json.dumps(_overlay_content(overlay), allow_nan=False))
    return _overlays[overlay]


def _check_size(overlay: Overlay, n_nodes: int) -> None:
    match overlay:
        case Borders(node_labels=labels):
            fits = labels.size == n_nodes
        case Glyphs(values=values):
            fits = len(values) == n_nodes
        case MarkedCells(nodes=nodes) | CellPath(nodes=nodes):
            fits = all(0 <= node < n_nodes for node in nodes)
        case RowMarks():
            fits = True
    if not fits:
        raise AtlasError(
            f"An overlay ({type(overlay).__name__}) names other nodes than the {n_nodes:,} of this "
            "map. Make it from the map that it is drawn on."
        )


def _overlay_content(overlay: Overlay) -> dict[str, object]:
    match overlay:
        case Borders():
            return {
                "kind": "borders",
                "labels": overlay.node_labels.ravel().tolist(),
                "names": overlay.names,
                "colours": overlay.colours,
                "title": overlay.title,
                "level": overlay.level,
                "dimmed": sorted(overlay.dimmed),
            }
        case MarkedCells(shape="outline"):
            content: dict[str, object] = {"kind": "outline", "nodes": sorted(overlay.nodes)}
        case MarkedCells():
            content = {"kind": "marks", "nodes": sorted(overlay.nodes)}
        case CellPath():
            content = {"kind": "path", "nodes": overlay.nodes, "colour": overlay.colour}
        case Glyphs():
            is_shown = np.isfinite(overlay.values).all(axis=1, keepdims=True)
            content = {
                "kind": "glyphs",
                "values": np.where(is_shown, overlay.values, 0.0).round(4).tolist(),
                "shape": overlay.kind,
                "names": overlay.names,
                "colours": overlay.colours,
                "title": overlay.title,
            }
        case RowMarks():
            content = {
                "kind": "rows",
                "x": overlay.x.round(3).tolist(),
                "y": overlay.y.round(3).tolist(),
                "kinds": overlay.kinds.tolist(),
                "names": overlay.names,
                "colours": overlay.colours,
                "title": overlay.title,
            }
    return content | {"isDimmed": overlay.is_dimmed}
