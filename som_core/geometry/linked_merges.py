"""Merging clusters that are linked: near ones first, and those that many links hold together."""

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from som_core.geometry.merge_queue import MergeQueue

Metric = Literal["euclidean", "cityblock", "chebyshev"]
Floats = NDArray[np.float64]
Places = NDArray[np.integer]

_WEAK_LINK = 1e-3  # of a row: what joins parts that no row links


def linked_merges(
    nodes: Floats, weights: Floats, links: csr_array, metric: Metric = "euclidean"
) -> NDArray[np.int64]:
    """Return which two linked clusters each step merges, shape (n_nodes - 1, 2).

    The price of a merge is Ward's, that is what it adds to the variance within clusters, times √w,
    by the weight of the links between the two, where w is the weight of the smaller. On a map, the
    border of a cluster grows like the root of its rows, and so do the links across it if nothing
    parts the two; where there are fewer, the merge is dear, however near they are. Clusters 0 to
    n_nodes - 1 are the nodes; step i makes cluster n_nodes + i.

    Parameters
    ----------
    nodes : array of shape (n_nodes, n_features)
    weights : array of shape (n_nodes,), each above 0
    links : sparse array of shape (n_nodes, n_nodes)
        The weight of the rows that link two nodes; symmetric, none from a node to itself. They hang
        together: see `connected_links`.
    metric : how far the centres of clusters are from each other

    References
    ----------
    Ward (1963), Hierarchical grouping to optimize an objective function.
    Taşdemir and Merényi (2009), Exploiting data topology in visualization and clustering of
    self-organizing maps: the links.
    Taşdemir, Milenov and Tapsall (2011), Topology-based hierarchical clustering of self-organizing
    maps, merge by links alone.
    """
    n_nodes = len(nodes)
    centres = np.vstack([nodes, np.empty((n_nodes - 1, nodes.shape[1]))])
    weight = np.concatenate([weights, np.empty(n_nodes - 1)])

    def prices(ones: Places | int, others: Places, linking: Floats) -> Floats:
        away = _squared_lengths(centres[ones] - centres[others], metric)
        of_ones, of_others = weight[ones], weight[others]
        ward = of_ones * of_others / (of_ones + of_others) * away
        price: Floats = ward * np.sqrt(np.minimum(of_ones, of_others)) / linking
        return price

    linked = _links_of_each(links)
    queue = MergeQueue(linked)
    once = sparse.triu(links, format="csr").sorted_indices()
    starts = np.repeat(np.arange(n_nodes), np.diff(once.indptr))
    first = prices(starts, once.indices, once.data)
    for node, (start, stop) in enumerate(pairwise(once.indptr)):
        queue.add(node, once.indices[start:stop], first[start:stop])
    merges = np.empty((n_nodes - 1, 2), dtype=np.int64)
    for step in range(n_nodes - 1):
        one, other = queue.pop()
        merged = n_nodes + step
        merges[step] = one, other
        weight[merged] = weight[one] + weight[other]
        sums = weight[one] * centres[one] + weight[other] * centres[other]
        centres[merged] = sums / weight[merged]
        around = _united(linked, one, other)
        linked.append(around)
        for cluster, link in around.items():
            linked[cluster][merged] = link
        near = np.array(sorted(around), dtype=np.int64)
        linking = np.array([around[cluster] for cluster in near.tolist()])
        queue.add(merged, near, prices(merged, near, linking))
    return merges


def _links_of_each(links: csr_array) -> list[dict[int, float]]:
    ends, weights = links.indices.tolist(), links.data.tolist()
    bounds = links.indptr.tolist()
    return [
        dict(zip(ends[start:stop], weights[start:stop], strict=True))
        for start, stop in pairwise(bounds)
    ]


def _united(linked: list[dict[int, float]], one: int, other: int) -> dict[int, float]:
    """Return the links of two clusters together, and take both out of the links of all."""
    around, more = linked[one], linked[other]
    linked[one], linked[other] = {}, {}
    del around[other], more[one]
    for cluster in around:
        del linked[cluster][one]
    for cluster, link in more.items():
        del linked[cluster][other]
        around[cluster] = around.get(cluster, 0.0) + link
    return around


def _squared_lengths(differences: Floats, metric: Metric) -> Floats:
    if metric == "euclidean":
        return np.einsum("ij,ij->i", differences, differences)
    sizes = np.abs(differences)
    lengths: Floats = sizes.sum(axis=1) if metric == "cityblock" else sizes.max(axis=1)
    return lengths**2


def connected_links(
    links: csr_array, nodes: Floats, weight_of_row: float = 1.0, metric: Metric = "euclidean"
) -> csr_array:
    """Return the links, and between parts that no row links, weak ones over the shortest way.

    They weigh a thousandth of a row each, so that such parts are merged last. See `linked_merges`
    for the parameters.

    References
    ----------
    Borůvka (1926): each part joins the nearest one, until there is one.
    """
    n_parts, part = connected_components(links, directed=False)
    while n_parts > 1:
        # The largest part waits to be joined: it would be long to search, and can't be left over.
        searching = np.flatnonzero(part != np.bincount(part).argmax())
        away = cdist(nodes[searching], nodes, metric)
        away[part[searching][:, None] == part] = np.inf
        nearest, distance = away.argmin(axis=1), away.min(axis=1)
        by_part = np.lexsort((distance, part[searching]))
        _, first = np.unique(part[searching][by_part], return_index=True)
        start, end = searching[by_part[first]], nearest[by_part[first]]
        weak = np.full(len(start), _WEAK_LINK * weight_of_row)
        added = coo_array((weak, (start, end)), shape=links.shape)
        links = (links + added + added.T).tocsr()
        n_parts, part = connected_components(links, directed=False)
    return links
