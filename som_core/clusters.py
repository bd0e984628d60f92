"""Clusters of nodes that hang together on the map, and how many there might be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans, ward_tree

from som_core.errors import AtlasError
from som_core.lattice import neighbours
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap

MOST_CLUSTERS_PROPOSED = 12


@dataclass(frozen=True)
class Clusters:
    """A cluster for every node, numbered from 0 in reading order of the map."""

    node_labels: NDArray[np.int64]  # (height, width)
    k: int
    reason: str  # why this number of clusters, one sentence
    scores: tuple[tuple[int, float], ...] = ()  # each k that was tried, with its index


def cluster_nodes(m: TrainedMap, k: int | None = None) -> Clusters:
    """Cluster the nodes so that each cluster is one connected piece of the map.

    Neighbouring nodes are merged by Ward's criterion until k clusters are left. Without k, each
    from 2 to 12 in which every cluster holds rows is tried, and the one with the highest
    Calinski–Harabasz index is taken; nodes count in it as many times as they have rows.

    Raises
    ------
    AtlasError
        If k is not between 1 and the number of nodes.

    References
    ----------
    Vesanto and Alhoniemi (2000), Clustering of the self-organizing map.
    Ward (1963), Hierarchical grouping to optimize an objective function.
    Caliński and Harabasz (1974), A dendrite method for cluster analysis.
    """
    nodes, hits = m.codebook.reshape(m.settings.n_nodes, -1), m.hits.ravel()
    if k is not None and not 1 <= k <= len(nodes):
        raise AtlasError(
            f"{k} clusters can't be made of {len(nodes)} nodes. Choose 1 to {len(nodes)}."
        )
    merges, shape = _merges(m, nodes), m.codebook.shape[:2]
    if k is not None:
        labels = _cut(merges, len(nodes), k)
        return Clusters(labels.reshape(shape), k, "You chose this number of clusters.")
    scores = []
    for tried in range(2, min(MOST_CLUSTERS_PROPOSED + 1, np.count_nonzero(hits))):
        labels = _cut(merges, len(nodes), tried)
        if np.bincount(labels, weights=hits).all():
            scores.append((tried, separation(nodes, labels, hits)))
    proposed, reason = _propose(scores)
    labels = _cut(merges, len(nodes), proposed)
    return Clusters(labels.reshape(shape), proposed, reason, tuple(scores))


def _merges(m: TrainedMap, nodes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which two clusters each step of Ward's method merges, shape (n_nodes - 1, 2)."""
    if len(nodes) == 1:
        return np.empty((0, 2), dtype=np.int64)
    table = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    node, _ = np.nonzero(table >= 0)
    beside = table[table >= 0]
    touching = coo_array((np.ones(len(node)), (node, beside)), shape=(len(nodes), len(nodes)))
    return np.asarray(ward_tree(nodes, connectivity=touching.tocsr())[0])


def _cut(merges: NDArray[np.int64], n_nodes: int, k: int) -> NDArray[np.int64]:
    """Return the clusters after all but the last k - 1 merges, numbered by their first node."""
    n_merges = n_nodes - k
    merged = n_nodes + np.repeat(np.arange(n_merges), 2)
    links = coo_array(
        (np.ones(2 * n_merges), (merges[:n_merges].ravel(), merged)), shape=(2 * n_nodes,) * 2
    )
    _, component = connected_components(links, directed=False)
    _, first, label = np.unique(component[:n_nodes], return_index=True, return_inverse=True)
    return first.argsort().argsort()[label]


def separation(
    nodes: NDArray[np.float64], labels: NDArray[np.int64], hits: NDArray[np.int64]
) -> float:
    """Return the Calinski–Harabasz index of clusters of nodes, each counted once for each row.

    It is the variance between clusters by the variance within them, each by its degrees of
    freedom; infinite if nothing varies within. Higher is better; it has no unit.
    """
    k, n_rows = labels.max() + 1, hits.sum()
    weight = np.bincount(labels, weights=hits)
    sums = np.zeros((k, nodes.shape[1]))
    np.add.at(sums, labels, nodes * hits[:, None])
    centres = sums / weight[:, None]
    within = float((hits * ((nodes - centres[labels]) ** 2).sum(axis=1)).sum())
    middle = sums.sum(axis=0) / n_rows
    between = float((weight * ((centres - middle) ** 2).sum(axis=1)).sum())
    if within == 0:
        return float("inf")
    return (between / (k - 1)) / (within / (n_rows - k))


def _propose(scores: list[tuple[int, float]]) -> tuple[int, str]:
    if not scores:
        return 1, "The map can't be split into clusters that all hold rows, so it is left whole."
    best, score = max(scores, key=lambda tried: tried[1])
    reason = f"Of {scores[0][0]} to {scores[-1][0]} clusters, {best} are the most distinct"
    others = [tried for tried in scores if tried[0] != best]
    if not others:
        return best, f"{reason}."
    second, second_score = max(others, key=lambda tried: tried[1])
    return best, (
        f"{reason}: their Calinski–Harabasz index is {score:.3g}, before {second_score:.3g} "
        f"for {second}."
    )


def cluster_layer(m: TrainedMap, clusters: Clusters) -> Layer:
    """Return the clusters as a layer of names: “cluster 1” for label 0, and so on."""
    names = np.array([f"cluster {label + 1}" for label in range(clusters.k)], dtype=object)
    return Layer(
        name="Clusters",
        values=names[clusters.node_labels],
        description="Cells of one colour are alike and hang together on the map.",
        kind="category",
    )


def kmeans_labels(matrix: NDArray[np.float64], k: int, seed: int) -> NDArray[np.int64]:
    """Return the k-means cluster of each row, numbered from 0, to compare a map with.

    Raises
    ------
    AtlasError
        If values are missing, or k is not between 1 and the number of rows.

    References
    ----------
    Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    """
    if np.isnan(matrix).any():
        raise AtlasError(
            "K-means can't leave missing values out. Fill them in the recipe, then compare."
        )
    if not 1 <= k <= len(matrix):
        raise AtlasError(
            f"{k} clusters can't be made of {len(matrix)} rows. Choose 1 to {len(matrix)}."
        )
    return KMeans(k, n_init=4, random_state=seed).fit_predict(matrix).astype(np.int64)
