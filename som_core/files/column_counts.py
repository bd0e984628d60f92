"""What the columns of a long table hold, counted block by block, exactly."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, level_text, numbers_of
from som_core.files.kinds import Kind, kind_of_texts, may_number_rows

MOST_LEVELS = 1_000  # of a column, that are counted one by one
_LARGEST_TOLD_APART = 2.0**53  # of whole numbers, in the decimals that all numbers become


@dataclass(frozen=True, kw_only=True)
class ColumnCounts:
    """What one column holds in all rows."""

    n_rows: int
    n_missing: int
    minimum: float | None = None  # of numbers, and of dates in days since 1970-01-01
    maximum: float | None = None
    levels: Mapping[str, int] | None = None  # how often each value occurs; None: not counted, as
    # there are more than 1,000, or they are moments, or too large to be told apart
    counts_up: bool = False  # by 1 from row to row, as row numbers do

    def kind(self, name: str, sampled: Kind) -> Kind:
        """Return the kind of the column, from what a sample of its rows says."""
        if self.n_missing == self.n_rows:
            return "empty"
        if self.counts_up:
            return "identifier"
        differs = self.minimum != self.maximum or (self.levels is not None and len(self.levels) > 1)
        if sampled not in ("constant", "empty") or not differs:
            return sampled
        if self.minimum is None and self.levels is not None:
            return kind_of_texts(name, list(self.levels), self.n_rows - self.n_missing)
        return "boolean" if self.levels is not None and set(self.levels) == {"0", "1"} else "number"


class Tally:
    """The counts of one column, which grow by a block of rows at a time."""

    def __init__(self) -> None:
        self._n_rows = self._n_missing = 0
        self._least, self._most = np.inf, -np.inf
        self._levels: Counter[str] | None = Counter()
        self._counts_up = True
        self._last = np.nan

    def add(self, column: pd.Series) -> None:
        self._n_rows += len(column)
        if is_number(column):
            if pd.api.types.is_datetime64_any_dtype(column.dtype):  # no numbers of rows, no levels
                self._counts_up, self._levels = False, None
            self._add_numbers(column)
        else:
            self._counts_up = False
            counts = column.value_counts()
            self._n_missing += len(column) - int(counts.sum())
            self._add_levels(counts.index, counts.to_numpy())

    def _add_numbers(self, column: pd.Series) -> None:
        values = numbers_of(column)
        present = values[~np.isnan(values)]
        self._n_missing += len(values) - len(present)
        if len(present) == 0:
            return
        self._least = min(self._least, float(present.min()))
        self._most = max(self._most, float(present.max()))
        if max(-self._least, self._most) >= _LARGEST_TOLD_APART:
            self._counts_up, self._levels = False, None
        if self._counts_up:
            steps = np.diff(present, prepend=self._last)
            first = 1 if np.isnan(self._last) else 0
            self._counts_up = bool((steps[first:] == 1).all())
            self._last = float(present[-1])
        if self._levels is not None:
            self._add_levels(*np.unique(present, return_counts=True))

    def _add_levels(self, values: pd.Index | NDArray[np.float64], counts: NDArray) -> None:
        if self._levels is None:
            return
        if len(values) > MOST_LEVELS:
            self._levels = None
            return
        for value, count in zip(values, counts.tolist(), strict=True):
            self._levels[level_text(value)] += count
        if len(self._levels) > MOST_LEVELS:
            self._levels = None

    def counts(self) -> ColumnCounts:
        has_numbers = self._least <= self._most
        n_filled = self._n_rows - self._n_missing
        counts_up = has_numbers and self._counts_up
        return ColumnCounts(
            n_rows=self._n_rows,
            n_missing=self._n_missing,
            minimum=self._least if has_numbers else None,
            maximum=self._most if has_numbers else None,
            levels=None if self._levels is None else dict(self._levels.most_common()),
            counts_up=counts_up
            and may_number_rows(n_filled, self._n_rows, self._least, self._most),
        )
