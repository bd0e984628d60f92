"""The columns of a table ranked once, so that any group of rows is compared with the rest at once.

Ranking a column takes a sort; comparing a group afterwards takes one sum over its ranks. Ranks are
kept as long as their table lives, those of many rows in files, so that a server holds the tables of
many people at once.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.types import is_datetime64_any_dtype

from som_core.analyses.differences import Moments
from som_core.cells import is_number, numbers_of
from som_core.geometry.arrays_on_disk import moved_to_disk
from som_core.positions import row_positions
from som_core.reading import Table

Places = NDArray[np.int64]

_BYTES_A_CELL = (8, 4)  # of a table, at most: a value and its rank
_MOST_ROWS = 20_000  # to correlate by
_N_BINS = 24


@dataclass(frozen=True, eq=False)
class RankedNumbers:
    """A column of numbers, or of dates as days since 1970 (of times as hours since midnight)."""

    name: str
    kind: Literal["number", "date"]
    values: NDArray[np.float64]  # (n_rows,), NaN where missing
    ranks: NDArray[np.int32]  # (n_rows,) twice the mid-rank among the values; 0 where missing
    n_present: int
    ties: float  # sum of t³ − t over the values that occur t times
    moments: Moments  # of the values that are there
    correlations: dict[str, float] = field(default_factory=dict)  # as `correlation` was asked

    @property
    def places(self) -> NDArray[np.int32]:
        """A whole number for each row, equal for equal values."""
        return self.ranks

    @cached_property
    def bins(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The edges of 24 equal bins, and how many values lie in each."""
        counts, edges = np.histogram(self.values[~np.isnan(self.values)], _N_BINS)
        return edges, counts


@dataclass(frozen=True, eq=False)
class CodedLevels:
    """A column of categories."""

    name: str
    codes: NDArray[np.int32]  # (n_rows,) place in levels; -1 where missing
    levels: tuple[str, ...]
    counts: NDArray[np.int64]  # (n_levels,) rows of each level

    kind: Literal["category"] = "category"

    @property
    def places(self) -> NDArray[np.int32]:
        """A whole number for each row, equal for equal levels."""
        return self.codes


RankedColumn = RankedNumbers | CodedLevels


@dataclass(frozen=True, eq=False)
class RankedTable:
    """The columns of a table that can say something about a group of rows, ranked.

    A column without values is left out, and so is one whose texts occur once each: an identifier
    or a free text says nothing about a group.
    """

    columns: tuple[RankedColumn, ...]

    @cached_property
    def time_column(self) -> str | None:
        """The first column of dates that the rows are in order of."""
        for column in self.columns:
            if column.kind == "date" and isinstance(column, RankedNumbers):
                steps = np.diff(column.values[~np.isnan(column.values)])
                if steps.any() and ((steps >= 0).all() or (steps <= 0).all()):
                    return column.name
        return None

    @cached_property
    def repeated(self) -> float:
        """The share of rows that are the same as another one in all columns."""
        if not self.columns:
            return 0.0
        # One number a row: equal for equal rows, and by chance for one pair in 2⁶⁴.
        random = np.random.default_rng(0)
        mixed: NDArray[np.uint64] = np.zeros(len(self.columns[0].places), dtype=np.uint64)
        for column in self.columns:
            factor = random.integers(1, 2**64 - 1, dtype=np.uint64) | np.uint64(1)
            mixed += column.places.astype(np.uint64) * factor
        _, counts = np.unique(mixed, return_counts=True)
        return float(counts[counts > 1].sum() / len(mixed))


_ranked: WeakKeyDictionary[Table, RankedTable] = WeakKeyDictionary()


def ranked_table(table: Table) -> RankedTable:
    """Return the ranked columns of a table; made once for each table."""
    if table not in _ranked:
        columns = []
        for name in table.frame.columns:
            column = table.column(name)
            columns.append(_numbers(column) if is_number(column) else _levels(column))
        _ranked[table] = RankedTable(tuple(c for c in columns if c is not None))
    return _ranked[table]


def sizes_of_ranks(table: Table) -> list[int]:
    """Return how many bytes each array of the ranks of a table takes at most."""
    n_rows, n_columns = table.frame.shape
    return n_columns * [n_rows * size for size in _BYTES_A_CELL]


def telling_columns(table: Table, leave_out: Collection[str] = ()) -> tuple[RankedColumn, ...]:
    """Return the ranked columns that can name a group: none of one value, no identifiers or texts.

    Of a text hardly two rows have the same, so that each level would speak of single rows.
    """
    silent = ("identifier", "text", "constant")
    return tuple(
        column
        for column in ranked_table(table).columns
        if column.name not in leave_out and table.kinds[column.name] not in silent
    )


def correlation(one: RankedNumbers, other: RankedNumbers) -> float:
    """Return Pearson's r of two columns of a table, computed once; 0 where there is none.

    Of more than 20,000 rows, 20,000 to 40,000 count, evenly spread.
    """
    if other.name not in one.correlations:
        one.correlations[other.name] = _correlation(one.values, other.values)
    return one.correlations[other.name]


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    step = max(1, len(x) // _MOST_ROWS)
    x, y = x[::step], y[::step]
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def places_of(table: Table, rows: ArrayLike) -> Places:
    """Return rows as positions in table.frame, ascending and each once.

    Raises
    ------
    AtlasError
        If the table has no such row.
    """
    places = row_positions(rows, len(table.frame))
    if not (places[1:] > places[:-1]).all():  # most are in order already, and sorting takes long
        places = np.unique(places)
    return places


def are_others(n_rows: int, here: Places) -> NDArray[np.bool_]:
    """Return which rows of a table, (n_rows,), are not among those here."""
    others = np.ones(n_rows, dtype=bool)
    others[here] = False
    return others


def _numbers(column: pd.Series) -> RankedNumbers | None:
    values = numbers_of(column)
    present = ~np.isnan(values)
    if not present.any():
        return None
    # By one sort: half the work of scipy's rankdata, which keeps equal values in their order.
    rows = np.flatnonzero(present)
    rows = rows[np.argsort(values[rows])]
    ordered = values[rows]
    firsts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))  # of equal values
    often = np.diff(firsts, append=len(rows))
    ranks = np.zeros(len(values), dtype=np.int32)
    ranks[rows] = np.repeat(2 * firsts + often + 1, often)
    often = often.astype(float)
    return RankedNumbers(
        name=str(column.name),
        kind="date" if is_datetime64_any_dtype(column.dtype) else "number",
        values=moved_to_disk(values),
        ranks=moved_to_disk(ranks),
        n_present=int(present.sum()),
        ties=float((often**3 - often).sum()),
        moments=Moments.of(values[present]),
    )


def _levels(column: pd.Series) -> CodedLevels | None:
    codes, levels = pd.factorize(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    if counts.max(initial=0) < 2:
        return None
    return CodedLevels(
        name=str(column.name),
        codes=moved_to_disk(codes.astype(np.int32)),
        levels=tuple(map(str, levels)),
        counts=counts,
    )
