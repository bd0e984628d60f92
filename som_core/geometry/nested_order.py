"""From merges to one order of nodes, which cuts part into any number of clusters."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def nested_order(
    merges: NDArray[np.int64], weights: NDArray[np.float64], links: csr_array, smallest: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nodes in an order, and the places where cuts part k clusters: the first k - 1.

    Undoing merges, the last first, gives ever more clusters. But what was merged late is often a
    crumb: a piece of too little weight to be called a cluster. A crumb stays with the piece that it
    has most links to, wherever that goes; only when no cluster can be cut in two that both have
    weight enough are crumbs cut off as well.

    Parameters
    ----------
    merges : array of shape (n_nodes - 1, 2), as `linked_merges` returns
    weights : array of shape (n_nodes,)
    links : sparse array of shape (n_nodes, n_nodes), symmetric
        Whatever is merged is linked.
    smallest : the weight, at most that of all, from which on a piece is a cluster, not a crumb

    Returns
    -------
    order : array of shape (n_nodes,)
    cuts : array of shape (n_nodes - 1,)
        A cut at place p parts order[:p] from order[p:], the most important one first.
    """
    n_nodes, root = len(weights), 2 * len(weights) - 2
    pairs: list[tuple[int, int]] = [(int(one), int(other)) for one, other in merges]
    weight = weights.tolist()
    for one, other in pairs:
        weight.append(weight[one] + weight[other])
    is_crumb = [held < smallest for held in weight]
    nodes_of = _Nodes(pairs, n_nodes)

    # A core is a piece with weight enough that falls into crumbs only; it holds more and more.
    core_of = np.full(n_nodes, -1)
    pieces_of: dict[int, list[int]] = {}

    def add_to_core(core: int, piece: int) -> None:
        pieces_of.setdefault(core, []).append(piece)
        core_of[nodes_of[piece]] = core

    for node in range(n_nodes):
        if not is_crumb[node]:
            add_to_core(node, node)
    last_cuts: list[int] = []  # the piece that is cut off, for each merge with a crumb
    for merged, (one, other) in enumerate(pairs, start=n_nodes):
        if is_crumb[merged]:
            last_cuts.append(other)
        elif is_crumb[one] and is_crumb[other]:
            add_to_core(merged, one)
            add_to_core(merged, other)
            last_cuts.append(other)
        elif is_crumb[one] or is_crumb[other]:
            crumb, rest = (one, other) if is_crumb[one] else (other, one)
            most_linked = _most_linked(links, nodes_of[crumb], nodes_of[rest])
            add_to_core(int(core_of[most_linked]), crumb)
            last_cuts.append(crumb)

    order: list[int] = []
    first_cuts: list[tuple[int, int]] = []  # the merge that is undone, and the place
    waiting = [(root, -1)]
    while waiting:
        piece, cut_from = waiting.pop()
        if cut_from >= 0:
            first_cuts.append((cut_from, len(order)))
        while piece not in pieces_of:
            one, other = pairs[piece - n_nodes]
            if not (is_crumb[one] or is_crumb[other]):
                waiting.append((other, piece))
                piece = one
            else:
                piece = other if is_crumb[one] else one
        for held in pieces_of[piece]:
            order.extend(nodes_of[held].tolist())
    place = np.empty(n_nodes, dtype=np.int64)
    place[order] = np.arange(n_nodes)
    cuts = [at for _, at in sorted(first_cuts, reverse=True)]
    cuts += [int(place[nodes_of[piece][0]]) for piece in reversed(last_cuts)]
    return np.array(order, dtype=np.int64), np.array(cuts, dtype=np.int64)


class _Nodes:
    """The nodes of every piece, side by side in the order of the tree."""

    def __init__(self, pairs: list[tuple[int, int]], n_nodes: int) -> None:
        counts = [1] * n_nodes
        for one, other in pairs:
            counts.append(counts[one] + counts[other])
        starts = [0] * len(counts)
        for merged in range(len(counts) - 1, n_nodes - 1, -1):
            one, other = pairs[merged - n_nodes]
            starts[one] = starts[merged]
            starts[other] = starts[merged] + counts[one]
        self._counts, self._starts = counts, starts
        self._nodes = np.argsort(starts[:n_nodes])

    def __getitem__(self, piece: int) -> NDArray[np.int64]:
        start = self._starts[piece]
        return self._nodes[start : start + self._counts[piece]]


def _most_linked(links: csr_array, nodes: NDArray[np.int64], others: NDArray[np.int64]) -> int:
    """Return which of the other nodes has the most links with these."""
    total = np.asarray(links[nodes].sum(axis=0)).ravel()
    return int(others[total[others].argmax()])
