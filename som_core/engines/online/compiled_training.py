"""Online training by the compiled kernels: what they need to know, laid out as they want it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from som_core.engines.online.neighbourhood import Pulls, Ways, gaussian

_LANES = 8  # numbers in a cache line; as many can be moved by one instruction
_MOST_NUMBERS = 100_000  # in the tables of one call: they should stay in the cache
_SECONDS_PER_WEIGHT = 1e-9  # a cautious guess for the first call; then the pace is measured


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Which row is presented at which step."""

    order: NDArray[np.int64]  # rows as they are presented, over and over
    n_steps: int
    steps_per_moment: int  # so many steps share a learning rate and a sigma
    forced_bmu: NDArray[np.int64]  # (n_rows,) the node that is to win, or -1


@dataclass(kw_only=True)
class OnlineTraining:
    """One training by the compiled kernels."""

    matrix: NDArray[np.float64]  # (n_rows, n_features)
    lengths: NDArray[np.float64]  # (n_rows,) of each row; read by the cosine distance only
    schedule: Schedule
    rates_and_sigmas: Callable[[NDArray[np.int64]], tuple[NDArray, NDArray]]  # at these moments
    pulls: Pulls
    distance: str  # in capitals, the name of a constant in kernels

    def __post_init__(self) -> None:
        self.bmu = np.full(len(self.matrix), -1)  # of each row, when it was last presented
        self._memory: tuple[NDArray, NDArray] | None = None
        self._seconds_per_step = 0.0

    def present(self, kernels: ModuleType, weights: NDArray, step: int, seconds: float) -> int:
        """Train for about so long, from the weights; return the step to go on with.

        The weights are read at the first call only, and written by `copy_into` only.
        """
        if self._memory is None:
            self._memory = side_by_side(weights)
            n_nodes = weights.shape[0] * weights.shape[1]
            self._seconds_per_step = _SECONDS_PER_WEIGHT * (weights.size + n_nodes)
        nodes, scratch = self._memory
        stop = min(step + max(1, int(seconds / self._seconds_per_step)), self.schedule.n_steps)
        began = perf_counter()
        self.run(kernels, nodes, scratch, step, stop)
        self._seconds_per_step = (perf_counter() - began) / (stop - step)
        return stop

    def copy_into(self, weights: NDArray) -> None:
        """Write what was learned so far into weights of shape (width, height, n_features)."""
        if self._memory is not None:
            nodes, _ = self._memory
            n_nodes = weights.shape[0] * weights.shape[1]
            weights[...] = nodes.T[:n_nodes].reshape(weights.shape)

    def run(
        self, kernels: ModuleType, nodes: NDArray, scratch: NDArray, first: int, stop: int
    ) -> None:
        """Train the nodes from one step to another."""
        per_moment = self.schedule.steps_per_moment
        moments_at_once = max(1, _MOST_NUMBERS // self.pulls.numbers_per_sigma)
        while first < stop:
            last = min(first + moments_at_once * per_moment, stop)
            moments = np.arange(first // per_moment, (last - 1) // per_moment + 1)
            rates, sigmas = self.rates_and_sigmas(moments)
            profiles_x, profiles_y = self.pulls.profiles(sigmas[:, None])
            kernels.present(
                nodes,
                scratch,
                self.matrix,
                self.lengths,
                self.schedule.order,
                self.schedule.forced_bmu,
                self.bmu,
                first,
                last,
                per_moment,
                rates,
                self.pulls.separable,
                profiles_x,
                profiles_y,
                self.pulls.place_x,
                self.pulls.place_y,
                self.pulls.kinds,
                getattr(kernels, self.distance.upper()),
            )
            first = last


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
        pulls=gaussian(even),
        distance=distance,
    )
    training.run(kernels, *side_by_side(weights), 0, len(matrix))
    return training.bmu


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
