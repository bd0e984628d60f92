"""Other maps of the same rows, or of some of them: how much of what is seen comes again."""

from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.geometry.sampling import distinct_rows
from som_core.preparation import Prepared
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap

MOST_ROWS = 10_000  # of a longer table as many, drawn by chance
_MOST_EPOCHS = 20
_NODES_BY_ROOT_OF_ROWS = 5.0  # Vesanto and others (2000); links need more rows than nodes
_SHORTEST_SIDE = 4


def sampled(
    m: TrainedMap, prepared: Prepared, weights: NDArray[np.float64], seed: int
) -> tuple[Prepared, NDArray[np.float64], NDArray[np.int64]]:
    """Return at most 10,000 of the rows of the map, their weights, and their places among all.

    Rows of weight 0 are left out.

    Raises
    ------
    AtlasError
        If the prepared rows are not those of the map.
    """
    if len(prepared.matrix) != len(m.bmu) or not np.array_equal(prepared.rows, m.rows):
        raise AtlasError(
            f"The map was trained on {len(m.bmu):,} rows, but others were prepared "
            f"({len(prepared.matrix):,}). Prepare the table with the recipe of the map."
        )
    weighing = np.flatnonzero(weights)
    places = weighing[distinct_rows(len(weighing), MOST_ROWS, seed)]
    matrix = np.ascontiguousarray(prepared.matrix[places])
    return replace(prepared, matrix=matrix, rows=prepared.rows[places]), weights[places], places


def batch_settings(m: TrainedMap, n_rows: int) -> MapSettings:
    """Return how to train other maps of so many rows: as the map was, but in batch, and soon.

    The map gets no more nodes than suit the rows.
    """
    settings = m.settings
    shrunk = min(1.0, sqrt(_NODES_BY_ROOT_OF_ROWS * sqrt(n_rows) / settings.n_nodes))
    height, width = (_side(length, shrunk) for length in (settings.height, settings.width))
    if settings.toroid and settings.lattice == "hexagonal":
        height += height % 2
    return replace(
        settings,
        height=height,
        width=width,
        sigma=min(max(settings.sigma * shrunk, 1.0), max(height, width)),
        algorithm="batch",
        epochs=min(settings.epochs, _MOST_EPOCHS)
        if settings.algorithm == "batch"
        else _MOST_EPOCHS,
    )


def _side(length: int, shrunk: float) -> int:
    return min(length, max(round(length * shrunk), _SHORTEST_SIDE))
