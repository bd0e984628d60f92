"""Maps as a picture of lines and areas (SVG), crisp at any size, for a paper or a slide.

The lattice is polygons, so that text is all there is to write: no browser, no pixels. Pictures are
light, with the colours, borders and names that the maps have on a light page.
"""

import re
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from som_core.drawing.document import levels_shown
from som_core.drawing.overlays import Borders
from som_core.drawing.palette import CIRCLE, COUNTS, INK, NOTHING, OTHER, PAPER, SEQUENTIAL
from som_core.errors import AtlasError
from som_core.geometry.lattice import coordinates
from som_core.geometry.polygons import across_edges, cell_corners
from som_core.layers.layer import DAYS, HOURS, Layer
from som_core.settings import Lattice
from som_core.wording import as_date, number

# All lengths are pixels at the size that the picture has by itself.
_MAP_WIDTH = 400.0
_MARGIN = 16.0
_FONT = "Helvetica, Arial, sans-serif"
_TITLE, _WORDS, _NAME = 15.0, 11.0, 12.0  # heights of letters
_LINE = 1.35  # of the height of letters
_SWATCH = 10.0
_BAR_HEIGHT = 9.0
_BORDER_WIDTHS = (2.0, 1.3, 0.8)  # by how deep a division is nested
_HALO = 1.1  # on each side of a border
_FINEST_GAP = 6.0  # a cell of fewer pixels has no line around it
_DOT = 0.11  # of a cell: that it has no rows
_BRIGHT = 0.55  # of the scale: from here on a dark dot shows better than a light one
_LONGEST_LINE, _MOST_LINES = 22, 2  # letters and lines of a name
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|! ()[]"), frozenset("mw%@—…")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def picture(
    layers: Sequence[Layer],
    *,
    lattice: Lattice,
    toroid: bool = False,
    hits: NDArray[np.int64] | None = None,
    borders: Sequence[Borders] = (),
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
    title : above all maps; the picture's name for those who can't see it, too
    with_words : whether maps have titles and legends; names of groups stay without

    Raises
    ------
    AtlasError
        If there is no layer, or layers, hits and borders are not of one shape.
    """
    _check_shapes(layers, hits, borders)
    height, width = layers[0].values.shape
    lattice_drawn = _Lattice.of(height, width, lattice, toroid=toroid)
    over = "".join(_borders(overlay, lattice_drawn) for overlay in borders)
    maps = [_map(layer, lattice_drawn, hits, over, with_words=with_words) for layer in layers]
    n_across = ceil(sqrt(len(maps)))
    top = _MARGIN
    parts = []
    full_width = _MARGIN + min(n_across, len(maps)) * (_MAP_WIDTH + _MARGIN)
    if title and with_words:
        room = full_width - 2 * _MARGIN
        parts.append(_text(_MARGIN, top + _TITLE, _cut(title, 1.2 * _TITLE, room), 1.2 * _TITLE))
        top += 2 * _TITLE
    for first in range(0, len(maps), n_across):
        line = maps[first : first + n_across]
        for place, drawn in enumerate(line):
            left = _MARGIN + place * (_MAP_WIDTH + _MARGIN)
            parts.append(f'<g transform="translate({left:g} {top:g})">{drawn.svg}</g>')
        top += max(drawn.height for drawn in line) + _MARGIN
    name = title or ", ".join(layer.name for layer in layers)
    size = f'width="{full_width:g}" height="{top:g}" viewBox="0 0 {full_width:g} {top:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="{_FONT}">'
        f"<title>{_plain(name)}</title>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>\n'
    )


def _check_shapes(
    layers: Sequence[Layer], hits: NDArray[np.int64] | None, borders: Sequence[Borders]
) -> None:
    if not layers:
        raise AtlasError("There is no map to draw. Give one layer or more.")
    shape = layers[0].values.shape
    others = [layer.values.shape for layer in layers]
    others += [overlay.node_labels.shape for overlay in borders]
    others += [] if hits is None else [hits.shape]
    for other in others:
        if other != shape:
            raise AtlasError(
                f"A picture shows one map, but is given shapes {shape} and {other}. Take layers, "
                "hits and borders from the same map."
            )


# Where cells lie ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Lattice:
    """The cells of a map in pixels."""

    middles: NDArray[np.float64]  # (n_nodes, 2)
    corners: NDArray[np.float64]  # (n_corners, 2), from a cell's middle
    across: NDArray[np.int64]  # (n_nodes, n_corners), the node beyond each edge
    across_flat: NDArray[np.int64]  # the same, where nothing lies beyond the rim
    step: float  # from a cell to the next one
    height: float  # of the whole map

    @classmethod
    def of(cls, height: int, width: int, lattice: Lattice, *, toroid: bool) -> "_Lattice":
        places, corners = coordinates(height, width, lattice), cell_corners(lattice)
        low = places.min(axis=0) + corners.min(axis=0)
        span = places.max(axis=0) + corners.max(axis=0) - low
        step = _MAP_WIDTH / max(span)  # a high map is as high as a wide one is wide
        indent = np.array([(_MAP_WIDTH - step * span[0]) / 2, 0.0])
        return cls(
            middles=(places - low) * step + indent,
            corners=corners * step,
            across=across_edges(height, width, lattice, toroid=toroid),
            across_flat=across_edges(height, width, lattice, toroid=False),
            step=float(step),
            height=float(step * span[1]),
        )

    def edge(self, node: int, place: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return both ends of an edge of a cell."""
        after = (place + 1) % len(self.corners)
        return self.middles[node] + self.corners[place], self.middles[node] + self.corners[after]

    def cells(self, nodes: Iterable[int], size: float = 1.0) -> str:
        """Return a path of these cells, or of smaller ones in their middles."""
        corners = size * self.corners
        steps = np.diff(corners, axis=0)
        shape = "".join(f"l{x:.2f} {y:.2f}" for x, y in steps) + "z"
        starts = self.middles + corners[0]
        return "".join(f"M{starts[node, 0]:.2f} {starts[node, 1]:.2f}{shape}" for node in nodes)


# One map ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    svg: str
    height: float


def _map(
    layer: Layer,
    lattice: _Lattice,
    hits: NDArray[np.int64] | None,
    over: str,
    *,
    with_words: bool,
) -> _Drawn:
    """Return a map with what lies over it, below its title and above its legend."""
    drawn = f"{_cells(layer, lattice, hits)}{over}"
    if not with_words:
        return _Drawn(drawn, lattice.height)
    head = _text(0, _TITLE, _cut(layer.name, _TITLE, _MAP_WIDTH), _TITLE, weight="bold")
    top = 1.8 * _TITLE
    legend = _levels_legend(layer) if layer.kind == "category" else _scale_legend(layer)
    below = top + lattice.height + 10
    svg = (
        f'{head}<g transform="translate(0 {top:g})">{drawn}</g>'
        f'<g transform="translate(0 {below:g})">{legend.svg}</g>'
    )
    return _Drawn(svg, below + legend.height)


def _cells(layer: Layer, lattice: _Lattice, hits: NDArray[np.int64] | None) -> str:
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


def _dots(layer: Layer, lattice: _Lattice, hits: NDArray[np.int64]) -> Iterator[str]:
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
        return _Drawn(_text(0, baseline, "nothing to show", _WORDS), _LINE * _WORDS)
    low, high = (_written(value, layer.unit) for value in ends)
    unit = "" if layer.unit in (DAYS, HOURS) or layer.kind == "count" else layer.unit
    left = _width(low, _WORDS) + 6
    bar = _MAP_WIDTH / 3
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
    words = _cut(f"{high} {unit}".strip(), _WORDS, _MAP_WIDTH - right)
    texts = _text(0, baseline, low, _WORDS) + _text(right, baseline, words, _WORDS)
    return _Drawn(bars + texts, _LINE * _WORDS)


def _levels_legend(layer: Layer) -> _Drawn:
    """Return the levels with a colour of their own, and the others as one, in lines."""
    colours, _ = levels_shown(layer)
    own = [(level, colour) for level, colour in colours.items() if colour != OTHER]
    n_others = len(colours) - len(own)
    if n_others:
        own.append((f"other ({n_others} more)", OTHER))
    x, y, parts = 0.0, _WORDS, []
    for level, colour in own:
        label = _cut(level, _WORDS, _MAP_WIDTH / 2)
        room = _SWATCH + 5 + _width(label, _WORDS) + 12
        if x > 0 and x + room > _MAP_WIDTH:
            x, y = 0.0, y + _LINE * _WORDS
        parts.append(
            f'<rect x="{x:.1f}" y="{y - _SWATCH + 1:.1f}" width="{_SWATCH:g}" '
            f'height="{_SWATCH:g}" fill={quoteattr(colour)}/>'
        )
        parts.append(_text(x + _SWATCH + 5, y, label, _WORDS))
        x += room
    return _Drawn("".join(parts), y + 0.35 * _WORDS)


def _written(value: float, unit: str) -> str:
    if unit == DAYS:
        return as_date(value)
    if unit == HOURS:
        hours, minutes = divmod(round(60 * value), 60)
        return f"{hours:02d}:{minutes:02d}"
    return number(value)


# Borders and names --------------------------------------------------------------------------------


def _borders(overlay: Borders, lattice: _Lattice) -> str:
    """Return a light line under a dark one between groups, and the names of groups."""
    labels = overlay.node_labels.ravel()
    node, edge = np.nonzero(lattice.across >= 0)
    other = lattice.across[node, edge]
    # Drawn once, but at both rims of a toroid.
    is_border = (labels[node] != labels[other]) & (
        (lattice.across_flat[node, edge] < 0) | (node < other)
    )
    lines = []
    for one, place in zip(node[is_border].tolist(), edge[is_border].tolist(), strict=True):
        (ax, ay), (bx, by) = lattice.edge(one, place)
        lines.append(f"M{ax:.2f} {ay:.2f}L{bx:.2f} {by:.2f}")
    width = _BORDER_WIDTHS[min(overlay.level, len(_BORDER_WIDTHS) - 1)]
    path = f'<path d="{"".join(lines)}" fill="none" stroke-linecap="round"'
    drawn = (
        f'{path} stroke="{PAPER}" stroke-width="{width + 2 * _HALO:g}" stroke-opacity="0.8"/>'
        f'{path} stroke="{INK}" stroke-width="{width:g}"/>'
    )
    return (drawn if lines else "") + "".join(_names(overlay, lattice))


def _names(overlay: Borders, lattice: _Lattice) -> Iterator[str]:
    """Yield the names of the groups deep inside of them, where no other name stands."""
    taken: list[tuple[float, float, float, float]] = []
    for group, name in enumerate(overlay.names):
        lines = textwrap.wrap(name, _LONGEST_LINE, max_lines=_MOST_LINES, placeholder=" …")
        width = max((_width(line, _NAME) for line in lines), default=0.0) * 1.06 + 8  # bold
        height = len(lines) * _LINE * _NAME
        for x, y in _inner_middles(overlay.node_labels.ravel() == group, lattice):
            # Near the rim it moves inside just so far that it is whole.
            x = min(max(x, width / 2), _MAP_WIDTH - width / 2)
            y = min(max(y, height / 2), lattice.height - height / 2)
            if all(
                abs(x - ox) >= (width + ow) / 2 or abs(y - oy) >= (height + oh) / 2
                for ox, oy, ow, oh in taken
            ):
                taken.append((x, y, width, height))
                colour = overlay.colours[group] if overlay.colours else ""
                yield _name(lines, x, y, width, colour)
                break


def _inner_middles(is_in: NDArray[np.bool_], lattice: _Lattice) -> list[tuple[float, float]]:
    """Return the middles of a group's cells, those farthest from its border first."""
    nodes = np.flatnonzero(is_in)
    across = lattice.across_flat[nodes]
    inside, place = np.nonzero((across < 0) | ~is_in[across])
    if len(inside) == 0:
        return []
    ends = (lattice.corners + np.roll(lattice.corners, -1, axis=0)) / 2
    limits = lattice.middles[nodes[inside]] + ends[place]
    middles = lattice.middles[nodes]
    depth = np.array([np.hypot(*(limits - middle).T).min() for middle in middles])
    off = np.hypot(*(middles - middles.mean(axis=0)).T)
    order = np.lexsort((off, -(depth / lattice.step).round(2)))
    return [(float(x), float(y)) for x, y in middles[order]]


def _name(lines: Sequence[str], x: float, y: float, width: float, colour: str) -> str:
    """Return a name in lines around a middle, with a light rim, and a spot of its colour."""
    parts = []
    for place, line in enumerate(lines):
        baseline = y + (place - (len(lines) - 1) / 2) * _LINE * _NAME + 0.35 * _NAME
        words = f'text-anchor="middle" font-weight="bold">{_plain(line)}</text>'
        start = f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="{_NAME:g}"'
        rim = f'stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" fill="{PAPER}"'
        parts.append(f'{start} {rim} {words}{start} fill="{INK}" {words}')
    if colour and lines:
        spot = f'r="4.5" fill={quoteattr(colour)} stroke="{PAPER}" stroke-width="1.5"'
        parts.append(f'<circle cx="{x - width / 2 - 3:.1f}" cy="{y:.1f}" {spot}/>')
    return "".join(parts)


# Text ---------------------------------------------------------------------------------------------


def _text(x: float, y: float, text: str, size: float, *, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{INK}">{_plain(text)}</text>'
    )


def _plain(text: str) -> str:
    """Return a text as XML writes it; signs that no XML may hold become “�”."""
    return escape(_NO_XML.sub("�", text))


def _width(text: str, size: float) -> float:
    """Return about how wide a text is: nobody knows which font a reader has."""
    return size * sum(map(_letter_width, text))


def _letter_width(sign: str) -> float:
    """Return the width of a letter by its height, as in Helvetica."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW:
        return 0.3
    return 0.75 if sign.isupper() or sign in _WIDE else 0.56


def _cut(text: str, size: float, room: float) -> str:
    """Return as much of a text as has room."""
    if _width(text, size) <= room:
        return text
    kept = text
    while kept and _width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
