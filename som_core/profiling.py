"""What each column of a table holds: its kind, and the facts that make oddities easy to see."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, numbers_of
from som_core.columns.dates import date_format, describe_format
from som_core.columns.numbers import fences_beyond
from som_core.files.codes import MOST_EXACT
from som_core.reading import Table

Kind = Literal["number", "category", "boolean", "date", "text", "identifier", "constant", "empty"]

N_BINS = 20
N_TOP_VALUES = 5

_FEW_LEVELS, _MANY_LEVELS = 12, 200
_FEWEST_ROWS_TO_NUMBER = 10  # below, numbers that count up may well be measures
_LONG_TEXT = 60  # letters; names and codes are shorter
_BOOLEANS = (
    {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"on", "off"}, {"0", "1"},
    {"ja", "nein"}, {"oui", "non"}, {"si", "no"}, {"sí", "no"}, {"sim", "não"},
)  # fmt: skip
_ID_NAME = re.compile(
    r"(^|.*[\W_])(?i:id|ids|uuid|guid)|.*[a-z]I[dD]|(?i:index|key|row|row (name|number))"
)


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
    return tuple(_profile_column(table.frame[name]) for name in table.frame.columns)


def _profile_column(column: pd.Series) -> ColumnProfile:
    is_date = pd.api.types.is_datetime64_any_dtype(column)
    numbers = is_number(column) and not is_date
    n_missing = int((np.isnan(numbers_of(column)) if numbers else column.isna()).sum())
    if n_missing == len(column):
        return ColumnProfile(
            name=str(column.name),
            kind="empty",
            reason="It has no value.",
            n_rows=len(column),
            n_missing=n_missing,
            n_unique=0,
        )
    if numbers:
        return _profile_numbers(column, n_missing)
    return _profile_texts(column.astype("str"), n_missing)


# Numbers -----------------------------------------------------------------------------------------


def _profile_numbers(column: pd.Series, n_missing: int) -> ColumnProfile:
    values = numbers_of(column)
    values = values[~np.isnan(values)]
    ordered = np.sort(values)
    n_unique = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    lower, median, upper = np.quantile(ordered, [0.25, 0.5, 0.75])
    kind, reason, written_as = _kind_of_numbers(column, values, ordered, n_unique)
    return ColumnProfile(
        name=str(column.name),
        kind=kind,
        reason=reason,
        n_rows=len(column),
        n_missing=n_missing,
        n_unique=n_unique,
        mean=float(values.mean()),
        std=float(values.std(ddof=1)) if len(values) > 1 else None,
        minimum=float(ordered[0]),
        quartiles=(float(lower), float(median), float(upper)),
        maximum=float(ordered[-1]),
        n_outliers=_count_outliers(ordered, lower, upper),
        histogram=_histogram(ordered),
        date_format=written_as,
    )


def _kind_of_numbers(
    column: pd.Series, values: NDArray[np.float64], ordered: NDArray[np.float64], n_unique: int
) -> tuple[Kind, str, str | None]:
    if n_unique == 1:
        return "constant", f"Every value is {ordered[0]:g}.", None
    if n_unique == 2 and ordered[0] == 0 and ordered[-1] == 1:
        return "boolean", "It holds only 0 and 1.", None
    whole = bool((ordered == np.floor(ordered)).all())
    if not whole:
        return "number", f"It holds {n_unique:,} different numbers.", None
    if _counts_up(column, values):
        return "identifier", "It counts up by 1 from row to row, as row numbers do.", None
    repeats = n_unique < len(values)
    if _ID_NAME.fullmatch(str(column.name)) and not (repeats and n_unique <= _FEW_LEVELS):
        return (
            "identifier",
            "By its name and its whole numbers, it identifies rows.",
            None,
        )
    if _are_days(ordered):
        return "date", "Every number reads as a day, written year, month, day.", "%Y%m%d"
    return "number", f"It holds {n_unique:,} different whole numbers.", None


def _counts_up(column: pd.Series, values: NDArray[np.float64]) -> bool:
    """Tell row numbers; years that count up are none."""
    if len(values) < max(len(column), _FEWEST_ROWS_TO_NUMBER):
        return False
    looks_like_years = values[0] >= 1500 and values[-1] <= 2200
    return bool((np.diff(values) == 1).all()) and not looks_like_years


def _are_days(ordered: NDArray[np.float64]) -> bool:
    """Tell numbers such as 20240131."""
    if ordered[0] < 1500_01_01 or ordered[-1] > 2200_12_31:
        return False
    months, days = ordered // 100 % 100, ordered % 100
    return bool(((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)).all())


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


def _profile_texts(column: pd.Series, n_missing: int) -> ColumnProfile:
    counts = column.value_counts()
    texts = [str(text) for text in counts.index]
    kind, reason, written_as = _kind_of_texts(str(column.name), texts, len(column) - n_missing)
    return ColumnProfile(
        name=str(column.name),
        kind=kind,
        reason=reason,
        n_rows=len(column),
        n_missing=n_missing,
        n_unique=len(counts),
        top_values=tuple(texts[:N_TOP_VALUES]),
        top_counts=tuple(int(count) for count in counts.iloc[:N_TOP_VALUES]),
        date_format=written_as,
    )


def _kind_of_texts(name: str, texts: list[str], n_filled: int) -> tuple[Kind, str, str | None]:
    """Return the kind of a column by its different texts, most frequent first."""
    n_unique = len(texts)
    if n_unique == 1:
        return "constant", f"Every value is “{texts[0][:40]}”.", None
    if n_unique <= 4 and {text.strip().lower() for text in texts} in _BOOLEANS:
        return "boolean", f"It holds only “{texts[0]}” and “{texts[1]}”.", None
    written_as = date_format(texts)
    if written_as is not None:
        return "date", f"Every value reads as {describe_format(written_as)}.", written_as
    is_long = sum(map(len, texts)) > _LONG_TEXT * n_unique
    if n_unique == n_filled > _FEW_LEVELS and not is_long:
        return "identifier", "Every value is different, so it names the rows.", None
    if n_unique > max(_FEW_LEVELS, n_filled / 2) and _ID_NAME.fullmatch(name):
        return "identifier", "By its name, it identifies rows, and few values repeat.", None
    if n_unique <= _FEW_LEVELS or n_unique <= min(_MANY_LEVELS, n_filled / 5):
        return (
            "category",
            f"It holds {n_unique:,} different texts, which come again and again.",
            None,
        )
    return "text", f"It holds {n_unique:,} different texts.", None
