"""A recipe with what it learned from a table: it turns rows into a matrix, and numbers back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.cells import is_number
from som_core.columns.calendar_words import CalendarPart, calendar_numbers
from som_core.columns.categories import MOST_LEVELS, CategoryColumn
from som_core.columns.cycles import CyclicColumn
from som_core.columns.kept_rows import KeptRows, complete_rows, rows_between
from som_core.columns.neighbour_fill import NeighbourFill
from som_core.columns.numbers import Fences, NumberColumn
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.files.written_dates import hours_of, read_dates
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.remarks import Remark
from som_core.wording import joined, listed

FittedColumn: TypeAlias = NumberColumn | CategoryColumn | CyclicColumn

_VERSION = 1
_KINDS: dict[str, type[FittedColumn]] = {
    "number": NumberColumn,
    "category": CategoryColumn,
    "cyclic": CyclicColumn,
}
_UNCOUNTABLE = "Infinite, or too large to compute with, so taken as missing"


@dataclass(frozen=True)
class FittedRecipe:
    """A recipe with every number that it learned from a table."""

    recipe: Recipe
    columns: tuple[FittedColumn, ...]
    date_formats: dict[str, str]  # of the columns that are written dates or times
    row_fences: dict[str, Fences]  # of the columns in which an outlier drops its row
    neighbours: NeighbourFill | None  # fills missing numbers where the recipe says knn

    @cached_property
    def features(self) -> tuple[str, ...]:
        return tuple(feature for column in self.columns for feature in column.features)

    @property
    def calendar_parts(self) -> dict[str, CalendarPart]:
        """What names stand for on a circle, of the columns that held such names."""
        circles = [column for column in self.columns if isinstance(column, CyclicColumn)]
        return {column.recipe.name: column.names for column in circles if column.names}

    @cached_property
    def planes(self) -> tuple[str, ...]:
        """What can be told of a node in units of the table: features, or columns on a circle."""
        return tuple(plane for column in self.columns for plane in column.planes)

    def column_of(self, feature: str) -> str:
        """Return the column that a feature comes from; AtlasError if there is no such feature."""
        return self._fitted_column(feature).recipe.name

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values of a feature in the units of its column, in the shape they came in.

        A date is in days since 1970-01-01, a time of day in hours since midnight. A level of a
        category gives its share, from 0 to 1: for a row whether it is of that level, for a node
        how many of its rows are. Sine and cosine of a column on a circle stay what they are; both
        together make a plane in its units, see `plane`. NaN stays.

        Raises
        ------
        AtlasError
            If there is no such feature.
        """
        return self._fitted_column(feature).decode(np.asarray(values, dtype=float), feature)

    def plane(self, values: ArrayLike, name: str) -> NDArray[np.float64]:
        """Return one of `planes` in the units of its column, as `original_units` does a feature.

        Parameters
        ----------
        values : array of shape (…, n_features), such as a codebook
        name : of a plane; that of a column on a circle is the column's name

        Returns
        -------
        array of shape (…)
            NaN where a node stands for all directions of a circle alike.

        Raises
        ------
        AtlasError
            If there is no such plane.
        """
        if name not in self._column_by_plane:
            raise AtlasError(f"The map has no plane “{name}”. Choose one of {listed(self.planes)}.")
        column, start = self._column_by_plane[name]
        block = np.asarray(values, dtype=float)[..., start : start + len(column.features)]
        return column.plane(block, name)

    def circle(self, column: str) -> CyclicColumn | None:
        """Return what was learned of a column on a circle; None for any other."""
        fitted = self.numbers(column)
        return fitted if isinstance(fitted, CyclicColumn) else None

    def numbers(self, column: str) -> NumberColumn | CyclicColumn | None:
        """Return what was learned of a column of numbers or dates; None for any other."""
        fitted = self._column_by_plane.get(column, (None, 0))[0]
        return None if isinstance(fitted, CategoryColumn) else fitted

    def transform(self, table: Table, rows: NDArray[np.int64] | None = None) -> "Prepared":
        """Apply the learned steps to the rows of a table; nothing is learned anew.

        Rows are dropped by the same rules. Of the table, and the rows of it, that the recipe was
        fitted on, the same matrix comes out again.

        Parameters
        ----------
        table : with the columns that the recipe trains with
        rows : positions in table.frame, rising, of those to take; None: all of them

        Raises
        ------
        AtlasError
            If the table lacks a column, holds text where numbers were, or no row remains.
        """
        check_columns(table, self.recipe)
        found = self.transform_block(table, rows)
        return prepared(self, found, unreadable_dates(found.unreadable))

    def transform_block(self, table: Table, rows: NDArray[np.int64] | None = None) -> "EncodedRows":
        """Apply the learned steps to a block of rows, of which none need remain.

        Parameters
        ----------
        table : the block
        rows : positions in table.frame, rising, of those to take; None: all of them

        Raises
        ------
        AtlasError
            If the block holds text where numbers were.
        """
        frame, unreadable = with_times(table, self.date_formats, self.calendar_parts)
        _check_numbers(frame, table.name, self._numbers)
        complete = complete_rows(frame, self.recipe.trained, rows)
        kept = rows_between(complete, frame, self.row_fences)
        filled = {}
        if self.neighbours is not None and len(kept.positions):
            filled = self.neighbours.filled(frame, kept.positions)
        return encoded(frame, kept, self, filled, unreadable)

    def to_json(self) -> str:
        neighbours = None if self.neighbours is None else self.neighbours.to_dict()
        written = {
            "version": _VERSION,
            "recipe": self.recipe.to_json(),
            "columns": [column.to_dict() for column in self.columns],
            "date_formats": self.date_formats,
            "row_fences": self.row_fences,
            "neighbours": neighbours,
        }
        return json.dumps(written, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote, to the last digit; AtlasError if it is anything else."""
        try:
            written = json.loads(text)
            if written["version"] != _VERSION:
                raise AtlasError(
                    f"The prepared columns have version {written['version']}, but version "
                    f"{_VERSION} is needed. Prepare the table anew."
                )
            recipe = Recipe.from_json(written["recipe"])
            neighbours = written["neighbours"]
            return cls(
                recipe,
                tuple(_column_from(learned, recipe) for learned in written["columns"]),
                written["date_formats"],
                {name: (low, high) for name, (low, high) in written["row_fences"].items()},
                None if neighbours is None else NeighbourFill.from_dict(neighbours),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise AtlasError(
                "The prepared columns can't be read: they are damaged. Prepare the table anew."
            ) from error

    @property
    def _numbers(self) -> list[str]:
        """The columns that held numbers when the recipe was fitted, those left out included."""
        fitted = [c.recipe.name for c in self.columns if not isinstance(c, CategoryColumn)]
        neighbouring = () if self.neighbours is None else self.neighbours.columns
        return [*fitted, *self.row_fences, *neighbouring]

    def _fitted_column(self, feature: str) -> FittedColumn:
        if feature not in self._column_by_feature:
            raise AtlasError(
                f"The map has no feature “{feature}”. Choose one that it was trained with."
            )
        return self._column_by_feature[feature]

    @cached_property
    def _column_by_feature(self) -> dict[str, FittedColumn]:
        return {feature: column for column in self.columns for feature in column.features}

    @cached_property
    def _column_by_plane(self) -> dict[str, tuple[FittedColumn, int]]:
        """Return each plane's column, and the place of its first feature."""
        found: dict[str, tuple[FittedColumn, int]] = {}
        start = 0
        for column in self.columns:
            found |= dict.fromkeys(column.planes, (column, start))
            start += len(column.features)
        return found


@dataclass(frozen=True, eq=False)
class Prepared:
    """Numbers ready for training, and the way back to the table."""

    matrix: NDArray[np.float64]  # (n_rows, n_features), C order; NaN only where missing is "keep"
    # A number column's name, "column = level", "column (sine)" or "column (cosine)".
    features: tuple[str, ...]
    rows: NDArray[np.int64]  # (n_rows,) positions in table.frame
    remarks: tuple[Remark, ...]  # how many rows and columns remain and why, what was done to values
    fitted: FittedRecipe
    # Positions of the rows to which it was limited before any was dropped; None: the whole table.
    chosen: NDArray[np.int64] | None = None

    def transform(self, table: Table) -> "Prepared":
        """Apply the learned steps to the rows of a table: see `FittedRecipe.transform`."""
        return self.fitted.transform(table)

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values in the units of the column: see `FittedRecipe.original_units`."""
        return self.fitted.original_units(values, feature)


def check_columns(table: Table, recipe: Recipe) -> None:
    """Raise an AtlasError if no column trains, or one that does isn't in the table."""
    if not recipe.trained:
        if any(column.role == "train" for column in recipe.columns):
            raise AtlasError(
                "Every column that trains has weight 0, so none counts. Give one a weight above 0."
            )
        raise AtlasError(
            "No column trains the map. Set at least one column to train: a number, a date, or a "
            f"category of at most {MOST_LEVELS} levels."
        )
    lacking = [column.name for column in recipe.trained if column.name not in table.frame]
    if lacking:
        raise AtlasError(
            f"“{table.name}” has no column {listed(lacking)}, which the recipe trains with. "
            "Rename or add it in the file, or choose a table with the same columns."
        )


def with_times(
    table: Table, date_formats: Mapping[str, str], calendar_parts: Mapping[str, CalendarPart]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return a frame with its written dates read, and how many can't be read, by column.

    Names of weekdays or months become numbers in the columns for which one of the two is given.
    """
    frame = table.frame
    read = {
        name: _dates_to_compute_with(table, name, written_as)
        for name, written_as in date_formats.items()
    }
    lost = {name: column.isna().sum() - frame[name].isna().sum() for name, column in read.items()}
    for name, part in calendar_parts.items():
        if not is_number(frame[name]):
            read[name] = calendar_numbers(frame[name], part)
    return frame.assign(**read), {name: int(count) for name, count in lost.items() if count}


def unreadable_dates(unreadable: Mapping[str, int]) -> tuple[Remark, ...]:
    """Return a remark on dates that can't be read, where there are any, so many of each column."""
    if not unreadable:
        return ()
    where = joined([f"“{name}” ({count:,})" for name, count in unreadable.items()])
    sentence = f"Unreadable as dates, so taken as missing: {where}."
    columns = tuple(unreadable)
    return (Remark(kind="unreadable dates", sentence=sentence, columns=columns),)


def _dates_to_compute_with(table: Table, name: str, written_as: str) -> pd.Series:
    """Return dates, or hours since midnight, of a column that was fitted as such.

    Where a table writes them otherwise than the one that was fitted, what was fitted is right as
    long as it reads as many: 01/02/2024 alone doesn't say which is the month.
    """
    own = table.date_formats.get(name)
    if own == written_as:
        return table.column(name)
    dates, is_time = read_dates(table.frame[name], written_as), is_time_of_day(written_as)
    is_alike = own is not None and is_time == is_time_of_day(own)
    if is_alike and table.dates[name].count() > dates.count():
        return table.column(name)
    return hours_of(dates) if is_time else dates


@dataclass(frozen=True, eq=False)
class EncodedRows:
    """The matrix of a table, or of a block of its rows, and what was done on the way."""

    matrix: NDArray[np.float64]  # (n_rows, n_features)
    rows: KeptRows
    notes: dict[str, dict[str, int]]  # what was done to values: to how many of each column
    unreadable: dict[str, int]  # dates that can't be read, by column


def encoded(
    frame: pd.DataFrame,
    rows: KeptRows,
    fitted: FittedRecipe,
    filled: dict[str, NDArray[np.float64]],
    unreadable: dict[str, int],
) -> EncodedRows:
    """Encode rows by what was learned; those that hold nothing at all are dropped."""
    matrix = np.empty((len(rows.positions), len(fitted.features)))
    notes: dict[str, dict[str, int]] = {}
    start = 0
    for column in fitted.columns:
        name, stop = column.recipe.name, start + len(column.features)
        cells: NDArray = column.cells_of(frame[name])  # numbers, or codes of levels
        uncountable = int(np.count_nonzero(np.isnan(cells) & frame[name].notna().to_numpy()))
        cells = cells[rows.positions]
        for note, count in ((_UNCOUNTABLE, uncountable), *column.notes(cells)):
            if count:
                notes.setdefault(note, {})[name] = count
        column.encode(filled.get(name, cells), matrix[:, start:stop])
        start = stop
    if any(column.recipe.missing == "keep" for column in fitted.columns):
        empty = np.asarray(np.isnan(matrix).all(axis=1))
        if empty.any():  # nothing says where such a row lies
            rows = rows.without(empty, "they have no value in any column that trains")
            matrix = matrix[~empty]
    return EncodedRows(matrix, rows, notes, unreadable)


def prepared(fitted: FittedRecipe, found: EncodedRows, remarks: tuple[Remark, ...]) -> Prepared:
    """Return encoded rows; the remarks go between those on rows and on values.

    Raises
    ------
    AtlasError
        If no row remains.
    """
    rows = found.rows.checked()
    return Prepared(
        found.matrix,
        fitted.features,
        rows.positions,
        with_remarks_on_rows_and_values(rows, remarks, found.notes),
        fitted,
        rows.chosen,
    )


def with_remarks_on_rows_and_values(
    rows: KeptRows, remarks: tuple[Remark, ...], notes: Mapping[str, Mapping[str, int]]
) -> tuple[Remark, ...]:
    """Return remarks between one on the rows that remain and those on what was done to values."""
    on_rows = Remark(kind="rows", sentence=rows.sentence())
    on_values = [_remark_on_values(note, counts) for note, counts in notes.items()]
    return (on_rows, *remarks, *on_values)


def _remark_on_values(note: str, counts: Mapping[str, int]) -> Remark:
    """Return what was done to values, and to how many of each column."""
    where = joined([f"“{name}” ({count:,})" for name, count in counts.items()])
    return Remark(kind="values", sentence=f"{note}: {where}.", columns=tuple(counts))


def _check_numbers(frame: pd.DataFrame, table_name: str, names: list[str]) -> None:
    for name in names:
        series = frame[name]
        present = np.flatnonzero(series.notna())
        if len(present) and not is_number(series):
            raise AtlasError(
                f"“{name}” held numbers when the recipe was fitted, but holds other "
                f"values in “{table_name}” (first: “{series.iloc[present[0]]}” in row "
                f"{present[0] + 1}). Make them numbers in the file."
            )


def _column_from(learned: dict, recipe: Recipe) -> FittedColumn:
    return _KINDS[learned["kind"]].from_dict(learned, recipe.column(learned["column"]))
