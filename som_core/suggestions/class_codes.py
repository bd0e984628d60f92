"""Numbers whose steps say nothing: codes of classes, told by how the other columns go with them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FEWEST_LEVELS, MOST_LEVELS = 3, 12
_FEWEST_VALUES = 10  # of a column that is compared; one of fewer may be codes as well
_FEWEST_ROWS = 60
_FEWEST_A_LEVEL = 5
_DIFFERS = 0.2  # ε² of another column, from which on it differs between the levels
_ALONG = 0.5  # of ε²: as much lies on a straight line where steps have a meaning
_FEWEST_COLUMNS = 3  # that differ without going along
_MOST = 0.75  # of those that differ
_PARTED = 0.3  # median ε² over the other columns


def unordered_columns(columns: Mapping[str, NDArray[np.float64]]) -> frozenset[str]:
    """Return the columns of few whole numbers that part the others but aren't in their order.

    What goes up or down with a count or a mark does so along it. Codes of classes part other
    columns as well, but in any order: ε², the variance between the levels, is large, and r², that
    along a straight line, is small. At either end of a table, where answers stand, it is enough
    that they part most columns strongly.

    Parameters
    ----------
    columns : the measures of a table by name, each of shape (n_rows,), NaN where missing

    References
    ----------
    Kelley (1935), An unbiased correlation ratio measure: ε².
    """
    ends = {*list(columns)[:1], *list(columns)[-1:]}
    candidates = [name for name, codes in columns.items() if _are_numbered(codes)]
    if not candidates:
        return frozenset()
    others = {name: values for name, values in columns.items() if _varies(values)}
    return frozenset(
        name for name in candidates if _part(columns[name], others, at_the_end=name in ends)
    )


def _are_numbered(codes: NDArray[np.float64]) -> bool:
    """Tell few whole numbers, one by one, each of which comes again."""
    present = ~np.isnan(codes)
    if np.count_nonzero(present) < _FEWEST_ROWS or (codes[present] % 1).any():
        return False
    levels, place = np.unique(codes[present], return_inverse=True)
    # A measure has gaps between few values for a reason; codes are numbered one by one.
    if not FEWEST_LEVELS <= len(levels) <= MOST_LEVELS or (np.diff(levels) != 1).any():
        return False
    return bool(np.bincount(place).min() >= _FEWEST_A_LEVEL)


def _part(
    codes: NDArray[np.float64], others: Mapping[str, NDArray[np.float64]], *, at_the_end: bool
) -> bool:
    """Tell whether other columns differ between codes as they do between classes."""
    present = ~np.isnan(codes)
    levels, place = np.unique(codes[present], return_inverse=True)
    shares = [
        _shares(place, codes[present], values[present])
        for values in others.values()
        if values is not codes
    ]
    beside = [between >= _DIFFERS and along < _ALONG * between for between, along in shares]
    if sum(beside) >= max(_FEWEST_COLUMNS, _MOST * sum(share >= _DIFFERS for share, _ in shares)):
        return True
    numbered = levels[0] in (0, 1) and len(others) >= _FEWEST_COLUMNS
    return at_the_end and numbered and float(np.median([share for share, _ in shares])) >= _PARTED


def _varies(values: NDArray[np.float64]) -> bool:
    return len(np.unique(values[~np.isnan(values)])) >= _FEWEST_VALUES


def _shares(
    place: NDArray[np.int64], codes: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[float, float]:
    """Return ε² of values over levels, and r² with their codes; 0 where nothing can be told."""
    known = ~np.isnan(values)
    place, codes, values = place[known], codes[known], values[known]
    if len(values) < _FEWEST_ROWS or np.ptp(values) == 0 or np.ptp(codes) == 0:
        return 0.0, 0.0
    centred = values - values.mean()
    total = float((centred**2).sum())
    hits = np.bincount(place)
    sums = np.bincount(place, weights=centred)
    n_levels = int(np.count_nonzero(hits))
    share = float((sums[hits > 0] ** 2 / hits[hits > 0]).sum()) / total
    between = 1 - (1 - share) * (len(values) - 1) / (len(values) - n_levels)
    return between, float(np.corrcoef(codes, values)[0, 1] ** 2)
