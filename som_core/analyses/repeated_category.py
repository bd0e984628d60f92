"""Do groups of rows only repeat the levels of a category that the map was trained with?"""

import numpy as np
from numpy.typing import NDArray

from som_core.columns.categories import CategoryColumn
from som_core.preparation import Prepared

REPEATS = 0.95  # Cramér's V


def repeated_category(
    rows: Prepared, labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> str | None:
    """Return the trained category that groups repeat most, if they do: Cramér's V of 0.95 or more.

    V is 1 where each group has levels of its own, one or some; rows in no group (-1), and those
    whose level is missing, don't count.

    References
    ----------
    Cramér (1946), Mathematical methods of statistics.
    """
    found: list[tuple[float, str]] = []
    start = 0
    for column in rows.fitted.columns:
        block = rows.matrix[:, start : start + len(column.features)]
        start += len(column.features)
        if isinstance(column, CategoryColumn):
            known = ~np.isnan(block[:, 0]) & (labels >= 0)
            levels = block[known].argmax(axis=1)
            found.append((cramers_v(labels[known], levels, weights[known]), column.recipe.name))
    strongest = max(found, default=(0.0, ""))
    return strongest[1] if strongest[0] >= REPEATS else None


def cramers_v(
    one: NDArray[np.int64], other: NDArray[np.int64], weights: NDArray[np.float64]
) -> float:
    """Return how far two groupings of rows agree, from 0 to 1; 0 where either has one group."""
    ones, one = np.unique(one, return_inverse=True)
    others, other = np.unique(other, return_inverse=True)
    fewer = min(len(ones), len(others))
    if fewer < 2:
        return 0.0
    shape = (len(ones), len(others))
    table = np.bincount(one * shape[1] + other, weights, shape[0] * shape[1]).reshape(shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    chi_squared = float(((table - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi_squared / table.sum() / (fewer - 1)))
