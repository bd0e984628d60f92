"""Adding up the values of all nodes around each node, weighted by the neighbourhood.

Every neighbourhood is a sum of products of a weight along x and a weight along y, so spreading
takes small matrix products along each axis, never a table of all nodes by all nodes.
"""

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from som_core.engines.neighbourhood import PRODUCTS, axes
from som_core.settings import Lattice, Neighbourhood


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
    height, width, n_values = values.shape
    places = axes(height, width, neighbourhood, lattice=lattice, toroid=toroid)
    result = np.empty_like(values)
    for x, target in zip(places.x[:, :, None], places.rows, strict=True):
        parts = []
        for from_x, source in zip(places.x, places.rows, strict=True):
            y, from_y = places.y[target, None], places.y[source]
            near_x, near_y = places.near_x(x, from_x), places.near_y(y, from_y)
            for weight_x, weight_y in PRODUCTS[neighbourhood]:
                along_x = weight_x(near_x, from_x, sigma)
                is_same = places.are_alike and weight_y is weight_x
                along_y = along_x if is_same else weight_y(near_y, from_y, sigma)
                spread_in_rows = along_x @ values[source]
                parts.append(along_y @ spread_in_rows.reshape(len(from_y), width * n_values))
        result[target] = reduce(np.add, parts).reshape(len(y), width, n_values)
    return result
