"""Valleys of the U-matrix: the cells around one of them, up to the ridge."""

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from som_core.trained_map import TrainedMap

# Of the usual step: a ridge no higher than this above the floor of a valley is noise. On maps of
# one cloud, of any shape, it leaves one valley; blobs keep theirs up to a step of 1 and more.
_SHALLOW = 0.75


def valley(m: TrainedMap, node: int) -> frozenset[int]:
    """Return the nodes around one of them, itself included, up to the ridge of the U-matrix.

    Raises
    ------
    AtlasError
        If the map has no such node.

    See Also
    --------
    valleys : what a valley is
    """
    n_nodes = m.settings.n_nodes
    if not 0 <= node < n_nodes:
        raise AtlasError(f"There is no node {node}. The map has nodes 0 to {n_nodes - 1}.")
    labels = valleys(m).ravel()
    return frozenset(np.flatnonzero(labels == labels[node]).tolist())


def valleys(m: TrainedMap) -> NDArray[np.int64]:
    """Return the valley of each node, shape (height, width), numbered from 0.

    The U-matrix is flooded: steps between neighbours, by their Euclidean distance in scaled units,
    go under the shortest first, and unite what lies on their two sides. Where two valleys meet,
    they stay apart if the step lies deeper than h above the floor of both: that is the ridge. Every
    node is in one valley, as the shortest of its own steps is no ridge. h is three quarters of the
    usual step, which is the median over all nodes of the distance to their nearest neighbour.

    References
    ----------
    Cousty, Bertrand, Najman and Couprie (2009), Watershed cuts: the watershed between nodes.
    Ultsch and Siemon (1990), Kohonen's self organizing feature maps for exploratory data analysis:
    the U-matrix with its steps between nodes.
    Vincent (1993), Morphological grayscale reconstruction in image analysis: minima that are not
    deeper than h vanish (h-minima).
    """
    n_nodes = m.settings.n_nodes
    nodes = m.codebook.reshape(n_nodes, -1)
    beside = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    starts, places = np.nonzero(beside >= 0)
    ends = beside[starts, places]
    steps = np.linalg.norm(nodes[starts] - nodes[ends], axis=1)
    nearest = np.full(n_nodes, np.inf)
    np.minimum.at(nearest, starts, steps)
    shallow = _SHALLOW * float(np.median(nearest))

    once = np.flatnonzero(starts < ends)
    order = once[np.argsort(steps[once], kind="stable")]
    united = list(
        range(n_nodes)
    )  # a node that each lies in one valley with; itself: it stands for it
    floor = nearest.tolist()  # of the valley that each node stands for
    for start, end, step in zip(
        starts[order].tolist(), ends[order].tolist(), steps[order].tolist(), strict=True
    ):
        deep, high = sorted((_root(united, start), _root(united, end)), key=floor.__getitem__)
        if step - floor[high] <= shallow:
            united[high] = deep
    roots = [_root(united, node) for node in range(n_nodes)]
    labels = np.unique(roots, return_inverse=True)[1]
    return labels.reshape(m.height, m.width).astype(np.int64)


def _root(united: list[int], node: int) -> int:
    """Return the node that stands for the valley of a node, and shorten the way to it."""
    while united[node] != node:
        united[node] = united[united[node]]
        node = united[node]
    return node
