"""Long tails: when to draw one in, by a logarithm or a power."""

import numpy as np
from numpy.typing import NDArray

from som_core.columns.transforms import TRANSFORMS
from som_core.recipe import Transform

SKEWED = 1.5  # third standardized moment; an exponential distribution has 2


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
