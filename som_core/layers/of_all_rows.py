"""What all rows of a large table hold on each node of a map of a sample of them."""

from numpy.typing import NDArray

from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap


def hits_of_all_rows(m: TrainedMap, counts: NDArray) -> Layer:
    """Return how many of all rows have each node as best matching unit.

    Parameters
    ----------
    m : of a sample of the rows
    counts : array of shape (n_nodes,): see `NodeAggregates`
    """
    return Layer(
        name=HITS.title,
        values=counts.astype(float).reshape(m.height, m.width),
        unit="rows",
        description="Number of rows of the whole table in each cell, counted exactly.",
        kind="count",
    )


def mean_of_all_rows(m: TrainedMap, means: NDArray, column: str, unit: str = "") -> Layer:
    """Return the mean of one column over all rows of each node; NaN where none has a value.

    Parameters
    ----------
    m : of a sample of the rows
    means : array of shape (n_nodes,): see `NumberAggregate`
    column : what they are the means of
    unit : of the means
    """
    return Layer(
        name=MEAN.named(column),
        values=means.reshape(m.height, m.width),
        unit=unit,
        description=f"Mean of “{column}” over all rows of the whole table in each cell, exactly.",
    )


HITS = LayerChoice(
    title="Hits of all rows",
    says="How many rows of the whole table lie in each cell, counted exactly.",
    needs="counts",
    make=hits_of_all_rows,
)
MEAN = LayerChoice(
    title="Mean of {column}, all rows",
    says="The mean over all rows of the whole table in each cell, exactly.",
    needs="means",
    make=mean_of_all_rows,
    kinds=frozenset({"number", "date", "boolean"}),
)
