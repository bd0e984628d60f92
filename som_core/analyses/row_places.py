"""Where each row lies within its cell: towards the cells that fit it next best."""

import numpy as np
from numpy.typing import NDArray

from som_core.geometry.best_matching import has_gaps
from som_core.geometry.distances import distances_to, nearest_by
from som_core.geometry.lattice import HEXAGON_ROW_HEIGHT, coordinates
from som_core.trained_map import TrainedMap

REACH = 0.45  # lattice steps from the centre; a cell reaches 0.5 at least
_NEXT_BEST = 2


def row_places(m: TrainedMap, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x and y of each row on the map in lattice steps, (n_rows, 2).

    A row that equals its best matching unit lies in the middle of the cell; one that fits the next
    best as well lies at the border towards it. A next best cell far away only gives the direction.

    Parameters
    ----------
    m : TrainedMap
    matrix : rows as the map was trained on, (n_rows, n_features)

    References
    ----------
    Rauber and others describe it as the sky metaphor of the Java SOMToolbox; here with two next
    best nodes, weighted by the inverse of their distances.
    """
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    gaps = has_gaps(matrix)
    count = min(1 + _NEXT_BEST, len(nodes))
    nearest = nearest_by(nodes, m.settings.distance, gaps=gaps)(matrix, count)
    away = np.column_stack(
        [distances_to(matrix, nodes, near, m.settings.distance, gaps=gaps) for near in nearest.T]
    )
    centres = coordinates(m.height, m.width, m.lattice)
    towards = centres[nearest[:, 1:]] - centres[nearest[:, :1]]
    if m.toroid:
        row_height = HEXAGON_ROW_HEIGHT if m.lattice == "hexagonal" else 1.0
        around = np.array([m.width, m.height * row_height])
        towards -= around * np.round(towards / around)
    lengths = np.linalg.norm(towards, axis=2, keepdims=True)
    towards = np.divide(towards, lengths, out=np.zeros_like(towards), where=lengths > 0)
    # A pull of 0 where the best node fits perfectly, of 1 where the next best fits as well.
    pull = np.divide(
        away[:, :1], away[:, 1:], out=np.zeros(away[:, 1:].shape), where=away[:, 1:] > 0
    )
    offset = (pull[:, :, None] ** 2 * towards).sum(axis=1)
    length = np.linalg.norm(offset, axis=1, keepdims=True)
    offset *= REACH / np.maximum(length, 1)
    return centres[nearest[:, 0]] + offset
