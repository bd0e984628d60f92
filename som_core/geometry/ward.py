"""Ward's method for nodes on a lattice: only clusters that touch are merged."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from som_core.geometry.merge_queue import MergeQueue

Floats = NDArray[np.float64]
Nodes = NDArray[np.int64]


def ward_merges(
    nodes: NDArray[np.float64], weights: NDArray[np.floating], neighbour_table: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return which two touching clusters each step merges, shape (n_nodes - 1, 2).

    Each step merges the pair that adds least to the weighted variance within clusters. Clusters 0
    to n_nodes - 1 are the nodes; step i makes cluster n_nodes + i.

    Parameters
    ----------
    nodes : array of shape (n_nodes, n_features)
    weights : array of shape (n_nodes,), each above 0
    neighbour_table : array of shape (n_nodes, 6 or 8), filled up with -1, as
        `som_core.geometry.lattice.neighbours` returns; the lattice hangs together

    References
    ----------
    Ward (1963), Hierarchical grouping to optimize an objective function.
    """
    n_nodes = len(nodes)
    centres = np.vstack([nodes, np.empty((n_nodes - 1, nodes.shape[1]))])
    weight = np.concatenate([weights, np.empty(n_nodes - 1)])
    touching = [set(line[line >= 0].tolist()) for line in neighbour_table]

    def prices(ones: Nodes | int, others: Nodes) -> Floats:
        away = ((centres[others] - centres[ones]) ** 2).sum(axis=1)
        price: Floats = weight[ones] * weight[others] / (weight[ones] + weight[others]) * away
        return price

    queue = MergeQueue(touching)
    beside = np.sort(neighbour_table, axis=1)
    node, column = np.nonzero((beside >= 0) & (beside < np.arange(n_nodes)[:, None]))
    older = beside[node, column]
    first = prices(node, older)
    for cluster, (start, stop) in enumerate(pairwise(np.searchsorted(node, range(n_nodes + 1)))):
        queue.add(cluster, older[start:stop], first[start:stop])
    merges = np.empty((n_nodes - 1, 2), dtype=np.int64)
    for step in range(n_nodes - 1):
        one, other = queue.pop()
        merged = n_nodes + step
        merges[step] = one, other
        weight[merged] = weight[one] + weight[other]
        centres[merged] = (weight[one] * centres[one] + weight[other] * centres[other]) / weight[
            merged
        ]
        around = (touching[one] | touching[other]) - {one, other}
        touching[one], touching[other] = set(), set()
        touching.append(around)
        for cluster in around:
            touching[cluster] -= {one, other}
            touching[cluster].add(merged)
        near = np.array(sorted(around), dtype=np.int64)
        queue.add(merged, near, prices(merged, near))
    return merges


def clusters_after(merges: NDArray[np.int64], n_clusters: int) -> NDArray[np.int64]:
    """Return the cluster of each node when so many are left, numbered by their first node."""
    n_nodes = len(merges) + 1
    done = merges[: n_nodes - n_clusters]
    merged = n_nodes + np.repeat(np.arange(len(done)), 2)
    links = coo_array((np.ones(done.size), (done.ravel(), merged)), shape=(2 * n_nodes,) * 2)
    _, component = connected_components(links, directed=False)
    _, first, label = np.unique(component[:n_nodes], return_index=True, return_inverse=True)
    return first.argsort().argsort()[label]
