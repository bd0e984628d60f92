"""From a table and a recipe to a matrix: the steps, what they learn, and the way back.

The steps, in this order, each learned from the rows that remain at its moment:

1. select the columns that train, and leave out those of weight 0;
2. drop rows: first those missing a value where the recipe says so, then those beyond the fences;
3. fill missing values, 4. clip outliers, 5. transform, 6. scale, 7. multiply by the weight.

A category takes steps 1 to 3, then becomes one feature per level, scaled and weighted as a whole.
"""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.category_column import CategoryColumn, fit_category_column
from som_core.errors import AtlasError
from som_core.kept_rows import KeptRows, complete_rows, rows_between
from som_core.neighbour_fill import MOST_DONORS, NeighbourFill, fit_neighbour_fill
from som_core.number_column import (
    Fences,
    NumberColumn,
    fit_number_column,
    is_number,
    missing_in,
    numbers_of,
    tukey_fences,
)
from som_core.reading import Table
from som_core.recipe import Outliers, Recipe
from som_core.written_dates import read_dates, written_dates

_VERSION = 1
_UNCOUNTABLE = "Infinite, or too large to compute with, so taken as missing"
_MOST_CELLS = 200_000_000  # of a matrix: 1.6 GB
_MOST_NAMES = 5  # in a remark; a sentence with hundreds of names isn't read


@dataclass(frozen=True)
class FittedRecipe:
    """A recipe with every number that it learned from a table."""

    recipe: Recipe
    columns: tuple[NumberColumn | CategoryColumn, ...]
    date_formats: dict[str, str]  # of the columns that hold dates as text
    row_fences: dict[str, Fences]  # of the columns in which an outlier drops its row
    neighbours: NeighbourFill | None  # fills missing numbers where the recipe says knn

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(feature for column in self.columns for feature in column.features)

    def column_of(self, feature: str) -> str:
        """Return the column that a feature comes from; AtlasError if there is no such feature."""
        return self._fitted_column(feature).recipe.name

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values of a feature in the units of its column, in the shape they came in.

        A date is in days since 1970-01-01, a time of day in hours since midnight. A level of a
        category gives its share, from 0 to 1: for a row whether it is of that level, for a node
        how many of its rows are. NaN stays.

        Raises
        ------
        AtlasError
            If there is no such feature.
        """
        return self._fitted_column(feature).decode(np.asarray(values, dtype=float), feature)

    def transform(self, table: Table) -> "Prepared":
        """Apply the learned steps to the rows of a table; nothing is learned anew.

        Rows are dropped by the same rules. Of the table that the recipe was fitted on, the same
        matrix comes out again.

        Raises
        ------
        AtlasError
            If the table lacks a column, holds text where numbers were, or no row remains.
        """
        _check_columns(table, self.recipe)
        frame, unreadable = _with_dates(table.frame, self.date_formats)
        _check_numbers(frame, table.name, self._numbers)
        rows = rows_between(complete_rows(frame, self.recipe.trained), frame, self.row_fences)
        filled = {}
        if self.neighbours is not None:
            filled = self.neighbours.filled(frame, rows.positions)
        return _encoded(frame, rows, self, filled, unreadable)

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
        fitted = [c.recipe.name for c in self.columns if isinstance(c, NumberColumn)]
        neighbouring = () if self.neighbours is None else self.neighbours.columns
        return [*fitted, *self.row_fences, *neighbouring]

    def _fitted_column(self, feature: str) -> NumberColumn | CategoryColumn:
        for column in self.columns:
            if feature in column.features:
                return column
        raise AtlasError(
            f"The map has no feature “{feature}”. Choose one that it was trained with."
        )


@dataclass(frozen=True, eq=False)
class Prepared:
    """Numbers ready for training, and the way back to the table."""

    matrix: NDArray[np.float64]  # (n_rows, n_features), C order; NaN only where missing is "keep"
    features: tuple[str, ...]  # a number column's name, or "column = level"
    rows: NDArray[np.int64]  # (n_rows,) positions in table.frame
    remarks: tuple[str, ...]  # how many rows and columns remain and why, what was done to values
    fitted: FittedRecipe

    def transform(self, table: Table) -> "Prepared":
        """Apply the learned steps to the rows of a table: see `FittedRecipe.transform`."""
        return self.fitted.transform(table)

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values in the units of the column: see `FittedRecipe.original_units`."""
        return self.fitted.original_units(values, feature)


def prepare(table: Table, recipe: Recipe) -> Prepared:
    """Turn a table into a matrix, step by step as the recipe says.

    Parameters
    ----------
    table : Table
        Number and date columns become one feature each (dates as text too, where all are written
        alike), others one feature for each level.
    recipe : Recipe
        Columns that it doesn't name are left out.

    Returns
    -------
    Prepared
        Its remarks say in sentences how many rows and columns remain and why.

    Raises
    ------
    AtlasError
        If no column trains or none differs between rows, a column that trains isn't in the table
        or has no value, a category has more than 100 levels, the matrix would have more than
        200 million cells, or no row remains.
    """
    _check_columns(table, recipe)
    trained = recipe.trained
    date_formats = written_dates(table.frame, [column.name for column in trained])
    frame, unreadable = _with_dates(table.frame, date_formats)
    rows = complete_rows(frame, trained)
    numbers = [column.name for column in trained if is_number(frame[column.name])]
    clip_fences = _fences(frame, rows, recipe, "clip")
    row_fences = _fences(frame, rows, recipe, "drop_row")
    rows = rows_between(rows, frame, row_fences)
    _check_values(frame, rows, recipe)

    neighbours, filled = None, {}
    filling = [column.name for column in trained if column.missing == "knn"]
    filling = [name for name in filling if name in numbers]
    if filling:
        neighbours = fit_neighbour_fill(frame, rows.positions, numbers, filling)
        filled = neighbours.filled(frame, rows.positions)

    columns = []
    for column in trained:
        series = frame[column.name].iloc[rows.positions]
        if column.name in numbers:
            values = filled[column.name] if column.name in filled else numbers_of(series)
            columns.append(fit_number_column(column, values, clip_fences.get(column.name)))
        else:
            columns.append(fit_category_column(column, series))
    differing = tuple(column for column in columns if column is not None)
    fitted = FittedRecipe(recipe, differing, date_formats, row_fences, neighbours)
    _check_features(fitted, len(rows.positions))
    remarks = (*_fitting_remarks(table, fitted, rows), *unreadable)
    return _encoded(frame, rows, fitted, filled, remarks)


def _check_columns(table: Table, recipe: Recipe) -> None:
    if not recipe.trained:
        if any(column.role == "train" for column in recipe.columns):
            raise AtlasError(
                "Every column that trains has weight 0, so none counts. Give one a weight above 0."
            )
        raise AtlasError("No column trains the map. Set at least one column to train.")
    lacking = [column.name for column in recipe.trained if column.name not in table.frame]
    if lacking:
        raise AtlasError(
            f"“{table.name}” has no column {_listed(lacking)}, which the recipe trains with. "
            "Rename or add it in the file, or choose a table with the same columns."
        )


def _check_values(frame: pd.DataFrame, rows: KeptRows, recipe: Recipe) -> None:
    for column in recipe.trained:
        if missing_in(frame[column.name])[rows.positions].all():
            raise AtlasError(
                f"“{column.name}” has no value in the rows that remain ({len(rows.positions):,}). "
                "Set it to describe or drop."
            )


def _with_dates(
    frame: pd.DataFrame, date_formats: dict[str, str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a frame with its written dates read, and a remark on those that can't be read."""
    read = {
        name: read_dates(frame[name], written_as)
        for name, written_as in date_formats.items()
        if not is_number(frame[name])
    }
    lost = {name: column.isna().sum() - frame[name].isna().sum() for name, column in read.items()}
    unreadable = [f"“{name}” ({count:,})" for name, count in lost.items() if count]
    remark = f"Unreadable as dates, so taken as missing: {_joined(unreadable)}."
    return frame.assign(**read), (remark,) if unreadable else ()


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


def _check_features(fitted: FittedRecipe, n_rows: int) -> None:
    if not fitted.columns:
        raise AtlasError(
            "No column is left to train, because in the rows that remain each holds one and the "
            f"same value: {_listed(_constant(fitted))}. Train with a column whose values differ."
        )
    features = fitted.features
    repeated = [feature for feature, count in Counter(features).items() if count > 1]
    if repeated:
        raise AtlasError(
            f"Two features would both be called “{repeated[0]}”: a column and a level of a "
            "category. Rename the column in the file."
        )
    if n_rows * len(features) > _MOST_CELLS:
        raise AtlasError(
            f"{n_rows:,} rows × {len(features):,} features are more than the {_MOST_CELLS:,} cells "
            "that a matrix may have. Train with fewer columns, or fewer levels of categories."
        )


def _fences(
    frame: pd.DataFrame, rows: KeptRows, recipe: Recipe, outliers: Outliers
) -> dict[str, Fences]:
    """Return the fences, where there are any, of number columns that treat outliers in this way."""
    names = [column.name for column in recipe.trained if column.outliers == outliers]
    learned = {
        name: tukey_fences(numbers_of(frame[name])[rows.positions])
        for name in names
        if is_number(frame[name])
    }
    return {name: fences for name, fences in learned.items() if fences is not None}


def _encoded(
    frame: pd.DataFrame,
    rows: KeptRows,
    fitted: FittedRecipe,
    filled: dict[str, NDArray[np.float64]],
    remarks: tuple[str, ...],
) -> Prepared:
    """Encode rows by what was learned; the remarks go between those on rows and on values."""
    matrix = np.empty((len(rows.positions), len(fitted.features)))
    notes: dict[str, list[str]] = {}
    start = 0
    for column in fitted.columns:
        name, stop = column.recipe.name, start + len(column.features)
        cells = column.cells_of(frame[name])
        uncountable = np.count_nonzero(np.isnan(cells) & frame[name].notna().to_numpy())
        cells = cells[rows.positions]
        for note, count in ((_UNCOUNTABLE, uncountable), *column.notes(cells)):
            if count:
                notes.setdefault(note, []).append(f"“{name}” ({count:,})")
        column.encode(filled.get(name, cells), matrix[:, start:stop])
        start = stop
    if any(column.recipe.missing == "keep" for column in fitted.columns):
        empty = np.isnan(matrix).all(axis=1)
        if empty.any():  # nothing says where such a row lies
            rows = rows.without(empty, "they have no value in any column that trains").checked()
            matrix = matrix[~empty]
    said = [f"{note}: {_joined(columns)}." for note, columns in notes.items()]
    return Prepared(
        matrix, fitted.features, rows.positions, (rows.sentence(), *remarks, *said), fitted
    )


def _fitting_remarks(table: Table, fitted: FittedRecipe, rows: KeptRows) -> tuple[str, ...]:
    """Say which columns train the map, which don't and why, and what couldn't be done."""
    recipe, n_columns = fitted.recipe, table.frame.shape[1]
    n_trained, n_features = len(fitted.columns), len(fitted.features)
    n_describing = sum(column.role == "describe" for column in recipe.columns)
    train = "trains" if n_trained == 1 else "train"
    describe = "describes" if n_describing == 1 else "describe"
    remarks = [
        f"{n_columns:,} column{'s' * (n_columns != 1)}: {n_trained:,} {train} the map, as "
        f"{n_features:,} feature{'s' * (n_features != 1)}; {n_describing:,} {describe} it; "
        f"{n_columns - n_trained - n_describing:,} left out."
    ]
    constant = _constant(fitted)
    if constant:
        remarks.append(f"Left out, as the same in all rows that remain: {_listed(constant)}.")
    weightless = [c.name for c in recipe.columns if c.role == "train" and c.weight == 0]
    if weightless:
        remarks.append(f"Left out, as of weight 0: {_listed(weightless)}.")
    unfenced = [
        column.recipe.name
        for column in fitted.columns
        if isinstance(column, NumberColumn) and column.recipe.outliers != "keep"
        if column.fences is None and column.recipe.name not in fitted.row_fences
    ]
    if unfenced:
        remarks.append(
            "No outliers can be told, as more than half of the values are the same: "
            f"{_listed(unfenced)}."
        )
    if fitted.neighbours is not None and len(rows.positions) > MOST_DONORS:
        remarks.append(
            f"Nearest rows are looked for among {MOST_DONORS:,} of the "
            f"{len(rows.positions):,} rows, chosen at random."
        )
    return tuple(remarks)


def _constant(fitted: FittedRecipe) -> list[str]:
    """Return the columns that were to train but are the same in all rows that remain."""
    trained = {column.recipe.name for column in fitted.columns}
    return [column.name for column in fitted.recipe.trained if column.name not in trained]


def _column_from(learned: dict, recipe: Recipe) -> NumberColumn | CategoryColumn:
    kind = {"number": NumberColumn, "category": CategoryColumn}[learned["kind"]]
    return kind.from_dict(learned, recipe.column(learned["column"]))


def _listed(names: list[str]) -> str:
    return _joined([f"“{name}”" for name in names])


def _joined(parts: list[str]) -> str:
    more = len(parts) - _MOST_NAMES
    return ", ".join(parts[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
