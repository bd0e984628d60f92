"""The tree of linked nodes: which cells of a map belong together, at every number of groups."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist

from som_core.geometry.distances import slices
from som_core.geometry.lattice import neighbours
from som_core.geometry.linked_merges import Floats, Metric, connected_links, linked_merges
from som_core.geometry.nested_order import nested_order
from som_core.settings import Distance
from som_core.trained_map import TrainedMap

SMALLEST_SHARE = 0.005  # of the rows: a group has at least so many
_FEWEST_ROWS = 3  # and so many
_LARGEST_HANDFUL = 0.05  # but where the table is short, so large a share will do
_FAR = 4.0  # times the usual gap: so far is what no group holds
_DIFFERENCES = 1_000_000  # taken at once

_METRICS: dict[Distance, Metric] = {
    "euclidean": "euclidean",
    "cosine": "euclidean",  # of nodes brought to length 1, where its square is twice the cosine's
    "manhattan": "cityblock",
    "chebyshev": "chebyshev",
}


@dataclass(frozen=True, eq=False)
class LinkTree:
    """All nodes but outliers in one order; k - 1 cuts part it into k groups, each within another.

    A node without rows goes with the one that is nearest to it and has some.
    """

    place: NDArray[np.int64]  # (n_nodes,) of each node in the order; -1: outliers
    cuts: NDArray[np.int64]  # (most - 1,) places; the first k - 1 of them part k groups
    rows: Floats  # (n_nodes,) the rows of each node, weighted

    @property
    def most(self) -> int:
        """The largest number of groups: each has at least one cell with rows."""
        return len(self.cuts) + 1

    def labels(self, k: int) -> NDArray[np.int64]:
        """Return the group of each node, shape (n_nodes,): 0 has the most rows; -1 for outliers."""
        labels = np.searchsorted(np.sort(self.cuts[: k - 1]), self.place, side="right")
        held = np.bincount(labels[self.place >= 0], self.rows[self.place >= 0], minlength=k)
        rank = np.empty(k, dtype=np.int64)
        rank[np.argsort(-held, kind="stable")] = np.arange(k)
        return np.where(self.place >= 0, rank[labels], -1)

    def to_dict(self) -> dict[str, list[float]]:
        return {name: getattr(self, name).tolist() for name in ("place", "cuts", "rows")}

    @classmethod
    def from_dict(cls, written: dict[str, list[float]]) -> Self:
        return cls(
            np.array(written["place"], dtype=np.int64),
            np.array(written["cuts"], dtype=np.int64),
            np.array(written["rows"], dtype=np.float64),
        )


def smallest_group(weights: Floats) -> float:
    """Return the weight below which rows are a handful, and no group.

    Half a percent of all, but no less than three rows, or than a twentieth of a short table.
    """
    total = weights.sum()
    few = min(_FEWEST_ROWS * total / np.count_nonzero(weights), _LARGEST_HANDFUL * total)
    return float(max(SMALLEST_SHARE * total, few))


def link_tree(
    m: TrainedMap, row_weights: Floats | None = None, smallest: float | None = None
) -> LinkTree:
    """Return the tree of the nodes that rows link.

    A row links its best matching node with its second best. Groups of nodes may merge where rows
    link them, wherever they lie on the map; see `linked_merges` for which are merged first.

    Parameters
    ----------
    m : TrainedMap
    row_weights : array of shape (n_rows,), how many rows each row stands for; each 1 if not given
    smallest : the weight from which on rows are a group; see `smallest_group`
    """
    weights = np.ones(len(m.bmu)) if row_weights is None else row_weights
    smallest = smallest_group(weights) if smallest is None else smallest
    n_nodes = m.settings.n_nodes
    nodes, metric = _measured(m)
    rows = np.bincount(m.bmu, weights, n_nodes).astype(np.float64)
    links = _links(m, weights)
    held = np.flatnonzero(rows)
    reach = np.bincount(m.bmu, weights * m.distance, n_nodes)[held] / rows[held]
    beside = (links + _lattice_links(m)).tocsr()[held][:, held].tocoo()
    is_far = _far(nodes[held], rows[held], reach, beside, smallest, metric)
    held = held[~is_far]

    usual_weight = weights.sum() / np.count_nonzero(weights)
    links = connected_links(links[held][:, held], nodes[held], usual_weight, metric)
    merges = linked_merges(nodes[held], rows[held], links, metric)
    order, cuts = nested_order(merges, rows[held], links, smallest)
    place = np.full(n_nodes, -1)
    place[held[order]] = np.arange(len(held))
    empty = np.flatnonzero(rows == 0)
    if len(empty):
        place[empty] = place[held[cdist(nodes[empty], nodes[held], metric).argmin(axis=1)]]
    return LinkTree(place, cuts, rows)


def _measured(m: TrainedMap) -> tuple[Floats, Metric]:
    """Return the nodes, (n_nodes, n_features), and the metric that tells how far they are."""
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    if m.settings.distance == "cosine":
        lengths = np.linalg.norm(nodes, axis=1)
        nodes = nodes / np.where(lengths > 0, lengths, 1)[:, None]
    return nodes, _METRICS[m.settings.distance]


def _links(m: TrainedMap, weights: Floats) -> csr_array:
    """Return the weight of the rows whose two best nodes each two are, (n_nodes, n_nodes)."""
    linking = (weights > 0) & (m.bmu != m.second_bmu)
    ends = (m.bmu[linking], m.second_bmu[linking])
    links = coo_array((weights[linking], ends), shape=(m.settings.n_nodes,) * 2).tocsr()
    return (links + links.T).tocsr()


def _lattice_links(m: TrainedMap) -> csr_array:
    beside = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    node, place = np.nonzero(beside >= 0)
    ends = (node, beside[node, place])
    return coo_array((np.ones(len(node)), ends), shape=(m.settings.n_nodes,) * 2).tocsr()


def _far(
    nodes: Floats, rows: Floats, reach: Floats, beside: coo_array, smallest: float, metric: Metric
) -> NDArray[np.bool_]:
    """Say which nodes hold a handful of rows far from all others: four times the usual gap.

    The gap of two nodes is how far they are from each other, and how far their rows are from them
    (`reach`): a node with few rows stays near its neighbours, however far these rows are. Usual is
    the middle one of the shortest gaps that hold all nodes together.
    """
    shape = (len(nodes), len(nodes))
    one, other = beside.coords
    gaps = np.concatenate(
        [
            np.maximum(reach[one[part]], reach[other[part]])
            + _lengths(nodes[one[part]] - nodes[other[part]], metric)
            for part in slices(len(one), max(1, _DIFFERENCES // nodes.shape[1]))
        ]
        or [np.empty(0)]
    )
    shortest = minimum_spanning_tree(coo_array((gaps, (one, other)), shape=shape).tocsr()).data
    if len(shortest) == 0:
        return np.zeros(len(nodes), dtype=bool)
    farthest = _FAR * np.median(shortest)
    one, other = one[gaps <= farthest], other[gaps <= farthest]
    apart = np.flatnonzero(_in_handfuls(one, other, rows, smallest))
    if len(apart) == 0:
        return np.zeros(len(nodes), dtype=bool)
    # They might be near others that they are neither beside nor linked with.
    away = cdist(nodes[apart], nodes, metric) + np.maximum(reach[apart][:, None], reach)
    near, found = np.nonzero(away <= farthest)
    one, other = np.concatenate([one, apart[near]]), np.concatenate([other, found])
    return _in_handfuls(one, other, rows, smallest)


def _lengths(differences: Floats, metric: Metric) -> Floats:
    order = {"euclidean": 2, "cityblock": 1, "chebyshev": np.inf}[metric]
    return np.linalg.norm(differences, order, axis=1)


def _in_handfuls(
    one: NDArray[np.int64], other: NDArray[np.int64], rows: Floats, smallest: float
) -> NDArray[np.bool_]:
    """Say which nodes hang together with too few rows for a group; the largest part never does."""
    near = coo_array((np.ones(len(one)), (one, other)), shape=(len(rows), len(rows)))
    _, part = connected_components(near, directed=False)
    held = np.bincount(part, rows)
    is_handful = held < smallest
    is_handful[held.argmax()] = False
    return is_handful[part]
