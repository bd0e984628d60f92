"""Where the nodes of a map lie: coordinates, neighbours, distances along the lattice.

A node is a flat index, `y * width + x`. Coordinates are MiniSom's: neighbours in a row are 1 apart;
on a hexagonal lattice rows are √3/2 apart, and the last row and every second one above it are
shifted left by half a step.
"""

import numpy as np
from numpy.typing import NDArray

from som_core.settings import Lattice

HEXAGON_ROW_HEIGHT = 1.5 / np.sqrt(3)  # √3/2, with MiniSom's last bit


def coordinates(height: int, width: int, lattice: Lattice) -> NDArray[np.float64]:
    """Return the x and y of each node in lattice steps, shape (height * width, 2)."""
    y, x = np.mgrid[:height, :width].astype(float)
    if lattice == "hexagonal":
        x[::-2] -= 0.5
        y *= HEXAGON_ROW_HEIGHT
    return np.column_stack([x.ravel(), y.ravel()])


def grid_distance(
    height: int, width: int, lattice: Lattice, *, toroid: bool, node: int
) -> NDArray[np.float64]:
    """Return the straight distance from one node to each, in lattice steps, shape (n_nodes,).

    On a toroid it is the shortest way, across the edges where that is nearer.
    """
    places = coordinates(height, width, lattice)
    away = np.abs(places - places[node])
    if toroid:
        row_height = HEXAGON_ROW_HEIGHT if lattice == "hexagonal" else 1.0
        around = np.array([width, height * row_height])
        away = np.minimum(away, around - away)
    return np.hypot(away[:, 0], away[:, 1])


def neighbours(height: int, width: int, lattice: Lattice, *, toroid: bool) -> NDArray[np.int64]:
    """Return the nodes next to each node, shape (n_nodes, 6 or 8), filled up with -1.

    Six on a hexagonal lattice; eight on a rectangular one, where diagonals count. Nodes at the
    edge of a flat map have fewer, and so do those of a toroid so small that two ways lead to one.
    """
    y, x = (axis.ravel() for axis in np.mgrid[:height, :width])
    if lattice == "rectangular":
        steps = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
        beside = [(y + down, x + right) for down, right in steps]
    else:
        shifted_left = (height - 1 - y) % 2 == 0
        first = np.where(shifted_left, x - 1, x)  # the left one of two in the row above or below
        beside = [
            (y, x - 1),
            (y, x + 1),
            (y - 1, first),
            (y - 1, first + 1),
            (y + 1, first),
            (y + 1, first + 1),
        ]
    table = np.empty((height * width, len(beside)), dtype=np.int64)
    for column, (row, place) in enumerate(beside):
        if toroid:
            table[:, column] = (row % height) * width + place % width
        else:
            inside = (row >= 0) & (row < height) & (place >= 0) & (place < width)
            table[:, column] = np.where(inside, row * width + place, -1)
    return _each_once(table)


def _each_once(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Blank a node's mention of itself and every repeated neighbour (small toroids have both)."""
    nodes = np.arange(len(table))
    table[table == nodes[:, None]] = -1
    for column in range(1, table.shape[1]):
        seen = (table[:, :column] == table[:, [column]]).any(axis=1)
        table[seen, column] = -1
    return table
