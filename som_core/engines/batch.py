"""Batch training: all rows pull at once, then every node moves to the weighted mean of its rows."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from som_core.engines.schedule import Schedule
from som_core.engines.spreading import spread
from som_core.engines.state import TrainingState
from som_core.geometry.best_matching import has_gaps, match_best
from som_core.geometry.distances import slices
from som_core.geometry.parallel import in_order, one_blas_thread_each
from som_core.geometry.sampling import Rows, SampledRows, sampled_rows
from som_core.settings import MapSettings

_CELLS = 1_000_000  # summed in a few milliseconds
_FEW_ROWS, _FEW_COLUMNS = 1_000, 12
_SPREADING = 20_000_000  # multiplications of neighbourhood and sums in one go: a few ms
_FEWEST_FEATURES = 8  # in one go: each time the weights are spread, too
_LEAST_PULL = 1e-290  # sums as small as this have lost their digits

Floats = NDArray[np.float64]


def batch_steps(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    settings: MapSettings,
    schedule: Schedule,
    *,
    first_epoch: int = 0,
    row_weights: NDArray[np.float64] | None = None,
    gaps: bool | None = None,
) -> Generator[TrainingState, None, None]:
    """Train epoch by epoch; yield before, every few milliseconds, and after each epoch.

    In each epoch every node moves to the mean of all rows, weighted by the neighbourhood between
    the node and each row's best matching unit; with a learning rate below 1, only a part of the
    way. Nothing of the size n_rows × n_nodes is ever held.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features)
        NaN cells count neither for the best matching unit nor for the mean.
    codebook : array of shape (height, width, n_features)
        Where training starts.
    settings : lattice, toroid, neighbourhood, distance, and the seed by which rows are sampled
    schedule : what each epoch does
    first_epoch : epochs before it are left out, as learned already
    row_weights : array of shape (n_rows,), how many rows each row stands for; each 1 by default
    gaps : whether rows may have NaN cells; looked up if not given

    References
    ----------
    Kohonen (2013), Essentials of the self-organizing map.
    """
    if gaps is None:
        gaps = has_gaps(matrix)
    weights = np.ones(len(matrix)) if row_weights is None else row_weights
    few = FewRows(matrix, weights, settings.n_nodes, gaps=gaps) if FewRows.are(matrix) else None
    rows_before = int(schedule.rows[:first_epoch].sum())
    error, measured_at = np.nan, -1.0

    def state(rows_done: int, epoch: int) -> TrainingState:
        return TrainingState(rows_done, epoch, lambda: codebook, error, measured_at)

    yield state(rows_before, first_epoch)
    with one_blas_thread_each() as pool:
        for epoch in range(first_epoch, len(schedule.rows)):
            rows: Rows = matrix
            of_rows = weights
            if schedule.rows[epoch] < len(matrix):
                drawn = sampled_rows(len(matrix), schedule.rows[epoch], [settings.seed, epoch])
                rows, of_rows = SampledRows(matrix, drawn), weights[drawn]
            bmu, to_bmu = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
            for done in match_best(rows, codebook, settings.distance, bmu, to_bmu, pool, gaps=gaps):
                if measured_at < 0:
                    error = float(to_bmu[:done].mean())
                yield state(rows_before + done, epoch)
            rows_before += len(rows)
            error, measured_at = float(to_bmu @ of_rows / of_rows.sum()), epoch

            if few is not None and rows is matrix:
                sums = few.sums(bmu)
            else:
                sums = NodeSums.zeros(codebook, gaps=gaps)
                for _ in add_up(rows, bmu, of_rows, sums, pool):
                    yield state(rows_before, epoch)

            moved = np.empty_like(codebook)
            sigma, learning_rate = schedule.sigmas[epoch], schedule.learning_rates[epoch]
            for _ in move(codebook, sums, settings, sigma, learning_rate, moved, pool):
                yield state(rows_before, epoch)
            codebook = moved
            yield state(rows_before, epoch + 1)


@dataclass(frozen=True)
class NodeSums:
    """What the rows of each node add up to; rows are added block after block."""

    values: NDArray[np.float64]  # (n_nodes, n_features) of the rows, each times its weight
    weights: NDArray[np.float64]  # (n_nodes, n_features) if rows may have gaps, else (n_nodes, 1)

    @classmethod
    def zeros(cls, codebook: NDArray[np.float64], *, gaps: bool) -> Self:
        n_nodes, n_features = codebook.shape[0] * codebook.shape[1], codebook.shape[2]
        return cls(np.zeros((n_nodes, n_features)), np.zeros((n_nodes, n_features if gaps else 1)))

    @property
    def with_gaps(self) -> bool:
        return self.weights.shape == self.values.shape


class FewRows:
    """The rows of a small table, to be summed by node at once: `add_up` takes longer to begin.

    The sums are those of `add_up`, to the last bit.
    """

    def __init__(self, matrix: Floats, row_weights: Floats, n_nodes: int, *, gaps: bool) -> None:
        known = ~np.isnan(matrix) if gaps else np.ones((len(matrix), 1))
        by_row = row_weights[:, None]
        summands = np.hstack([by_row * np.where(known, matrix, 0), by_row * known])
        self._summands = summands.ravel()
        self._places = np.arange(n_nodes * summands.shape[1]).reshape(n_nodes, -1)
        self._n_features = matrix.shape[1]

    @staticmethod
    def are(matrix: Floats) -> bool:
        """Return whether a table is as small as that; rows are (n_rows, n_features)."""
        return matrix.shape[0] <= _FEW_ROWS and matrix.shape[1] <= _FEW_COLUMNS

    def sums(self, bmu: NDArray[np.int64]) -> NodeSums:
        """Return the sums of all rows; bmu is (n_rows,)."""
        places = self._places.take(bmu, axis=0).ravel()
        added = np.bincount(places, self._summands, self._places.size)
        sums = added.astype(np.float64, copy=False).reshape(self._places.shape)
        return NodeSums(sums[:, : self._n_features], sums[:, self._n_features :])


def add_up(
    rows: Rows,
    bmu: NDArray[np.int64],
    row_weights: NDArray[np.float64],
    sums: NodeSums,
    pool: Executor,
) -> Iterator[None]:
    """Add rows to the sums of their nodes; yield every few milliseconds.

    Parameters
    ----------
    rows : of shape (n_rows, n_features): all, or a block of them
    bmu, row_weights : arrays of shape (n_rows,)
    sums : to be added to. With equal blocks in the same order, they are equal to the last bit.
    """
    parts = slices(len(rows), rows_at_once(*sums.values.shape))
    part_sums = partial(_sums_of_part, rows, bmu, row_weights, len(sums.values), sums.with_gaps)
    for _, (values, weights) in in_order(part_sums, parts, pool):
        np.add(sums.values, values, out=sums.values)
        np.add(sums.weights, weights, out=sums.weights)
        yield


def _sums_of_part(
    rows: Rows,
    bmu: NDArray[np.int64],
    row_weights: NDArray[np.float64],
    n_nodes: int,
    with_gaps: bool,
    part: slice,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of a part of the rows, and their weights: see `NodeSums`."""
    in_part, bmu, weights = rows[part], bmu[part], row_weights[part]
    sums = _sums_by_node(bmu, weights, n_nodes)
    if not with_gaps:
        counts = np.bincount(bmu, weights, n_nodes).astype(np.float64, copy=False)
        return sums(in_part), counts[:, None]
    known = ~np.isnan(in_part)
    return sums(np.where(known, in_part, 0)), sums(known.astype(float))


def _sums_by_node(
    bmu: NDArray[np.int64], weights: Floats, n_nodes: int
) -> Callable[[Floats], Floats]:
    """Return a function from values, (n_rows, n), to their weighted sums by node.

    They are exact, in the rows' order.
    """
    # A column for each row, with its weight at its node: compiled.
    at_node = sparse.csc_array((weights, bmu, np.arange(len(bmu) + 1)), (n_nodes, len(bmu)))
    return at_node.__matmul__


def rows_at_once(n_nodes: int, n_features: int) -> int:
    """Return how many rows one thread sums by node at a time.

    They should be many more than the nodes, as the sums of all parts are to be added up, but not
    take much longer than 20 ms.
    """
    soon = _CELLS // n_features
    return max(soon, min(12 * n_nodes, 8 * soon), 4 * n_nodes)


def move(
    codebook: NDArray[np.float64],
    sums: NodeSums,
    settings: MapSettings,
    sigma: float,
    learning_rate: float,
    moved: NDArray[np.float64],
    pool: Executor,
) -> Iterator[None]:
    """Move every node towards the mean of the rows in its neighbourhood; yield every few ms.

    Parameters
    ----------
    codebook : array of shape (height, width, n_features)
    sums : of all rows of the epoch
    settings : lattice, toroid and neighbourhood
    sigma : neighbourhood radius in lattice steps
    learning_rate : the share of the way that nodes move
    moved : array of the shape of the codebook, to be filled in
    """
    move_part = partial(_move_part, codebook, sums, settings, sigma, learning_rate, moved)
    for _ in in_order(move_part, slices(codebook.shape[2], _features_at_once(settings)), pool):
        yield


def _features_at_once(settings: MapSettings) -> int:
    """Return how many features one thread spreads over the map at a time."""
    return max(
        _FEWEST_FEATURES, _SPREADING // (settings.n_nodes * (settings.height + settings.width))
    )


def _move_part(
    codebook: NDArray[np.float64],
    sums: NodeSums,
    settings: MapSettings,
    sigma: float,
    learning_rate: float,
    moved: NDArray[np.float64],
    part: slice,
) -> None:
    """Fill in the features of a part."""
    weights = sums.weights[:, part] if sums.with_gaps else sums.weights
    height, width, _ = codebook.shape
    values_and_weights = np.concatenate([sums.values[:, part], weights], axis=1)
    totals = spread(
        values_and_weights.reshape(height, width, -1),
        sigma,
        neighbourhood=settings.neighbourhood,
        lattice=settings.lattice,
        toroid=settings.toroid,
    )
    before, after = codebook[..., part], moved[..., part]
    n_features = before.shape[2]
    values, weights = totals[..., :n_features], totals[..., n_features:]
    # A node that no row pulls stays.
    if weights.min() > _LEAST_PULL:
        np.divide(values, weights, out=after)
    else:
        after[...] = before
        np.divide(values, weights, out=after, where=weights > _LEAST_PULL)
    if learning_rate != 1:
        after -= before
        after *= learning_rate
        after += before
