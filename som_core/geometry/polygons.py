"""The cells of a map as polygons: their corners, and what lies beyond each edge."""

import numpy as np
from numpy.typing import NDArray

from som_core.settings import Lattice

# Beyond the edge that begins at a corner lies the cell at the same place of `_BESIDE`: columns and
# rows away. In other rows of a hexagonal lattice, columns count from the left one of the two next
# to a cell.
_TURNS = np.deg2rad([30, 90, 150, 210, 270, 330])
_CORNERS: dict[Lattice, NDArray[np.float64]] = {
    "hexagonal": np.column_stack([np.cos(_TURNS), np.sin(_TURNS)]) / np.sqrt(3),
    "rectangular": np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]),
}
_BESIDE: dict[Lattice, tuple[tuple[int, int], ...]] = {
    "hexagonal": ((1, 1), (0, 1), (-1, 0), (0, -1), (1, -1), (1, 0)),
    "rectangular": ((0, 1), (-1, 0), (0, -1), (1, 0)),
}


def cell_corners(lattice: Lattice) -> NDArray[np.float64]:
    """Return the corners of a cell from its middle, in lattice steps, shape (n_corners, 2)."""
    return _CORNERS[lattice].copy()


def across_edges(height: int, width: int, lattice: Lattice, *, toroid: bool) -> NDArray[np.int64]:
    """Return the node beyond each edge of each cell, shape (n_nodes, n_corners).

    Edge k begins at corner k of `cell_corners`. Beyond the rim of a flat map there is -1.
    """
    row, column = (axis.ravel() for axis in np.mgrid[:height, :width])
    beyond = []
    for right, down in _BESIDE[lattice]:
        is_shifted = lattice == "hexagonal" and down != 0
        next_column = column + right
        if is_shifted:
            next_column = next_column - ((height - 1 - row) % 2 == 0)
        next_row = row + down
        node = (next_row % height) * width + next_column % width
        is_on = (next_row % height == next_row) & (next_column % width == next_column)
        beyond.append(np.where(is_on | toroid, node, -1))
    return np.column_stack(beyond)
