"""Do the rows hold more than one cloud? A test against random rows of the same columns."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.reference_table import ReferenceTable
from som_core.analyses.resampling import batch_settings
from som_core.geometry.lattice import neighbours
from som_core.geometry.parallel import one_blas_thread_each
from som_core.geometry.ward import clusters_after, ward_merges
from som_core.preparation import Prepared
from som_core.reading import Table
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from som_core.training import train

CLOUD_ABOVE = 0.03  # such a p, and there is nothing but one cloud
N_USUAL = 39  # after so many nearly all tables are decided
N_REFERENCES = 66  # if one of so many stands out as much, p is 0.03
_FIRST_LOOK = 19  # after so many, some are already seen to be alike
_ALIKE_AT_FIRST, _ALIKE = 0.2, 0.05  # a p above which more references won't bring 0.03
_MOST_CLUSTERS = 12
_WEIGHT_OF_EMPTY_NODE = 1e-3

Floats = NDArray[np.float64]


def cloud_p(
    m: TrainedMap,
    rows: Prepared,
    weights: Floats,
    table: Table | None = None,
    seed: int = 0,
    on_reference: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> float:
    """Return the p-value of the hypothesis that the rows are one cloud; NaN if it was stopped.

    The rows are compared with 39 random tables of the same columns (`ReferenceTable`): the same
    values and the same correlations, but nothing else in common, so that skew, tails, rounding and
    the levels of categories are no groups. A map of each is clustered by Ward's method between
    neighbours, and the variance within 2 to 12 clusters, as a share of the whole, is compared: by
    the k where the rows stand out most from all tables, in standard deviations, which is one test
    for all k. It ends after 19 tables if more than 3 stand out as much, and goes on to 66 if one of
    39 does (Besag and Clifford 1991 end when enough do). Rows that are one cloud have a p of at
    most 0.03 with a chance of 3.4 %. It doesn't see groups that lie in one column alone, because
    the reference has that column, too.

    Parameters
    ----------
    m : the map, whose settings all maps share
    rows, weights : the rows that are compared
    table : where they come from; without it, values that the recipe filled in count as any other
    on_reference : told how many tables are done
    should_stop : asked every few milliseconds

    References
    ----------
    Tibshirani, Walther and Hastie (2001), Estimating the number of clusters in a data set via the
    gap statistic, compare log W(k) with references in this way. Liu, Hayes, Nobel and Marron (2008)
    test against one normal distribution. Besag and Clifford (1991), Sequential Monte Carlo
    p-values.
    """
    settings = batch_settings(m, len(rows.matrix))
    reference = ReferenceTable.learn(rows, weights, table)
    scores = []
    with one_blas_thread_each():
        for n_done, matrix in enumerate(_tables(rows.matrix, reference, seed)):
            score = _separation(replace(rows, matrix=matrix), weights, settings, should_stop)
            if should_stop is not None and should_stop():
                return float("nan")
            scores.append(score)
            if on_reference is not None:
                on_reference(n_done)
            if _is_decided(np.array(scores)):
                break
    return _p_of_first(np.array(scores))


def _tables(matrix: Floats, reference: ReferenceTable, seed: int) -> Iterator[Floats]:
    """Yield the rows themselves, then the references, each drawn while the one before is mapped."""
    with ThreadPoolExecutor(1) as ahead:
        for n_drawn in range(1, N_REFERENCES + 1):
            following = ahead.submit(reference.drawn, [seed, n_drawn])
            yield matrix
            matrix = following.result()
        yield matrix


def _is_decided(scores: Floats) -> bool:
    """Return whether more references would change nothing; `scores` as of `_p_of_first`."""
    n_references, p = len(scores) - 1, _p_of_first(scores)
    if n_references < N_USUAL:
        return n_references == _FIRST_LOOK and p > _ALIKE_AT_FIRST
    return p > _ALIKE or (n_references == N_USUAL and p <= CLOUD_ABOVE)


def _p_of_first(scores: Floats) -> float:
    """Return the share of tables, itself included, that stand out as much as the first.

    `scores` are (n_tables, n_k).
    """
    spread = scores.std(axis=0)
    away = np.divide(scores - scores.mean(axis=0), spread, out=0 * scores, where=spread > 0)
    farthest = away.max(axis=1)
    return float(np.mean(farthest >= farthest[0]))


def _separation(
    rows: Prepared,
    weights: Floats,
    settings: MapSettings,
    should_stop: Callable[[], bool] | None,
) -> Floats:
    """Return -log of the variance within 2, 3, … 12 clusters as a share of all, shape (11,)."""
    m = train(rows, settings, row_weights=weights, should_stop=should_stop)
    n_nodes = settings.n_nodes
    table = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    hits = np.bincount(m.bmu, weights, n_nodes)
    nodes = m.codebook.reshape(n_nodes, -1)
    merges = ward_merges(nodes, hits + _WEIGHT_OF_EMPTY_NODE * weights.mean(), table)
    present = ~np.isnan(rows.matrix)
    values = np.where(present, rows.matrix, 0)
    centre = (weights @ values) / (weights @ present)
    values = np.where(present, values - centre, 0)
    sums = _by_node(m.bmu, weights, values, n_nodes)
    held = _by_node(m.bmu, weights, present, n_nodes)
    whole = float(weights @ (values**2).sum(axis=1))
    ks = [min(k, n_nodes) for k in range(2, _MOST_CLUSTERS + 1)]
    between = [_between(clusters_after(merges, k), sums, held) for k in ks]
    # Where clusters hold all there is, rounding may leave a little less than nothing.
    return -np.log(np.maximum(1 - np.array(between) / whole, 1e-12))


def _by_node(bmu: NDArray[np.int64], weights: Floats, values: NDArray, n_nodes: int) -> Floats:
    return np.column_stack([np.bincount(bmu, weights * column, n_nodes) for column in values.T])


def _between(labels: NDArray[np.int64], sums: Floats, held: Floats) -> float:
    """Return the variance between clusters of nodes, of values around 0."""
    of_cluster = np.eye(labels.max() + 1)[labels].T
    total, weight = of_cluster @ sums, of_cluster @ held
    return float(np.divide(total**2, weight, out=0 * total, where=weight > 0).sum())
