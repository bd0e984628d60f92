"""The codebook before training."""

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.principal_axes import principal_axes
from som_core.geometry.sampling import RowsElsewhere
from som_core.settings import MapSettings

_PCA_REACH = 1.5  # standard deviations to either side of the mean


def initial_codebook(
    matrix: NDArray[np.float64] | RowsElsewhere, settings: MapSettings
) -> NDArray[np.float64]:
    """Return a codebook of shape (height, width, n_features) to start training from.

    - pca: a flat sheet through the mean; the longer side of the map along the first principal axis,
      the shorter along the second.
    - random: uniform in the range of each feature.
    - sample: rows drawn by chance, each once while there are enough. An empty cell takes the mean.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features), n_rows at least 1, which may have NaN cells
    settings : height, width, initialisation and seed are used
    """
    shape = (settings.height, settings.width, matrix.shape[1])
    random = np.random.default_rng(settings.seed)
    if settings.initialisation == "pca":
        return _sheet(matrix, settings)
    if settings.initialisation == "random":
        low, high = extremes(matrix)
        return random.uniform(np.nan_to_num(low), np.nan_to_num(high), shape)
    enough = len(matrix) >= settings.n_nodes
    chosen = matrix[random.choice(len(matrix), settings.n_nodes, replace=not enough)]
    is_empty = np.isnan(chosen)
    if is_empty.any():  # else the mean, which may take a pass over a disk, isn't needed
        chosen = np.where(is_empty, principal_axes(matrix).mean, chosen)
    return chosen.reshape(shape)


def extremes(
    matrix: NDArray[np.float64] | RowsElsewhere,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest and the largest value of each feature; NaN where it has none."""
    if isinstance(matrix, np.ndarray):
        return np.fmin.reduce(matrix, axis=0), np.fmax.reduce(matrix, axis=0)
    return matrix.lowest, matrix.highest


def _sheet(
    matrix: NDArray[np.float64] | RowsElsewhere, settings: MapSettings
) -> NDArray[np.float64]:
    axes = principal_axes(matrix)
    reach = _PCA_REACH * axes.spreads[:, None] * axes.directions
    along_x, along_y = reach if settings.width >= settings.height else reach[::-1]
    x = _from_minus_one_to_one(settings.width)[None, :, None]
    y = _from_minus_one_to_one(settings.height)[:, None, None]
    return axes.mean + x * along_x + y * along_y


def _from_minus_one_to_one(length: int) -> NDArray[np.float64]:
    """Return evenly spaced places; a single one lies in the middle."""
    return np.linspace(-1, 1, length) if length > 1 else np.zeros(1)
