"""From nodes to rows and back."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError
from som_core.positions import row_positions
from som_core.trained_map import TrainedMap


def rows_of(m: TrainedMap, nodes: Iterable[int]) -> NDArray[np.int64]:
    """Return the positions in table.frame of the rows on some nodes, ascending.

    Raises
    ------
    AtlasError
        If the map has no such node.
    """
    wanted = np.zeros(m.settings.n_nodes, dtype=bool)
    wanted[checked_nodes(nodes, m.settings.n_nodes)] = True
    return np.sort(m.rows[wanted[m.bmu]])


def checked_nodes(nodes: Iterable[int], n_nodes: int) -> NDArray[np.int64]:
    """Return nodes, ascending and each once; AtlasError if a map of so many has no such node."""
    chosen = np.fromiter(nodes, dtype=np.int64)
    unknown = chosen[(chosen < 0) | (chosen >= n_nodes)]
    if len(unknown):
        raise AtlasError(f"There is no node {unknown[0]}. The map has nodes 0 to {n_nodes - 1}.")
    return np.unique(chosen)


def nodes_of(m: TrainedMap, rows: ArrayLike) -> NDArray[np.int64]:
    """Return the node of each row, in the order given; rows are positions in table.frame.

    -1 for a row that is not on the map: the recipe dropped it, or the table doesn't have it.
    """
    rows = row_positions(rows)
    node_of = np.full(m.rows.max(initial=-1) + 1, -1, dtype=np.int64)
    node_of[m.rows] = m.bmu
    nodes = np.full(rows.shape, -1, dtype=np.int64)
    known = (rows >= 0) & (rows < len(node_of))
    nodes[known] = node_of[rows[known]]
    return nodes


def nodes_held_by(m: TrainedMap, rows: ArrayLike) -> NDArray[np.int64]:
    """Return the nodes of whose rows at least half are among these, ascending.

    Parameters
    ----------
    m : TrainedMap
    rows : positions in table.frame; those that aren't on the map count nowhere
    """
    n_nodes = m.settings.n_nodes
    is_among = np.isin(m.rows, row_positions(rows))
    among = np.bincount(m.bmu[is_among], minlength=n_nodes)
    held = np.bincount(m.bmu, minlength=n_nodes)
    return np.flatnonzero((among > 0) & (2 * among >= held))


def nearest_rows(m: TrainedMap, per_node: int = 3) -> NDArray[np.int64]:
    """Return the rows nearest to each node, its most typical ones, nearest first.

    Returns
    -------
    array of shape (n_nodes, per_node), positions in table.frame, filled up with -1
    """
    order = np.lexsort((m.rows, m.distance, m.bmu))
    hits = m.hits.ravel()
    first = np.cumsum(hits) - hits  # where each node's rows start in that order
    typical = np.full((hits.size, per_node), -1, dtype=np.int64)
    for place in range(per_node):
        nodes = np.flatnonzero(hits > place)
        typical[nodes, place] = m.rows[order[first[nodes] + place]]
    return typical
