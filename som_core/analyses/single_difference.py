"""Do two groups differ in one column alone?"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from som_core.preparation import Prepared

_APART = 0.33  # Cliff's delta: a medium effect (Romano 2006)
_FEWEST_COLUMNS = 3  # of fewer, groups often differ in one: it would say nothing
_MOST_ROWS = 200  # of a group, evenly spread: a delta is sure to about 0.06 then

_Group = tuple[int, ...]  # its rows, by their places in the matrix


def single_differences(
    rows: Prepared, divisions: Mapping[int, NDArray[np.int64]]
) -> dict[int, str]:
    """Return the trained column in which alone two groups differ, by the number of groups.

    Two groups differ in a column if Cliff's delta between them is medium at least in one of its
    features; of a level it is the difference of shares. Such a pair may be one group that this
    column cuts, as its rows are alike in all else. Of several pairs it is the farthest apart; a
    division that has none is left out, and all of a map that fewer than three columns shaped.

    Parameters
    ----------
    rows : Prepared
    divisions : by their number k of groups: arrays of shape (n_rows,), the group of each row, 0 to
        k - 1, or -1

    References
    ----------
    Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions.
    """
    if len(rows.fitted.columns) < _FEWEST_COLUMNS:
        return {}
    known: dict[tuple[_Group, _Group], tuple[float, str]] = {}  # most pairs stay when one is cut
    found = {}
    for k, labels in divisions.items():
        groups = [_some(labels == label) for label in range(k)]
        pairs = list(combinations(groups, 2))
        known |= {pair: _single(rows, *pair) for pair in pairs if pair not in known}
        apart, column = max((known[pair] for pair in pairs), default=(0.0, ""))
        if apart:
            found[k] = column
    return found


def _some(is_in: NDArray[np.bool_]) -> _Group:
    places = np.flatnonzero(is_in)
    return tuple(places[:: max(1, -(-len(places) // _MOST_ROWS))].tolist())


def _single(rows: Prepared, one: _Group, other: _Group) -> tuple[float, str]:
    """Return how far two groups are apart in their only different column; 0 if it isn't one."""
    columns = rows.fitted.columns
    starts = np.cumsum([0, *(len(column.features) for column in columns[:-1])])
    deltas = _deltas(rows.matrix[list(one)], rows.matrix[list(other)])
    apart = np.maximum.reduceat(np.abs(deltas), starts)
    if np.count_nonzero(apart >= _APART) != 1:
        return 0.0, ""
    return float(apart.max()), columns[int(apart.argmax())].recipe.name


def _deltas(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Cliff's delta of each feature; 0 where one side has no value."""
    n_here, n_there = ((~np.isnan(side)).sum(axis=0) for side in (one, other))
    ranks = rankdata(np.concatenate([one, other]), axis=0, nan_policy="omit")[: len(one)]
    higher = np.nansum(ranks, axis=0) - n_here * (n_here + 1) / 2
    pairs = n_here * n_there
    return np.divide(2 * higher, pairs, out=np.ones(len(pairs)), where=pairs > 0) - 1
