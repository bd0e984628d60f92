"""How strongly each node is pulled around a bmu, as tables for the compiled kernels.

Everything that takes an exponential is computed here, by numpy and by MiniSom's very expressions,
so that the kernels only multiply, and every bit is MiniSom's. Few numbers are enough: how strongly
a node is pulled depends on how far it is from the bmu in x and in y, and few such ways differ.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sigmas = NDArray[np.float64]
Profiles = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Ways:
    """How far nodes are from each other, apart in x and in y.

    `kinds` tells rows that a hexagonal lattice shifts (1) from others (0); on a rectangular
    lattice there are only others.
    """

    x: NDArray  # (n_kinds, width, n_kinds, width)
    y: NDArray  # (height, height)
    kinds: NDArray[np.int64]  # (height,)


@dataclass(frozen=True)
class Pulls:
    """Every pull that a neighbourhood function can give, looked up by place.

    `profiles(sigmas)`, with sigmas of shape (n, 1), returns the pulls in x and in y, a row for
    each sigma. The pull of node (i, j) around the bmu (x, y) is the product of the numbers at
    `place_x[kinds[y], x, kinds[j], i]` and `place_y[y, j]`; or, if the function is not
    `separable`, the number in x at the sum of both places.
    """

    place_x: NDArray[np.int64]
    place_y: NDArray[np.int64]
    kinds: NDArray[np.int64]
    profiles: Callable[[Sigmas], Profiles]
    separable: bool = True

    @property
    def numbers_per_sigma(self) -> int:
        return int(self.place_x.max() + self.place_y.max()) + 2


def gaussian(ways: Ways) -> Pulls:
    squares_x, place_x = _each_once(ways.x**2)
    squares_y, place_y = _each_once(ways.y**2)

    def profiles(sigmas: Sigmas) -> Profiles:
        d = 2 * sigmas * sigmas
        return np.exp(-squares_x / d), np.exp(-squares_y / d)

    return Pulls(place_x, place_y, ways.kinds, profiles)


def mexican_hat(ways: Ways) -> Pulls:
    squares_x, place_x = _each_once(ways.x**2)
    squares_y, place_y = _each_once(ways.y**2)
    squares = np.add.outer(squares_x, squares_y).ravel()

    def profiles(sigmas: Sigmas) -> Profiles:
        d = 2 * sigmas * sigmas
        return np.exp(-squares / d) * (1 - 2 / d * squares), np.empty((len(sigmas), 0))

    return Pulls(place_x * len(squares_y), place_y, ways.kinds, profiles, separable=False)


def triangle(steps: Ways) -> Pulls:
    steps_x, place_x = _each_once(steps.x)
    steps_y, place_y = _each_once(steps.y)

    def profiles(sigmas: Sigmas) -> Profiles:
        return np.maximum(sigmas - steps_x, 0.0), np.maximum(sigmas - steps_y, 0.0)

    return Pulls(place_x, place_y, steps.kinds, profiles)


def bubble(steps: Ways) -> Pulls:
    steps_x, place_x = _each_once(steps.x)
    steps_y, place_y = _each_once(steps.y)

    def profiles(sigmas: Sigmas) -> Profiles:
        return (steps_x < sigmas).astype(float), (steps_y < sigmas).astype(float)

    return Pulls(place_x, place_y, steps.kinds, profiles)


def minisom_bubble(steps: Ways) -> Pulls:
    """As `bubble`, but with MiniSom's rounding: by where the bubble ends, seen from each bmu."""
    height, width = steps.y.shape[0], steps.x.shape[1]

    def inside(sigmas: Sigmas, n: int) -> NDArray[np.float64]:
        bmu, node = np.divmod(np.arange(n * n), n)
        return ((node > bmu - sigmas) & (node < bmu + sigmas)).astype(float)

    def profiles(sigmas: Sigmas) -> Profiles:
        return inside(sigmas, width), inside(sigmas, height)

    return Pulls(
        np.arange(width * width).reshape(steps.x.shape),
        np.arange(height * height).reshape(steps.y.shape),
        steps.kinds,
        profiles,
    )


def _each_once(ways: NDArray) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the different ways, and at which place among them each way is."""
    values, place = np.unique(ways, return_inverse=True)
    return values.astype(float), place.reshape(ways.shape)
