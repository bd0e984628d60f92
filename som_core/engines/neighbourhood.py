"""How far a row's pull spreads from its best matching unit over the lattice.

The four neighbourhoods are MiniSom's: gaussian and Mexican hat go by the distance between nodes;
bubble and triangle count nodes along x and y, on both lattices. Each is a sum of products of a
weight along x and a weight along y, so spreading takes small matrix products along each axis, never
a table of all nodes by all nodes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.lattice import HEXAGON_ROW_HEIGHT
from som_core.settings import Lattice, Neighbourhood

AxisWeight = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


def spread(
    values: NDArray[np.float64],
    sigma: float,
    *,
    neighbourhood: Neighbourhood,
    lattice: Lattice,
    toroid: bool,
) -> NDArray[np.float64]:
    """Return the sum of the values of all nodes, weighted by the neighbourhood around each node.

    Parameters
    ----------
    values : array of shape (height, width, n)
    sigma : reach of the neighbourhood, in lattice steps
    """
    height, width, _ = values.shape
    counts_nodes = neighbourhood in ("bubble", "triangle")
    row_height = HEXAGON_ROW_HEIGHT if lattice == "hexagonal" and not counts_nodes else 1.0
    rows = [(0.0, slice(None))]  # how far each group of lattice rows is shifted, and which they are
    if lattice == "hexagonal" and not counts_nodes:
        rows = [(-0.5, slice((height - 1) % 2, None, 2)), (0.0, slice(height % 2, None, 2))]
    x, y = np.arange(width), np.arange(height) * row_height

    result = np.zeros_like(values)
    for shift, target in rows:
        for source_shift, source in rows:
            along_x = np.abs(np.subtract.outer(x + shift, x + source_shift))
            along_y = np.abs(np.subtract.outer(y[target], y[source]))
            if toroid:
                along_x = np.minimum(along_x, width - along_x)
                along_y = np.minimum(along_y, height * row_height - along_y)
            for weight_x, weight_y in _PRODUCTS[neighbourhood]:
                spread_in_rows = weight_x(along_x, sigma) @ values[source]
                result[target] += np.tensordot(weight_y(along_y, sigma), spread_in_rows, axes=1)
    return result


def _gaussian(steps: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return np.exp(-(steps**2) / (2 * sigma**2))


def _gaussian_squares(steps: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return -(steps**2) / sigma**2 * _gaussian(steps, sigma)


def _brim(steps: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return _gaussian(steps, sigma) + _gaussian_squares(steps, sigma)


def _bubble(steps: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return (steps < sigma).astype(float)


def _triangle(steps: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    return np.maximum(sigma - steps, 0)


_PRODUCTS: dict[Neighbourhood, list[tuple[AxisWeight, AxisWeight]]] = {
    "gaussian": [(_gaussian, _gaussian)],
    # (1 − (x² + y²) / sigma²) · g(x) g(y) = (1 − x² / sigma²) g(x) · g(y) − g(x) · y² / sigma² g(y)
    "mexican_hat": [(_brim, _gaussian), (_gaussian, _gaussian_squares)],
    "bubble": [(_bubble, _bubble)],
    "triangle": [(_triangle, _triangle)],
}
