"""What is brushed of columns: ranges of their bins, and conditions in their own words.

A range of bins is a condition in round numbers. Who types a bound, or asks for the top 10 %, means
other rows than any range of bins holds: such a condition keeps its words, and its rows one by one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product, takewhile

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.column_bins import (
    MISSING,
    BinRange,
    ColumnBins,
    LevelBins,
    bin_counts,
)
from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import (
    And,
    Column,
    Comparison,
    Condition,
    Or,
    Range,
    Sign,
    Within,
    columns_of,
)
from som_core.analyses.rows_by_condition import rows_where
from som_core.errors import AtlasError
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import excerpt

RangeEnd = int | str  # a bin, which is in the range, or a bound as somebody typed it; "" is open
RangeEnds = tuple[RangeEnd, RangeEnd]

_BOUND = re.compile(r"(?P<sign><=|>=|[<>≤≥])?\s*(?P<value>.*)", re.DOTALL)
_IN_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")  # as the histograms write numbers
_WITH_DECIMAL_COMMA = re.compile(r"-?(?:\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+)")
_LOW: dict[str, Sign] = {"": ">=", ">=": ">=", "≥": ">=", ">": ">"}
_HIGH: dict[str, Sign] = {"": "<=", "<=": "<=", "≤": "<=", "<": "<"}


@dataclass(frozen=True, eq=False)
class AskedRange:
    """What a condition asks of one column, where no range of bins says the same."""

    condition: Condition
    inside: NDArray[np.bool_]  # (n_rows,) which rows on the map meet it
    bins: BinRange | None  # the first and the last bin that hold such rows; None: all lack a value

    @property
    def words(self) -> str:
        """The condition, without the column's name where it can do without: “> 30000”."""
        if isinstance(self.condition, Or):
            return str(self.condition)
        (name,) = columns_of(self.condition)
        parts = _parts_of(self.condition)
        return " and ".join(str(part).removeprefix(f"{Column(name)} ") for part in parts)

    @property
    def bounds(self) -> tuple[str, str]:
        """Both bounds as `range_condition` takes them; "" where one is open, or there are none."""
        return _bounds(self.condition) or ("", "")


def brush_condition(
    columns: Sequence[ColumnBins], ranges: Mapping[str, RangeEnds | Condition]
) -> str:
    """Return the condition that rows in all ranges meet; "" where every range is the whole.

    Raises
    ------
    AtlasError
        If a bound that was typed can't be read.
    """
    asked = [
        one if isinstance(one, Condition) else range_condition(column, one)
        for column in columns
        if (one := ranges.get(column.name)) is not None
    ]
    flat = [part for one in asked if one is not None for part in _parts_of(one)]
    return "" if not flat else str(flat[0] if len(flat) == 1 else And(tuple(flat)))


def range_condition(column: ColumnBins, ends: RangeEnds) -> Condition | None:
    """Return the condition from one end to another; None where it leaves nothing out.

    Raises
    ------
    AtlasError
        If a bound that was typed can't be read.
    """
    whole = (0, len(column.ends) - 1)
    match ends:
        case (int(first), int(last)):
            return None if (first, last) == whole else column.condition(first, last)
        case (low, high):
            bounds = [
                _typed(column, low, _LOW)
                if isinstance(low, str)
                else column.condition(low, whole[1]),
                _typed(column, high, _HIGH) if isinstance(high, str) else column.condition(0, high),
            ]
    known = [bound for bound in bounds if isinstance(bound, Comparison)]  # else it is open
    if [bound.sign for bound in known] == [">=", "<="]:
        return Within(known[0].column, (Range(known[0].value, known[1].value),))
    return (And(tuple(known)) if len(known) > 1 else known[0]) if known else None


def _typed(column: ColumnBins, text: str, signs: Mapping[str, Sign]) -> Comparison | None:
    """Return what a bound says: a value, or one with a sign before it; None where it is open."""
    found = _BOUND.fullmatch(text.strip())
    sign, value = ("", "") if found is None else (found["sign"] or "", found["value"])
    if not sign and not value:
        return None
    if _IN_THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    elif _WITH_DECIMAL_COMMA.fullmatch(value):  # as it can't be a mark of thousands
        value = value.replace(".", "").replace(",", ".")
    try:
        bound = parse_condition(f"{Column(column.name)} {signs[sign]} {value}")
    except (KeyError, AtlasError):
        bound = None
    if not isinstance(bound, Comparison):
        example = next(text for text in (*column.ends[0], *column.ends[-1]) if text)
        raise AtlasError(
            f"“{excerpt(text, 30)}” is no bound of “{excerpt(column.name)}”. Write a value such as "
            f"{example}, or “{signs['']}” or “{signs[''][0]}” and a value."
        )
    return bound


def asked_range(
    m: TrainedMap, table: Table, column: ColumnBins, condition: Condition
) -> AskedRange:
    """Return what a condition asks of its one column.

    Raises
    ------
    AtlasError
        If it compares the column with what that doesn't hold, or no row on the map meets it.
    """
    meets = np.zeros(len(table.frame), dtype=bool)
    meets[rows_where(table, str(condition))] = True
    inside = meets[m.rows]
    if not inside.any():
        raise AtlasError("No row on the map meets this condition.")
    bins = column.codes[inside & (column.codes != MISSING)]
    return AskedRange(condition, inside, (int(bins.min()), int(bins.max())) if len(bins) else None)


def drawn_ranges(
    m: TrainedMap,
    table: Table,
    columns: Sequence[ColumnBins],
    ranges: Mapping[str, RangeEnds | Condition],
) -> dict[str, BinRange | AskedRange]:
    """Return ranges with the rows of those that are no ranges of bins.

    Raises
    ------
    AtlasError
        If a bound can't be read, a column is compared with what it doesn't hold, or no row is left.
    """
    found: dict[str, BinRange | AskedRange] = {}
    for column in columns:
        match ranges.get(column.name):
            case None:
                continue
            case (int(first), int(last)):
                found[column.name] = (first, last)
                continue
            case (_, _) as ends:
                asked = range_condition(column, ends)
            case condition:
                asked = condition
        if asked is not None:
            found[column.name] = asked_range(m, table, column, asked)
    return found


def brushed_rows(
    columns: Sequence[ColumnBins], ranges: Mapping[str, BinRange | AskedRange]
) -> NDArray[np.bool_]:
    """Return which rows on the map lie in all ranges, (n_rows,); ranges by the column's name."""
    inside = np.ones(len(columns[0].codes), dtype=bool)
    for column in columns:
        if column.name in ranges:
            one = ranges[column.name]
            inside &= one.inside if isinstance(one, AskedRange) else _is_in(column.codes, one)
    return inside


def brushed_ranges(
    m: TrainedMap, table: Table, columns: Sequence[ColumnBins], condition: str
) -> dict[str, BinRange | AskedRange]:
    """Return what a condition asks of each column; none where it asks for anything else.

    Bounds are its own, unless it is written as a range of bins writes itself.
    """
    by_name = {column.name: column for column in columns}
    found: dict[str, BinRange | AskedRange] = {}
    try:
        of_column: dict[str, list[Condition]] = {}
        for part in _parts_of(parse_condition(condition)):
            name, *others = columns_of(part)
            if others or name not in by_name:
                return {}
            of_column.setdefault(name, []).append(part)
        for name, parts in of_column.items():
            whole = parts[0] if len(parts) == 1 else And(tuple(parts))
            asked = asked_range(m, table, by_name[name], whole)
            found[name] = _bins_that_say(asked, by_name[name]) or asked
    except AtlasError:  # a text to look for, or a condition on what isn't there
        return {}
    return found


def _bins_that_say(asked: AskedRange, column: ColumnBins) -> BinRange | None:
    """Return the range of bins that holds the same rows, if no bounds would get lost by it."""
    if asked.bins is None or not np.array_equal(_is_in(column.codes, asked.bins), asked.inside):
        return None
    low, high = asked.bins
    is_empty = bin_counts(column, np.ones(len(column.codes), dtype=bool)) == 0
    firsts = [low, *takewhile(is_empty.__getitem__, range(low - 1, -1, -1))]
    lasts = [high, *takewhile(is_empty.__getitem__, range(high + 1, len(is_empty)))]
    for bins in product(firsts, lasts):
        if str(column.condition(*bins)) == str(asked.condition):
            return bins
    has_no_bounds = isinstance(column, LevelBins) or _bounds(asked.condition) is None
    return asked.bins if has_no_bounds else None


def _bounds(condition: Condition) -> tuple[str, str] | None:
    """Return from where to where a condition goes; None of one that isn't from one to another."""
    match condition:
        case Comparison(_, "=", value):
            return value.text, value.text
        case Comparison(_, (">" | ">=") as sign, value):
            return (value.text if sign == ">=" else f"> {value.text}"), ""
        case Comparison(_, ("<" | "<=") as sign, value):
            return "", (value.text if sign == "<=" else f"< {value.text}")
        case Within(_, (Range(low, high),)):
            return low.text, high.text
        case And((Comparison() as one, Comparison() as other)):
            both = _bounds(one), _bounds(other)
            for first, second in (both, both[::-1]):
                if first and second and not first[1] and not second[0]:
                    return first[0], second[1]
    return None


def _parts_of(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, And) else (condition,)


def _is_in(codes: NDArray[np.uint8], bins: BinRange) -> NDArray[np.bool_]:
    first, last = bins
    return (codes >= first) & (codes <= last)
