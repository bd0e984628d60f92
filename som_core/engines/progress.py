"""How far a training is: one value that everybody passes on, and what it takes to go on from it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from som_core.trained_map import HistoryPoint


@dataclass(frozen=True)
class Checkpoint:
    """All that a training needs to go on from where it stood."""

    epoch: float  # learned so far; whole epochs in batch training
    codebook: NDArray[np.float64]  # (height, width, n_features)
    history: tuple[HistoryPoint, ...] = ()

    def save(self, path: Path) -> None:
        """Write the checkpoint to one file, whole or not at all."""
        history = json.dumps([asdict(point) for point in self.history])
        beside = path.with_name(path.name + ".part")
        with beside.open("wb") as file:
            np.savez(file, epoch=self.epoch, codebook=self.codebook, history=history)
        beside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a checkpoint that `save` wrote."""
        with np.load(path, allow_pickle=False) as saved:
            points = json.loads(str(saved["history"]))
            history = tuple(HistoryPoint(**point) for point in points)
            return cls(float(saved["epoch"]), saved["codebook"], history)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a training stands."""

    # 0 to 1, of the work on the map. After a stop that is what is left to do with what is learned,
    # up to 1; how much of the training it is, `epoch` of `epochs` says.
    fraction: float
    epochs: int  # in the whole training
    quantization_error: float  # the latest known
    seconds_left: float
    checkpoint: Checkpoint  # from where this training can be resumed; its codebook is a copy

    @property
    def epoch(self) -> int:
        """How many whole epochs are learned."""
        return int(self.checkpoint.epoch)

    @property
    def codebook(self) -> NDArray[np.float64]:
        """What is learned so far, (height, width, n_features)."""
        return self.checkpoint.codebook

    @property
    def history(self) -> tuple[HistoryPoint, ...]:
        """The quantization errors measured so far."""
        return self.checkpoint.history
