"""Which rows meet a condition, such as `income > 40000 and region = "north"`."""

import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from typing import NamedTuple, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import (
    And,
    Column,
    Comparison,
    Condition,
    Containing,
    Extreme,
    Missing,
    Not,
    Or,
    Range,
    Sign,
    Test,
    Value,
    Within,
    single_tests,
    values_in,
)
from som_core.analyses.number_marks import MAY_BE_THOUSANDS, number_marks
from som_core.analyses.row_cells import free_name
from som_core.analyses.search import rows_that_mention
from som_core.cells import is_number, level_texts, missing_in, numbers_of
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.groups import Group
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import excerpt, listed

CELL, GROUP = "cell", "group"  # what can be asked for beside the columns of the table

Rows = NDArray[np.bool_]
Bound = int | float | str | np.datetime64

_ROUNDING = 1e-9
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?)?)?)?")
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")


def rows_where(
    table: Table,
    condition: str,
    *,
    m: TrainedMap | None = None,
    groups: Sequence[Group] = (),
) -> NDArray[np.int64]:
    """Return the positions in table.frame of the rows that meet a condition, ascending.

    A comparison with a missing value is false, so `not` finds that row. Where the table has a
    column “cell” or “group”, the map's own are `cell (map)` and `group (map)`.

    Parameters
    ----------
    table : Table
    condition : comparisons of a column by =, !=, <, <=, >, >=; `in 10..20`, `in ("a", "b")`,
        `in top 10 %`, `contains "a"` in any case, `is missing`; joined by `and`, `or`, `not` and
        brackets. The name of a column stands in backticks where it has blanks or signs, a text in
        quotation marks. A number has a decimal point, whatever the file has. A date is written
        2024, 2024-03 or 2024-03-31, or 31.03.2024 as the file writes it, and means all of that
        year, month or day.
    m : of the table, for `cell in 3..7`: its nodes, from 0
    groups : of rows of the table, for `group = "large orders"`

    Raises
    ------
    AtlasError
        If the condition can't be read, names a column that isn't there, or compares one with what
        it doesn't hold; the sentence names the word and its place.
    """
    return np.flatnonzero(_Asked(table, m, groups).rows_that_meet(parse_condition(condition)))


def number_read_otherwise(table: Table, condition: str) -> str:
    """Return how a number was read that the file would write otherwise; "" where there is none.

    In a file with decimal commas 4.800 may be meant as four thousand eight hundred.
    """
    for test in single_tests(parse_condition(condition)):
        name = test.column.name
        if not isinstance(test, Comparison | Within) or name not in table.frame.columns:
            continue
        is_number_column = is_number(table.frame[name]) and name not in table.date_formats
        if not is_number_column or number_marks(table, name).decimal != ",":
            continue
        for value in values_in(test):
            if MAY_BE_THOUSANDS.fullmatch(value.text):
                return (
                    f"{_shown(value.text, value.place)} was read with a decimal point, as every "
                    f"number of a condition, though “{excerpt(name)}” has decimal commas in the "
                    f"file. If thousands were meant, write {value.text.replace('.', '')}."
                )
    return ""


class _Cells(NamedTuple):
    """A column to compare with."""

    values: pd.Series  # numbers, texts, or moments
    is_missing: Rows
    written_as: str = ""  # the format of dates or times in the file; "" of what is neither


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a condition is asked of."""

    table: Table
    m: TrainedMap | None
    groups: Sequence[Group]

    def rows_that_meet(self, condition: Condition) -> Rows:
        match condition:
            case And(parts):
                return reduce(operator.and_, map(self.rows_that_meet, parts))
            case Or(parts):
                return reduce(operator.or_, map(self.rows_that_meet, parts))
            case Not(part):
                return ~self.rows_that_meet(part)
            case Containing(column, value) if column.name in self.table.frame.columns:
                return rows_that_mention(self.table.frame[[column.name]], value.text)
            case Comparison() | Within() | Extreme() | Containing() | Missing():
                if condition.column.name == free_name(GROUP, self.table.frame.columns):
                    return self._rows_by_groups(condition)
                return _rows_by_cells(condition, self._cells(condition.column))
            case _:
                assert_never(condition)

    def _cells(self, column: Column) -> _Cells:
        name, table = column.name, self.table
        if name == free_name(CELL, table.frame.columns):
            return self._cells_of_map(column)
        if name not in table.frame.columns:
            raise AtlasError(self._unknown(column))
        if name in table.date_formats:
            moments = table.dates[name]
            return _Cells(moments, moments.isna().to_numpy(), table.date_formats[name])
        cells = table.frame[name]
        is_missing = missing_in(cells)
        return _Cells(cells if is_number(cells) else level_texts(cells), is_missing)

    def _cells_of_map(self, column: Column) -> _Cells:
        if self.m is None:
            raise AtlasError(
                f"{_shown(column.name, column.place)} asks for the cells of a map, and there is "
                "none here. Give the map, or name a column of the table."
            )
        nodes = pd.Series(np.nan, index=range(len(self.table.frame)))
        nodes.iloc[self.m.rows] = self.m.bmu
        return _Cells(nodes, nodes.isna().to_numpy())

    def _rows_by_groups(self, condition: Test) -> Rows:
        """Say which rows are in groups; a row may be in several, and is known of all."""
        match condition:
            case Comparison(_, "=" | "!=", value):
                is_in = self._rows_in(value)
                is_in = is_in if condition.sign == "=" else ~is_in
            case Within(_, ranges) if all(one.low == one.high for one in ranges):
                is_in = np.logical_or.reduce([self._rows_in(one.low) for one in ranges])
            case Missing():
                is_in = ~np.logical_or.reduce(
                    [self._mask(group) for group in self.groups], initial=False
                )
                is_in = np.broadcast_to(is_in, len(self.table.frame))
            case _:
                raise AtlasError(
                    f"{_shown(condition.column.name, condition.column.place)} is compared by =, !=,"
                    " in a list of names, or is missing; groups have no order."
                )
        return is_in

    def _rows_in(self, value: Value) -> Rows:
        named = [group for group in self.groups if group.name == value.text]
        if not named:
            names = [group.name for group in self.groups]
            raise AtlasError(
                f"There is no group {_shown(value.text, value.place)}. {_near(value.text, names)}"
            )
        return np.logical_or.reduce([self._mask(group) for group in named])

    def _mask(self, group: Group) -> Rows:
        is_in = np.zeros(len(self.table.frame), dtype=bool)
        is_in[group.rows[group.rows < len(is_in)]] = True
        return is_in

    def _unknown(self, column: Column) -> str:
        names = [str(name) for name in self.table.frame.columns]
        return (
            f"There is no column {_shown(column.name, column.place)}. {_near(column.name, names)}"
        )


# A column of the table or of the map --------------------------------------------------------------


def _rows_by_cells(condition: Test, cells: _Cells) -> Rows:
    name = condition.column.name
    match condition:
        case Missing():
            return cells.is_missing
        case Comparison(_, sign, value):
            is_so = _compared(cells.values, sign, *_span(value, cells, name))
        case Within(_, ranges):
            is_so = np.logical_or.reduce([_is_within(one, cells, name) for one in ranges])
        case Extreme():
            is_so = _is_extreme(condition, cells)
        case Containing(column):
            raise AtlasError(
                f"{_shown(column.name, column.place)} is a number of the map, in which no text can "
                "be looked for. Compare it by =, < or in, such as in 3..7."
            )
    return is_so & ~cells.is_missing


def _compared(values: pd.Series, sign: Sign, first: Bound, last: Bound) -> Rows:
    """Compare with what spans from first to last: a day has a first and a last moment."""
    match sign:
        case "=" | "!=":
            is_it = (values >= first) & (values <= last)
            is_so = is_it if sign == "=" else ~is_it
        case "<":
            is_so = values < first
        case "<=":
            is_so = values <= last
        case ">":
            is_so = values > last
        case ">=":
            is_so = values >= first
    return is_so.to_numpy(dtype=bool, na_value=False)


def _is_within(one: Range, cells: _Cells, name: str) -> Rows:
    first, _ = _span(one.low, cells, name)
    _, last = _span(one.high, cells, name)
    if operator.gt(first, last):  # of one type, as both are of one column
        raise AtlasError(
            f"The range {_shown(str(one), one.low.place)} is upside down, so nothing lies in it. "
            f"Write the smaller end first: {one.high}..{one.low}."
        )
    return _compared(cells.values, "=", first, last)


def _is_extreme(condition: Extreme, cells: _Cells) -> Rows:
    """Say which values reach the percentile: type 7 of Hyndman and Fan (1996), as pandas has it."""
    column, percent = condition.column, float(condition.percent.text)
    if not 0 < percent <= 100:
        where = _shown(condition.percent.text, condition.percent.place)
        raise AtlasError(f"{where} is no percentage of rows: give more than 0 and at most 100.")
    if not is_number(cells.values):
        raise AtlasError(
            f"{_shown(column.name, column.place)} holds texts, which have no {condition.end} "
            "values. Name a column of numbers or dates."
        )
    numbers = numbers_of(cells.values)
    known = np.sort(numbers[~cells.is_missing])
    if len(known) == 0:
        return np.zeros(len(numbers), dtype=bool)
    # By their count, as a percentile between two values may be rounded beyond one of them.
    n_reach = 1 + math.floor(percent * (len(known) - 1) / 100 + _ROUNDING)
    if condition.end == "top":
        return numbers >= known[-n_reach]
    return numbers <= known[n_reach - 1]


def _span(value: Value, cells: _Cells, name: str) -> tuple[Bound, Bound]:
    """Return the first and the last of what a value means in a column; mostly they are one."""
    if pd.api.types.is_datetime64_any_dtype(cells.values.dtype):
        return _moments(value, name, cells.written_as)
    if is_number(cells.values):
        number = _number(value, name)
        return number, number
    if not value.is_quoted:
        raise AtlasError(
            f"“{excerpt(name)}” holds texts. Put {_shown(value.text, value.place)} in quotation "
            f'marks: "{value.text}".'
        )
    return value.text, value.text


def _number(value: Value, name: str) -> int | float:
    try:
        number = float(value.text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise AtlasError(
            f"{_shown(value.text, value.place)} is no number, but “{excerpt(name)}” holds numbers. "
            "Write one such as 40000 or 0.5."
        )
    # Whole numbers stay whole, as large ones can't all be told apart as fractions.
    return int(value.text) if re.fullmatch(r"-?\d+", value.text) else number


def _moments(value: Value, name: str, written_as: str) -> tuple[Bound, Bound]:
    """Return the first and the last moment of a year, a month, a day, an hour, a minute, …"""
    is_time = is_time_of_day(written_as)
    shape, kind, example = (_TIME, "time", "08:30") if is_time else (_DATE, "date", "2024-03-31")
    hour, colon, rest = value.text.partition(":")
    text = f"1970-01-01T{hour:0>2}{colon}{rest}" if is_time else _year_first(value.text, written_as)
    try:
        if not shape.fullmatch(value.text if is_time else text):
            raise ValueError
        period = np.datetime64(text)
    except ValueError:
        raise AtlasError(
            f"{_shown(value.text, value.place)} is no {kind}, but “{excerpt(name)}” holds {kind}s. "
            f"Write one such as {example}."
        ) from None
    first, after = period.astype("datetime64[us]"), (period + 1).astype("datetime64[us]")
    return first, after - np.timedelta64(1, "us")


def _year_first(text: str, written_as: str) -> str:
    """Return a day such as 31.03.2024 as 2024-03-31; any other text as it is.

    Between points the day comes first, else what comes first in the file.
    """
    written = _DAY_OR_MONTH_FIRST.fullmatch(text)
    if written is None:
        return text
    one, mark, other, year = written.groups()
    begins = written_as[:2]
    if mark != "." and begins not in ("%d", "%m"):
        return text
    is_day_first = mark == "." or begins == "%d"
    month, day = (other, one) if is_day_first else (one, other)
    return f"{year}-{month:0>2}-{day:0>2}"


# Words --------------------------------------------------------------------------------------------


def _shown(word: str, place: int) -> str:
    return f"“{excerpt(word, 30)}” (character {place:,})"


def _near(word: str, names: Sequence[str]) -> str:
    """Say which name may have been meant."""
    small = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), small, n=1)
    if near:
        return f"Did you mean “{excerpt(small[near[0]])}”?"
    return f"There are {listed(names)}." if names else "There are none."
