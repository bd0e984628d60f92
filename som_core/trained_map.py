"""A trained map: what training leaves behind, and what can be asked of it without the table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.preparation import FittedRecipe
from som_core.settings import MapSettings


@dataclass(frozen=True)
class HistoryPoint:
    """How good the map was at one moment of its training."""

    epoch: float
    quantization_error: float
    seconds: float  # since the start of training


@dataclass(frozen=True, kw_only=True)
class TrainedMap:
    """A codebook and where each row lies on it. A node is a flat index: y * width + x."""

    codebook: NDArray[np.float64]  # (height, width, n_features), in scaled units
    bmu: NDArray[np.int64]  # (n_rows,) best matching unit of each row
    second_bmu: NDArray[np.int64]  # (n_rows,)
    distance: NDArray[np.float64]  # (n_rows,) from each row to its best matching unit
    rows: NDArray[np.int64]  # (n_rows,) position of each row in table.frame
    settings: MapSettings
    fitted: FittedRecipe  # from the table's columns to features, and back to original units
    history: tuple[HistoryPoint, ...] = ()
