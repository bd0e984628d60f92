"""The columns of a table in bins that can be brushed: each range of bins is a condition on rows.

A bin holds what a condition in round numbers holds, so that the rows counted in a range and those
found by its condition are the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.conditions import (
    And,
    Column,
    Comparison,
    Condition,
    Missing,
    Not,
    Range,
    Sign,
    Value,
    Within,
)
from som_core.cells import is_number, level_texts, numbers_of
from som_core.columns.levels import level_counts
from som_core.files.dates import is_time_of_day
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import number

MOST_BINS = 40
MISSING = 255  # the bin of a row without a value
OTHER = "other"

BinRange = tuple[int, int]  # the first and the last bin, both with it
Ends = tuple[tuple[str, str], ...]  # of each bin, from where to where; "" at an end that is open
Unit = Literal["Y", "M", "D", "h", "m"]

_WANTED_BINS = 30  # of numbers; round edges may take some more
_LONG_TAIL = 3.0  # times as far as 98 % of the values reach
_LARGEST_WHOLE = 1e15
# How long bins of dates can be, and in which unit their edges are written.
_DATE_STEPS: tuple[tuple[Unit, int], ...] = (
    ("m", 1), ("m", 5), ("m", 15), ("h", 1), ("h", 3), ("h", 6), ("D", 1), ("D", 2), ("D", 7),
    ("M", 1), ("M", 3), ("M", 6), ("Y", 1), ("Y", 2), ("Y", 5), ("Y", 10), ("Y", 20), ("Y", 50),
    ("Y", 100), ("Y", 500),
)  # fmt: skip
_WEEK, _MONDAY = ("D", 7), 4  # days since 1970 of the first Monday, on which weeks begin
_TIME_STEPS = (1, 5, 10, 15, 30, 60)  # minutes


@dataclass(frozen=True, eq=False)
class NumberBins:
    """A column of numbers; a bin holds its lower edge and not its upper one.

    The first bin also holds what lies below, the last one what lies above.
    """

    name: str
    codes: NDArray[np.uint8]  # (n_rows,) the bin of each row on the map, or MISSING
    edges: tuple[float, ...]  # (n_bins + 1,) rising
    is_whole: bool
    has_tails: tuple[bool, bool]  # whether values lie below the first edge, or above the last

    @property
    def ends(self) -> Ends:
        step = 1 if self.is_whole else 0
        lows = [number(edge, 10) for edge in self.edges[:-1]]
        highs = [number(edge - step, 10) for edge in self.edges[1:]]
        below, above = self.has_tails
        lows[0], highs[-1] = "" if below else lows[0], "" if above else highs[-1]
        return tuple(zip(lows, highs, strict=True))

    def condition(self, first: int, last: int) -> Condition:
        """Return the condition that the rows in a range of bins meet, and no others."""
        low = _number_value(self.edges[first]) if first > 0 else None
        is_open = last == len(self.edges) - 2
        if self.is_whole:
            high = None if is_open else _number_value(self.edges[last + 1] - 1)
            return _between(Column(self.name), low, high)
        high = None if is_open else _number_value(self.edges[last + 1])
        return _between(Column(self.name), low, high, below="<")


@dataclass(frozen=True, eq=False)
class MomentBins:
    """A column of dates, or of times of day; a bin lasts a whole number of units."""

    name: str
    codes: NDArray[np.uint8]
    edges: NDArray[np.datetime64]  # (n_bins + 1,) in units
    is_time: bool

    @property
    def ends(self) -> Ends:
        return tuple(
            (self._written(low), self._written(high - 1))
            for low, high in zip(self.edges[:-1], self.edges[1:], strict=True)
        )

    def condition(self, first: int, last: int) -> Condition:
        """Return the condition that the rows in a range of bins meet, and no others."""
        low = None if first == 0 else Value(self._written(self.edges[first]), False)
        is_open = last == len(self.edges) - 2
        high = None if is_open else Value(self._written(self.edges[last + 1] - 1), False)
        return _between(Column(self.name), low, high)

    def _written(self, edge: np.datetime64) -> str:
        text = str(edge)
        return text.partition("T")[2] if self.is_time else text


@dataclass(frozen=True, eq=False)
class LevelBins:
    """A column of levels, the most frequent first; the last bin may hold all others."""

    name: str
    codes: NDArray[np.uint8]
    levels: tuple[str, ...]  # those with a bin of their own
    has_others: bool
    is_quoted: bool  # whether a condition writes the levels as texts

    @property
    def ends(self) -> Ends:
        names = (*self.levels, *([OTHER] if self.has_others else []))
        return tuple((name, name) for name in names)

    def condition(self, first: int, last: int) -> Condition:
        """Return the condition that the rows in a range of bins meet, and no others."""
        column = Column(self.name)
        if last < len(self.levels):
            return Within(column, self._ranges(self.levels[first : last + 1]))
        known = Not(Missing(column))
        if first == 0:
            return known
        return And((known, Not(Within(column, self._ranges(self.levels[:first])))))

    def _ranges(self, levels: Sequence[str]) -> tuple[Range, ...]:
        values = [Value(level, self.is_quoted) for level in levels]
        return tuple(Range(value, value) for value in values)


ColumnBins = NumberBins | MomentBins | LevelBins


def column_bins(m: TrainedMap, table: Table, name: str) -> ColumnBins | None:
    """Return a column in at most 40 bins, by the rows on a map; None where none has a value."""
    if name in table.date_formats:
        return _moment_bins(m, table, name)
    cells = table.column(name)
    return _number_bins(m, cells, name) if is_number(cells) else _level_bins(m, table, name)


def bin_counts(column: ColumnBins, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many of the chosen rows on the map, (n_rows,), each bin of a column holds."""
    counts = np.bincount(column.codes[chosen], minlength=MISSING + 1)
    return counts[: len(column.ends)]


# Numbers ------------------------------------------------------------------------------------------


def _number_bins(m: TrainedMap, cells: pd.Series, name: str) -> NumberBins | None:
    # As they are: a condition does not take a tiny number as 0, as what computes with it does.
    values = cells.to_numpy(dtype=float, na_value=np.nan)[m.rows]
    values = np.where(np.isnan(numbers_of(cells)[m.rows]), np.nan, values)
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None
    is_whole = bool((known == np.floor(known)).all()) and np.abs(known).max() < _LARGEST_WHOLE
    edges = _round_edges(*_reach(known), is_whole=is_whole)
    has_tails = bool(known.min() < edges[0]), bool(known.max() >= edges[-1])
    return NumberBins(name, _codes(values, np.array(edges)), edges, is_whole, has_tails)


def _reach(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return from where to where bins go: not along tails that hold hardly a row."""
    low, high = float(values.min()), float(values.max())
    near, far = np.percentile(values, [1, 99]).tolist()
    return (near, far) if far > near and high - low > _LONG_TAIL * (far - near) else (low, high)


def _round_edges(low: float, high: float, *, is_whole: bool) -> tuple[float, ...]:
    """Return rising edges at multiples of 1, 2 or 5 times a power of ten, around two values."""
    rough = (high - low) / _WANTED_BINS or max(abs(low), 1.0) / _WANTED_BINS
    power = math.floor(math.log10(rough))
    digit = next(digit for digit in (1, 2, 5, 10) if digit * 10.0**power >= rough * (1 - 1e-9))
    if is_whole and digit * 10.0**power < 1:
        digit, power = 1, 0
    first = math.floor(low / 10.0**power / digit)
    last = max(math.floor(high / 10.0**power / digit), first)
    # As written in decimals, so that a condition names just these numbers.
    return tuple(float(f"{place * digit}e{power}") for place in range(first, last + 2))


def _codes(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.uint8]:
    places = np.searchsorted(edges[1:-1], values, side="right")
    return np.where(np.isnan(values), MISSING, places).astype(np.uint8)


def _number_value(edge: float) -> Value:
    return Value(str(int(edge)) if edge.is_integer() and abs(edge) < 1e15 else repr(edge), False)


def _between(
    column: Column, low: Value | None, high: Value | None, *, below: Sign = "<="
) -> Condition:
    """Return the condition from a value, if there is one, to another."""
    if low is not None and high is not None and below == "<=":
        return Within(column, (Range(low, high),))
    bounds: list[Condition] = []
    if low is not None:
        bounds.append(Comparison(column, ">=", low))
    if high is not None:
        bounds.append(Comparison(column, below, high))
    if not bounds:
        return Not(Missing(column))
    return reduce(lambda one, other: And((one, other)), bounds)


# Dates and times ----------------------------------------------------------------------------------


def _moment_bins(m: TrainedMap, table: Table, name: str) -> MomentBins | None:
    moments = table.dates[name].to_numpy("datetime64[us]")[m.rows]
    known = moments[~np.isnat(moments)]
    if len(known) == 0:
        return None
    is_time = is_time_of_day(table.date_formats[name])
    edges = _time_edges(known) if is_time else _date_edges(known)
    places = np.searchsorted(edges[1:-1].astype("datetime64[us]"), moments, side="right")
    codes = np.where(np.isnat(moments), MISSING, places).astype(np.uint8)
    return MomentBins(name, codes, edges, is_time)


def _date_edges(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    for unit, step in _DATE_STEPS:
        start = _MONDAY if (unit, step) == _WEEK else 0
        low, high = (
            (int(end.astype(f"datetime64[{unit}]").astype(np.int64)) - start) // step
            for end in (moments.min(), moments.max())
        )
        if high - low < MOST_BINS:
            break
    return (start + np.arange(low, high + 2) * step).astype(f"datetime64[{unit}]")


def _time_edges(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    minutes = moments.astype("datetime64[m]").astype(np.int64)
    for step in _TIME_STEPS:
        low, high = int(minutes.min()) // step, int(minutes.max()) // step
        if high - low < MOST_BINS:
            break
    return (np.arange(low, high + 2) * step).astype("datetime64[m]")


# Levels -------------------------------------------------------------------------------------------


def _level_bins(m: TrainedMap, table: Table, name: str) -> LevelBins | None:
    cells = table.frame[name]
    texts = level_texts(cells).iloc[m.rows]
    counts = level_counts(texts)
    if not counts:
        return None
    has_others = len(counts) > MOST_BINS
    levels = tuple(counts)[: MOST_BINS - 1] if has_others else tuple(counts)
    place = dict(zip(counts, range(len(counts)), strict=True))
    places = texts.map(place).to_numpy(dtype=float, na_value=np.nan)
    codes = np.where(np.isnan(places), MISSING, np.minimum(places, MOST_BINS - 1))
    return LevelBins(name, codes.astype(np.uint8), levels, has_others, not is_number(cells))
