"""Text columns that write numbers: 1.234,50 · $5 · 12 % · (3) · 5.7 kg · €3.4K · n.d."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.files.dialect import BelowLimit, Dialect
from som_core.files.missing import remark_on_mark
from som_core.files.number_cells import (
    MULTIPLIERS,
    UNITS,
    WrittenNumber,
    number_pattern,
    written_number,
)
from som_core.remarks import Remark, Remedy
from som_core.wording import listed, named

_QUICK_LOOK = 1000  # cells that tell words from numbers
_FEWEST_NUMBERS = 3  # different ones, beside which one word stands for none of them
_LIMITS_AS: dict[BelowLimit, str] = {
    "half": "half of it", "limit": "the limit itself", "missing": "missing",
}  # fmt: skip
_LONGEST_SHOWN = 40  # letters of a cell
_MOST_ROWS_NAMED = 20
_MOST_WORDS = 5  # that are offered as marks for missing
_RARE = 0.1  # share of the cells that keep a column from being numbers
_FEWEST_WITH_UNIT = 6  # different numbers; fewer are rather categories, such as 2wd and 4wd
_LIMIT = re.compile(r"([<>≤≥]|&lt;|&gt;)=?\s*(?=\d|[.,]\d)")
_FLAGGED = re.compile(r"[~≈]?\s?[-+]?\d[\d.,]*\s?([^\W\d]{1,2}|[*†?~]|[-–]\s?\d[\d.,]*)?")
_IS_UPPER = re.compile(r"[>≥]|&gt;")


@dataclass(frozen=True, kw_only=True)
class NumbersFound:
    """A table whose written numbers became numbers, and what they were written with."""

    frame: pd.DataFrame
    thousands: str | None
    marks: tuple[str, ...]  # that stood for a missing value among numbers
    other_decimal: tuple[str, ...]  # columns that have the other decimal mark
    remarks: tuple[Remark, ...]


def numbers_from_text(
    frame: pd.DataFrame,
    dialect: Dialect,
    *,
    separators: str,
    marks: Collection[str],
    other_decimal: Collection[str],
) -> NumbersFound:
    """Read the text columns whose cells are all numbers, or marks for a missing one.

    Parameters
    ----------
    frame : the table as it was parsed
    dialect : how it was parsed; what is set to stay text, does
    separators : the thousands marks that may be; all columns have to share one
    marks : what may stand for a missing value among numbers
    other_decimal : the columns that may have the other decimal mark
    """
    thousands = ""
    columns: dict[str, NDArray[np.float64]] = {}
    by_how: dict[_How, list[str]] = {}
    by_mark: dict[str, list[str]] = {}
    remarks: list[Remark] = []
    is_text = [isinstance(kind, pd.StringDtype) for kind in frame.dtypes]
    for name in frame.columns[is_text].difference(dialect.as_text, sort=False):
        reader = _Reader(dialect, thousands or separators, frozenset(marks), name in other_decimal)
        some = frame[name].iloc[:: max(1, len(frame) // _QUICK_LOOK)].dropna().unique()
        if len(some) and reader.read(list(some)) is None:
            continue
        codes, cells = pd.factorize(frame[name])
        found = reader.read(list(cells))
        if found is None:
            continue
        if found.mixed_units:
            remarks.append(_remark_on_mixed_units(name, found.mixed_units))
            continue
        if not found.all_read:
            remarks += _remark_on_nearly_numbers(frame[name], list(cells), found)
            continue
        if not found.may_have_unit:
            continue
        # The code of a missing cell is -1, which takes the NaN put last.
        columns[name] = np.append(found.values, np.nan)[codes]
        thousands = thousands or found.thousands
        for how in found.hows:
            by_how.setdefault(how, []).append(name)
        for mark in found.marks:
            by_mark.setdefault(mark, []).append(name)
    remarks += [_remark_on_how(how, names) for how, names in by_how.items()]
    remarks += [remark_on_mark(mark, names) for mark, names in by_mark.items()]
    return NumbersFound(
        frame=frame.assign(**columns),
        thousands=thousands or None,
        marks=tuple(by_mark),
        other_decimal=tuple(by_how.get(_other_decimal(dialect.decimal), ())),
        remarks=tuple(remarks),
    )


# How numbers are written -------------------------------------------------------------------------


@dataclass(frozen=True)
class _How:
    """Something that was left out of numbers, or was done to them, in order to read them."""

    kind: str
    sentence: str  # with {} for the columns


_THOUSANDS = _How("thousands marks", "Thousands marks are left out of {}, to read numbers.")
PERCENT_SIGNS = "percent signs"  # the remark that they were left out
_PERCENT = _How(PERCENT_SIGNS, "Percent signs are left out of {}: 12 % is read as 12.")
_SHARES = _How(
    "percents as shares", "Percents among shares in {} are read as shares: 12 % as 0.12."
)
_MULTIPLIED = _How("multipliers", "Letters behind numbers in {} multiply them: 1.5K is 1,500.")
_HALVED = _How(
    "limits", "Cells such as <0.05 in {} are read as half of the limit, such as >9 as the limit."
)
_AT_LIMIT = _How("limits", "Cells such as <0.05 in {} are read as the limit itself.")
_NO_VALUE = _How("limits", "Cells such as <0.05 in {} are read as missing.")


def _other_decimal(decimal: str) -> _How:
    """Return that a column hasn't the decimal mark of the others."""
    mark, usual = ("commas", "points") if decimal == "." else ("points", "commas")
    return _How("decimal marks", f"Decimal {mark} are read in {{}}, though others have {usual}.")


def _remark_on_how(how: _How, names: list[str]) -> Remark:
    return Remark(
        kind=how.kind,
        sentence=how.sentence.format(named(names)),
        columns=tuple(names),
        remedy=Remedy(words="Keep it as text", target="reading", changes={"text_too": names}),
    )


def _remark_on_mixed_units(name: str, units: Sequence[str]) -> Remark:
    return Remark(
        kind="mixed units",
        sentence=f"“{name}” is read as text, as its numbers have several units: {listed(units)}.",
        severity="warning",
        columns=(name,),
    )


@dataclass(frozen=True, kw_only=True)
class _WrittenNumbers:
    """What the distinct cells of a text column are as numbers."""

    values: NDArray[np.float64]  # (n_cells,), NaN where the cell is a mark or is no number
    is_number: NDArray[np.bool_]  # (n_cells,)
    all_read: bool  # each cell is a number or a mark
    marks: tuple[str, ...]  # cells that stand for a missing value
    hows: tuple[_How, ...]
    thousands: str
    may_have_unit: bool  # there are no units, or enough different numbers
    mixed_units: tuple[str, ...] = ()  # because of which the values are none


@dataclass(frozen=True)
class _Reader:
    """Reads the distinct cells of a column as numbers, or finds that they are none."""

    dialect: Dialect
    separators: str  # the thousands marks that may stand between groups of digits
    marks: frozenset[str]  # cells that stand for a missing value among numbers
    may_have_other_decimal: bool

    def read(self, cells: Sequence[str]) -> _WrittenNumbers | None:
        """Return the numbers that a column's distinct cells write, or None if they aren't numbers.

        None also where reading would lose something: codes with leading zeros, more digits than a
        number keeps, two currencies, two units or two thousands marks in one column.
        """
        decimal = self.dialect.decimal
        found = self._read_with(cells, decimal, self.separators)
        if not self.may_have_other_decimal or (found is not None and found.all_read):
            return found
        other = "," if decimal == "." else "."
        otherwise = self._read_with(cells, other, self.separators.replace(other, ""))
        if otherwise is not None and otherwise.all_read and not otherwise.thousands:
            return otherwise
        return found

    def _read_with(
        self, cells: Sequence[str], decimal: str, separators: str
    ) -> _WrittenNumbers | None:
        pattern = number_pattern(decimal, separators)
        some = [cell for cell in cells[:: max(1, len(cells) // 500)]]
        some = [cell.strip() for cell in some if cell.strip() not in self.marks]
        n_numbers = sum(self._match(pattern, cell) is not None for cell in some)
        if n_numbers < len(some) / 2:
            return None
        numbers: dict[int, WrittenNumber] = {}
        limits: dict[int, bool] = {}  # whether the number is more than the limit
        used_marks: list[str] = []
        for place, cell in enumerate(cells):
            text = cell.strip()
            if text in self.marks:
                used_marks.append(text)
                continue
            match = self._match(pattern, text)
            if match is None:
                continue
            number = written_number(match)
            if number is None:
                return None
            numbers[place] = number
            if self._is_limit(text):
                limits[place] = _IS_UPPER.match(text) is not None
        numbers = _without_rare_units(numbers)
        scaled = _scaled(list(numbers.values()))
        units = {number.unit for number in numbers.values()}
        if scaled is None and not (len(units) > 1 and units <= UNITS):
            return None
        values, hows = scaled or (np.full(len(numbers), np.nan), [])
        all_values = np.full(len(cells), np.nan)
        all_values[list(numbers)] = values
        if limits:
            places, are_upper = list(limits), np.array(list(limits.values()))
            all_values[places], how = self._at_limits(all_values[places], are_upper)
            hows.append(how)
        if decimal != self.dialect.decimal:
            hows.append(_other_decimal(self.dialect.decimal))
        is_number = np.zeros(len(cells), dtype=bool)
        is_number[list(numbers)] = True
        return _WrittenNumbers(
            values=all_values,
            is_number=is_number,
            all_read=len(numbers) + len(used_marks) == len(cells),
            marks=tuple(used_marks),
            hows=tuple(hows),
            thousands=next((n.thousands for n in numbers.values() if n.thousands), ""),
            may_have_unit=units == {""} or len(numbers) >= _FEWEST_WITH_UNIT,
            mixed_units=() if scaled else tuple(sorted(units)),
        )

    def _match(self, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
        if self._is_limit(text):
            text = _LIMIT.sub("", text, count=1)
        return pattern.fullmatch(text)

    def _is_limit(self, text: str) -> bool:
        return self.dialect.below_limit != "text" and _LIMIT.match(text) is not None

    def _at_limits(
        self, limits: NDArray[np.float64], are_upper: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], _How]:
        match self.dialect.below_limit:
            case "half":
                return np.where(are_upper, limits, limits / 2), _HALVED
            case "limit":
                return limits, _AT_LIMIT
            case _:
                return np.full(len(limits), np.nan), _NO_VALUE


def _without_rare_units(numbers: dict[int, WrittenNumber]) -> dict[int, WrittenNumber]:
    """Leave out numbers with a letter behind them, such as 5.2 b, where most have none.

    Statistical offices flag values so; no multiplier such as 5K is left out.
    """
    flagged = [place for place, number in numbers.items() if number.unit]
    units = {numbers[place].unit.strip() for place in flagged}
    if len(flagged) >= len(numbers) / 2 or units <= {*MULTIPLIERS, *UNITS}:
        return numbers
    return {place: number for place, number in numbers.items() if not number.unit}


def _scaled(numbers: Sequence[WrittenNumber]) -> tuple[NDArray[np.float64], list[_How]] | None:
    """Return numbers of one column in one unit, and what was done; None where that can't be."""
    if not numbers or len({n.thousands for n in numbers if n.thousands}) > 1:
        return None
    values = np.array([number.value for number in numbers])
    hows = [_THOUSANDS] if any(n.thousands for n in numbers) else []
    signs = {number.sign for number in numbers if number.sign}
    if len(signs) > 1:
        return None
    if signs & {"%", "‰"}:
        return _percents(numbers, values, hows)
    if signs:
        (sign,) = signs
        hows = [_How("currencies", f"The currency “{sign}” is left out of {{}}, to read numbers.")]
    units = {number.unit.strip() for number in numbers if number.value or number.unit}
    if units <= {""}:
        return values, hows
    if "" in units or len(units - {""}) > 1:
        units = {_singular(unit, units) for unit in units}
    if len(units) == 1:
        (unit,) = units
        how = _How("units", f"The unit “{unit}” is left out of {{}}, to read numbers.")
        return values, [*hows, how]
    if units - {""} <= set(MULTIPLIERS):
        factors = [MULTIPLIERS.get(number.unit.strip(), 1.0) for number in numbers]
        return values * factors, [*hows, _MULTIPLIED]
    return None


def _percents(
    numbers: Sequence[WrittenNumber], values: NDArray[np.float64], hows: list[_How]
) -> tuple[NDArray[np.float64], list[_How]]:
    with_sign = np.array([bool(number.sign) for number in numbers])
    others = values[~with_sign]
    if others.any() and (np.abs(others) <= 1).all():
        return np.where(with_sign, values / 100, values), [*hows, _SHARES]
    return values, [*hows, _PERCENT]


def _singular(unit: str, units: set[str]) -> str:
    """Return “year” for “years” where both occur."""
    return unit.removesuffix("s") if unit.removesuffix("s") in units - {""} else unit


# Cells that keep a column from being numbers -----------------------------------------------------


def _remark_on_nearly_numbers(
    column: pd.Series, cells: Sequence[str], found: _WrittenNumbers
) -> list[Remark]:
    """Name the cells that keep a column from being numbers, if they are few or much the same."""
    is_mark = {cell for cell in cells if cell.strip() in found.marks}
    words = [
        cell
        for cell, read in zip(cells, found.is_number, strict=True)
        if not read and cell not in is_mark
    ]
    others = column.isin(words)
    n_others, n_filled = int(others.sum()), int(column.notna().sum())
    if n_others > _RARE * n_filled and not _are_much_the_same(words, found):
        return []
    rows, ways_out = np.flatnonzero(others), _ways_out(words)
    return [
        Remark(
            kind="nearly numbers",
            sentence=(
                f"“{column.name}” is read as text because of {n_others:,} of its {n_filled:,} "
                f"cells, first “{words[0][:_LONGEST_SHOWN]}” in row {rows[0] + 1:,}."
            ),
            severity="warning",
            columns=(str(column.name),),
            rows=tuple(rows[:_MOST_ROWS_NAMED].tolist()),
            remedy=next(iter(ways_out), None),
            other_remedies=tuple(ways_out[1:]),
        )
    ]


def _are_much_the_same(words: Sequence[str], found: _WrittenNumbers) -> bool:
    """Tell a few words, limits, or numbers with a flag, among many different numbers."""
    n_numbers = int(found.is_number.sum())
    if all(map(_LIMIT.match, words)):
        return n_numbers > 0
    if len(words) == 1:
        return n_numbers >= _FEWEST_NUMBERS
    if len(words) > _MOST_WORDS and not all(map(_FLAGGED.fullmatch, words)):
        return False
    return n_numbers >= max(_FEWEST_WITH_UNIT, 2 * min(len(words), _MOST_WORDS))


def _ways_out(words: Sequence[str]) -> list[Remedy]:
    """Return what the cells that are no numbers may be read as."""
    limits = [word for word in words if _LIMIT.match(word)]
    others = [word for word in words if not _LIMIT.match(word)]
    if len(others) > _MOST_WORDS:
        return []
    marks = {"with_marks": others} if others else {}
    ways = [
        Remedy(
            words=f"Read {limits[0][:_LONGEST_SHOWN]} as {said}"
            + (f" and {_shown(others)} as missing" if others else ""),
            target="reading",
            changes={"below_limit": below_limit, **marks},
        )
        for below_limit, said in _LIMITS_AS.items()
        if limits
    ]
    if others and not limits:
        ways = [Remedy(words=f"Read {_shown(others)} as missing", target="reading", changes=marks)]
    return ways


def _shown(words: Sequence[str]) -> str:
    return listed([word[:_LONGEST_SHOWN] for word in words])
