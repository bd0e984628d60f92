"""What an engine tells of itself between two pieces of work."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TrainingState:
    """Where a training stands, without a clock: `train` makes a `Progress` of it."""

    rows_done: int  # looked at so far, over all epochs
    epoch: float  # how many the codebook has learned; whole ones only in batch training
    # Returns what is learned so far, (height, width, n_features), to be read before the next state.
    # Only who looks has it gathered: while nobody does, training goes on without the copy.
    codebook: Callable[[], NDArray[np.float64]]
    quantization_error: float  # the latest known
    measured_at: float  # the epoch of that error; -1 while it is only of the rows seen so far
