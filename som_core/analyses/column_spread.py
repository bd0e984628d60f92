"""How one column is spread in a group and in other rows, side by side."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.analyses.ranked_table import CodedLevels, RankedColumn
from som_core.positions import row_positions
from som_core.wording import as_date, number

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
    rows = row_positions(here)
    others = None if other is None else row_positions(other)
    if isinstance(column, CodedLevels):
        return _of_levels(column, rows, others)
    edges, counts = column.bins
    write = as_date if column.kind == "date" else number
    written = [write(edge) for edge in edges]
    labels = tuple(f"{a} to {b}" for a, b in pairwise(written))
    inside = np.histogram(column.values[rows], edges)[0]
    outside = counts - inside if others is None else np.histogram(column.values[others], edges)[0]
    return ColumnSpread(labels, _shares(inside), _shares(outside), (written[0], written[-1]))


def _of_levels(
    column: CodedLevels, here: NDArray[np.int64], elsewhere: NDArray[np.int64] | None
) -> ColumnSpread:
    """Return the shares of the most frequent levels and, where there are more, of “other”."""
    often = np.argsort(-column.counts, kind="stable")[:MOST_LEVELS]

    def counts_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(column.codes[rows] + 1, minlength=len(column.levels) + 1)[1:]

    inside = counts_of(here)
    outside = column.counts - inside if elsewhere is None else counts_of(elsewhere)
    sides = [
        _shares(np.append(counts[often], counts.sum() - counts[often].sum()))
        for counts in (inside, outside)
    ]
    labels = (*(column.levels[place] for place in often), "other")
    last = len(labels) if len(column.levels) > MOST_LEVELS else len(labels) - 1
    return ColumnSpread(labels[:last], sides[0][:last], sides[1][:last], None)


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return counts / max(counts.sum(), 1)
