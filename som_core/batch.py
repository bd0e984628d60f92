"""Batch training: all rows pull at once, then every node moves to the weighted mean of its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from som_core.distances import slices
from som_core.matching import best_steps, has_gaps, one_blas_thread_each
from som_core.neighbourhood import spread
from som_core.settings import MapSettings

_CELLS = 1_000_000  # summed in one go: a few milliseconds


@dataclass(frozen=True)
class BatchStep:
    """Where batch training stands."""

    epoch: int  # whole epochs done
    rows_done: int  # of the epoch under way
    codebook: NDArray[np.float64]  # (height, width, n_features) after the whole epochs
    quantization_error: float  # of the rows seen in the last whole epoch; in the first, so far


def batch_steps(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    settings: MapSettings,
    *,
    sigmas: Sequence[float],
    learning_rates: Sequence[float],
    row_weights: NDArray[np.float64] | None = None,
) -> Iterator[BatchStep]:
    """Train epoch by epoch; yield about every 10 ms and after each epoch.

    In each epoch every node moves by the learning rate from where it is to the mean of all rows,
    weighted by the neighbourhood between the node and each row's best matching unit. With a
    learning rate of 1 it moves all the way, which is the batch algorithm proper.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features)
        NaN cells count neither for the best matching unit nor for the mean.
    codebook : array of shape (height, width, n_features)
        Where training starts.
    settings : lattice, toroid, neighbourhood and distance are used
    sigmas, learning_rates : one number an epoch
    row_weights : array of shape (n_rows,), how many rows each row stands for; each 1 by default

    References
    ----------
    Kohonen (2013), Essentials of the self-organizing map.
    """
    n_rows, n_features = matrix.shape
    gaps = has_gaps(matrix)
    bmu, to_bmu = np.zeros(n_rows, dtype=np.int64), np.zeros(n_rows)
    weights = np.ones(n_rows) if row_weights is None else row_weights
    error = np.nan
    with one_blas_thread_each() as pool:
        for epoch, (sigma, learning_rate) in enumerate(zip(sigmas, learning_rates, strict=True)):
            nodes = codebook.reshape(-1, n_features)
            for rows_done in best_steps(
                matrix, nodes, settings.distance, bmu, to_bmu, pool, gaps=gaps
            ):
                if epoch == 0:
                    error = float(np.average(to_bmu[:rows_done], weights=weights[:rows_done]))
                yield BatchStep(epoch, rows_done, codebook, error)
            error = float(np.average(to_bmu, weights=weights))

            sums = np.zeros((len(nodes), n_features))
            counts = np.zeros((len(nodes), n_features if gaps else 1))
            for part in slices(n_rows, max(4 * len(nodes), _CELLS // n_features)):
                add_rows(sums, counts, matrix[part], bmu[part], weights[part])
                yield BatchStep(epoch, n_rows, codebook, error)
            codebook = pulled(codebook, sums, counts, settings, sigma, learning_rate)
            yield BatchStep(epoch + 1, 0, codebook, error)


def add_rows(
    sums: NDArray[np.float64],
    counts: NDArray[np.float64],
    rows: NDArray[np.float64],
    bmu: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> None:
    """Add each row and its weight to the sums and counts of its best matching unit.

    Sums are (n_nodes, n_features); counts too if rows have gaps, else (n_nodes, 1).
    """
    # A column for each row, with its weight at its node: compiled, exact and in the rows' order.
    at_node = sparse.csc_array((weights, bmu, np.arange(len(rows) + 1)), (len(sums), len(rows)))
    if counts.shape[1] == 1:
        sums += at_node @ rows
        counts += at_node.sum(axis=1)[:, None]
    else:
        present = ~np.isnan(rows)
        sums += at_node @ np.where(present, rows, 0)
        counts += at_node @ present.astype(float)


def pulled(
    codebook: NDArray[np.float64],
    sums: NDArray[np.float64],
    counts: NDArray[np.float64],
    settings: MapSettings,
    sigma: float,
    learning_rate: float,
) -> NDArray[np.float64]:
    """Return the codebook moved towards the means of the rows in each node's neighbourhood."""
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
    is_pulled = counts > 1e-290
    means = sums / np.where(is_pulled, counts, 1)
    return np.where(is_pulled, (1 - learning_rate) * codebook + learning_rate * means, codebook)
