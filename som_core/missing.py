"""What stands for a missing value: words in any column, and marks in number columns only."""

import re

import numpy as np
from numpy.typing import NDArray

# Read as missing in every column.
MISSING_MARKS = (
    "NA", "N/A", "n/a", "na", "n.a.", "N.A.", "#N/A", "<NA>",
    "NaN", "nan", "NAN", "NULL", "Null", "null",
    "missing", "Missing", "MISSING", "?", "-", "--", "–", "—", "...", "…",
)  # fmt: skip

# Read as missing only among numbers: in a text column “none” or “unknown” may be a true answer.
NUMBER_MARKS = (
    "None", "none", "NONE", "Na", "N/a", "nil", "nd", "n.d.", "ND", "unknown", "Unknown",
    "UNKNOWN", "not available", "no data", "No data", "tbd", "TBD", "x", "X", "*", "**", ".", "..",
    "---", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "(missing)", "(null)",
    "blank", "error", "Error", "ERROR",
)  # fmt: skip

# Numbers that instruments and programs write where they have no value.
_SENTINEL = re.compile(r"9{3,}|8{3,}|-9{2,}|-8{2,}|-[1-9]00+|-?32768|-?2147483648|2147483647")


def is_number_mark(mark: str) -> bool:
    """Tell whether a mark counts in number columns only."""
    return mark in NUMBER_MARKS or is_number(mark)


def is_number(mark: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", mark) is not None


def sentinels_of(values: NDArray) -> list[tuple[str, bool]]:
    """Return marks such as -200 or 9999 that a column ends with, and how sure that is.

    A mark counts only where it is the column's smallest or largest value and written by at least
    3 cells. It is sure where it lies further from the other values than those spread; it is
    possible where it is the only negative value of the column.

    Parameters
    ----------
    values : array of shape (n_rows,)
        The numbers of one column; NaN for missing.
    """
    found = []
    if not len(values):
        return found
    smallest, largest = np.fmin.reduce(values), np.fmax.reduce(values)
    for value in (smallest, largest):
        if not np.isfinite(value) or value != int(value):
            continue
        mark = str(int(value))
        if not _SENTINEL.fullmatch(mark) or smallest == largest:
            continue
        rest = values[(values != value) & (np.abs(values) < np.inf)]
        if np.count_nonzero(values == value) < 3 or len(rest) < 3:
            continue
        low, high = rest.min(), rest.max()
        gap = low - value if value < low else value - high
        if gap > high - low:
            found.append((mark, True))
        elif value < 0 <= low:
            found.append((mark, False))
    return found
