"""Small counts that a transform pulls apart: rows with equal counts would look like groups."""

import numpy as np
from numpy.typing import NDArray

from som_core.columns.transforms import TRANSFORMS
from som_core.recipe import Transform

_MANY_ROWS = 0.05  # of all, that have one value
_FAR = 0.5  # standard deviations between two values
_FARTHER = 2.0  # times as far as before


def tears_counts(values: NDArray[np.float64], transform: Transform) -> bool:
    """Return whether a transform pulls apart neighbouring values that many rows have.

    So it does with small counts: 0, 1 and 2 of a long tail lie far from each other then, and maps
    fall into groups of rows with equal counts.
    """
    distinct, n_rows = np.unique(values, return_counts=True)
    is_often = n_rows >= _MANY_ROWS * len(values)
    are_often = is_often[:-1] & is_often[1:]
    if not are_often.any():
        return False
    bend = TRANSFORMS[transform].learn(values).apply
    before = np.diff(distinct)[are_often] / values.std()
    after = np.diff(bend(distinct))[are_often] / bend(values).std()
    return bool(np.any((after > _FAR) & (after > _FARTHER * before)))
