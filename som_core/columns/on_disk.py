"""A prepared matrix that is never held: its rows are transformed anew each time they are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.columns.fitted_recipe import (
    FittedRecipe,
    Prepared,
    unreadable_dates,
    with_remarks_on_rows_and_values,
)
from som_core.columns.kept_rows import KeptRows
from som_core.datasets import PartOfTable, TableOnDisk
from som_core.geometry.arrays_on_disk import array_on_disk
from som_core.geometry.best_matching import check_rows
from som_core.geometry.parallel import one_ahead
from som_core.reading import Table
from som_core.remarks import Remark

_BLOCK_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class MatrixOnDisk:
    """Rows of a data set as features. Who takes some by their places takes one pass over all."""

    table: TableOnDisk
    fitted: FittedRecipe
    n_rows: int
    gaps: bool  # whether any cell is NaN
    lowest: NDArray[np.float64]  # (n_features,) of each feature; NaN where it has no value
    highest: NDArray[np.float64]  # (n_features,)
    _taken: list[tuple[NDArray, NDArray]] = field(default_factory=list, repr=False)  # the last

    @property
    def shape(self) -> tuple[int, int]:
        return self.n_rows, len(self.fitted.features)

    def __len__(self) -> int:
        return self.n_rows

    def blocks(self, multiple_of: int = 1) -> Iterator[NDArray[np.float64]]:
        """Yield all rows, a block at a time, (n, n_features).

        Parameters
        ----------
        multiple_of : how many rows each block has a multiple of, but for the last; then where
            blocks end depends on neither the files nor the rows that are dropped
        """
        n_features = len(self.fitted.features)
        length = multiple_of * max(1, _BLOCK_CELLS // (multiple_of * n_features))
        return one_ahead(_cut(self._matrices(), length))

    def gather(self, places: NDArray[np.int64], rows: NDArray[np.float64]) -> Iterator[int]:
        """Fill in the rows at these places, in any order; yield how many were read, block by block.

        Parameters
        ----------
        places : array of shape (n,)
        rows : array of shape (n, n_features)
        """
        order = np.argsort(places, kind="stable")
        in_order = places[order]
        start = 0
        for block in self.blocks():
            stop = start + len(block)
            here = slice(*np.searchsorted(in_order, [start, stop]))
            rows[order[here]] = block[in_order[here] - start]
            start = stop
            yield stop

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the rows at these places; those asked for last are kept."""
        return self.rows_at(places, lambda _: None)

    def rows_at(
        self, places: NDArray[np.int64], look: Callable[[int], None]
    ) -> NDArray[np.float64]:
        """Return the rows at these places; those asked for last are kept.

        Parameters
        ----------
        places : array of shape (n,)
        look : told after each block how many rows were read; what it raises ends the pass
        """
        if not self._taken or not np.array_equal(self._taken[0][0], places):
            rows = np.empty((len(places), len(self.fitted.features)))
            for n_read in self.gather(places, rows):
                look(n_read)
            self._taken[:] = [(places, rows)]
        return self._taken[0][1]

    def _matrices(self) -> Iterator[NDArray[np.float64]]:
        return _matrices(self.table, self.fitted)


@dataclass(frozen=True, eq=False)
class PreparedOnDisk:
    """What `Prepared` is to a table in memory, of a table that stays on its disk."""

    matrix: MatrixOnDisk
    features: tuple[str, ...]
    rows: NDArray[np.int64]  # (n_rows,) numbers of the rows that remain; int32 where these suffice
    remarks: tuple[Remark, ...]
    fitted: FittedRecipe
    chosen: None = None  # it is of the whole data set

    def transform(self, table: Table) -> Prepared:
        """Apply the learned steps to the rows of a table: see `FittedRecipe.transform`."""
        return self.fitted.transform(table)

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values in the units of the column: see `FittedRecipe.original_units`."""
        return self.fitted.original_units(values, feature)


def prepared_on_disk(
    table: TableOnDisk,
    fitted: FittedRecipe,
    remarks: tuple[Remark, ...],
    *,
    on_progress: Callable[[float], None] | None = None,
) -> PreparedOnDisk:
    """Return what a fitted recipe makes of a data set, after one pass over its rows.

    Parameters
    ----------
    on_progress : told how much is done, from 0 to 1

    Raises
    ------
    AtlasError
        If no row remains.
    """
    n_features = len(fitted.features)
    positions = array_on_disk(table.n_rows, type_of_positions(table.n_rows))
    lowest, highest = np.full((2, n_features), np.nan)
    tally = _Tally()
    n_seen = n_kept = 0
    gaps = False
    for block in table.blocks(_columns_of(fitted)):
        found = fitted.transform_block(block)
        kept = len(found.rows.positions)
        positions[n_kept : n_kept + kept] = found.rows.positions + n_seen
        n_seen, n_kept = n_seen + found.rows.n_rows, n_kept + kept
        tally.add(found.rows.dropped, found.notes, found.unreadable)
        if kept:
            gaps = check_rows(found.matrix) or gaps
            lowest = np.fmin(lowest, np.fmin.reduce(found.matrix, axis=0))
            highest = np.fmax(highest, np.fmax.reduce(found.matrix, axis=0))
        if on_progress is not None:
            on_progress(n_seen / table.n_rows)
    rows = KeptRows(positions[:n_kept], n_seen, tuple(tally.dropped.items())).checked()
    remarks = with_remarks_on_rows_and_values(
        rows, (*remarks, *unreadable_dates(tally.unreadable)), tally.notes
    )
    matrix = MatrixOnDisk(table, fitted, n_kept, gaps, lowest, highest)
    return PreparedOnDisk(matrix, fitted.features, rows.positions, remarks, fitted)


def rows_of(part: PartOfTable, fitted: FittedRecipe) -> NDArray[np.float64]:
    """Return what a fitted recipe makes of a part of a table, (n_rows, n_features).

    Rows that it drops are left out, and there may be none.
    """
    return np.concatenate([np.empty((0, len(fitted.features))), *_matrices(part, fitted)])


def _matrices(
    table: TableOnDisk | PartOfTable, fitted: FittedRecipe
) -> Iterator[NDArray[np.float64]]:
    for block in table.blocks(_columns_of(fitted)):
        yield fitted.transform_block(block).matrix


class _Tally:
    """What was done to the rows of all blocks so far."""

    def __init__(self) -> None:
        self.dropped: dict[str, int] = {}
        self.notes: dict[str, dict[str, int]] = {}
        self.unreadable: dict[str, int] = {}

    def add(
        self,
        dropped: Sequence[tuple[str, int]],
        notes: Mapping[str, Mapping[str, int]],
        unreadable: Mapping[str, int],
    ) -> None:
        _add_counts(self.dropped, dict(dropped))
        _add_counts(self.unreadable, unreadable)
        for note, counts in notes.items():
            _add_counts(self.notes.setdefault(note, {}), counts)


def _add_counts(total: dict[str, int], counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        total[name] = total.get(name, 0) + count


def _columns_of(fitted: FittedRecipe) -> list[str]:
    """Return the columns that have to be read: those that train, constant ones included."""
    return [column.name for column in fitted.recipe.trained]


def type_of_positions(n_rows: int) -> type[np.int32] | type[np.int64]:
    """Return the shorter type of whole numbers that can count so many rows."""
    return np.int32 if n_rows <= np.iinfo(np.int32).max else np.int64


def _cut(matrices: Iterator[NDArray[np.float64]], length: int) -> Iterator[NDArray[np.float64]]:
    """Yield the same rows in blocks of one length, the last of which may be shorter."""
    waiting: list[NDArray[np.float64]] = []
    n_waiting = 0
    for matrix in matrices:
        waiting.append(matrix)
        n_waiting += len(matrix)
        if n_waiting >= length:
            rows = np.concatenate(waiting)
            n_whole = n_waiting - n_waiting % length
            for start in range(0, n_whole, length):
                yield rows[start : start + length]
            waiting, n_waiting = [rows[n_whole:]], n_waiting - n_whole
    if n_waiting:
        yield np.concatenate(waiting)
