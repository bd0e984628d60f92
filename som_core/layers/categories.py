"""Category maps: the label that most rows of a node carry."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.columns.levels import counts_in_order, level_counts
from som_core.layers.choice import LayerChoice
from som_core.layers.columns import Values, name_of, on_the_map
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap

NEARLY_EVERYWHERE = 0.9  # of the nodes that have a label


def category_map(m: TrainedMap, values: Values, name: str = "") -> Layer:
    """Return the most frequent label of each node's rows; None where no row has a label.

    Parameters
    ----------
    m : TrainedMap
    values : labels, one for each row of the table or one for each trained row
        Missing labels don't count. Of equally frequent labels the first in alphabetical order wins.
    name : what the labels say; without it, the name of the column that they are

    Raises
    ------
    AtlasError
        If the number of labels fits neither the table nor the trained rows.
    """
    levels, codes, counts = labels_on_the_map(m, values)
    labels = np.full(m.settings.n_nodes, None, dtype=object)
    nodes, majority, _ = majority_of_nodes(m.bmu, codes, len(levels))
    labels[nodes] = levels[majority]
    name = name or name_of(values)
    what = f"“{name}”" if name else "label"
    return Layer(
        name=CHOICE.named(name) if name else "Most frequent label",
        values=labels.reshape(m.codebook.shape[:2]),
        description=f"The {what} that most rows of each cell have; cells without rows stay empty.",
        kind="category",
        levels=tuple(counts_in_order(levels, counts)),
    )


def level_nearly_everywhere(layer: Layer) -> str | None:
    """Return the label of at least nine of ten labelled nodes; None where there is none.

    Such a map hides where the other labels are more frequent: a share shows it.

    Parameters
    ----------
    layer : as `category_map` returns it
    """
    labels = [label for label in layer.values.ravel().tolist() if label is not None]
    counts = level_counts(labels)
    most = max(counts, key=counts.__getitem__, default=None)
    if most is None or counts[most] < NEARLY_EVERYWHERE * len(labels):
        return None
    return most


CHOICE = LayerChoice(
    title="Most frequent {column}",
    says="The label that most rows of each cell have.",
    needs="column",
    make=category_map,
    kinds=frozenset({"category", "boolean"}),
)


class LabelsOnTheMap(NamedTuple):
    """Labels, coded once."""

    levels: NDArray[np.object_]  # in alphabetical order
    codes: NDArray[np.int64]  # of each row on the map, which of them it has; -1: none
    counts: NDArray[np.int64]  # how often each occurs among all values


def labels_on_the_map(m: TrainedMap, values: Values) -> LabelsOnTheMap:
    """Return the labels and which one each trained row has."""
    codes, levels = pd.factorize(pd.Series(values))
    levels = np.asarray(levels, dtype=object)
    order = np.array(sorted(range(len(levels)), key=lambda code: str(levels[code])), dtype=np.int64)
    rank = np.empty(len(levels) + 1, dtype=np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1  # a missing label has the code -1 and keeps it
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    return LabelsOnTheMap(levels[order], rank[on_the_map(m, codes)], counts[order])


def majority_of_nodes(
    bmu: NDArray[np.int64], codes: NDArray[np.int64], n_levels: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the nodes that have labelled rows, their most frequent code, and how often it occurs.

    Only pairs of node and code that occur are counted: memory grows with rows, not with nodes
    times levels.
    """
    labelled = codes >= 0
    pairs, count = np.unique(bmu[labelled] * n_levels + codes[labelled], return_counts=True)
    node, code = np.divmod(pairs, max(n_levels, 1))
    best_first = np.lexsort((code, -count, node))
    nodes, first = np.unique(node[best_first], return_index=True)
    best = best_first[first]
    return nodes, code[best], count[best]
