"""What lies over a map in a picture: rows, small charts, marks, borders of groups with names.

They look as the page draws them (som_core/drawing/scripts/overlays.js), at the size of a picture.
"""

import textwrap
from collections.abc import Iterator, Sequence
from math import cos, pi, sin, sqrt
from typing import TypeAlias
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from som_core.drawing.overlays import Borders, Glyphs, MarkedCells, RowMarks
from som_core.drawing.palette import INK, MARK, PAPER
from som_core.exports.drawn_lattice import MAP_WIDTH, DrawnLattice
from som_core.exports.drawn_text import LINE, plain, width_of

PictureOverlay: TypeAlias = Borders | MarkedCells | Glyphs | RowMarks
Place: TypeAlias = tuple[float, float, int]  # of a name: its middle, and the side of its spot
Shape: TypeAlias = Sequence[tuple[float, float]]  # corners around a middle

_NAME = 12.0  # height of letters, in pixels
_BORDER_WIDTHS = (2.0, 1.3, 0.8)  # by how deep a division is nested
_HALO = 1.1  # on each side of a border
_LONGEST_LINE, _MOST_LINES = 22, 2  # letters and lines of a name
_SPOT = 14.0  # pixels that a spot of colour needs beside a name
_PLACES_WEIGHED = 60  # of the best ones for a name; on a large map all would take long
_TOUCHED = 0.4  # of a step: so far from its middle a cell lies under a name as well
_DIMMED = 0.35
_DIAMOND: Shape = ((0, -1), (1, 0), (0, 1), (-1, 0))
# Kinds of rows have shapes of their own, for readers who don't see colours.
_ROW_SHAPES: tuple[Shape, ...] = (
    ((0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7)),
    ((0, -1), (0.9, 0.7), (-0.9, 0.7)),
    _DIAMOND,
    ((0, 1), (0.9, -0.7), (-0.9, -0.7)),
    (
        *((0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3), (0.3, 0.3), (0.3, 1)),
        *((-0.3, 1), (-0.3, 0.3), (-1, 0.3), (-1, -0.3), (-0.3, -0.3), (-0.3, -1)),
    ),
)
_PIE_RADIUS, _BAR_ROOM = 0.36, 0.62  # of a step from cell to cell
_SMALLEST_GLYPH, _SMALLEST_ROW_CELL = 9.0, 8.0  # pixels of a cell in which they can be told apart


def drawn_overlay(overlay: PictureOverlay, lattice: DrawnLattice) -> str:
    """Return an overlay as SVG; nothing where cells are too small for what it draws in them."""
    match overlay:
        case Borders():
            return _borders(overlay, lattice)
        case MarkedCells():
            drawn = _marked_cells(overlay, lattice)
        case Glyphs():
            drawn = _glyphs(overlay, lattice)
        case RowMarks():
            drawn = _rows(overlay, lattice)
    return f'<g opacity="{_DIMMED}">{drawn}</g>' if overlay.is_dimmed and drawn else drawn


def fits(overlay: PictureOverlay, lattice: DrawnLattice) -> bool:
    """Return whether cells are large enough for what an overlay draws in them."""
    match overlay:
        case Glyphs():
            return lattice.step >= _SMALLEST_GLYPH
        case RowMarks():
            return lattice.step >= _SMALLEST_ROW_CELL
        case _:
            return True


def legend_entries(overlay: PictureOverlay) -> Iterator[tuple[str, str]]:
    """Yield the name of each part of a legend, and its swatch: a path around 0, 0."""
    match overlay:
        case Glyphs(names=names, colours=colours):
            shapes: Sequence[Shape] = [_ROW_SHAPES[0]] * len(names)
        case RowMarks(names=names, colours=colours):
            shapes = [_row_shape(kind) for kind in range(len(names))]
        case _:
            return
    for name, colour, shape in zip(names, colours, shapes, strict=True):
        if name:
            yield name, f'<path d="{_figure(shape, 5.5)}" fill={quoteattr(colour)}/>'


# In the cells -------------------------------------------------------------------------------------


def _rows(overlay: RowMarks, lattice: DrawnLattice) -> str:
    if not fits(overlay, lattice):
        return ""
    n_rows, n_nodes = len(overlay.x), len(lattice.middles)
    radius = max(1.2, min(4.0, 0.6 * lattice.step / sqrt(n_rows / n_nodes + 1)))
    rim = f'stroke="{PAPER}" stroke-width="{0.5 if radius < 2.5 else 1}"'
    places = lattice.at(overlay.x, overlay.y)
    return "".join(
        f'<path d="{_stamped(_row_shape(kind), radius, places[overlay.kinds == kind])}" '
        f"fill={quoteattr(colour)} {rim}/>"
        for kind, colour in enumerate(overlay.colours)
        if (overlay.kinds == kind).any()
    )


def _row_shape(kind: int) -> Shape:
    return _ROW_SHAPES[kind % len(_ROW_SHAPES)]


def _glyphs(overlay: Glyphs, lattice: DrawnLattice) -> str:
    if not fits(overlay, lattice):
        return ""
    part = _sector if overlay.kind == "pie" else _bar
    middles = lattice.middles.tolist()
    shown = [node for node, values in enumerate(overlay.values) if np.isfinite(values).all()]
    drawn = []
    for place, colour in enumerate(overlay.colours):
        path = "".join(
            part(overlay.values[node].tolist(), place, middles[node], lattice.step)
            for node in shown
        )
        if path:
            look = f'fill={quoteattr(colour)} stroke="{PAPER}" stroke-width="0.5"'
            drawn.append(f'<path d="{path}" {look}/>')
    return "".join(drawn)


def _sector(parts: list[float], place: int, middle: list[float], step: float) -> str:
    """Return one part of a pie, clockwise from the top."""
    (x, y), whole, radius = middle, sum(parts), _PIE_RADIUS * step
    if not parts[place] > 0:
        return ""
    before, share = sum(parts[:place]) / whole, parts[place] / whole

    def at(turn: float) -> str:
        return f"{x + radius * sin(2 * pi * turn):.2f} {y - radius * cos(2 * pi * turn):.2f}"

    def arc(turn: float, large: int) -> str:
        return f"A{radius:.2f} {radius:.2f} 0 {large} 1 {at(turn)}"

    if share > 1 - 1e-6:  # an arc can't end where it begins
        return f"M{at(0)}{arc(0.5, 0)}{arc(1, 0)}z"
    return f"M{x:.2f} {y:.2f}L{at(before)}{arc(before + share, int(share > 0.5))}z"


def _bar(parts: list[float], place: int, middle: list[float], step: float) -> str:
    """Return one of a row of bars that stand on one line."""
    room = _BAR_ROOM * step
    tall, wide = room * min(1.0, parts[place]), room / len(parts)
    x, y = middle
    if not tall > 0:
        return ""
    left, floor = x - room / 2 + place * wide, y + room / 2
    return f"M{left:.2f} {floor:.2f}h{0.9 * wide:.2f}v{-tall:.2f}h{-0.9 * wide:.2f}z"


def _marked_cells(overlay: MarkedCells, lattice: DrawnLattice) -> str:
    nodes = sorted(overlay.nodes)
    if not nodes:
        return ""
    if overlay.shape == "outline":
        inside = np.isin(np.arange(len(lattice.middles)), nodes)
        beyond = lattice.across_flat[nodes]
        one, place = np.nonzero((beyond < 0) | ~inside[beyond])
        lines = _lines(np.array(nodes)[one], place, lattice)
        path = f'<path d="{lines}" fill="none" stroke-linecap="round"'
        return (
            f'{path} stroke="{INK}" stroke-width="4"/>{path} stroke="{PAPER}" stroke-width="1.8"/>'
        )
    radius = max(0.3 * lattice.step, 5.0)
    path = _stamped(_DIAMOND, radius, lattice.middles[nodes])
    return f'<path d="{path}" fill="{MARK}" stroke="{PAPER}" stroke-width="1.5"/>'


def _stamped(shape: Shape, radius: float, middles: NDArray[np.float64]) -> str:
    """Return a path with a figure around each middle."""
    corners = radius * np.array(shape)
    steps = "".join(f"l{x:.2f} {y:.2f}" for x, y in np.diff(corners, axis=0)) + "z"
    return "".join(f"M{x:.2f} {y:.2f}{steps}" for x, y in (middles + corners[0]).tolist())


def _figure(shape: Shape, radius: float) -> str:
    return _stamped(shape, radius, np.zeros((1, 2)))


def _lines(nodes: NDArray[np.int64], places: NDArray[np.int64], lattice: DrawnLattice) -> str:
    """Return a path of edges of cells."""
    lines = []
    for node, place in zip(nodes.tolist(), places.tolist(), strict=True):
        (ax, ay), (bx, by) = lattice.edge(node, place)
        lines.append(f"M{ax:.2f} {ay:.2f}L{bx:.2f} {by:.2f}")
    return "".join(lines)


# Borders and names --------------------------------------------------------------------------------


def _borders(overlay: Borders, lattice: DrawnLattice) -> str:
    """Return a light line under a dark one between groups, and the names of groups."""
    labels = overlay.node_labels.ravel()
    node, edge = np.nonzero(lattice.across >= 0)
    other = lattice.across[node, edge]
    # Drawn once, but at both rims of a toroid.
    is_border = (labels[node] != labels[other]) & (
        (lattice.across_flat[node, edge] < 0) | (node < other)
    )
    lines = _lines(node[is_border], edge[is_border], lattice)
    width = _BORDER_WIDTHS[min(overlay.level, len(_BORDER_WIDTHS) - 1)]
    path = f'<path d="{lines}" fill="none" stroke-linecap="round"'
    drawn = (
        f'{path} stroke="{PAPER}" stroke-width="{width + 2 * _HALO:g}" stroke-opacity="0.8"/>'
        f'{path} stroke="{INK}" stroke-width="{width:g}"/>'
    )
    return (drawn if lines else "") + "".join(_names(overlay, lattice))


def _names(overlay: Borders, lattice: DrawnLattice) -> Iterator[str]:
    """Yield the names of the groups deep inside of them, where no other name stands."""
    taken: list[tuple[float, float, float, float]] = []
    for group, name in enumerate(overlay.names):
        lines = textwrap.wrap(name, _LONGEST_LINE, max_lines=_MOST_LINES, placeholder=" …")
        width = max((width_of(line, _NAME) for line in lines), default=0.0) * 1.06 + 8  # bold
        height = len(lines) * LINE * _NAME
        colour = overlay.colours[group] if overlay.colours else ""
        width += _SPOT if colour else 0
        is_in = overlay.node_labels.ravel() == group
        middles = _inner_middles(is_in, lattice)
        places = _beside_spots(middles, width) if colour else [(x, y, 0) for x, y in middles]
        for x, y, side in _own_cells_first(places, width, height, is_in, lattice):
            # Near the rim it moves inside just so far that it is whole.
            x = min(max(x, width / 2), MAP_WIDTH - width / 2)
            y = min(max(y, height / 2), lattice.height - height / 2)
            if all(
                abs(x - ox) >= (width + ow) / 2 or abs(y - oy) >= (height + oh) / 2
                for ox, oy, ow, oh in taken
            ):
                taken.append((x, y, width, height))
                yield _name(lines, x, y, width, colour, side)
                break


def _beside_spots(middles: Sequence[tuple[float, float]], width: float) -> list[Place]:
    """Return where a name stands so that its spot of colour is in a cell of its group.

    It is to the right of the spot (1) or, at the right rim, to its left (-1).
    """
    sides = [(x + side * (width - _SPOT) / 2, y, side) for x, y in middles for side in (1, -1)]
    return sorted(sides, key=lambda place: not width / 2 <= place[0] <= MAP_WIDTH - width / 2)


def _own_cells_first(
    places: list[Place],
    width: float,
    height: float,
    is_in: NDArray[np.bool_],
    lattice: DrawnLattice,
) -> list[Place]:
    """Return the places of a name, first where most of what it lies over are cells of its group.

    So it doesn't seem to name what is beside. Last come places where it would have to move inside
    to be whole. Of equal ones, the first stays first.
    """

    def share(place: Place) -> float:
        if not width / 2 <= place[0] <= MAP_WIDTH - width / 2:
            return -1.0
        away = np.abs(lattice.middles - place[:2]) - _TOUCHED * lattice.step
        below = (away[:, 0] < width / 2) & (away[:, 1] < height / 2)
        return round(float(is_in[below].mean()), 1) if below.any() else 0.0

    weighed = sorted(places[:_PLACES_WEIGHED], key=share, reverse=True)
    return [*weighed, *places[_PLACES_WEIGHED:]]


def _inner_middles(is_in: NDArray[np.bool_], lattice: DrawnLattice) -> list[tuple[float, float]]:
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


def _name(lines: Sequence[str], x: float, y: float, width: float, colour: str, side: int) -> str:
    """Return a name in lines around a middle, with a light rim, and a spot of its colour beside."""
    parts, middle = [], x + side * _SPOT / 2
    for place, line in enumerate(lines):
        baseline = y + (place - (len(lines) - 1) / 2) * LINE * _NAME + 0.35 * _NAME
        words = f'text-anchor="middle" font-weight="bold">{plain(line)}</text>'
        start = f'<text x="{middle:.1f}" y="{baseline:.1f}" font-size="{_NAME:g}"'
        rim = f'stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" fill="{PAPER}"'
        parts.append(f'{start} {rim} {words}{start} fill="{INK}" {words}')
    if colour and lines:
        spot = f'r="4.5" fill={quoteattr(colour)} stroke="{PAPER}" stroke-width="1.5"'
        at = x - side * (width - _SPOT) / 2
        parts.append(f'<circle cx="{at:.1f}" cy="{y:.1f}" {spot}/>')
    return "".join(parts)
