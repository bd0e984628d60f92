"""A neighbourhood's weights as tables that the compiled kernels look numbers up in.

Everything that takes an exponential is computed here, by numpy and by MiniSom's very expressions,
so that the kernels only multiply, and every bit is MiniSom's. Few numbers are enough: a weight
depends on how far the node is from the bmu along x and along y, and few such distances differ.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.engines.neighbourhood import AXIS_WEIGHTS, Axes, mexican_hat
from som_core.engines.online.kernel_arguments import Neighbourhood
from som_core.settings import Neighbourhood as Name

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lookup:
    """Every weight that a neighbourhood can take, and where each stands.

    `weights(sigmas)`, with sigmas of shape (n, 1), returns those along x and those along y, a row
    for each sigma.
    """

    neighbourhood: Neighbourhood
    weights: Callable[[Floats], tuple[Floats, Floats]]

    @property
    def numbers_per_sigma(self) -> int:
        return int(self.neighbourhood.place_x.max() + self.neighbourhood.place_y.max()) + 2


@dataclass(frozen=True)
class _Pairs:
    """Nodes and bmus along one axis, each pair of another weight once."""

    nodes: Floats
    bmu: Floats
    place: NDArray[np.int64]  # of each bmu and node among these pairs


def lookup(name: Name, places: Axes) -> Lookup:
    """Return the tables of a neighbourhood on a map whose nodes lie at these places."""
    bmu_x, bmu_y = places.x[:, :, None, None], places.y[:, None]
    # By its rounding, a bubble depends on where the bmu lies.
    pairs = _each_pair if name == "bubble" else _each_distance
    x = pairs(places.near_x(places.x, bmu_x), bmu_x)
    y = pairs(places.near_y(places.y, bmu_y), bmu_y)
    if name == "mexican_hat":
        squares = np.add.outer(x.nodes**2, y.nodes**2).ravel()

        def hat(sigmas: Floats) -> tuple[Floats, Floats]:
            return mexican_hat(squares, sigmas), np.empty((len(sigmas), 0))

        place_x = x.place * len(y.nodes)
        return Lookup(Neighbourhood(place_x, y.place, places.shift, is_product=False), hat)

    def along_axes(sigmas: Floats) -> tuple[Floats, Floats]:
        weight = AXIS_WEIGHTS[name]
        return weight(x.nodes, x.bmu, sigmas), weight(y.nodes, y.bmu, sigmas)

    return Lookup(Neighbourhood(x.place, y.place, places.shift, is_product=True), along_axes)


def _each_distance(nodes: Floats, bmu: Floats) -> _Pairs:
    """Return a node at each distance from the bmu, as if that lay at 0."""
    distances, place = np.unique(np.abs(nodes - bmu), return_inverse=True)
    return _Pairs(distances, np.zeros(1), place)


def _each_pair(nodes: Floats, bmu: Floats) -> _Pairs:
    nodes, bmu = np.broadcast_arrays(nodes, bmu)
    return _Pairs(nodes.ravel(), bmu.ravel(), np.arange(nodes.size).reshape(nodes.shape))
