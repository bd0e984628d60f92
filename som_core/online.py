"""Online training by the compiled kernels: what they need to know, laid out as they want it.

Everything that takes an exponential is computed here, by numpy and by MiniSom's very expressions,
so that the kernels only multiply, and every bit is MiniSom's. Few numbers are enough: how strongly
a node is pulled depends on how far it is from the bmu in x and in y, and few such ways differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

_LANES = 8  # numbers in a cache line; as many can be moved by one instruction
_MOST_NUMBERS = 100_000  # in the pulls of one call: they should stay in the cache
_SECONDS_PER_WEIGHT = 1e-9  # a cautious guess for the first call; then the pace is measured

Sigmas = NDArray[np.float64]
Profiles = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Which row is presented at which step."""

    order: NDArray[np.int64]  # rows as they are presented, over and over
    n_steps: int
    steps_per_moment: int  # so many steps share a learning rate and a sigma
    forced_bmu: NDArray[np.int64]  # (n_rows,) the node that is to win, or -1


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
class Neighbourhood:
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


def gaussian(ways: Ways) -> Neighbourhood:
    squares_x, place_x = _each_once(ways.x**2)
    squares_y, place_y = _each_once(ways.y**2)

    def profiles(sigmas: Sigmas) -> Profiles:
        d = 2 * sigmas * sigmas
        return np.exp(-squares_x / d), np.exp(-squares_y / d)

    return Neighbourhood(place_x, place_y, ways.kinds, profiles)


def mexican_hat(ways: Ways) -> Neighbourhood:
    squares_x, place_x = _each_once(ways.x**2)
    squares_y, place_y = _each_once(ways.y**2)
    squares = np.add.outer(squares_x, squares_y).ravel()

    def profiles(sigmas: Sigmas) -> Profiles:
        d = 2 * sigmas * sigmas
        return np.exp(-squares / d) * (1 - 2 / d * squares), np.empty((len(sigmas), 0))

    return Neighbourhood(place_x * len(squares_y), place_y, ways.kinds, profiles, separable=False)


def triangle(steps: Ways) -> Neighbourhood:
    steps_x, place_x = _each_once(steps.x)
    steps_y, place_y = _each_once(steps.y)

    def profiles(sigmas: Sigmas) -> Profiles:
        return np.maximum(sigmas - steps_x, 0.0), np.maximum(sigmas - steps_y, 0.0)

    return Neighbourhood(place_x, place_y, steps.kinds, profiles)


def bubble(steps: Ways) -> Neighbourhood:
    steps_x, place_x = _each_once(steps.x)
    steps_y, place_y = _each_once(steps.y)

    def profiles(sigmas: Sigmas) -> Profiles:
        return (steps_x < sigmas).astype(float), (steps_y < sigmas).astype(float)

    return Neighbourhood(place_x, place_y, steps.kinds, profiles)


def minisom_bubble(steps: Ways) -> Neighbourhood:
    """As `bubble`, but with MiniSom's rounding: by where the bubble ends, seen from each bmu."""
    height, width = steps.y.shape[0], steps.x.shape[1]

    def inside(sigmas: Sigmas, n: int) -> NDArray[np.float64]:
        bmu, node = np.divmod(np.arange(n * n), n)
        return ((node > bmu - sigmas) & (node < bmu + sigmas)).astype(float)

    def profiles(sigmas: Sigmas) -> Profiles:
        return inside(sigmas, width), inside(sigmas, height)

    return Neighbourhood(
        np.arange(width * width).reshape(steps.x.shape),
        np.arange(height * height).reshape(steps.y.shape),
        steps.kinds,
        profiles,
    )


def _each_once(ways: NDArray) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the different ways, and at which place among them each way is."""
    values, place = np.unique(ways, return_inverse=True)
    return values.astype(float), place.reshape(ways.shape)


@dataclass(kw_only=True)
class OnlineTraining:
    """One training by the compiled kernels."""

    matrix: NDArray[np.float64]  # (n_rows, n_features)
    lengths: NDArray[np.float64]  # (n_rows,) of each row; read by the cosine distance only
    schedule: Schedule
    rates_and_sigmas: Callable[[NDArray[np.int64]], tuple[Sigmas, Sigmas]]  # at these moments
    neighbourhood: Neighbourhood
    distance: str  # the name of a constant in kernels
    seconds_per_step: float = 0.0  # as the last call of `present` measured

    def present(self, kernels: ModuleType, weights: NDArray, step: int, seconds: float) -> int:
        """Train the weights in place for about so long; return the step to go on with."""
        n_nodes = weights.shape[0] * weights.shape[1]
        pace = self.seconds_per_step or _SECONDS_PER_WEIGHT * (weights.size + n_nodes)
        stop = min(step + max(1, int(seconds / pace)), self.schedule.n_steps)
        began = perf_counter()
        nodes, scratch = side_by_side(weights)
        self.bmu_of_rows(kernels, nodes, scratch, step, stop)
        weights[...] = nodes.T[:n_nodes].reshape(weights.shape)
        self.seconds_per_step = (perf_counter() - began) / (stop - step)
        return stop

    def bmu_of_rows(
        self, kernels: ModuleType, nodes: NDArray, scratch: NDArray, first: int, stop: int
    ) -> NDArray[np.int64]:
        """Train the nodes from one step to another; return the bmu of each row presented."""
        bmu = np.full(len(self.matrix), -1)
        per_moment = self.schedule.steps_per_moment
        moments_at_once = max(1, _MOST_NUMBERS // self.neighbourhood.numbers_per_sigma)
        while first < stop:
            last = min(first + moments_at_once * per_moment, stop)
            moments = np.arange(first // per_moment, (last - 1) // per_moment + 1)
            rates, sigmas = self.rates_and_sigmas(moments)
            profiles_x, profiles_y = self.neighbourhood.profiles(sigmas[:, None])
            kernels.present(
                nodes,
                scratch,
                self.matrix,
                self.lengths,
                self.schedule.order,
                self.schedule.forced_bmu,
                bmu,
                first,
                last,
                per_moment,
                rates,
                self.neighbourhood.separable,
                profiles_x,
                profiles_y,
                self.neighbourhood.place_x,
                self.neighbourhood.place_y,
                self.neighbourhood.kinds,
                getattr(kernels, self.distance),
            )
            first = last
        return bmu


def nearest_nodes(
    kernels: ModuleType, weights: NDArray, matrix: NDArray, lengths: NDArray, distance: str
) -> NDArray[np.int64]:
    """Return the flat index of each row's winner: present all at a learning rate of 0."""
    width, height = weights.shape[:2]
    even = Ways(
        np.zeros((1, width, 1, width)), np.zeros((height, height)), np.zeros(height, dtype=int)
    )
    training = OnlineTraining(
        matrix=matrix,
        lengths=lengths,
        schedule=Schedule(
            order=np.arange(len(matrix)),
            n_steps=len(matrix),
            steps_per_moment=len(matrix),
            forced_bmu=np.full(len(matrix), -1),
        ),
        rates_and_sigmas=lambda moments: (np.zeros(len(moments)), np.ones(len(moments))),
        neighbourhood=gaussian(even),
        distance=distance,
    )
    return training.bmu_of_rows(kernels, *side_by_side(weights), 0, len(matrix))


def side_by_side(weights: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the nodes as the kernels want them, (n_features, padded n_nodes), and room to work.

    Each row starts a cache line: loads that straddle two take twice as long.
    """
    n_features = weights.shape[-1]
    n_nodes = weights.shape[0] * weights.shape[1]
    width = -(-n_nodes // _LANES) * _LANES
    memory = np.zeros((n_features + 3) * width + _LANES)
    start = -memory.ctypes.data // memory.itemsize % _LANES
    rows = memory[start : start + (n_features + 3) * width].reshape(n_features + 3, width)
    nodes, scratch = rows[:n_features], rows[n_features:]
    nodes[:, :n_nodes] = weights.reshape(n_nodes, n_features).T
    return nodes, scratch
