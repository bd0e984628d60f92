"""Is there one column that alone parts the rows: two heaps with a valley between?"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from som_core.columns.numbers import NumberColumn
from som_core.preparation import Prepared

_SURE = 0.01  # with all columns and all pairs of groups counted


def parting_column(rows: Prepared, labels: NDArray[np.int64], k: int, seed: int = 0) -> str | None:
    """Return the column of numbers or dates with the clearest valley between groups, if any.

    Between the medians of two groups that are neighbours in a column, fewer rows lie than around
    either median, by windows of equal width, as no column of one heap can have it. A binomial test
    against both medians, for all columns and pairs together, must be sure to 1 %. Equal values,
    such as rounding makes, are first spread over the room between their neighbours, so that the
    steps between them are no valleys.

    Parameters
    ----------
    rows : Prepared
    labels : array of shape (n_rows,), the group of each row: 0 to k - 1, or -1

    References
    ----------
    In the place of the dip test of Hartigan and Hartigan (1985), which is told no place to look at.
    """
    tests = list(_tests(rows, labels, k, np.random.default_rng(seed)))
    if not tests:
        return None
    p, name = min(tests)
    return name if p * len(tests) <= _SURE else None


def _tests(
    rows: Prepared, labels: NDArray[np.int64], k: int, rng: np.random.Generator
) -> Iterator[tuple[float, str]]:
    """Yield the p-value of each valley, and its column."""
    start = 0
    for column in rows.fitted.columns:
        place, start = start, start + len(column.features)
        if not isinstance(column, NumberColumn):
            continue
        present = ~np.isnan(rows.matrix[:, place])
        values = _spread_out(rows.matrix[present, place], rng)
        groups = [values[labels[present] == label] for label in range(k)]
        medians = sorted(float(np.median(group)) for group in groups if len(group))
        for low, high in pairwise(medians):
            yield _valley_p(values, low, high), column.recipe.name


def _spread_out(values: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return values with equal ones spread evenly, half way to the next on either side."""
    distinct, place, count = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) < 2:
        return values
    steps = np.diff(distinct) / 2
    below, above = np.append(steps[0], steps), np.append(steps, steps[-1])
    away = rng.uniform(-below[place], above[place])
    return np.where(count[place] > 1, values + away, values)


def _valley_p(values: NDArray[np.float64], low: float, high: float) -> float:
    """Return the larger p of two tests: fewer values between than around either place."""
    width = (high - low) / 3
    if width <= 0:
        return 1.0
    around_low, between, around_high = (
        int(np.count_nonzero(np.abs(values - centre) < width / 2))
        for centre in (low, (low + high) / 2, high)
    )
    return max(
        float(binom.cdf(between, between + around, 0.5)) for around in (around_low, around_high)
    )
