"""Numbers that stand for no value: -200, 9999, infinity."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import LARGEST
from som_core.files.missing import remark_on_mark
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, named

# What instruments and programs write where they have no value.
_SENTINEL = re.compile(
    r"9{3,}(\.9+)?|8{3,}(\.8+)?|-9{2,}(\.9+|\.25|\.5)?|-8{2,}(\.8+)?|-[1-9]00+"
    r"|-?7{3,}(\.7+)?|-?3276[78]|65535|-?214748364[78]"
)
_HUGE = 1e20  # from here on the largest numbers of computers and models; nobody measures so much
_FEWEST_CELLS = 3  # a value that is rarer may be a true one
_FEWEST_OTHERS = 10  # different values, beside which a -1 isn't one of a few codes
_OFTEN = 0.02  # of the cells


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


def remarks_on_possible_sentinels(frame: pd.DataFrame) -> list[Remark]:
    """Return a remark for each number that may stand for missing, as it is the only negative one.

    Such are -1, -9 and -999 in many cells of a column that else holds no number below 0.
    """
    columns: dict[str, list[str]] = {}
    n_cells: Counter[str] = Counter()
    for name in frame.select_dtypes("number").columns:
        values = frame[name].to_numpy()
        smallest = np.fmin.reduce(values)
        if not smallest < 0 or not _may_stand_for_missing(values, smallest):
            continue
        mark = _written(smallest)
        columns.setdefault(mark, []).append(name)
        n_cells[mark] += int(np.count_nonzero(values == smallest))
    return [
        Remark(
            kind="possible marks",
            sentence=(
                f"{mark} is the only number below 0 in {named(names)}, and stands in "
                f"{counted(n_cells[mark], 'cell')}: it may mean that a value is missing."
            ),
            severity="warning",
            columns=tuple(names),
            remedy=Remedy(
                words=f"Read {mark} as missing", target="reading", changes={"with_marks": [mark]}
            ),
        )
        for mark, names in columns.items()
    ]


def _may_stand_for_missing(values: NDArray, smallest: float) -> bool:
    is_mark = smallest in (-1, -9) or _SENTINEL.fullmatch(_written(smallest)) is not None
    if not is_mark or np.count_nonzero(values == smallest) < max(
        _FEWEST_CELLS, _OFTEN * len(values)
    ):
        return False
    rest = values[(values != smallest) & ~np.isnan(values)]
    return len(rest) > 0 and rest.min() >= 0 and len(np.unique(rest)) >= _FEWEST_OTHERS


def _sentinels_of(values: NDArray) -> Iterator[tuple[str, bool]]:
    """Yield marks such as -200 or 9999 at the ends of a column, and whether they are sure.

    A mark counts only where it is among the column's smallest or largest values and written by at
    least 3 cells. It is sure where it lies further from the other values than those spread; it is
    possible where it is the only negative value of the column.

    Parameters
    ----------
    values : array of shape (n_rows,)
        The numbers of one column; NaN for missing.
    """
    rest, marks = values, []
    for end in (np.fmin, np.fmax):
        while len(rest) and (value := _sentinel_at(end, rest)) is not None:
            marks.append(value)
            rest = rest[rest != value]
    if not marks:
        return
    rest = rest[~np.isnan(rest)]
    if len(rest) < _FEWEST_CELLS:
        return
    low, high = rest.min(), rest.max()
    for value in marks:
        gap = low - value if value < low else value - high
        if gap > high - low:
            yield _written(value), True
        elif value < 0 <= low:
            yield _written(value), False


def _sentinel_at(end: np.ufunc, values: NDArray) -> float | None:
    """Return the smallest or largest of some values, if it may stand for none."""
    value = float(end.reduce(values))
    if not np.isfinite(value):
        return None
    if abs(value) < _HUGE and not _SENTINEL.fullmatch(_written(value)):
        return None
    return value if np.count_nonzero(values == value) >= _FEWEST_CELLS else None


def _written(value: float) -> str:
    """Return a number as a mark: -999, not -999.0."""
    is_whole = value == int(value) and abs(value) < _HUGE
    return str(int(value)) if is_whole else repr(float(value))


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
