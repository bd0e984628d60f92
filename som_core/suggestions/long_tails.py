"""Long tails: when to draw one in, by a logarithm or a power, and when that would do harm."""

import numpy as np
from numpy.typing import NDArray

from som_core.columns.transforms import TRANSFORMS
from som_core.recipe import Transform

SKEWED = 1.5  # third standardized moment; an exponential distribution has 2
_MANY_ROWS = 0.05  # of all, that have one value
_FAR = 0.5  # standard deviations between two values
_FARTHER = 2.0  # times as far as before


def drawing_in(values: NDArray[np.float64]) -> Transform:
    """Return the transform that draws in a long upper tail; none where it would hardly help."""
    before = skewness(values)
    if before < SKEWED:
        return "none"
    transform: Transform = "log" if values.min() > 0 else "yeo-johnson"
    remaining = skewness(TRANSFORMS[transform].learn(values).apply(values))
    return transform if abs(remaining) <= before / 2 else "none"


def skewness(values: NDArray[np.float64]) -> float:
    """Return the third standardized moment; 0 where no value differs."""
    spread = values.std()
    return float((((values - values.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0


def tears_counts(values: NDArray[np.float64], transform: Transform) -> bool:
    """Return whether a transform pulls apart neighbouring values that many rows have.

    So it does with small counts: 0, 1 and 2 of a long tail lie far from each other then, and maps
    fall into groups of rows with equal counts.
    """
    distinct, n_rows = np.unique(values, return_counts=True)
    is_often = n_rows >= _MANY_ROWS * len(values)
    are_often = is_often[:-1] & is_often[1:]
    bend = TRANSFORMS[transform].learn(values).apply
    before = np.diff(distinct)[are_often] / values.std()
    after = np.diff(bend(distinct))[are_often] / bend(values).std()
    return bool(np.any((after > _FAR) & (after > _FARTHER * before)))
