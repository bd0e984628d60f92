"""Online training by the compiled kernels: what they need to know, laid out as they want it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from som_core.engines.online.kernel_arguments import (
    Iterations,
    Nodes,
    Order,
    Rows,
    nodes_of,
    rows_of,
)
from som_core.engines.online.lookup import Lookup
from som_core.geometry.best_matching import has_gaps, rows_in_part
from som_core.geometry.distances import leads_by, slices
from som_core.geometry.parallel import in_order, one_blas_thread_each
from som_core.settings import Distance

_MOST_NUMBERS = 100_000  # in the tables of one call: they should stay in the cache
_PRODUCT_FROM = 1_000_000  # differences between rows and nodes; fewer are had sooner one by one
_ROUNDINGS = 1e-10  # of squares of lengths: well above what a product of long rows rounds away
_SECONDS_PER_WEIGHT = 1e-9  # a cautious guess for the first call; then the pace is measured
_Part = slice | NDArray[np.int64]  # of the rows


@dataclass(kw_only=True)
class CompiledTraining:
    """One training by the compiled kernels."""

    rows: Rows
    order: Order
    n_steps: int
    decay: Callable[[NDArray[np.int64]], tuple[NDArray, NDArray]]  # rates and sigmas of iterations
    lookup: Lookup
    distance: Distance

    def __post_init__(self) -> None:
        self._nodes: Nodes | None = None
        self._seconds_per_step = 0.0

    def present(self, kernels: ModuleType, weights: NDArray, step: int, seconds: float) -> int:
        """Train for about so long, from the weights; return the step to go on with.

        The weights are read at the first call only, and written by `copy_into` only.
        """
        if self._nodes is None:
            self._nodes = nodes_of(weights)
            n_nodes = weights.shape[0] * weights.shape[1]
            self._seconds_per_step = _SECONDS_PER_WEIGHT * (weights.size + n_nodes)
        stop = min(step + max(1, int(seconds / self._seconds_per_step)), self.n_steps)
        began = perf_counter()
        self.run(kernels, self._nodes, step, stop)
        self._seconds_per_step = (perf_counter() - began) / (stop - step)
        return stop

    def copy_into(self, weights: NDArray) -> None:
        """Write what was learned so far into weights of shape (width, height, n_features)."""
        if self._nodes is not None:
            n_nodes = weights.shape[0] * weights.shape[1]
            weights[...] = self._nodes.weights.T[:n_nodes].reshape(weights.shape)

    def run(self, kernels: ModuleType, nodes: Nodes, first: int, stop: int) -> None:
        """Train the nodes from one step to another."""
        distance = _number_of(self.distance, kernels)
        per_iteration = self.order.steps_per_iteration
        iterations_at_once = max(1, _MOST_NUMBERS // self.lookup.numbers_per_sigma)
        while first < stop:
            last = min(first + iterations_at_once * per_iteration, stop)
            numbers = np.arange(first // per_iteration, (last - 1) // per_iteration + 1)
            rates, sigmas = self.decay(numbers)
            iterations = Iterations(rates, *self.lookup.weights(sigmas[:, None]))
            kernels.present(
                nodes,
                self.rows,
                self.order,
                self.lookup.neighbourhood,
                iterations,
                first,
                last,
                distance,
            )
            first = last


def nearest_nodes(
    kernels: ModuleType, weights: NDArray, rows: Rows, distance: Distance
) -> NDArray[np.int64]:
    """Return the flat index of each row's winner; weights are (width, height, n_features).

    By the Euclidean distance a matrix product finds the winners of many full rows in about half the
    time. Where its rounding might choose another node than MiniSom's differences, those decide.
    """
    nearest = np.empty(len(rows.matrix), dtype=np.int64)
    n_nodes, number = weights.shape[0] * weights.shape[1], _number_of(distance, kernels)
    nodes = weights.reshape(n_nodes, -1)
    is_long = len(nearest) * weights.size >= _PRODUCT_FROM
    by_product = is_long and distance == "euclidean" and not has_gaps(rows.matrix)

    def compare(part: _Part) -> None:
        some, found = rows_of(rows.matrix[part], rows.lengths[part]), nearest[part]
        # Each thread needs nodes with room of its own to work.
        kernels.find_nearest(nodes_of(weights), some, n_nodes, found, number)
        nearest[part] = found

    find = _by_product(nodes, rows.matrix, nearest, compare) if by_product else compare
    parts = slices(len(nearest), rows_in_part(nodes, distance, gaps=not by_product))
    if len(parts) == 1:  # a short table is done before threads are there
        find(parts[0])
        return nearest
    with one_blas_thread_each() as pool:
        for _ in in_order(find, parts, pool):
            pass
    return nearest


def _by_product(
    nodes: NDArray[np.float64],
    matrix: NDArray[np.float64],
    nearest: NDArray[np.int64],
    compare: Callable[[_Part], None],
) -> Callable[[slice], None]:
    """Return what writes the nearest nodes of full rows, and compares where that isn't sure."""
    leads, longest = leads_by(nodes), np.einsum("ij,ij->i", nodes, nodes).max()

    def find(part: slice) -> None:
        some = matrix[part]
        nearest[part], lead = leads(some)
        roundings = _ROUNDINGS * (np.einsum("ij,ij->i", some, some) + longest)
        is_sure = lead > roundings
        compare(part.start + np.flatnonzero(~is_sure))

    return find


def _number_of(distance: Distance, kernels: ModuleType) -> int:
    return getattr(kernels, distance.upper())
