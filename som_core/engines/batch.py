"""Batch training: all rows pull at once, then every node moves to the weighted mean of its rows."""

from collections.abc import Generator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from som_core.engines.schedule import Schedule
from som_core.engines.spreading import spread
from som_core.engines.step import Step
from som_core.geometry.best_matching import best_steps, has_gaps
from som_core.geometry.distances import slices
from som_core.geometry.parallel import in_order, one_blas_thread_each
from som_core.geometry.sampling import SampledRows, sampled_rows
from som_core.settings import MapSettings

_CELLS = 1_000_000  # summed in a few milliseconds
_SPREADING = 20_000_000  # multiplications of neighbourhood and sums in one go: a few ms
_FEWEST_FEATURES = 8  # in one go: each time the weights are spread, too


def batch_steps(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    settings: MapSettings,
    schedule: Schedule,
    *,
    first_epoch: int = 0,
    row_weights: NDArray[np.float64] | None = None,
) -> Generator[Step, None, None]:
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

    References
    ----------
    Kohonen (2013), Essentials of the self-organizing map.
    """
    gaps = has_gaps(matrix)
    weights = np.ones(len(matrix)) if row_weights is None else row_weights
    rows_before = int(schedule.rows[:first_epoch].sum())
    error, measured_at = np.nan, -1.0

    def learned() -> NDArray[np.float64]:
        return codebook

    yield Step(rows_before, first_epoch, learned, error, measured_at)
    with one_blas_thread_each() as pool:
        for epoch in range(first_epoch, len(schedule.rows)):
            rows, of_rows = matrix, weights
            if schedule.rows[epoch] < len(matrix):
                drawn = sampled_rows(len(matrix), schedule.rows[epoch], [settings.seed, epoch])
                rows, of_rows = SampledRows(matrix, drawn), weights[drawn]
            bmu, to_bmu = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
            nodes = codebook.reshape(-1, codebook.shape[-1])
            for done in best_steps(rows, nodes, settings.distance, bmu, to_bmu, pool, gaps=gaps):
                if measured_at < 0:
                    error = float(to_bmu[:done].mean())
                yield Step(rows_before + done, epoch, learned, error, measured_at)
            rows_before += len(rows)
            error, measured_at = float(to_bmu @ of_rows / of_rows.sum()), epoch

            sums = np.zeros(nodes.shape)
            counts = np.zeros(nodes.shape if gaps else (len(nodes), 1))
            parts = slices(len(rows), _rows_at_once(*nodes.shape))
            sum_part = partial(summed, rows, bmu, of_rows, len(nodes), gaps=gaps)
            for _, (more_sums, more_counts) in in_order(sum_part, parts, pool):
                sums += more_sums
                counts += more_counts
                yield Step(rows_before, epoch, learned, error, measured_at)

            parts = slices(codebook.shape[2], _features_at_once(settings))
            pull_part = partial(
                pulled,
                codebook,
                sums,
                counts,
                settings,
                sigma=schedule.sigmas[epoch],
                learning_rate=schedule.learning_rates[epoch],
            )
            moved = []
            for _, moved_part in in_order(pull_part, parts, pool):
                moved.append(moved_part)
                yield Step(rows_before, epoch, learned, error, measured_at)
            codebook = np.concatenate(moved, axis=2)
            yield Step(rows_before, epoch + 1, learned, error, measured_at)


def summed(
    rows: NDArray[np.float64] | SampledRows,
    bmu: NDArray[np.int64],
    weights: NDArray[np.float64],
    n_nodes: int,
    part: slice,
    *,
    gaps: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weighted sum of each node's rows in a part of all rows, and their weights.

    Sums are (n_nodes, n_features); weights too if rows have gaps, else (n_nodes, 1).
    """
    rows, bmu, weights = rows[part], bmu[part], weights[part]
    # A column for each row, with its weight at its node: compiled, exact and in the rows' order.
    at_node = sparse.csc_array((weights, bmu, np.arange(len(rows) + 1)), (n_nodes, len(rows)))
    if not gaps:
        return at_node @ rows, np.bincount(bmu, weights, n_nodes)[:, None]
    present = ~np.isnan(rows)
    return at_node @ np.where(present, rows, 0), at_node @ present.astype(float)


def _rows_at_once(n_nodes: int, n_features: int) -> int:
    """Return how many rows one thread sums by node at a time.

    They should be many more than the nodes, as the sums of all parts are to be added up, but not
    take much longer than 20 ms.
    """
    soon = _CELLS // n_features
    return max(soon, min(12 * n_nodes, 8 * soon), 4 * n_nodes)


def _features_at_once(settings: MapSettings) -> int:
    """Return how many features one thread spreads over the map at a time."""
    return max(
        _FEWEST_FEATURES, _SPREADING // (settings.n_nodes * (settings.height + settings.width))
    )


def pulled(
    codebook: NDArray[np.float64],
    sums: NDArray[np.float64],
    counts: NDArray[np.float64],
    settings: MapSettings,
    part: slice,
    *,
    sigma: float,
    learning_rate: float,
) -> NDArray[np.float64]:
    """Return the codebook moved towards the means of the rows in each node's neighbourhood.

    Only a part of the features is returned. `sums` are (n_nodes, n_features); `counts` too if rows
    have gaps, else (n_nodes, 1).
    """
    if counts.shape == sums.shape:
        counts = counts[:, part]
    codebook, sums = codebook[..., part], sums[:, part]
    height, width, n_features = codebook.shape
    totals = spread(
        np.hstack([sums, counts]).reshape(height, width, -1),
        sigma,
        neighbourhood=settings.neighbourhood,
        lattice=settings.lattice,
        toroid=settings.toroid,
    )
    sums, counts = totals[..., :n_features], totals[..., n_features:]
    # A node that no row pulls stays. Sums as small as these have lost their digits.
    moved = np.divide(sums, counts, out=codebook.copy(), where=counts > 1e-290)
    if learning_rate != 1:
        moved = codebook + learning_rate * (moved - codebook)
    return moved
