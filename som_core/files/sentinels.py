"""Numbers that stand for no value: -200, 9999, infinity."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import LARGEST
from som_core.files.missing import remark_on_mark
from som_core.remarks import Remark
from som_core.wording import counted, named

# What instruments and programs write where they have no value.
_SENTINEL = re.compile(r"9{3,}|8{3,}|-9{2,}|-8{2,}|-[1-9]00+|-?32768|-?2147483648|2147483647")

_FEWEST_CELLS = 3  # a value that is rarer may be a true one


def guess_sentinels(frame: pd.DataFrame) -> list[str]:
    """Return the marks that are surely no value in one column, and a true value in none."""
    numbers = frame.select_dtypes("number")
    found = {name: dict(_sentinels_of(numbers[name].to_numpy())) for name in numbers.columns}
    sure = {mark for marks in found.values() for mark, is_sure in marks.items() if is_sure}
    return [
        mark
        for mark in sorted(sure)
        if not any(
            mark not in found[name] and (numbers[name] == float(mark)).any() for name in found
        )
    ]


def _sentinels_of(values: NDArray) -> list[tuple[str, bool]]:
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
    smallest, largest = np.fmin.reduce(values), np.fmax.reduce(values)
    for value in (smallest, largest):
        if not np.isfinite(value) or value != int(value):
            continue
        mark = str(int(value))
        if not _SENTINEL.fullmatch(mark) or smallest == largest:
            continue
        if np.count_nonzero(values == value) < _FEWEST_CELLS:
            continue
        rest = values[(values != value) & ~np.isnan(values)]
        if len(rest) < _FEWEST_CELLS:
            continue
        low, high = rest.min(), rest.max()
        gap = low - value if value < low else value - high
        if gap > high - low:
            found.append((mark, True))
        elif value < 0 <= low:
            found.append((mark, False))
    return found


def without_marked_numbers(
    frame: pd.DataFrame, marks: Iterable[str]
) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the table with each number that a mark names as missing, and remarks on it."""
    remarks = []
    for mark in marks:
        marked = {
            name: cells
            for name in frame.select_dtypes("number").columns
            if (cells := frame[name] == float(mark)).any()
        }
        if marked:
            blanked = {name: frame[name].mask(cells) for name, cells in marked.items()}
            frame = frame.assign(**blanked)
            n_cells = sum(int(cells.sum()) for cells in marked.values())
            remarks.append(remark_on_mark(mark, list(marked), f": {counted(n_cells, 'cell')}"))
    return frame, remarks


def without_infinite_numbers(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the table with infinities, and numbers too large to square, as missing."""
    infinite = {}
    for name in frame.select_dtypes("float").columns:
        values = frame[name].to_numpy()
        if np.fmax.reduce(values) > LARGEST or np.fmin.reduce(values) < -LARGEST:
            infinite[name] = frame[name].where(frame[name].abs() <= LARGEST)
    if not infinite:
        return frame, []
    where = named(list(infinite))
    sentence = f"Infinite numbers, and those beyond 1e100, are read as missing in {where}."
    remark = Remark(kind="infinite numbers", sentence=sentence, columns=tuple(infinite))
    return frame.assign(**infinite), [remark]
