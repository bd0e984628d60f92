"""Does a map know columns that were joined by a key? Tested by keys, as their values repeat.

Facts on countries stand in each row of a country: 2,000 customers of 39 countries are 39 values,
and not 2,000. What is dealt anew is therefore the values among the keys, while the rows of a key
stay where they lie on the map.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

N_PERMUTATIONS = 999
FEWEST_KEYS = 5  # with a value; of fewer no order could be told from chance


def key_p(
    cells: NDArray[np.int64], keys: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[float, int]:
    """Return how often values dealt anew among keys are in as good an order on the map.

    Measured by the share of the sum of squares that lies between cells. As the values of a column
    had no part in where its keys lie, any other key could as well have had them, if the map knows
    nothing of them.

    Parameters
    ----------
    cells : array of shape (n_rows,), the node of each row
    keys : array of shape (n_rows,), a number for the key of each row, from 0; -1: without a key
    values : array of shape (n_rows,) or (n_rows, n_indicators), the same in all rows of a key; NaN
        where there is none

    Returns
    -------
    p : the share of 999 permutations, and of what was observed, that are in as good an order
        NaN with fewer than five keys, or where all have the same value.
    n_keys : with a value

    References
    ----------
    Fisher (1935), The design of experiments. Permuting what is exchangeable, here whole keys:
    Winkler and others (2015), Multi-level block permutation.
    """
    values = values.reshape(len(values), -1)
    taken = (keys >= 0) & ~np.isnan(values[:, 0])
    found, first, key = np.unique(keys[taken], return_index=True, return_inverse=True)
    of_keys = values[taken][first]
    n_keys = len(found)
    if n_keys < FEWEST_KEYS or not np.ptp(of_keys, axis=0).any():
        return np.nan, n_keys
    _, cell = np.unique(cells[taken], return_inverse=True)
    hits = np.bincount(cell)
    rows_of = csr_array((np.ones(len(key)), (cell, key)), shape=(len(hits), n_keys))
    rows_of.sum_duplicates()
    # A key of many rows has more weight, so that the sum of squares differs with who has which
    # value: what lies between cells is compared as a share of it.
    weights = np.bincount(key, minlength=n_keys)

    def share_between(dealt: NDArray[np.float64]) -> float:
        centred = dealt - np.average(dealt, axis=0, weights=weights)
        sums = rows_of @ centred
        between = float((sums**2 / hits[:, None]).sum())
        return between / float((weights[:, None] * centred**2).sum())

    random = np.random.default_rng(0)
    observed = share_between(of_keys) - 1e-12  # equal orders count, however they are summed up
    as_good = sum(
        share_between(of_keys[random.permutation(n_keys)]) >= observed
        for _ in range(N_PERMUTATIONS)
    )
    return (1 + as_good) / (1 + N_PERMUTATIONS), n_keys
