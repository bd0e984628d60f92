"""The two directions in which the rows of a matrix differ most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.drawing import drawn_rows

_MOST_CELLS = 2_000_000  # 16 MB, and some more of them on the way
_MOST_WORK = 2_000_000_000  # multiplications: under a tenth of a second


@dataclass(frozen=True)
class PrincipalAxes:
    """Two directions at right angles through the mean, the longer first."""

    mean: NDArray[np.float64]  # (n_features,)
    directions: NDArray[np.float64]  # (2, n_features), of length 1; zero where there is none
    spreads: NDArray[np.float64]  # (2,) standard deviation of the rows along each


def principal_axes(matrix: NDArray[np.float64]) -> PrincipalAxes:
    """Return the two principal axes of a matrix of shape (n_rows, n_features), n_rows at least 1.

    NaN cells count as the mean of their feature. A long table is represented by rows drawn by
    chance, always the same, so that it takes little time and memory.

    References
    ----------
    Pearson (1901), On lines and planes of closest fit to systems of points in space.
    """
    n_features = matrix.shape[1]
    most_rows = max(1, min(_MOST_CELLS // n_features, _MOST_WORK // n_features**2))
    rows = matrix[drawn_rows(len(matrix), most_rows, seed=0)]
    present = ~np.isnan(rows)
    mean = np.where(present, rows, 0).sum(axis=0) / np.maximum(1, present.sum(axis=0))
    away = np.where(present, rows - mean, 0)
    variances, directions = np.linalg.eigh(away.T @ away / len(rows))
    variances, directions = variances[::-1][:2], directions.T[::-1][:2]
    # An axis has no sign of its own: let its largest part point up, on every machine.
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]
    if n_features == 1:
        directions, variances = np.array([directions[0], [0.0]]), np.array([variances[0], 0.0])
    return PrincipalAxes(mean, directions, np.sqrt(np.maximum(variances, 0)))
