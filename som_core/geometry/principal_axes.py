"""The two directions in which the rows of a matrix differ most."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from som_core.geometry.parallel import one_blas_thread_each
from som_core.geometry.sampling import RowsElsewhere, sampled_rows

_MOST_CELLS = 1_000_000  # 8 MB, and some more of them on the way
_MOST_WORK = 300_000_000  # multiplications: a few milliseconds


@dataclass(frozen=True)
class PrincipalAxes:
    """Two directions at right angles through the mean, the longer first."""

    mean: NDArray[np.float64]  # (n_features,)
    directions: NDArray[np.float64]  # (2, n_features), of length 1; zero where there is none
    spreads: NDArray[np.float64]  # (2,) standard deviation of the rows along each


def principal_axes(matrix: NDArray[np.float64] | RowsElsewhere) -> PrincipalAxes:
    """Return the two principal axes of a matrix of shape (n_rows, n_features), n_rows at least 1.

    NaN cells count as the mean of their feature. A long table is represented by rows drawn by
    chance, always the same, so that it takes little time and memory.

    References
    ----------
    Pearson (1901), On lines and planes of closest fit to systems of points in space.
    """
    n_features = matrix.shape[1]
    # The product that `_main_directions` takes grows with the rows, or with their square if few.
    most_by_work = max(_MOST_WORK // n_features**2, isqrt(_MOST_WORK // n_features))
    most_rows = max(1, min(_MOST_CELLS // n_features, most_by_work))
    rows = matrix[sampled_rows(len(matrix), most_rows, seed=0)]
    known = ~np.isnan(rows)
    mean = np.where(known, rows, 0).sum(axis=0) / np.maximum(1, known.sum(axis=0))
    away = np.where(known, rows - mean, 0)
    # On so few rows its own threads gain BLAS nothing, and at times wait long for one another.
    with one_blas_thread_each():
        directions, variances = _main_directions(away)
    # An axis has no sign of its own: let its largest part point up, on every machine.
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]
    if len(directions) == 1:
        directions, variances = np.vstack([directions, 0 * directions]), np.append(variances, 0)
    return PrincipalAxes(mean, directions, np.sqrt(np.maximum(variances, 0)))


def _main_directions(
    away: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two main directions of centred rows and the variances along them.

    There is one only where there is one row or one feature. Of the products of the matrix with
    itself the smaller is taken: a table of 20 rows and 2,000 features has 20 × 20 to work on.
    """
    n_rows, n_features = away.shape
    if n_rows >= n_features:
        return _largest_two(away.T @ away / n_rows)
    shares, variances = _largest_two(away @ away.T / n_rows)
    directions = shares @ away
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    is_axis = lengths > 1e-9 * lengths.max()  # else only rounding is left of it
    return np.divide(directions, lengths, out=0 * directions, where=is_axis), variances


def _largest_two(products: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the eigenvectors, one a row, of the two largest eigenvalues, and these.

    All are found, of which there are 1,000 at most: LAPACK, asked for two alone, gives none where
    many are equal, as of a table whose rows differ in one name each.
    """
    values, vectors = eigh(products, driver="evd")
    return vectors.T[:-3:-1], values[:-3:-1]
