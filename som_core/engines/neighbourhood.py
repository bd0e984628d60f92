"""How strongly each node is pulled around a best matching unit: every formula, once.

The four neighbourhoods are MiniSom's, to the last bit. Gaussian and Mexican hat go by the distance
between nodes; bubble and triangle count nodes along x and along y, and know no hexagons. All but
the Mexican hat are a weight along x times a weight along y.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.lattice import HEXAGON_ROW_HEIGHT
from som_core.settings import Lattice, Neighbourhood

Floats = NDArray[np.float64]
# Of nodes around best matching units, by their places along one axis, and sigma; they broadcast.
AxisWeight = Callable[[Floats, Floats, float | Floats], Floats]


@dataclass(frozen=True)
class Axes:
    """Where the nodes of a map lie along x and along y, in lattice steps, for a neighbourhood.

    A hexagonal lattice shifts every second row to the left by half a step, so there are places
    along x of rows that are not shifted (0) and of those that are (1).
    """

    x: Floats  # (n_shifts, width)
    y: Floats  # (height,)
    rows: tuple[slice, ...]  # (n_shifts,) the lattice rows of each shift
    around: tuple[float, float] | None  # how long it is around a toroid, along x and y

    @cached_property
    def shift(self) -> NDArray[np.int64]:
        """The shift of each lattice row, (height,)."""
        shift = np.zeros(len(self.y), dtype=np.int64)
        for number, rows in enumerate(self.rows):
            shift[rows] = number
        return shift

    @cached_property
    def are_alike(self) -> bool:
        """Whether nodes lie along x as they do along y."""
        is_square = self.around is None or self.around[0] == self.around[1]
        return is_square and np.array_equal(self.x, self.y[None])

    def near_x(self, nodes: Floats, bmu: Floats) -> Floats:
        """Return the places of nodes along x; on a toroid, seen from the bmu the shorter way."""
        return nodes if self.around is None else _shorter_way(nodes, bmu, self.around[0])

    def near_y(self, nodes: Floats, bmu: Floats) -> Floats:
        """Return the places of nodes along y; on a toroid, seen from the bmu the shorter way."""
        return nodes if self.around is None else _shorter_way(nodes, bmu, self.around[1])


def _shorter_way(nodes: Floats, bmu: Floats, around: float) -> Floats:
    return nodes - around * np.round((nodes - bmu) / around)


@lru_cache(maxsize=16)  # asked for in every epoch, however short
def axes(
    height: int, width: int, neighbourhood: Neighbourhood, *, lattice: Lattice, toroid: bool
) -> Axes:
    """Return where nodes lie for a neighbourhood, which may see hexagons or not."""
    is_hexagonal = lattice == "hexagonal" and neighbourhood in ("gaussian", "mexican_hat")
    row_height = HEXAGON_ROW_HEIGHT if is_hexagonal else 1.0
    shifts = [0.0, -0.5] if is_hexagonal else [0.0]
    shifted_rows = slice((height - 1) % 2, None, 2)  # the last row, and every second one above it
    return Axes(
        x=np.add.outer(shifts, np.arange(width)),
        y=np.arange(height) * row_height,
        rows=(slice(height % 2, None, 2), shifted_rows) if is_hexagonal else (slice(None),),
        around=(width, height * row_height) if toroid else None,
    )


def gaussian(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    """Return the Gaussian's weight along one axis."""
    return np.exp(-((nodes - bmu) ** 2) / (2 * sigma * sigma))


def bubble(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    """Return 1 within sigma, else 0."""
    # Places are compared, not distances: so MiniSom rounds.
    return ((nodes > bmu - sigma) & (nodes < bmu + sigma)).astype(float)


def triangle(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    """Return what is left of sigma after the steps to the node, at least 0."""
    return np.maximum(sigma - np.abs(bmu - nodes), 0.0)


def mexican_hat(squared_distance: Floats, sigma: float | Floats) -> Floats:
    """Return the Mexican hat's weight of nodes so far from the bmu: below 0 beyond sigma."""
    d = 2 * sigma * sigma
    return np.exp(-squared_distance / d) * (1 - 2 / d * squared_distance)


def _curvature(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    return ((nodes - bmu) / sigma) ** 2 * gaussian(nodes, bmu, sigma)


def _crown(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    return gaussian(nodes, bmu, sigma) - _curvature(nodes, bmu, sigma)


def _brim(nodes: Floats, bmu: Floats, sigma: float | Floats) -> Floats:
    return -_curvature(nodes, bmu, sigma)


# The same weight along x as along y.
AXIS_WEIGHTS: dict[Neighbourhood, AxisWeight] = {
    "gaussian": gaussian,
    "bubble": bubble,
    "triangle": triangle,
}

# Each neighbourhood as a sum of products of a weight along x and one along y. With the Gaussian g,
# the hat (1 − (x² + y²) / sigma²) g(x) g(y) is (1 − x² / sigma²) g(x) · g(y) − g(x) · y² / sigma²
# g(y); equal to `mexican_hat` but for rounding.
PRODUCTS: dict[Neighbourhood, tuple[tuple[AxisWeight, AxisWeight], ...]] = {
    "gaussian": ((gaussian, gaussian),),
    "mexican_hat": ((_crown, gaussian), (gaussian, _brim)),
    "bubble": ((bubble, bubble),),
    "triangle": ((triangle, triangle),),
}


def weights_around(
    bmu: tuple[SupportsIndex, SupportsIndex],
    sigma: float,
    neighbourhood: Neighbourhood,
    places: Axes,
) -> Floats:
    """Return each node's weight around the bmu at (x, y), shape (height, width)."""
    column, row = bmu
    bmu_x, bmu_y = places.x[places.shift[row], column], places.y[row]
    x = places.near_x(places.x, bmu_x)[places.shift]
    y = places.near_y(places.y, bmu_y)[:, None]
    if neighbourhood == "mexican_hat":
        return mexican_hat((x - bmu_x) ** 2 + (y - bmu_y) ** 2, sigma)
    weight = AXIS_WEIGHTS[neighbourhood]
    return weight(x, bmu_x, sigma) * weight(y, bmu_y, sigma)
