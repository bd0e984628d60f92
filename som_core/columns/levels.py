"""The levels of a category column in the one order that gives them their colours."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
from numpy.typing import ArrayLike

from som_core.cells import level_text


def level_counts(values: ArrayLike | Sequence[object]) -> dict[str, int]:
    """Return how often each level occurs, the most frequent first, ties in alphabetical order.

    Parameters
    ----------
    values : the labels of all rows of the table; missing ones don't count
        All rows, so that a level's place doesn't depend on which rows or cells are looked at.
    """
    counts: Counter[str] = Counter()
    for level, count in pd.Series(values).value_counts().items():
        counts[level_text(level)] += count  # 1, 1.0 and “1” are one level to a reader
    return {level: counts[level] for level in sorted(counts, key=lambda one: (-counts[one], one))}
