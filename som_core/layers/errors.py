"""Node error: how well each node stands for its own rows."""

import numpy as np

from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def node_error(m: TrainedMap) -> Layer:
    """Return the mean distance of each node's rows to it, in scaled units; NaN without rows.

    Weighted by hits, its mean is the quantization error of the map.
    """
    hits = m.hits.ravel()
    total = np.bincount(m.bmu, weights=m.distance, minlength=hits.size)
    mean = np.divide(total, hits, out=np.full(hits.size, np.nan), where=hits > 0)
    return Layer(
        name=CHOICE.title,
        values=mean.reshape(m.codebook.shape[:2]),
        unit="scaled units",
        description=(
            "Mean distance of a cell's rows to what the cell stands for: high where the map "
            "describes its rows poorly, which is where odd rows are found."
        ),
    )


CHOICE = LayerChoice(
    title="Error by cell",
    says="How well each cell fits its rows: odd rows are found where the error is high.",
    make=node_error,
)
