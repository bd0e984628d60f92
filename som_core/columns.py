"""Text columns whose cells are all written numbers: 1.234,50 · $5 · 12 % · (3) · n.d."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CURRENCY = (
    r"[$€£¥₹₩₽₺¢฿]|[A-Z]{0,2}\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL"
    r"|kr\.?|zł"
)
_LONGEST_EXACT = 15  # digits that a float64 holds without loss


@dataclass(frozen=True, kw_only=True)
class WrittenNumbers:
    """What the distinct cells of a text column are as numbers."""

    values: NDArray[np.float64]  # (n_cells,), NaN where the cell is a mark or is no number
    is_number: NDArray[np.bool_]  # (n_cells,)
    all_read: bool  # each cell is a number or a mark
    marks: tuple[str, ...]  # cells that stand for a missing value
    unit: str | None  # currency or percent sign
    thousands: str | None


def read_numbers(
    cells: Sequence[str], *, decimal: str, separators: str, marks: Collection[str]
) -> WrittenNumbers | None:
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
    return WrittenNumbers(
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
