"""How one column is spread in a group and in other rows, side by side."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.analyses.ranked_table import CodedLevels, RankedColumn, are_others
from som_core.wording import as_date, number

BINS = 24
MOST_LEVELS = 8


@dataclass(frozen=True, eq=False)
class ColumnSpread:
    """The shares of a group's rows, and of other rows, in each bin or level of a column."""

    labels: tuple[str, ...]  # of the bins, “2.5 to 3”, or levels
    here: NDArray[np.float64]  # one share a label
    elsewhere: NDArray[np.float64]
    ends: tuple[str, str] | None  # the least and the largest number or date; None: levels


def column_spread(
    column: RankedColumn, here: ArrayLike, other: ArrayLike | None = None
) -> ColumnSpread:
    """Return the shares of both sides in 24 equal bins, or in the eight most frequent levels.

    Parameters
    ----------
    column : RankedColumn
    here : positions in table.frame of the group's rows
    other : positions of the rows to compare with; None: all others
    """
    rows = np.asarray(here, dtype=np.int64)
    if other is None:
        others = np.flatnonzero(are_others(len(column.places), rows))
    else:
        others = np.asarray(other, dtype=np.int64)
    if isinstance(column, CodedLevels):
        return _of_levels(column, rows, others)
    edges = np.histogram_bin_edges(column.values[~np.isnan(column.values)], BINS)
    write = as_date if column.kind == "date" else number
    written = [write(edge) for edge in edges]
    labels = tuple(f"{a} to {b}" for a, b in pairwise(written))
    sides = [_shares(np.histogram(column.values[side], edges)[0]) for side in (rows, others)]
    return ColumnSpread(labels, sides[0], sides[1], (written[0], written[-1]))


def _of_levels(
    column: CodedLevels, here: NDArray[np.int64], elsewhere: NDArray[np.int64]
) -> ColumnSpread:
    """Return the shares of the most frequent levels and, where there are more, of “other”."""
    often = np.argsort(-column.counts, kind="stable")[:MOST_LEVELS]
    sides = []
    for side in (here, elsewhere):
        counts = np.bincount(column.codes[side] + 1, minlength=len(column.levels) + 1)[1:]
        sides.append(_shares(np.append(counts[often], counts.sum() - counts[often].sum())))
    labels = (*(column.levels[place] for place in often), "other")
    last = len(labels) if len(column.levels) > MOST_LEVELS else len(labels) - 1
    return ColumnSpread(labels[:last], sides[0][:last], sides[1][:last], None)


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return counts / max(counts.sum(), 1)
