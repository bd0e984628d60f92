"""The cells of a map as pixels: each pixel belongs to the node whose cell holds it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.lattice import HEXAGON_ROW_HEIGHT, coordinates
from som_core.settings import Lattice

MOST_PIXELS = 40_000  # of 4 bytes each, in every map of a page
FINEST = 16  # pixels in one lattice step


@dataclass(frozen=True)
class Raster:
    """A picture of the cells; hexagons are drawn as such, though every pixel is a square."""

    x: NDArray[np.float64]  # (n_columns,) centre of each column of pixels, in lattice steps
    y: NDArray[np.float64]  # (n_lines,) centre of each line of pixels
    nodes: NDArray[np.int64]  # (n_lines, n_columns) node of each pixel, -1 outside the map

    def paint(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the value of each pixel from one value for each node; NaN outside the map."""
        return np.append(values.ravel(), np.nan).astype(np.float32)[self.nodes]


def raster(height: int, width: int, lattice: Lattice) -> Raster:
    """Return the cells as pixels: squares, or the hexagons nearest to each node's centre."""
    if lattice == "rectangular":
        nodes = np.arange(height * width).reshape(height, width)
        return Raster(np.arange(width, dtype=float), np.arange(height, dtype=float), nodes)
    per_step = int(np.clip(np.sqrt(MOST_PIXELS / (height * width)), 4, FINEST))
    places = coordinates(height, width, lattice)
    corner = 1 / np.sqrt(3)  # from the centre of a hexagon up to its tip
    x = _pixels(places[:, 0].min() - 0.5, places[:, 0].max() + 0.5, per_step)
    y = _pixels(-corner, places[:, 1].max() + corner, per_step)
    across, down = np.meshgrid(x, y)
    above = np.floor(down / HEXAGON_ROW_HEIGHT).astype(np.int64)
    nodes = np.full(across.shape, -1, dtype=np.int64)
    nearest = np.full(across.shape, np.inf)
    # The nearest centre of a lattice without end lies in the row above a pixel or in the one below.
    for row in (above, above + 1):
        start = np.where((height - 1 - row) % 2 == 0, -0.5, 0)
        column = np.round(across - start).astype(np.int64)
        away = np.hypot(across - start - column, down - row * HEXAGON_ROW_HEIGHT)
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        nearer = away < nearest
        nodes[nearer] = np.where(inside, row * width + column, -1)[nearer]
        nearest[nearer] = away[nearer]
    return Raster(x, y, nodes)


def _pixels(start: float, end: float, per_step: int) -> NDArray[np.float64]:
    count = int(np.ceil((end - start) * per_step))
    return start + (np.arange(count) + 0.5) / per_step
