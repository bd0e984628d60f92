"""Which rows of a table go on to the matrix, and why the others don't."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import missing_in, numbers_of
from som_core.columns.numbers import Fences
from som_core.errors import AtlasError
from som_core.recipe import ColumnRecipe

NOT_CHOSEN = "the map is of other rows"


@dataclass(frozen=True, eq=False)
class KeptRows:
    """The rows that remain, and how many were dropped for which reason."""

    positions: NDArray[np.int64]  # in table.frame, rising
    n_rows: int  # of the table
    dropped: tuple[tuple[str, int], ...] = ()  # “x” is missing, 2
    chosen: NDArray[np.int64] | None = None  # positions to which it was limited before

    @classmethod
    def all_of(cls, frame: pd.DataFrame) -> Self:
        return cls(np.arange(len(frame)), len(frame))

    @classmethod
    def of(cls, frame: pd.DataFrame, chosen: NDArray[np.int64] | None) -> "KeptRows":
        """Return the rows that were chosen, by positions that rise; None: all of them."""
        every = cls.all_of(frame)
        if chosen is None:
            return every
        others = np.ones(len(frame), dtype=bool)
        others[chosen] = False
        return replace(every.without(others, NOT_CHOSEN), chosen=chosen)

    def without(self, leaving: NDArray[np.bool_], reason: str) -> "KeptRows":
        """Return the rows that remain when some of these, marked in their order, are dropped."""
        count = int(np.count_nonzero(leaving))
        if count == 0:
            return self
        return replace(
            self, positions=self.positions[~leaving], dropped=(*self.dropped, (reason, count))
        )

    def sentence(self) -> str:
        """Say how many rows the table has, how many remain, and why the others were dropped."""
        table = f"{self.n_rows:,} row{'s' * (self.n_rows != 1)}"
        if not self.dropped:
            return f"{table}: all remain."
        n_dropped = self.n_rows - len(self.positions)
        were = "was" if n_dropped == 1 else "were"
        start = f"{table}: {len(self.positions):,} remain; {n_dropped:,} {were} dropped"
        if len(self.dropped) == 1:
            return f"{start} because {self.dropped[0][0]}."
        reasons = ", ".join(f"{count:,} because {reason}" for reason, count in self.dropped)
        return f"{start}: {reasons}."

    def checked(self) -> Self:
        """Return the same rows; AtlasError if none is left."""
        if self.n_rows == 0:
            raise AtlasError("The table has no rows. Choose a file with at least two.")
        if len(self.positions) == 0:
            raise AtlasError(
                f"{self.sentence()} Fill missing values, or keep outliers, where the recipe drops "
                "rows now."
            )
        return self


def complete_rows(
    frame: pd.DataFrame,
    columns: tuple[ColumnRecipe, ...],
    chosen: NDArray[np.int64] | None = None,
) -> KeptRows:
    """Return the rows that have a value in each column where a missing one drops its row.

    Parameters
    ----------
    chosen : positions of the rows to look at, rising; None: all of them
    """
    rows = KeptRows.of(frame, chosen)
    for column in columns:
        if column.missing == "drop_row":
            missing = missing_in(frame[column.name])[rows.positions]
            rows = rows.without(missing, f"“{column.name}” is missing")
    return rows


def rows_between(rows: KeptRows, frame: pd.DataFrame, fences: dict[str, Fences]) -> KeptRows:
    """Return the rows whose values lie, or are missing, within the fences of each named column."""
    for name, (low, high) in fences.items():
        values = numbers_of(frame[name])[rows.positions]
        rows = rows.without((values < low) | (values > high), f"“{name}” is an outlier")
    return rows
