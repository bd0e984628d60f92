"""The hit map: how many rows lie on each node."""

from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def hit_map(m: TrainedMap) -> Layer:
    """Return the number of rows whose best matching unit is each node."""
    return Layer(
        name="Hits",
        values=m.hits.astype(float),
        unit="rows",
        description="Number of rows in each cell: high where many rows are alike, 0 in gaps.",
        kind="count",
    )


CHOICE = LayerChoice(
    title="Hits",
    says="How many rows lie in each cell.",
    make=hit_map,
    is_classic=True,
)
