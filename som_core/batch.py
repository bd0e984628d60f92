"""Batch training: all rows pull at once, then every node moves to the weighted mean of its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from som_core.matching import has_gaps, nearest_steps
from som_core.neighbourhood import spread
from som_core.settings import MapSettings

_CHUNK = 2**20  # cells whose rows are summed in one go: a few milliseconds


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
    height, width, n_features = codebook.shape
    gaps = has_gaps(matrix)
    bmu = np.zeros(len(matrix), dtype=np.int64)
    to_bmu = np.zeros(len(matrix))
    error = np.nan
    for epoch, (sigma, learning_rate) in enumerate(zip(sigmas, learning_rates, strict=True)):
        nodes = codebook.reshape(-1, n_features)
        for rows_done in nearest_steps(matrix, nodes, settings.distance, bmu, to_bmu, gaps=gaps):
            if epoch == 0:
                error = float(np.average(to_bmu[:rows_done]))
            yield BatchStep(epoch, rows_done, codebook, error)
        error = float(np.average(to_bmu, weights=row_weights))
        sums, counts = sums_by_node(matrix, bmu, len(nodes), row_weights, gaps=gaps)
        totals = np.hstack([sums, counts]).reshape(height, width, -1)
        totals = spread(
            totals,
            sigma,
            neighbourhood=settings.neighbourhood,
            lattice=settings.lattice,
            toroid=settings.toroid,
        )
        codebook = pulled(
            codebook, totals[..., :n_features], totals[..., n_features:], learning_rate
        )
        yield BatchStep(epoch + 1, 0, codebook, error)


def sums_by_node(
    matrix: NDArray[np.float64],
    bmu: NDArray[np.int64],
    n_nodes: int,
    row_weights: NDArray[np.float64] | None,
    *,
    gaps: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weighted sum and count of the rows at each node.

    Sums are (n_nodes, n_features); counts are (n_nodes, 1), or one a feature if there are gaps.
    """
    n_features = matrix.shape[1]
    sums = np.zeros((n_nodes, n_features))
    counts = np.zeros((n_nodes, n_features if gaps else 1))
    length = max(1, _CHUNK // n_features)
    for start in range(0, len(matrix), length):
        rows, nodes = matrix[start : start + length], bmu[start : start + length]
        ones = np.ones(len(rows))
        weights = ones if row_weights is None else row_weights[start : start + length]
        at_node = sparse.csc_array(
            (weights, nodes, np.arange(len(rows) + 1)), shape=(n_nodes, len(rows))
        )
        if gaps:
            present = ~np.isnan(rows)
            sums += at_node @ np.where(present, rows, 0)
            counts += at_node @ present.astype(float)
        else:
            sums += at_node @ rows
            counts[:, 0] += at_node @ ones
    return sums, counts


def pulled(
    codebook: NDArray[np.float64],
    sums: NDArray[np.float64],
    counts: NDArray[np.float64],
    learning_rate: float,
) -> NDArray[np.float64]:
    """Return the codebook moved towards sums / counts; a node that no row pulls stays in place."""
    # Below this, sums and counts have lost their digits, and their ratio says nothing.
    is_pulled = counts > 1e-290
    means = sums / np.where(is_pulled, counts, 1)
    moved = (1 - learning_rate) * codebook + learning_rate * means
    return np.where(is_pulled, moved, codebook)
