"""Text columns that write numbers: 1.234,50 · $5 · 12 % · (3) · n.d."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.files.missing import remark_on_mark
from som_core.remarks import Remark, Remedy
from som_core.wording import listed, named

_CURRENCY = (
    r"[$€£¥₹₩₽₺¢฿]|[A-Z]{0,2}\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL"
    r"|kr\.?|zł"
)
_QUICK_LOOK = 1000  # cells that tell words from numbers
_LONGEST_SHOWN = 40  # letters of a cell
_MOST_ROWS_NAMED = 20
_MOST_WORDS = 5  # that are offered as marks for missing
_LONGEST_EXACT = 15  # digits that a float64 holds without loss


@dataclass(frozen=True, kw_only=True)
class NumbersFound:
    """A table whose written numbers became numbers, and what they were written with."""

    frame: pd.DataFrame
    thousands: str | None
    marks: tuple[str, ...]  # that stood for a missing value among numbers
    remarks: tuple[Remark, ...]


def numbers_from_text(
    frame: pd.DataFrame, *, decimal: str, separators: str, marks: Collection[str]
) -> NumbersFound:
    """Read the text columns whose cells are all numbers, or marks for a missing one.

    Parameters
    ----------
    frame : the table as it was parsed
    decimal : the decimal mark
    separators : the thousands marks that may be; all columns have to share one
    marks : what may stand for a missing value among numbers
    """
    thousands = None
    columns: dict[str, NDArray[np.float64]] = {}
    by_unit: dict[str, list[str]] = {}
    by_mark: dict[str, list[str]] = {}
    remarks: list[Remark] = []
    for name in frame.columns[[isinstance(kind, pd.StringDtype) for kind in frame.dtypes]]:
        read = partial(
            _read_numbers, decimal=decimal, separators=thousands or separators, marks=marks
        )
        some = frame[name].iloc[:: max(1, len(frame) // _QUICK_LOOK)].dropna().unique()
        if len(some) and read(list(some)) is None:
            continue
        codes, cells = pd.factorize(frame[name])
        found = read(list(cells))
        if found is None:
            continue
        if not found.all_read:
            remarks += _remark_on_nearly_numbers(frame[name], cells, found.is_number)
            continue
        # The code of a missing cell is -1, which takes the NaN put last.
        columns[name] = np.append(found.values, np.nan)[codes]
        thousands = thousands or found.thousands
        if found.unit or found.thousands:
            by_unit.setdefault(found.unit or "", []).append(name)
        for mark in found.marks:
            by_mark.setdefault(mark, []).append(name)
    remarks += [_remark_on_unit(unit, names) for unit, names in by_unit.items()]
    remarks += [remark_on_mark(mark, names) for mark, names in by_mark.items()]
    return NumbersFound(
        frame=frame.assign(**columns),
        thousands=thousands,
        marks=tuple(by_mark),
        remarks=tuple(remarks),
    )


def _remark_on_nearly_numbers(
    column: pd.Series, cells: Sequence[str], is_number: NDArray[np.bool_]
) -> list[Remark]:
    """Name the cells that keep a column from being numbers, if they are few."""
    others = column.isin([cell for cell, read in zip(cells, is_number, strict=True) if not read])
    n_others, n_filled = int(others.sum()), int(column.notna().sum())
    if n_others > 0.1 * n_filled:
        return []
    rows = np.flatnonzero(others)
    words = [str(word) for word in column[others].unique()]
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
            remedy=_take_as_missing(words),
        )
    ]


def _take_as_missing(words: Sequence[str]) -> Remedy | None:
    if len(words) > _MOST_WORDS:
        return None
    return Remedy(
        words=f"Read {listed([word[:_LONGEST_SHOWN] for word in words])} as missing",
        target="reading",
        changes={"with_marks": list(words)},
    )


def _remark_on_unit(unit: str, names: list[str]) -> Remark:
    if unit == "%":
        kind = "percent signs"
        sentence = f"Percent signs are left out of {named(names)}: 12 % is read as 12."
    elif unit:
        kind = "currencies"
        sentence = f"The currency “{unit}” is left out of {named(names)}, to read numbers."
    else:
        kind = "thousands marks"
        sentence = f"Thousands marks are left out of {named(names)}, to read numbers."
    return Remark(kind=kind, sentence=sentence, columns=tuple(names))


@dataclass(frozen=True, kw_only=True)
class _WrittenNumbers:
    """What the distinct cells of a text column are as numbers."""

    values: NDArray[np.float64]  # (n_cells,), NaN where the cell is a mark or is no number
    is_number: NDArray[np.bool_]  # (n_cells,)
    all_read: bool  # each cell is a number or a mark
    marks: tuple[str, ...]  # cells that stand for a missing value
    unit: str | None  # currency or percent sign
    thousands: str | None


def _read_numbers(
    cells: Sequence[str], *, decimal: str, separators: str, marks: Collection[str]
) -> _WrittenNumbers | None:
    """Return the numbers that a column's distinct cells write, or None if they aren't numbers.

    None also where reading would lose something: codes with leading zeros, more digits than a
    number keeps, two currencies in one column, two thousands marks.

    Parameters
    ----------
    cells : the distinct cells that aren't missing
    decimal : the decimal mark
    separators : the thousands marks that may stand between groups of three digits
    marks : cells that stand for a missing value among numbers
    """
    pattern = _pattern(decimal, separators)
    some = [cell for cell in cells[:: max(1, len(cells) // 500)] if cell.strip() not in marks]
    if sum(pattern.fullmatch(cell.strip()) is not None for cell in some) < len(some) / 2:
        return None
    values = np.full(len(cells), np.nan)
    is_number = np.zeros(len(cells), dtype=bool)
    used_marks: list[str] = []
    units: set[str] = set()
    thousands: set[str] = set()
    for place, cell in enumerate(cells):
        text = cell.strip()
        if text in marks:
            used_marks.append(text)
            continue
        match = pattern.fullmatch(text)
        if match is None:
            continue
        whole = match["whole"]
        if match["separator"]:
            thousands.add(match["separator"])
            whole = whole.replace(match["separator"], "")
        if len(whole) > _LONGEST_EXACT or (len(whole) > 1 and whole[0] == "0"):
            return None
        units |= {unit for unit in (match["before"], match["after"]) if unit}
        number = float(f"{whole or '0'}.{match['fraction'] or '0'}{match['exponent'] or ''}")
        sign = match["open"] or match["sign"] or match["inner_sign"] or "+"
        values[place] = number if sign == "+" else -number
        is_number[place] = True
    if not is_number.any() or len(units) > 1 or len(thousands) > 1:
        return None
    return _WrittenNumbers(
        values=values,
        is_number=is_number,
        all_read=int(is_number.sum()) + len(used_marks) == len(cells),
        marks=tuple(used_marks),
        unit=next(iter(units), None),
        thousands=next(iter(thousands), None),
    )


def _pattern(decimal: str, separators: str) -> re.Pattern[str]:
    mark = re.escape(decimal)
    separator = f"[{re.escape(separators)}]" if separators else "(?!)"
    grouped = rf"\d{{1,3}}(?P<separator>{separator})\d{{3}}(?:(?P=separator)\d{{3}})*"
    return re.compile(
        rf"(?P<open>\()?(?P<sign>[-+−–])?\s?(?P<before>{_CURRENCY})?\s?(?P<inner_sign>[-+−–])?"
        rf"(?P<whole>{grouped}|\d+|(?={mark}\d))"
        rf"(?:{mark}(?P<fraction>\d*))?(?P<exponent>[eE][-+]?\d{{1,3}})?"
        rf"\s?(?P<after>{_CURRENCY}|%)?(?(open)\))"
    )
