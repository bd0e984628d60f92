"""Purity: how far the rows of a node agree in their label."""

import numpy as np

from som_core.layers.categories import labels_on_the_map, majority_of_nodes
from som_core.layers.choice import LayerChoice
from som_core.layers.columns import Values, name_of
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def category_purity(m: TrainedMap, values: Values, name: str = "") -> Layer:
    """Return the share of each node's labelled rows that carry the label of `category_map`.

    NaN where no row has a label. Parameters and errors are those of `category_map`.
    """
    levels, codes, _ = labels_on_the_map(m, values)
    purity = np.full(m.settings.n_nodes, np.nan)
    nodes, _, count = majority_of_nodes(m.bmu, codes, len(levels))
    labelled = np.bincount(m.bmu[codes >= 0], minlength=m.settings.n_nodes)
    purity[nodes] = count / labelled[nodes]
    name = name or name_of(values)
    return Layer(
        name=CHOICE.named(name) if name else "Purity",
        values=purity.reshape(m.codebook.shape[:2]),
        unit="share",
        description=(
            "Share of a cell's rows that have its most frequent label: 1 where all rows agree, "
            "low where labels mix."
        ),
    )


CHOICE = LayerChoice(
    title="Purity of {column}",
    says="Which share of each cell's rows has its most frequent label.",
    needs="column",
    make=category_purity,
    kinds=frozenset({"category", "boolean"}),
)
