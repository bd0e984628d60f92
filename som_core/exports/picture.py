"""Maps as a picture of lines and areas (SVG), crisp at any size, for a paper or a slide.

The lattice is polygons, so that text is all there is to write: no browser, no pixels. Pictures are
light, with the colours, borders and names that the maps have on a light page.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from som_core.drawing.document import levels_shown
from som_core.drawing.overlays import Borders, Glyphs, MarkedCells, RowMarks
from som_core.drawing.palette import CIRCLE, COUNTS, INK, NOTHING, OTHER, PAPER, SEQUENTIAL
from som_core.errors import AtlasError
from som_core.exports.drawn_lattice import MAP_WIDTH, DrawnLattice
from som_core.exports.drawn_overlays import PictureOverlay, drawn_overlay, fits, legend_entries
from som_core.exports.drawn_text import LINE, cut, drawn_text, plain, width_of
from som_core.layers.layer import DAYS, HOURS, Layer
from som_core.settings import Lattice
from som_core.wording import as_date, number

# All lengths are pixels at the size that the picture has by itself.
_MARGIN = 16.0
_FONT = "Helvetica, Arial, sans-serif"
_TITLE, _WORDS = 15.0, 11.0  # heights of letters
_SWATCH = 10.0
_BAR_HEIGHT = 9.0
_FINEST_GAP = 6.0  # a cell of fewer pixels has no line around it
_DOT = 0.11  # of a cell: that it has no rows
_BRIGHT = 0.55  # of the scale: from here on a dark dot shows better than a light one


def picture(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    toroid: bool = False,
    hits: NDArray[np.int64] | None = None,
    borders: Sequence[Borders] = (),
    overlays: Sequence[PictureOverlay] = (),
    title: str = "",
    with_words: bool = True,
) -> str:
    """Return one or several maps as one SVG picture.

    Parameters
    ----------
    layers : one map each, of one shape, in this order
    lattice : "hexagonal" or "rectangular"
    toroid : whether cells at opposite rims are neighbours, so that no border runs between them
    hits : array of shape (height, width), rows of each node; those without get a dot
    borders : of groups, drawn over each map, with names where they have some
    overlays : drawn over each map below the borders: rows, marked cells, and, where there is but
        one map, a small chart in each cell. None is drawn in cells that are too small for it.
    title : above all maps; the picture's name for those who can't see it, too
    with_words : whether maps have titles and legends; names of groups stay without

    Raises
    ------
    AtlasError
        If there is no layer, or layers, hits, borders and overlays are not of one shape.
    """
    _check_shapes(layers, hits, borders, overlays)
    height, width = layers[0].values.shape
    lattice_drawn = DrawnLattice.of(height, width, lattice, toroid=toroid)
    # Charts would hide the colours of many small maps.
    shown = [
        overlay
        for overlay in overlays
        if fits(overlay, lattice_drawn) and (len(layers) == 1 or not isinstance(overlay, Glyphs))
    ]
    over = "".join(drawn_overlay(overlay, lattice_drawn) for overlay in (*shown, *borders))
    maps = [_map(layer, lattice_drawn, hits, over, with_words=with_words) for layer in layers]
    n_across = ceil(sqrt(len(maps)))
    top = _MARGIN
    parts = []
    full_width = _MARGIN + min(n_across, len(maps)) * (MAP_WIDTH + _MARGIN)
    if title and with_words:
        room = full_width - 2 * _MARGIN
        parts.append(
            drawn_text(_MARGIN, top + _TITLE, cut(title, 1.2 * _TITLE, room), 1.2 * _TITLE)
        )
        top += 2 * _TITLE
    for first in range(0, len(maps), n_across):
        line = maps[first : first + n_across]
        for place, drawn in enumerate(line):
            left = _MARGIN + place * (MAP_WIDTH + _MARGIN)
            parts.append(f'<g transform="translate({left:g} {top:g})">{drawn.svg}</g>')
        top += max(drawn.height for drawn in line) + _MARGIN
    for overlay in shown if with_words else ():
        legend = _overlay_legend(overlay, full_width - 2 * _MARGIN)
        if legend.svg:
            parts.append(f'<g transform="translate({_MARGIN:g} {top:g})">{legend.svg}</g>')
            top += legend.height + _MARGIN
    name = title or ", ".join(layer.name for layer in layers)
    size = f'width="{full_width:g}" height="{top:g}" viewBox="0 0 {full_width:g} {top:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="{_FONT}">'
        f"<title>{plain(name)}</title>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>\n'
    )


def _check_shapes(
    layers: Sequence[Layer],
    hits: NDArray[np.int64] | None,
    borders: Sequence[Borders],
    overlays: Sequence[PictureOverlay],
) -> None:
    if not layers:
        raise AtlasError("There is no map to draw. Give one layer or more.")
    shape = layers[0].values.shape
    others = [layer.values.shape for layer in layers]
    over = (*borders, *overlays)
    others += [overlay.node_labels.shape for overlay in over if isinstance(overlay, Borders)]
    others += [] if hits is None else [hits.shape]
    for other in others:
        if other != shape:
            raise AtlasError(
                f"A picture shows one map, but is given shapes {shape} and {other}. Take layers, "
                "hits and borders from the same map."
            )
    n_nodes = shape[0] * shape[1]
    if not all(_is_of(overlay, n_nodes) for overlay in overlays):
        raise AtlasError(
            f"An overlay names other nodes than the {n_nodes:,} of this map. Make it from the map "
            "that it is drawn on."
        )


def _is_of(overlay: PictureOverlay, n_nodes: int) -> bool:
    match overlay:
        case Glyphs(values=values):
            return len(values) == n_nodes
        case MarkedCells(nodes=nodes):
            return all(0 <= node < n_nodes for node in nodes)
        case Borders() | RowMarks():
            return True


# One map ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    svg: str
    height: float


def _map(
    layer: Layer,
    lattice: DrawnLattice,
    hits: NDArray[np.int64] | None,
    over: str,
    *,
    with_words: bool,
) -> _Drawn:
    """Return a map with what lies over it, below its title and above its legend."""
    drawn = f"{_cells(layer, lattice, hits)}{over}"
    if not with_words:
        return _Drawn(drawn, lattice.height)
    head = drawn_text(0, _TITLE, cut(layer.name, _TITLE, MAP_WIDTH), _TITLE, weight="bold")
    top = 1.8 * _TITLE
    legend = _levels_legend(layer) if layer.kind == "category" else _scale_legend(layer)
    below = top + lattice.height + 10
    svg = (
        f'{head}<g transform="translate(0 {top:g})">{drawn}</g>'
        f'<g transform="translate(0 {below:g})">{legend.svg}</g>'
    )
    return _Drawn(svg, below + legend.height)


def _cells(layer: Layer, lattice: DrawnLattice, hits: NDArray[np.int64] | None) -> str:
    """Return all cells, one path a colour; those without rows as on the page."""
    nodes_of: dict[str, list[int]] = defaultdict(list)
    for node, colour in enumerate(_colours(layer)):
        nodes_of[colour].append(node)
    hollow = nodes_of.pop("", [])
    gap = f' stroke="{PAPER}" stroke-width="0.6"' if lattice.step >= _FINEST_GAP else ""
    parts = [
        f'<path d="{lattice.cells(nodes)}" fill={quoteattr(colour)}{gap}/>'
        for colour, nodes in nodes_of.items()
    ]
    nothing = _on_paper(NOTHING)
    if layer.kind == "count":
        line = f'fill="none" stroke="{nothing}" stroke-width="1"'
        parts.append(f'<path d="{lattice.cells(hollow, 0.9)}" {line}/>' if hollow else "")
    elif hollow:
        parts.append(f'<path d="{lattice.cells(hollow)}" fill="{nothing}"{gap}/>')
    if layer.kind == "sequential" and hits is not None:
        parts += _dots(layer, lattice, hits)
    return "".join(parts)


def _dots(layer: Layer, lattice: DrawnLattice, hits: NDArray[np.int64]) -> Iterator[str]:
    """Yield dots in the cells that have a value, but no rows."""
    places = _places(layer)
    is_empty = (hits.ravel() == 0) & ~np.isnan(places)
    for colour, is_so in ((INK, places > _BRIGHT), (PAPER, places <= _BRIGHT)):
        nodes = np.flatnonzero(is_empty & is_so).tolist()
        if nodes:
            yield f'<path d="{lattice.cells(nodes, 2 * _DOT)}" fill="{colour}"/>'


# Colours ------------------------------------------------------------------------------------------


def _scale(layer: Layer) -> tuple[str, ...]:
    if layer.circle is not None:
        return CIRCLE
    return COUNTS if layer.kind == "count" else SEQUENTIAL


def _shown(layer: Layer) -> NDArray[np.float64]:
    """Return the value of each node; NaN where none is shown, as for a count of nothing."""
    values = layer.values.ravel().astype(np.float64)
    is_nothing = ~np.isfinite(values) | ((layer.kind == "count") & (values == 0))
    return np.where(is_nothing, np.nan, values)


def _range(layer: Layer) -> tuple[float, float] | None:
    """Return the lowest and the highest value shown, or both ends of a circle."""
    if layer.circle is not None:
        return layer.circle
    shown = _shown(layer)
    if np.isnan(shown).all():
        return None
    return float(np.nanmin(shown)), float(np.nanmax(shown))


def _places(layer: Layer) -> NDArray[np.float64]:
    """Return the place of each node's value on the scale, from 0 to 1; NaN where none is shown."""
    shown, ends = _shown(layer), _range(layer)
    if ends is None or ends[0] == ends[1]:
        return np.where(np.isnan(shown), np.nan, 0.5)
    low, high = ends
    return np.clip(shown / (high - low) - low / (high - low), 0, 1)


def _colours(layer: Layer) -> list[str]:
    """Return the colour of each node; "" where it has none."""
    if layer.kind == "category":
        colours, labels = levels_shown(layer)
        return ["" if label is None else colours[label] for label in labels]
    scale = np.array([_rgb(colour) for colour in _scale(layer)])
    places = _places(layer)
    at = np.linspace(0, 1, len(scale))
    filled = np.nan_to_num(places)
    mixed = np.column_stack([np.interp(filled, at, scale[:, part]) for part in range(3)])
    return [
        "" if np.isnan(place) else "#{:02x}{:02x}{:02x}".format(*rgb)
        for place, rgb in zip(places, mixed.round().astype(int).tolist(), strict=True)
    ]


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _on_paper(colour: str) -> str:
    """Return what “rgba(…)” looks like on paper: not every program knows half a colour."""
    *rgb, opacity = map(float, re.findall(r"[\d.]+", colour))
    mixed = [round(255 + (part - 255) * opacity) for part in rgb]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


# Legends ------------------------------------------------------------------------------------------


def _scale_legend(layer: Layer) -> _Drawn:
    """Return a bar of the scale between the lowest and the highest value."""
    ends = _range(layer)
    baseline = _WORDS
    if ends is None:
        return _Drawn(drawn_text(0, baseline, "nothing to show", _WORDS), LINE * _WORDS)
    low, high = (_written(value, layer.unit) for value in ends)
    unit = "" if layer.unit in (DAYS, HOURS) or layer.kind == "count" else layer.unit
    left = width_of(low, _WORDS) + 6
    bar = MAP_WIDTH / 3
    scale = _scale(layer)
    part = bar / 64
    steps = np.linspace(0, len(scale) - 1, 64)
    at = np.arange(len(scale))
    rgb = np.array([_rgb(colour) for colour in scale])
    mixed = np.column_stack([np.interp(steps, at, rgb[:, k]) for k in range(3)]).round().astype(int)
    # Rectangles, as not every program knows gradients; each reaches into the next one.
    bars = "".join(
        f'<rect x="{left + k * part:.2f}" y="{baseline - _BAR_HEIGHT:g}" width="{part + 0.4:.2f}" '
        f'height="{_BAR_HEIGHT:g}" fill="#{r:02x}{g:02x}{b:02x}"/>'
        for k, (r, g, b) in enumerate(mixed.tolist())
    )
    right = left + bar + 6
    words = cut(f"{high} {unit}".strip(), _WORDS, MAP_WIDTH - right)
    texts = drawn_text(0, baseline, low, _WORDS) + drawn_text(right, baseline, words, _WORDS)
    return _Drawn(bars + texts, LINE * _WORDS)


def _levels_legend(layer: Layer) -> _Drawn:
    """Return the levels with a colour of their own, and the others as one, in lines."""
    colours, _ = levels_shown(layer)
    own = [(level, colour) for level, colour in colours.items() if colour != OTHER]
    n_others = len(colours) - len(own)
    if n_others:
        own.append((f"other ({n_others} more)", OTHER))
    half = _SWATCH / 2
    square = f'<rect x="{-half:g}" y="{-half:g}" width="{_SWATCH:g}" height="{_SWATCH:g}"'
    swatches = [(level, f"{square} fill={quoteattr(colour)}/>") for level, colour in own]
    return _swatches(swatches, MAP_WIDTH)


def _overlay_legend(overlay: PictureOverlay, room: float) -> _Drawn:
    """Return what the shapes and colours of an overlay mean; nothing where it needs no words."""
    entries = list(legend_entries(overlay))
    if not entries or not isinstance(overlay, Glyphs | RowMarks):
        return _Drawn("", 0)
    title = cut(overlay.title, _WORDS, room)
    legend = _swatches(entries, room)
    if not title:
        return legend
    below = LINE * _WORDS
    head = drawn_text(0, _WORDS, title, _WORDS, weight="bold")
    shifted = f'<g transform="translate(0 {below:g})">{legend.svg}</g>'
    return _Drawn(head + shifted, below + legend.height)


def _swatches(entries: Sequence[tuple[str, str]], room: float) -> _Drawn:
    """Return names with their swatches, which lie around 0, 0, in lines."""
    x, y, parts = 0.0, _WORDS, []
    for name, swatch in entries:
        label = cut(name, _WORDS, room / 2)
        wide = _SWATCH + 5 + width_of(label, _WORDS) + 12
        if x > 0 and x + wide > room:
            x, y = 0.0, y + LINE * _WORDS
        at = f"translate({x + _SWATCH / 2:.1f} {y - _SWATCH / 2 + 1:.1f})"
        parts.append(f'<g transform="{at}">{swatch}</g>')
        parts.append(drawn_text(x + _SWATCH + 5, y, label, _WORDS))
        x += wide
    return _Drawn("".join(parts), y + 0.35 * _WORDS)


def _written(value: float, unit: str) -> str:
    if unit == DAYS:
        return as_date(value)
    if unit == HOURS:
        hours, minutes = divmod(round(60 * value), 60)
        return f"{hours:02d}:{minutes:02d}"
    return number(value)
