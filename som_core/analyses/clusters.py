"""Clusters of nodes that hang together on the map, and how many there might be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from som_core.geometry.ward import clusters_after, ward_merges
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap

MOST_CLUSTERS_PROPOSED = 12
CLOSE = 0.9  # of the best index: a number of clusters that is hardly worse
WEIGHT_OF_EMPTY_NODE = 1e-3  # rows: above 0, so that the nearest cluster is known, but no matter


@dataclass(frozen=True)
class Clusters:
    """A cluster for every node, numbered from 0 in reading order of the map."""

    node_labels: NDArray[np.int64]  # (height, width)
    k: int
    reason: str  # why this number of clusters, one sentence
    scores: tuple[tuple[int, float], ...] = ()  # each k that was tried, with its index


def cluster_nodes(m: TrainedMap, k: int | None = None) -> Clusters:
    """Cluster the nodes so that each cluster is one connected piece of the map.

    Touching clusters are merged by Ward's method until k are left; nodes count by their rows, so
    that cells without rows join what they resemble most. Without k, each from 2 to 12 is tried,
    and the one with the highest Calinski–Harabasz index is taken.

    Raises
    ------
    AtlasError
        If k is not between 1 and the number of nodes.

    References
    ----------
    Vesanto and Alhoniemi (2000), Clustering of the self-organizing map.
    Caliński and Harabasz (1974), A dendrite method for cluster analysis.
    """
    n_nodes, shape = m.settings.n_nodes, m.codebook.shape[:2]
    if k is not None and not 1 <= k <= n_nodes:
        raise AtlasError(f"{k} clusters can't be made of {n_nodes} nodes. Choose 1 to {n_nodes}.")
    nodes, hits = m.codebook.reshape(n_nodes, -1), m.hits.ravel()
    table = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    merges = ward_merges(nodes, hits + WEIGHT_OF_EMPTY_NODE, table)
    if k is not None:
        labels = clusters_after(merges, k).reshape(shape)
        return Clusters(labels, k, "You chose this number of clusters.")
    around_nodes = float((m.distance**2).sum())
    scores = [
        (tried, separation(nodes, clusters_after(merges, tried), hits, around_nodes))
        for tried in range(2, min(MOST_CLUSTERS_PROPOSED + 1, int(np.count_nonzero(hits))))
    ]
    proposed, reason = _propose(scores)
    labels = clusters_after(merges, proposed).reshape(shape)
    return Clusters(labels, proposed, reason, tuple(scores))


def separation(
    nodes: NDArray[np.float64],
    labels: NDArray[np.int64],
    hits: NDArray[np.int64],
    around_nodes: float = 0.0,
) -> float:
    """Return the Calinski–Harabasz index of the rows behind clusters of nodes; higher is better.

    It is the variance between clusters by the variance within them, each by its degrees of
    freedom; infinite if nothing varies within. Each node stands for its rows.

    Parameters
    ----------
    nodes : array of shape (n_nodes, n_features)
    labels : array of shape (n_nodes,), each cluster from 0 on with at least one row
    hits : array of shape (n_nodes,), the rows of each node
    around_nodes : sum of the squared distances of rows from their nodes, which is within, too
    """
    k, n_rows = labels.max() + 1, hits.sum()
    weight = np.bincount(labels, weights=hits)
    sums = np.zeros((k, nodes.shape[1]))
    np.add.at(sums, labels, nodes * hits[:, None])
    centres = sums / weight[:, None]
    within = around_nodes + float((hits * ((nodes - centres[labels]) ** 2).sum(axis=1)).sum())
    middle = sums.sum(axis=0) / n_rows
    between = float((weight * ((centres - middle) ** 2).sum(axis=1)).sum())
    if within <= 1e-12 * between:
        return float("inf")
    return float((between / (k - 1)) / (within / (n_rows - k)))


def _propose(scores: list[tuple[int, float]]) -> tuple[int, str]:
    if not scores:
        return 1, "Too few cells hold rows to tell clusters apart, so the map is left whole."
    ranked = sorted(scores, key=lambda tried: tried[1], reverse=True)
    best, score = ranked[0]
    if len(ranked) == 1:
        return best, f"Few cells hold rows, so {best} clusters are all that can be told apart."
    second, second_score = ranked[1]
    reason = (
        f"Of {scores[0][0]} to {scores[-1][0]} clusters, {best} are the most distinct: their "
        f"Calinski–Harabasz index is {score:,.1f}, before {second_score:,.1f} for {second}"
    )
    if second_score > CLOSE * score:
        reason += ". That is close, so look at both"
    return best, f"{reason}."


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
