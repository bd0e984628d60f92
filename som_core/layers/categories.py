"""Category maps: the label that most rows of a node carry, and how many of them carry it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def category_map(m: TrainedMap, values: ArrayLike | Sequence[object], name: str = "") -> Layer:
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
    levels, codes = _labels_of_trained_rows(m, values)
    labels = np.full(m.settings.n_nodes, None, dtype=object)
    nodes, majority, _ = _majority(m.bmu, codes, len(levels))
    labels[nodes] = levels[majority]
    name = name or _name_of(values)
    what = f"“{name}”" if name else "label"
    return Layer(
        name=name or "Category",
        values=labels.reshape(m.codebook.shape[:2]),
        description=f"The {what} that most rows of each cell have; cells without rows stay empty.",
        kind="category",
    )


def category_purity(m: TrainedMap, values: ArrayLike | Sequence[object], name: str = "") -> Layer:
    """Return the share of each node's labelled rows that carry the label of `category_map`.

    NaN where no row has a label. Parameters and errors are those of `category_map`.
    """
    levels, codes = _labels_of_trained_rows(m, values)
    purity = np.full(m.settings.n_nodes, np.nan)
    nodes, _, count = _majority(m.bmu, codes, len(levels))
    labelled = np.bincount(m.bmu[codes >= 0], minlength=m.settings.n_nodes)
    purity[nodes] = count / labelled[nodes]
    name = name or _name_of(values)
    return Layer(
        name=f"Purity of {name}" if name else "Purity",
        values=purity.reshape(m.codebook.shape[:2]),
        unit="share",
        description=(
            "Share of a cell's rows that have its most frequent label: 1 where all rows agree, "
            "low where labels mix."
        ),
    )


def _name_of(values: ArrayLike | Sequence[object]) -> str:
    return str(values.name) if isinstance(values, pd.Series) and values.name is not None else ""


def _labels_of_trained_rows(
    m: TrainedMap, values: ArrayLike | Sequence[object]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the labels in alphabetical order, and the code of each trained row (-1: missing)."""
    labels = pd.Series(values)
    if len(labels) != len(m.rows):
        last = m.rows.max(initial=-1)
        if len(labels) <= last:
            raise AtlasError(
                f"There are {len(labels)} labels for {len(m.rows)} rows on the map. Give one label "
                "for each row of the table, or one for each row on the map."
            )
        labels = labels.iloc[m.rows]
    codes, levels = pd.factorize(labels)
    levels = np.asarray(levels, dtype=object)
    order = np.array(sorted(range(len(levels)), key=lambda code: str(levels[code])), dtype=np.int64)
    rank = np.empty(len(levels) + 1, dtype=np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1  # a missing label has the code -1 and keeps it
    return levels[order], rank[codes]


def _majority(
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
