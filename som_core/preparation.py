"""From a table and a recipe to a matrix: the steps, what they learn, and the way back.

The steps, in this order, each learned from the rows that remain at its moment:

1. select the columns that train, and leave out those of weight 0;
2. drop rows: first those missing a value where the recipe says so, then those beyond the fences;
3. fill missing values, 4. clip outliers, 5. transform, 6. scale, 7. multiply by the weight.

A category takes steps 1 to 3, then becomes one feature per level, scaled and weighted as a whole;
so does a column on a circle, as sine and cosine.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.cells import is_number, missing_in, numbers_of
from som_core.columns.calendar_words import calendar_part
from som_core.columns.categories import (
    CategoryColumn,
    fit_category_column,
    fit_category_counts,
    too_many_levels,
)
from som_core.columns.cycles import CyclicColumn, fit_cyclic_column
from som_core.columns.fitted_recipe import (
    FittedColumn,
    FittedRecipe,
    Prepared,
    check_columns,
    encoded,
    prepared,
    unreadable_dates,
    with_times,
)
from som_core.columns.kept_rows import KeptRows, complete_rows, rows_between
from som_core.columns.neighbour_fill import MOST_DONORS, fit_neighbour_fill
from som_core.columns.numbers import Fences, NumberColumn, fit_number_column, tukey_fences
from som_core.columns.on_disk import PreparedOnDisk, prepared_on_disk
from som_core.columns.torn_counts import tears_counts
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.column_counts import MOST_LEVELS as MOST_COUNTED
from som_core.files.column_counts import ColumnCounts
from som_core.positions import row_positions
from som_core.reading import Table
from som_core.recipe import ColumnRecipe, Outliers, Recipe
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, listed, number

_MOST_CELLS = 200_000_000  # of a matrix: 1.6 GB
_MOST_COUNTED = 20_000  # values of a column


@overload
def prepare(table: Table, recipe: Recipe, rows: ArrayLike | None = None) -> Prepared: ...
@overload
def prepare(table: TableOnDisk, recipe: Recipe) -> PreparedOnDisk: ...
def prepare(
    table: Table | TableOnDisk, recipe: Recipe, rows: ArrayLike | None = None
) -> Prepared | PreparedOnDisk:
    """Turn a table into a matrix, step by step as the recipe says.

    Of a data set on a disk (`open_dataset`) the matrix is never held: each pass over its rows
    transforms them anew. The steps are learned from its sample; levels of categories with their
    shares, and the ends of min–max scaling, from all rows, where the recipe drops none.

    Parameters
    ----------
    table : Table or TableOnDisk
        Number and date columns become one feature each (dates as text too, where all are written
        alike), or two where the recipe lays them on a circle, others one feature for each level.
    recipe : Recipe
        Columns that it doesn't name are left out.
    rows : positions in table.frame
        All that is learned is learned from these rows alone, as if the table had no others; None:
        from the whole table.

    Returns
    -------
    Prepared or PreparedOnDisk
        Its remarks say how many rows and columns remain and why.

    Raises
    ------
    AtlasError
        If the table has one row, or fewer than two are chosen, no column trains or none differs
        between rows, a column that trains isn't in the table or has no value, a category has more
        than 100 levels, the matrix would have more than 200 million cells, or no row remains; if a
        data set is to be filled by nearest rows, which need all of it in memory, or rows of one are
        chosen.
    """
    if isinstance(table, TableOnDisk):
        if rows is not None:
            raise AtlasError(
                f"“{table.name}” stays on its disk, where no rows of it can be chosen. Read those "
                "rows with read_table."
            )
        return _prepare_on_disk(table, recipe)
    fit = _fit(table, recipe, rows)
    remarks = _fitting_remarks(table, fit.fitted, len(fit.rows.positions))
    found = encoded(fit.frame, fit.rows, fit.fitted, fit.filled, fit.unreadable)
    return prepared(fit.fitted, found, (*remarks, *unreadable_dates(fit.unreadable)))


class _Fit(NamedTuple):
    """What was learned of a table, and what was made of it on the way."""

    fitted: FittedRecipe
    frame: pd.DataFrame  # of the table, with its dates read
    rows: KeptRows
    filled: dict[str, NDArray[np.float64]]  # columns that nearest rows filled, (n_rows,)
    unreadable: dict[str, int]  # dates, by column


def _fit(table: Table, recipe: Recipe, rows: ArrayLike | None = None) -> _Fit:
    _check_rows_differ(table, recipe)
    chosen = None if rows is None else _chosen(table, rows)
    check_columns(table, recipe)
    trained = recipe.trained
    names = [column.name for column in trained]
    date_formats = {name: table.date_formats[name] for name in names if name in table.dates}
    circles = [column.name for column in trained if column.encoding == "cyclic"]
    parts = {name: part for name in circles if (part := calendar_part(table.frame[name]))}
    frame, unreadable = with_times(table, date_formats, parts)
    kept = complete_rows(frame, trained, chosen).checked()
    numbers = [column.name for column in trained if _is_one_number(frame, column)]
    clip_fences = _fences(frame, kept, recipe, "clip")
    row_fences = _fences(frame, kept, recipe, "drop_row")
    kept = rows_between(kept, frame, row_fences).checked()
    _check_values(frame, kept, recipe)

    neighbours, filled = None, {}
    filling = [column.name for column in trained if column.missing == "knn"]
    filling = [name for name in filling if name in numbers]
    if filling:
        neighbours = fit_neighbour_fill(frame, kept.positions, numbers, filling)
        filled = neighbours.filled(frame, kept.positions)

    columns: list[FittedColumn | None] = []
    for column in trained:
        series = frame[column.name].iloc[kept.positions]
        if column.name in numbers:
            values = filled[column.name] if column.name in filled else numbers_of(series)
            columns.append(fit_number_column(column, values, clip_fences.get(column.name)))
        elif column.encoding == "cyclic" and is_number(series):
            columns.append(fit_cyclic_column(column, series, parts.get(column.name)))
        else:
            columns.append(fit_category_column(column, series))
    differing = tuple(column for column in columns if column is not None)
    fitted = FittedRecipe(recipe, differing, date_formats, row_fences, neighbours)
    _check_features(fitted, len(kept.positions))
    return _Fit(fitted, frame, kept, filled, unreadable)


def _chosen(table: Table, rows: ArrayLike) -> NDArray[np.int64]:
    """Return positions rising and each once; AtlasError if they choose no two rows of a table."""
    chosen = np.unique(row_positions(rows))
    n_rows = len(table.frame)
    if len(chosen) < 2:
        raise AtlasError(
            f"A map lays out rows by how they differ, but of “{table.name}” "
            f"{counted(len(chosen), 'row')} {'is' if len(chosen) == 1 else 'are'} chosen. Choose "
            "at least two rows; from about fifty on, a map shows patterns."
        )
    if chosen[0] < 0 or chosen[-1] >= n_rows:
        raise AtlasError(
            f"Rows {chosen[0]} to {chosen[-1]} are chosen, but “{table.name}” has rows 0 to "
            f"{n_rows - 1}. Choose positions in table.frame."
        )
    return chosen


# Of a data set on a disk --------------------------------------------------------------------------


def _prepare_on_disk(table: TableOnDisk, recipe: Recipe) -> PreparedOnDisk:
    by_neighbours = [column.name for column in recipe.trained if column.missing == "knn"]
    if by_neighbours:
        raise AtlasError(
            f"Nearest rows are looked for among rows in memory, but “{table.name}” stays on its "
            f"disk. Fill {listed(by_neighbours)} by the median, or read a part of the rows with "
            "read_table."
        )
    sample = table.sample
    fit = _fit(sample, recipe)
    fitted, n_sampled = fit.fitted, len(sample.frame)
    if n_sampled == table.n_rows:
        return prepared_on_disk(table, fitted, _fitting_remarks(sample, fitted, n_sampled))
    fitted = replace(fitted, columns=_with_exact_counts(fit, table.counts))
    _check_features(fitted, n_sampled)
    rare = [name for name in _constant(fitted) if _differs(table.counts[name])]
    remarks = [
        *_remarks_on_sample(table.n_rows, n_sampled, rare),
        *_fitting_remarks(sample, fitted, n_sampled, rare),
    ]
    return prepared_on_disk(table, fitted, tuple(remarks))


def _with_exact_counts(
    fit: _Fit, counts_of: Mapping[str, ColumnCounts]
) -> tuple[FittedColumn, ...]:
    """Return what was learned of a sample, with what the counts of all rows know better."""
    trained = fit.fitted.recipe.trained
    if any("drop_row" in (column.missing, column.outliers) for column in trained):
        return fit.fitted.columns  # the counts are of all rows, not of those that remain
    learned = {column.recipe.name: column for column in fit.fitted.columns}
    columns: list[FittedColumn | None] = []
    for column in trained:
        known, counts = learned.get(column.name), counts_of[column.name]
        if isinstance(known, CategoryColumn) and counts.levels is None:
            raise too_many_levels(column.name, f"more than {MOST_COUNTED:,}")
        if counts.levels is not None and _is_category(known, column, fit.frame):
            known = fit_category_counts(column, counts.levels, counts.n_missing)
        elif isinstance(known, NumberColumn) and column.scale == "minmax":
            known = known.between(counts.minimum, counts.maximum)
        columns.append(known)
    return tuple(column for column in columns if column is not None)


def _is_category(known: FittedColumn | None, column: ColumnRecipe, frame: pd.DataFrame) -> bool:
    if known is None:  # one level in the sample, but there may be others
        return column.encoding != "cyclic" and not _is_one_number(frame, column)
    return isinstance(known, CategoryColumn)


def _remarks_on_sample(n_rows: int, n_sampled: int, rare: list[str]) -> list[Remark]:
    """Say what was learned of a sample, and which columns differ in other rows alone."""
    sentence = (
        f"Medians, quartiles, means and spreads are those of a sample of {n_sampled:,} of the "
        f"{n_rows:,} rows, drawn by chance."
    )
    remarks = [Remark(kind="sampled rows", sentence=sentence)]
    if rare:
        sentence = (
            f"Left out, as the same in all rows of the sample, though not in all rows: "
            f"{listed(rare)}."
        )
        remarks.append(
            Remark(
                kind="rarely different", sentence=sentence, severity="warning", columns=tuple(rare)
            )
        )
    return remarks


def _differs(counts: ColumnCounts) -> bool:
    several = counts.levels is None or len(counts.levels) > 1
    return several if counts.minimum is None else counts.minimum != counts.maximum


# What may be wrong, and what to say ---------------------------------------------------------------


def _check_rows_differ(table: Table, recipe: Recipe) -> None:
    """Raise an AtlasError if no recipe could make a map of the table."""
    n_rows = len(table.frame)
    if n_rows == 1:
        raise AtlasError(
            f"“{table.name}” has one row, and a map lays out rows by how they differ. Choose a "
            "table of at least two rows; from about fifty on, a map shows patterns."
        )
    if not recipe.trained and (table.frame.nunique() < 2).all():
        raise AtlasError(
            f"No column of “{table.name}” holds two different values, so nothing tells its "
            f"{n_rows:,} rows apart. Choose a table whose rows differ in at least one column."
        )


def _is_one_number(frame: pd.DataFrame, column: ColumnRecipe) -> bool:
    return column.encoding == "plain" and is_number(frame[column.name])


def _check_values(frame: pd.DataFrame, rows: KeptRows, recipe: Recipe) -> None:
    for column in recipe.trained:
        if missing_in(frame[column.name])[rows.positions].all():
            raise AtlasError(
                f"“{column.name}” has no value in the rows that remain ({len(rows.positions):,}). "
                "Let it only describe the map, or drop it."
            )


def _check_features(fitted: FittedRecipe, n_rows: int) -> None:
    if not fitted.columns:
        raise AtlasError(
            "No column is left to train, because in the rows that remain each holds one and the "
            f"same value: {listed(_constant(fitted))}. Train with a column whose values differ."
        )
    features = fitted.features
    named = (Counter(features), Counter(fitted.planes))
    repeated = [name for counts in named for name, count in counts.items() if count > 1]
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
    names = [
        column.name
        for column in recipe.trained
        if column.outliers == outliers and _is_one_number(frame, column)
    ]
    learned = {name: tukey_fences(numbers_of(frame[name])[rows.positions]) for name in names}
    return {name: fences for name, fences in learned.items() if fences is not None}


def _fitting_remarks(
    table: Table, fitted: FittedRecipe, n_rows: int, rare: Collection[str] = ()
) -> tuple[Remark, ...]:
    """Say which columns train the map, which don't and why, and what couldn't be done.

    Parameters
    ----------
    n_rows : from how many rows it was learned
    rare : columns that are constant in these rows alone
    """
    recipe, n_columns = fitted.recipe, table.frame.shape[1]
    n_trained, n_features = len(fitted.columns), len(fitted.features)
    n_describing = sum(column.role == "describe" for column in recipe.columns)
    train = "trains" if n_trained == 1 else "train"
    describe = "describes" if n_describing == 1 else "describe"
    sentence = (
        f"{counted(n_columns, 'column')}: {n_trained:,} {train} the map, as "
        f"{counted(n_features, 'feature')}; {n_describing:,} {describe} it; "
        f"{n_columns - n_trained - n_describing:,} left out."
    )
    remarks = [Remark(kind="columns", sentence=sentence)]
    constant = [name for name in _constant(fitted) if name not in rare]
    if constant:
        sentence = f"Left out, as the same in all rows that remain: {listed(constant)}."
        remarks.append(Remark(kind="constant columns", sentence=sentence, columns=tuple(constant)))
    remarks += _remarks_on_guesses(table, fitted)
    remarks += _remarks_on_torn_counts(table, fitted)
    weightless = [c.name for c in recipe.columns if c.role == "train" and c.weight == 0]
    if weightless:
        sentence = f"Left out, as of weight 0: {listed(weightless)}."
        remarks.append(Remark(kind="weight 0", sentence=sentence, columns=tuple(weightless)))
    unfenced = [
        column.recipe.name
        for column in fitted.columns
        if isinstance(column, NumberColumn) and column.recipe.outliers != "keep"
        if column.fences is None and column.recipe.name not in fitted.row_fences
    ]
    if unfenced:
        sentence = (
            "No outliers can be told, as more than half of the values are the same: "
            f"{listed(unfenced)}."
        )
        remarks.append(Remark(kind="no fences", sentence=sentence, columns=tuple(unfenced)))
    if fitted.neighbours is not None and n_rows > MOST_DONORS:
        sentence = (
            f"Nearest rows are looked for among {MOST_DONORS:,} of the "
            f"{n_rows:,} rows, chosen at random."
        )
        remarks.append(Remark(kind="sampled donors", sentence=sentence))
    return tuple(remarks)


def _remarks_on_guesses(table: Table, fitted: FittedRecipe) -> list[Remark]:
    """Say which numbers count as codes or lie on a circle, each with the way back."""
    remarks = []
    for column in fitted.recipe.columns:
        is_coded = column.encoding == "levels" and column.role == "describe"
        if is_coded and column.name in table.frame and is_number(table.frame[column.name]):
            sentence = (
                f"“{column.name}” holds codes of classes, by its look: it is laid over the map as "
                "a category and doesn't shape it. As a number, 4 would lie between 3 and 5."
            )
            words = f"Let “{column.name}” shape the map as a number"
            changes = {"role": "train", "encoding": "plain"}
            remarks.append(_remark_on_guess("class codes", column, sentence, words, changes))
    for fitted_column in fitted.columns:
        if isinstance(fitted_column, CyclicColumn):
            column = fitted_column.recipe
            sentence = (
                f"“{column.name}” runs in a circle of {number(fitted_column.period, 7)}, so that "
                "its end lies beside its beginning."
            )
            thing = "a category" if fitted_column.names else "a number"
            words = f"Take “{column.name}” as {thing} without a circle"
            changes = {"encoding": "plain"}
            remarks.append(_remark_on_guess("circle", column, sentence, words, changes))
    return remarks


def _remarks_on_torn_counts(table: Table, fitted: FittedRecipe) -> list[Remark]:
    """Say which transforms make groups of equal counts, each with the way back."""
    remarks = []
    for fitted_column in fitted.columns:
        column = fitted_column.recipe
        is_bent = isinstance(fitted_column, NumberColumn) and column.transform != "none"
        if not is_bent or column.name in table.dates:
            continue
        values = numbers_of(table.frame[column.name])
        values = values[~np.isnan(values)]
        values = values[:: max(1, len(values) // _MOST_COUNTED)]
        if tears_counts(values, column.transform):
            sentence = (
                f"The transform of “{column.name}” pulls its small counts apart, so that rows with "
                "the same count may look like a group."
            )
            words, changes = f"Leave “{column.name}” as it is", {"transform": "none"}
            remarks.append(_remark_on_guess("torn counts", column, sentence, words, changes))
    return remarks


def _remark_on_guess(
    kind: str, column: ColumnRecipe, sentence: str, words: str, changes: dict[str, str]
) -> Remark:
    remedy = Remedy(words=words, target="recipe", changes={column.name: changes})
    return Remark(kind=kind, sentence=sentence, columns=(column.name,), remedy=remedy)


def _constant(fitted: FittedRecipe) -> list[str]:
    """Return the columns that were to train but are the same in all rows that remain."""
    trained = {column.recipe.name for column in fitted.columns}
    return [column.name for column in fitted.recipe.trained if column.name not in trained]
