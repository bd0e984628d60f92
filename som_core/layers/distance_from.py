"""The distance lens: how far every node is from one row, one vector or one node."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError
from som_core.geometry.distances import distances
from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap
from som_core.wording import cell_in_words


def distance_from(m: TrainedMap, row: int | ArrayLike) -> Layer:
    """Return the distance of every node from one row, as the map measures distance.

    Parameters
    ----------
    m : TrainedMap
    row : position in table.frame, or an array of shape (n_features,) in scaled units
        For a position the row's best matching unit is the reference; missing values of a vector
        don't count.

    Raises
    ------
    AtlasError
        If the row is not on the map, or the vector doesn't fit it.
    """
    if np.ndim(row) == 0:
        place = np.flatnonzero(m.rows == row)
        if len(place) == 0:
            raise AtlasError(
                f"Row {row!s} is not on the map: the recipe dropped it, or the table doesn't have "
                "it. Choose another row."
            )
        return distance_from_node(m, int(m.bmu[place[0]]))
    return _lens(m, checked_vector(m, row), "this row")


def checked_vector(m: TrainedMap, vector: ArrayLike) -> NDArray[np.float64]:
    """Return a row in scaled units, (n_features,), NaN where it has no value.

    Raises
    ------
    AtlasError
        If it doesn't fit the map, or has no value at all.
    """
    checked = np.asarray(vector, dtype=float)
    if checked.shape != (len(m.features),):
        raise AtlasError(
            f"The vector has the shape {checked.shape}, but the map has {len(m.features)} "
            "features. Give one number for each feature."
        )
    if np.isnan(checked).all():
        raise AtlasError("The vector has no value at all. Give at least one feature a number.")
    return checked


def distance_from_node(m: TrainedMap, node: int) -> Layer:
    """Return the distance of every node from one node; raises AtlasError for an unknown node."""
    n_nodes = m.settings.n_nodes
    if not 0 <= node < n_nodes:
        raise AtlasError(f"There is no node {node}. The map has nodes 0 to {n_nodes - 1}.")
    return _lens(m, m.codebook.reshape(n_nodes, -1)[node], cell_in_words(node, m.width))


def _lens(m: TrainedMap, vector: NDArray[np.float64], what: str) -> Layer:
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    gaps = bool(np.isnan(vector).any())
    rows = np.broadcast_to(vector, nodes.shape)
    values = distances(rows, nodes, m.settings.distance, gaps=gaps)
    return Layer(
        name=f"Distance to {what}",
        values=values.reshape(m.codebook.shape[:2]),
        unit="scaled units",
        description=(
            f"How different each cell is from {what}: low values are alike, wherever they lie."
        ),
    )


CHOICE = LayerChoice(
    title="Distance to the cell",
    says="How different every cell is from the one that is selected, across all features.",
    needs="node",
    make=distance_from_node,
)

FROM_ROW = LayerChoice(
    title="Distance to the row",
    says="How different every cell is from the row that is looked at, across all features.",
    needs="row",
    make=distance_from,
)
