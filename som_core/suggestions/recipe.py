"""Which recipe to suggest for a table, and why: numbers draw the map, the rest describes it."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, numbers_of
from som_core.columns.categories import MOST_LEVELS
from som_core.columns.torn_counts import tears_counts
from som_core.datasets import TableOnDisk
from som_core.files.class_codes import are_codes_by_name
from som_core.files.dates import is_time_of_day
from som_core.files.written_dates import WrittenDates
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Table
from som_core.recipe import ColumnRecipe, Missing, Recipe
from som_core.suggestions.circles import Circle, circle_of, circle_of_names
from som_core.suggestions.class_codes import unordered_columns
from som_core.suggestions.long_tails import drawing_in
from som_core.suggestions.siblings import with_one_transform
from som_core.wording import number

MANY_LEVELS = 30
MOSTLY_MISSING = 0.5
SEVERAL_MISSING = 0.05
MOST_FILLED_BY_NEIGHBOURS = 100_000  # values of one column; more would take many seconds
FAR_OUT = 10.0  # interquartile ranges beyond the quartiles
FEW_OUTLIERS = 0.01  # of the rows
_WHY_UNORDERED = (
    "Few whole numbers, one by one, by which the other columns differ as they do between classes: "
    "it looks like their codes."
)
_WHY_NEIGHBOURS = (
    "are filled from the five nearest rows: so many equal fillings would look like a group of "
    "their own."
)
_WHY_MEDIAN = "become the median, which outliers don't move."
NEARLY_THE_SAME = 0.98  # correlation
_INDEX = re.compile(r"__index_level_\d+__|__null_dask_index__")  # one that was given no name
# Skewness and correlation are taken from a part of a large table, chosen at random.
MOST_ROWS = 20_000
MOST_CELLS = 4_000_000


def suggest_recipe(
    table: Table | TableOnDisk, profiles: tuple[ColumnProfile, ...] | None = None
) -> Recipe:
    """Return a recipe for a table; each column's `reason` says why, for the analyst.

    Rows that were noticed as totals have no say, but are counted where a reason counts rows, as
    they are among those that are prepared. Nothing stays missing. Where no number can train
    the map, categories do; where there are none either, whatever can be counted does.

    Of a data set on a disk its sample is looked at, and reasons count the rows of that. Nearest
    rows, which have to be in memory, fill nothing then.

    Parameters
    ----------
    profiles : what `profile` returned for a table in memory, where that is known
    """
    if isinstance(table, TableOnDisk):
        return _without_neighbours(suggest_recipe(table.sample))
    with_totals, table = table, _without_totals(table)
    whole = profiles or profile(with_totals)
    profiles = whole if table is with_totals else profile(table)
    counts = {column.name: column for column in whole}
    frame = _part_of(table.frame)
    measures = [column.name for column in profiles if _is_measure(column, table.frame[column.name])]
    circles = _circles(frame, measures)
    named = {c.name: circle_of_names(frame[c.name]) for c in profiles if c.kind == "category"}
    unordered = _unordered(frame, [name for name in measures if name not in circles])
    measures = [name for name in measures if name not in unordered]
    twins = _twins(frame, [name for name in measures if name not in circles])
    n_empty_rows = int(table.frame[measures].isna().all(axis=1).sum()) if measures else 0
    columns = []
    for column in profiles:
        name, series = column.name, frame[column.name]
        if name in circles:
            columns.append(_on_a_circle(column, counts[name], circles[name], n_empty_rows))
        elif circle := named.get(name):
            columns.append(_on_a_circle(column, counts[name], circle, n_empty_rows))
        elif name in unordered:
            columns.append(_codes(column, _WHY_UNORDERED))
        elif name in measures:
            columns.append(_measure(column, counts[name], series, twins.get(name), n_empty_rows))
        else:
            columns.append(_no_measure(column, series))
    columns = with_one_transform(columns, _numbers_that_train(frame, columns))
    return Recipe(tuple(columns if measures else _trained_instead(columns, profiles, frame)))


def _without_neighbours(recipe: Recipe) -> Recipe:
    """Return a recipe that fills by the median where it filled from the nearest rows."""
    return Recipe(
        tuple(
            replace(
                column,
                missing="median",
                reason=column.reason.replace(_WHY_NEIGHBOURS, _WHY_MEDIAN),
            )
            if column.missing == "knn"
            else column
            for column in recipe.columns
        )
    )


def _without_totals(table: Table) -> Table:
    """Return the table without the rows that a remark calls totals: they'd outweigh all others."""
    totals = table.totals
    if not totals or len(totals) >= len(table.frame):
        return table
    return replace(
        table,
        frame=table.frame.drop(index=totals).reset_index(drop=True),
        known_dates=WrittenDates(
            table.dates.drop(index=totals).reset_index(drop=True), dict(table.date_formats)
        ),
        known_kinds=table.kinds,
    )


def _numbers_that_train(
    frame: pd.DataFrame, columns: list[ColumnRecipe]
) -> dict[str, NDArray[np.float64]]:
    """Return the values, without missing ones, of the columns that train as plain numbers."""
    found = {}
    for column in columns:
        if column.role == "train" and column.encoding == "plain":
            values = numbers_of(frame[column.name])
            found[column.name] = values[~np.isnan(values)]
    return found


def _part_of(frame: pd.DataFrame) -> pd.DataFrame:
    n_rows = min(MOST_ROWS, MOST_CELLS // max(frame.shape[1], 1))
    return frame if len(frame) <= n_rows else frame.sample(n_rows, random_state=0)


def _is_measure(column: ColumnProfile, series: pd.Series) -> bool:
    """Say whether a column is a number that can draw the map."""
    return (
        column.kind == "number"
        and is_number(series)
        and not _INDEX.fullmatch(column.name)
        and column.n_missing <= MOSTLY_MISSING * column.n_rows
        and not _are_years(series)
    )


def _circles(frame: pd.DataFrame, measures: list[str]) -> dict[str, Circle]:
    """Return the circles on which measures lie, by name."""
    found = {}
    for name in measures:
        values = numbers_of(frame[name])
        circle = circle_of(name, values[~np.isnan(values)])
        if circle is not None:
            found[name] = circle
    return found


def _on_a_circle(
    column: ColumnProfile, whole: ColumnProfile, circle: Circle, n_empty_rows: int
) -> ColumnRecipe:
    """Suggest the steps of a number column that runs round; `whole` is with rows of totals."""
    missing, _ = _missing_step(column, whole, n_empty_rows)
    if missing != "drop_row":
        missing = "mean"
    why_missing = {
        "mean": f"Missing values ({whole.n_missing:,}) become its mean direction.",
        "drop_row": f"Rows without it ({whole.n_missing:,}) lack all other measures too.",
    }
    reason = (
        f"It runs in a circle of {number(circle.period)}, {circle.reason}: sine and cosine, which "
        "together count as one number, put its end beside its beginning. "
        + (
            "As levels all of it would be equally far apart."
            if column.kind == "category"
            else "As a number the two would be farthest apart."
        )
    )
    if column.n_missing:
        reason += f" {why_missing[missing]}"
    return ColumnRecipe(
        name=column.name,
        encoding="cyclic",
        period=circle.period,
        missing=missing,
        reason=reason,
    )


def _unordered(frame: pd.DataFrame, names: list[str]) -> frozenset[str]:
    return unordered_columns({name: numbers_of(frame[name]) for name in names})


def _codes(column: ColumnProfile, why: str) -> ColumnRecipe:
    """Suggest that codes of classes are laid over the map as a category."""
    reason = (
        f"{why} As a number it would shape the map by steps that mean nothing, and the map would "
        "learn the answer. Set it to train, as it is or as levels, to let it count."
    )
    return ColumnRecipe(
        name=column.name, role="describe", encoding="levels", missing="mode", reason=reason
    )


def _are_years(series: pd.Series) -> bool:
    values = numbers_of(series)
    values = values[~np.isnan(values)]
    return bool(((values >= 1900) & (values <= 2100) & (values == np.floor(values))).all())


def _measure(
    column: ColumnProfile,
    whole: ColumnProfile,
    series: pd.Series,
    twin: tuple[str, float] | None,
    n_empty_rows: int,
) -> ColumnRecipe:
    """Suggest the steps of a number column that trains; `whole` is with rows of totals."""
    values = numbers_of(series)
    shape, why_shape = _shape_steps(column, whole, values[~np.isnan(values)])
    missing, why_missing = _missing_step(column, whole, n_empty_rows)
    why_double = ""
    if twin is not None:
        name, correlation = twin
        why_double = (
            f"It nearly repeats “{name}” (r = {correlation:.3f}), so the two count double: drop "
            "one, or halve their weights."
        )
    why_scaled = "A number, z-scored: it counts as much as any other."
    reason = " ".join(filter(None, [why_double, why_shape, why_missing, why_scaled]))
    return replace(shape, name=column.name, missing=missing, reason=reason)


def _shape_steps(
    column: ColumnProfile, whole: ColumnProfile, values: NDArray[np.float64]
) -> tuple[ColumnRecipe, str]:
    """Return the steps that keep a few values from outweighing all others, and why."""
    if _are_slips(column):
        return ColumnRecipe(name=column.name, outliers="clip"), (
            f"Outliers ({whole.n_outliers:,}) lie so far out that they would outweigh all other "
            "values, so they are clipped: look at them first."
        )
    transform = drawing_in(values)
    if transform != "none" and tears_counts(values, transform):
        return ColumnRecipe(name=column.name), (
            "Its long tail is left: drawn in, the small counts that most rows have would lie far "
            "apart, and rows with the same count look like a group."
        )
    if transform == "log":
        return ColumnRecipe(name=column.name, transform=transform), (
            "Its long tail is drawn in by the logarithm: equal ratios become equal steps."
        )
    if transform == "yeo-johnson":
        return ColumnRecipe(name=column.name, transform=transform), (
            "Its long tail is drawn in by a Yeo–Johnson power, which also takes values of 0 and "
            "below."
        )
    if column.n_outliers:
        return ColumnRecipe(
            name=column.name
        ), f"Outliers ({whole.n_outliers:,}) are kept: they may be what is looked for."
    return ColumnRecipe(name=column.name), ""


def _missing_step(
    column: ColumnProfile, whole: ColumnProfile, n_empty_rows: int
) -> tuple[Missing, str]:
    """Return what to do about missing values, and why."""
    n_missing, said = column.n_missing, whole.n_missing
    if not n_missing:
        return "median", ""
    if n_missing == n_empty_rows:
        return "drop_row", (
            f"Rows without it ({said:,}) lack all other measures too, so they are dropped: "
            "nothing says where they belong."
        )
    if n_missing > SEVERAL_MISSING * column.n_rows and n_missing <= MOST_FILLED_BY_NEIGHBOURS:
        return "knn", (f"Missing values ({said:,}) {_WHY_NEIGHBOURS}")
    return "median", f"Missing values ({said:,}) {_WHY_MEDIAN}"


def _are_slips(column: ColumnProfile) -> bool:
    """Say whether outliers are so few and so far out that they look like slips of the pen."""
    if not column.n_outliers or column.quartiles is None:
        return False
    if column.minimum is None or column.maximum is None:
        return False
    lower, _, upper = column.quartiles
    reach = FAR_OUT * (upper - lower)
    far = column.minimum < lower - reach or column.maximum > upper + reach
    return far and column.n_outliers <= max(1, FEW_OUTLIERS * column.n_rows)


def _twins(frame: pd.DataFrame, measures: list[str]) -> dict[str, tuple[str, float]]:
    """Return for a measure that nearly repeats an earlier one its name and their correlation."""
    if not measures:
        return {}
    cells = np.column_stack([numbers_of(frame[name]) for name in measures])
    present = ~np.isnan(cells)
    mean = np.where(present, cells, 0.0).sum(axis=0) / np.maximum(present.sum(axis=0), 1)
    centred = np.where(present, cells - mean, 0.0)
    length = np.linalg.norm(centred, axis=0)
    scaled = centred / np.where(length > 0, length, 1.0)
    correlation = np.tril(scaled.T @ scaled, k=-1)
    strongest = np.abs(correlation).argmax(axis=1)
    return {
        name: (measures[other], float(correlation[place, other]))
        for place, (name, other) in enumerate(zip(measures, strongest, strict=True))
        if abs(correlation[place, other]) > NEARLY_THE_SAME
    }


def _no_measure(column: ColumnProfile, series: pd.Series) -> ColumnRecipe:
    """Suggest what becomes of a column that isn't a number fit to train."""
    name, n_levels = column.name, column.n_unique
    if _INDEX.fullmatch(name):
        reason = "The index of a data frame, as pandas or Dask writes it: it numbers the rows."
        return ColumnRecipe(name=name, role="drop", missing="mode", reason=reason)
    if _holds_codes(column, series):
        return _codes(column, f"{n_levels:,} whole numbers that by their name are codes.")
    match column.kind:
        case "empty":
            return ColumnRecipe(name=name, role="drop", reason="It has no values.")
        case "constant":
            reason = "It holds one and the same value, which can't tell rows apart."
            return ColumnRecipe(name=name, role="drop", reason=reason)
        case "identifier" if _are_names(series):
            reason = "It names the rows: it helps to recognize them, but says nothing of likeness."
            return ColumnRecipe(name=name, role="describe", missing="mode", reason=reason)
        case "identifier" if is_number(series):
            reason = "It numbers the rows; rows with near numbers aren't alike for that."
            return ColumnRecipe(name=name, role="drop", missing="mode", reason=reason)
        case "identifier":
            reason = "Hardly two rows share a value, as with codes: it says nothing of likeness."
            return ColumnRecipe(name=name, role="drop", missing="mode", reason=reason)
        case "text":
            reason = f"Free text of {n_levels:,} different values: too many to compare rows by."
            return ColumnRecipe(name=name, role="describe", missing="mode", reason=reason)
        case "date" if column.date_format and is_time_of_day(column.date_format):
            reason = (
                "A time of day: the map shows what is alike, and afterwards when that was. Where "
                "it is trained, it runs in a circle of 24 hours."
            )
            return ColumnRecipe(
                name=name, role="describe", encoding="cyclic", period=24.0, reason=reason
            )
        case "date":
            reason = (
                "A date or time: the map shows what is alike, and afterwards when that was. Where "
                "it is trained, rows near in time are drawn together."
            )
            return ColumnRecipe(name=name, role="describe", reason=reason)
        case "number" if column.n_missing > MOSTLY_MISSING * column.n_rows:
            reason = (
                f"{column.n_missing / column.n_rows:.0%} of it is missing: filled in, the map "
                "would show the filling."
            )
            return ColumnRecipe(name=name, role="describe", reason=reason)
        case "number":
            reason = (
                "Looks like calendar years: they say when, not what. Set it to train to draw rows "
                "of the same years together."
            )
            return ColumnRecipe(name=name, role="describe", reason=reason)
        case _ if n_levels > MANY_LEVELS:
            reason = f"{n_levels:,} levels are too many to compare rows by, most of them rare."
            return ColumnRecipe(name=name, role="describe", missing="mode", reason=reason)
        case _:
            reason = (
                f"A category of {n_levels} levels: it colours the map without drawing it, and so "
                "shows whether the numbers alone separate it. Set it to train to let it count as "
                "much as one number."
            )
            return ColumnRecipe(name=name, role="describe", missing="mode", reason=reason)


def _holds_codes(column: ColumnProfile, series: pd.Series) -> bool:
    """Say whether numbers are codes that come again: row numbers are none."""
    if not is_number(series) or column.kind not in ("category", "identifier"):
        return False
    return column.kind == "category" or are_codes_by_name(column.name, numbers_of(series.dropna()))


def _are_names(series: pd.Series) -> bool:
    """Say whether texts are words rather than codes: most of them have no digit."""
    if is_number(series):
        return False
    return bool(series.dropna().astype(str).str.contains(r"\d").mean() < 0.5)


def _trained_instead(
    columns: list[ColumnRecipe], profiles: tuple[ColumnProfile, ...], frame: pd.DataFrame
) -> list[ColumnRecipe]:
    """Let categories train where no number can, or else numbers of any kind, or else any column."""
    differing = [column for column in profiles if column.kind not in ("constant", "empty")]
    kinds = ("category", "boolean")
    categories = {c.name for c in differing if c.kind in kinds and c.n_unique <= MANY_LEVELS}
    numbers = {c.name for c in differing if is_number(frame[c.name])}
    others = {c.name for c in differing if c.n_unique <= MOST_LEVELS}
    chosen = categories or numbers or others
    reason = "It trains because no other column is a number that could draw the map."
    return [
        replace(column, role="train", reason=reason) if column.name in chosen else column
        for column in columns
    ]
