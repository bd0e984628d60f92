"""The levels of a category column in the one order that gives them their colours."""

from collections import Counter
from collections.abc import Iterable, Sequence

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
    found = pd.Series(values).value_counts()
    return counts_in_order(found.index, found)


def counts_in_order(levels: Iterable[object], counts: Iterable[int]) -> dict[str, int]:
    """Return the same for levels that are counted already, each as it is written."""
    texts: Counter[str] = Counter()
    for level, count in zip(levels, counts, strict=True):
        texts[level_text(level)] += count  # 1, 1.0 and “1” are one level to a reader
    return {text: texts[text] for text in sorted(texts, key=lambda one: (-texts[one], one))}
