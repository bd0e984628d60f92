"""What each column of a table holds: its kind, and the facts that make oddities easy to see."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, level_texts, numbers_of
from som_core.columns.numbers import fences_beyond
from som_core.files.codes import MOST_EXACT
from som_core.files.dates import describe_format
from som_core.files.kinds import Kind, all_differ, counts_up
from som_core.reading import Table

N_BINS = 20
N_TOP_VALUES = 5


@dataclass(frozen=True)
class Histogram:
    """How many values lie between each edge and the next, the last edge included."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What one column holds; the numbers are None where the column has none."""

    name: str
    kind: Kind
    reason: str  # why this kind, one sentence
    n_rows: int
    n_missing: int
    n_unique: int  # different values, missing not counted
    mean: float | None = None
    std: float | None = None  # of a sample, divided by n - 1
    minimum: float | None = None
    quartiles: tuple[float, float, float] | None = None  # lower, median, upper
    maximum: float | None = None
    n_outliers: int = 0  # beyond Tukey's fences
    histogram: Histogram | None = None
    top_values: tuple[str, ...] = ()  # of text: the most frequent, most frequent first
    top_counts: tuple[int, ...] = ()
    date_format: str | None = None  # of dates and times, as strptime reads it

    @property
    def lower_quartile(self) -> float | None:
        return self.quartiles[0] if self.quartiles else None

    @property
    def median(self) -> float | None:
        return self.quartiles[1] if self.quartiles else None

    @property
    def upper_quartile(self) -> float | None:
        return self.quartiles[2] if self.quartiles else None


def profile(table: Table) -> tuple[ColumnProfile, ...]:
    """Return what each column of a table holds, in the table's order; every row is looked at.

    Outliers lie beyond 1.5 interquartile ranges from the quartiles, as in Tukey (1977),
    Exploratory data analysis.
    """
    return tuple(
        _profile_column(table.frame[name], table.kinds[name], table.date_formats.get(name))
        for name in table.frame.columns
    )


def _profile_column(column: pd.Series, kind: Kind, date_format: str | None) -> ColumnProfile:
    is_date = pd.api.types.is_datetime64_any_dtype(column)
    if is_number(column) and not is_date:
        if kind == "category":
            return _profile_codes(column)
        return _profile_numbers(column, kind, date_format)
    return _profile_texts(column.astype("str"), kind, date_format)


# Numbers -----------------------------------------------------------------------------------------


def _profile_numbers(column: pd.Series, kind: Kind, date_format: str | None) -> ColumnProfile:
    values = numbers_of(column)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return _empty_profile(column)
    ordered = np.sort(values)
    n_unique = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    lower, median, upper = np.quantile(ordered, [0.25, 0.5, 0.75])
    return ColumnProfile(
        name=str(column.name),
        kind=kind,
        reason=_why_numbers_are(kind, values, n_unique, len(column), date_format),
        n_rows=len(column),
        n_missing=len(column) - len(values),
        n_unique=n_unique,
        mean=float(values.mean()),
        std=float(values.std(ddof=1)) if len(values) > 1 else None,
        minimum=float(ordered[0]),
        quartiles=(float(lower), float(median), float(upper)),
        maximum=float(ordered[-1]),
        n_outliers=_count_outliers(ordered, lower, upper),
        histogram=_histogram(ordered),
        date_format=date_format,
    )


def _why_numbers_are(
    kind: Kind,
    values: NDArray[np.float64],
    n_unique: int,
    n_rows: int,
    date_format: str | None,
) -> str:
    match kind:
        case "constant":
            return f"Every value is {values[0]:g}."
        case "boolean":
            return "It holds only 0 and 1."
        case "identifier" if counts_up(values, n_rows):
            return "It counts up by 1 from row to row, as row numbers do."
        case "identifier":
            return "By its name and its whole numbers, it identifies rows."
        case "date" if date_format is not None:
            return f"Every number reads as {describe_format(date_format)}."
    whole = bool((values == np.floor(values)).all())
    return f"It holds {n_unique:,} different {'whole ' * whole}numbers."


def _empty_profile(column: pd.Series) -> ColumnProfile:
    return ColumnProfile(
        name=str(column.name),
        kind="empty",
        reason="It has no value.",
        n_rows=len(column),
        n_missing=len(column),
        n_unique=0,
    )


def _count_outliers(ordered: NDArray[np.float64], lower: float, upper: float) -> int:
    fences = fences_beyond(lower, upper)
    if fences is None:
        return 0
    first = np.searchsorted(ordered, fences[0], side="left")
    last = np.searchsorted(ordered, fences[1], side="right")
    return int(first + len(ordered) - last)


def _histogram(ordered: NDArray[np.float64]) -> Histogram:
    """Return equal bins from the smallest to the largest value; a whole number each if few."""
    smallest, largest = ordered[0], ordered[-1]
    few = largest - smallest < N_BINS and max(-smallest, largest) < MOST_EXACT / 2
    if few and (ordered == np.floor(ordered)).all():
        edges = np.arange(smallest - 0.5, largest + 1)
    else:
        edges = np.linspace(smallest, largest, N_BINS + 1)
    places = np.searchsorted(ordered, edges, side="left")
    places[-1] = len(ordered)
    return Histogram(tuple(np.diff(places).tolist()), tuple(edges.tolist()))


# Text --------------------------------------------------------------------------------------------


def _profile_codes(column: pd.Series) -> ColumnProfile:
    """Return what a column of codes of classes holds: a mean of codes would say nothing."""
    levels = _profile_texts(level_texts(column), "category", None)
    reason = f"Its {levels.n_unique:,} whole numbers are codes of classes, by its name."
    return replace(levels, reason=reason)


def _profile_texts(column: pd.Series, kind: Kind, date_format: str | None) -> ColumnProfile:
    counts = column.value_counts()
    texts = [str(text) for text in counts.index]
    if not texts:
        return _empty_profile(column)
    n_filled = int(counts.sum())
    return ColumnProfile(
        name=str(column.name),
        kind=kind,
        reason=_why_texts_are(kind, texts, n_filled, date_format),
        n_rows=len(column),
        n_missing=len(column) - n_filled,
        n_unique=len(counts),
        top_values=tuple(texts[:N_TOP_VALUES]),
        top_counts=tuple(int(count) for count in counts.iloc[:N_TOP_VALUES]),
        date_format=date_format,
    )


def _why_texts_are(kind: Kind, texts: list[str], n_filled: int, date_format: str | None) -> str:
    """Return why texts, the most frequent first, are of a kind."""
    match kind:
        case "constant":
            return f"Every value is “{texts[0][:40]}”."
        case "boolean":
            return f"It holds only “{texts[0]}” and “{texts[1]}”."
        case "identifier" if all_differ(texts, n_filled):
            return "Every value is different, so it names the rows."
        case "identifier":
            return "By its name, it identifies rows, and few values repeat."
        case "category":
            return f"It holds {len(texts):,} different texts, which come again and again."
    if date_format is not None:
        return f"Its values read as {describe_format(date_format)}."
    return f"It holds {len(texts):,} different texts."
