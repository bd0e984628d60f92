"""What the compiled kernels are told, as named tuples of arrays. Knows nothing of compiling."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LANES = 8  # numbers in a cache line; as many can be moved by one instruction
_SCRATCH = 3  # numbers a node that the kernels work with


class Nodes(NamedTuple):
    """The codebook, nodes side by side in padded rows, and room to work."""

    weights: NDArray[np.float64]  # (n_features, padded n_nodes)
    scratch: NDArray[np.float64]  # (3, padded n_nodes)


class Rows(NamedTuple):
    """What is presented, or looks for its nearest node."""

    matrix: NDArray[np.float64]  # (n_rows, n_features), read only
    lengths: NDArray[np.float64]  # (n_rows,) of each row; read by the cosine distance only


class Order(NamedTuple):
    """Which row is presented at which step."""

    rows: NDArray[np.int64]  # as they are presented, over and over
    forced_bmu: NDArray[np.int64]  # (n_rows,) the node that is to win, or -1
    steps_per_iteration: int  # so many steps share a learning rate and a sigma


class Neighbourhood(NamedTuple):
    """Where the weight of a node around a bmu stands among the weights of an iteration.

    That of node (i, j) around the bmu (x, y) is the product of the weights along x at
    `place_x[shift[y], x, shift[j], i]` and along y at `place_y[y, j]`; or, if it is no such
    product, the weight along x at the sum of both places.
    """

    place_x: NDArray[np.int64]  # (n_shifts, width, n_shifts, width)
    place_y: NDArray[np.int64]  # (height, height)
    shift: NDArray[np.int64]  # (height,) of each lattice row
    is_product: bool


class Iterations(NamedTuple):
    """What changes from iteration to iteration, from that of the first step on."""

    learning_rates: NDArray[np.float64]  # (n_iterations,)
    along_x: NDArray[np.float64]  # (n_iterations, n_places) weights of the neighbourhood
    along_y: NDArray[np.float64]  # (n_iterations, n_places)


def nodes_of(weights: NDArray[np.float64]) -> Nodes:
    """Return a copy of weights of shape (width, height, n_features) as the kernels want them.

    Each row of nodes starts a cache line: loads that straddle two take twice as long.
    """
    width, height, n_features = weights.shape
    padded = -(-width * height // _LANES) * _LANES
    memory = np.zeros((n_features + _SCRATCH) * padded + _LANES)
    address = memory.__array_interface__["data"][0]  # `ctypes.data` takes three times as long
    start = -address // memory.itemsize % _LANES
    lines = memory[start : start + (n_features + _SCRATCH) * padded].reshape(-1, padded)
    nodes = Nodes(lines[:n_features], lines[n_features:])
    nodes.weights[:, : width * height] = weights.reshape(-1, n_features).T
    return nodes


def rows_of(matrix: NDArray[np.float64], lengths: NDArray[np.float64]) -> Rows:
    """Return rows and their lengths as the kernels want them: not to be written to."""
    seen = matrix.view()
    seen.flags.writeable = False
    return Rows(seen, lengths)
