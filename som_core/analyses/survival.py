"""How surely each division of a map into groups is found again on other rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.link_tree import LinkTree, link_tree, smallest_group
from som_core.analyses.resampling import batch_settings
from som_core.preparation import Prepared
from som_core.trained_map import TrainedMap
from som_core.training import train

N_MAPS = 8
SURVIVES = 0.75  # Hennig (2007): stable; from 0.6 on a pattern, below it not to be trusted
MOST_GROUPS = 15
_SHARE_DRAWN = 0.8


@dataclass(frozen=True, eq=False)
class _Division:
    """What another map says of the rows: its tree, and where each of them lies."""

    tree: LinkTree
    bmu: NDArray[np.int64]  # (n_rows,)


def survival(
    m: TrainedMap,
    tree: LinkTree,
    rows: Prepared,
    places: NDArray[np.int64],
    weights: NDArray[np.float64],
    seed: int = 0,
    on_map: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> NDArray[np.float64] | None:
    """Return how well the worst of k groups is found again, for k = 2, 3, … up to 15.

    Eight maps learn from four fifths of the rows each, drawn by chance, from other starts. Each is
    cut into k groups, and every group of `m` is compared with the most like one of them: the rows
    in both by the rows in either (Jaccard), all rows counted. A group's survival is the mean over
    the eight maps; a division is as good as the worst of its groups.

    Parameters
    ----------
    m, tree : the map, and the tree that its groups are cut from
    rows : those that are drawn from, with their places on the map and their weights
    on_map : told how many maps are trained
    should_stop : asked every few milliseconds; None is returned when it says yes

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability: subsets, the mean of Jaccards, and
    how to read them. That a group is stable doesn't make it true: see `one_cloud`.
    """
    others = []
    for other in _other_maps(m, rows, weights, seed, should_stop):
        if other is None:
            return None
        others.append(other)
        if on_map is not None:
            on_map(len(others))
    ks = range(2, min(MOST_GROUPS, tree.most, *(other.tree.most for other in others)) + 1)
    own = m.bmu[places]
    return np.array([_worst(tree.labels(k)[own], others, weights, k) for k in ks])


def _other_maps(
    m: TrainedMap,
    rows: Prepared,
    weights: NDArray[np.float64],
    seed: int,
    should_stop: Callable[[], bool] | None,
) -> Iterator[_Division | None]:
    settings = batch_settings(m, len(rows.matrix))
    smallest = smallest_group(weights)
    n_drawn = max(1, round(_SHARE_DRAWN * len(weights)))
    for place in range(N_MAPS):
        rng = np.random.default_rng([seed, place])
        drawn = np.zeros(len(weights))
        chosen = rng.choice(len(weights), n_drawn, replace=False)
        drawn[chosen] = weights[chosen]
        start = replace(settings, initialisation="sample", seed=int(rng.integers(2**31)))
        other = train(rows, start, row_weights=drawn, should_stop=should_stop)
        if should_stop is not None and should_stop():
            yield None
            return
        yield _Division(link_tree(other, drawn, smallest), other.bmu)


def _worst(
    own: NDArray[np.int64], others: list[_Division], weights: NDArray[np.float64], k: int
) -> float:
    """Return the survival of the worst of k groups; outliers (-1) are in no group."""
    found = [
        jaccard(own, other.tree.labels(k)[other.bmu], weights, k).max(axis=1) for other in others
    ]
    return float(np.mean(found, axis=0).min())


def jaccard(
    own: NDArray[np.int64], other: NDArray[np.int64], weights: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    """Return the weight of the rows in both by that of the rows in either, (k, k), by groups.

    Parameters
    ----------
    own, other : arrays of shape (n_rows,), the group of each row: 0 to k - 1, or -1
    weights : array of shape (n_rows,)
    """
    pairs = np.bincount((own + 1) * (k + 1) + other + 1, weights, (k + 1) ** 2)
    table = pairs.reshape(k + 1, k + 1)
    in_both = table[1:, 1:]
    in_either = table[1:].sum(axis=1)[:, None] + table[:, 1:].sum(axis=0) - in_both
    return np.divide(in_both, in_either, out=np.zeros((k, k)), where=in_either > 0)
