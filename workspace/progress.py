"""How far a training is: small files in the job's folder, written by it and read by the web."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.trained_map import HistoryPoint
from som_core.training import Progress
from workspace.files import DiskFull, refreshing, replacing

_SECONDS_BETWEEN_REPORTS = 0.1
_SECONDS_BETWEEN_CHECKPOINTS = 1.0
_SHARE_OF_TIME = 0.02  # that reports, and checkpoints, may cost
_POINTS = 400  # more than a curve on a page can show


@dataclass(frozen=True, kw_only=True)
class Report:
    """The latest that a training told of itself."""

    fraction: float
    epoch: int
    epochs: int
    quantization_error: float
    seconds_left: float
    history: tuple[HistoryPoint, ...]


def read_report(folder: Path) -> Report | None:
    """Return the latest report, or None before the first."""
    try:
        values = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # the latter after a power cut
        return None
    points = tuple(HistoryPoint(*point) for point in values.pop("history"))
    return Report(**values, history=points)


def read_codebook(folder: Path) -> NDArray[np.float64] | None:
    """Return the latest codebook, (height, width, n_features), or None before the first."""
    try:
        return np.load(folder / "codebook.npy", allow_pickle=False)
    except (FileNotFoundError, ValueError, EOFError):  # the latter two after a power cut
        return None


@dataclass
class Reporter:
    """Writes 10 reports and one checkpoint a second; fewer where the disk is slow."""

    folder: Path
    _next_report: float = field(default=0.0, init=False)
    _saved_epoch: int = field(default=0, init=False)
    _next_checkpoint: float = field(
        default_factory=lambda: time.monotonic() + _SECONDS_BETWEEN_CHECKPOINTS, init=False
    )

    def __call__(self, progress: Progress) -> None:
        """Tell what is due. A full disk only delays: the training itself needs none."""
        try:
            self._write_what_is_due(progress)
        except DiskFull:
            self._next_report = time.monotonic() + 1.0

    def _write_what_is_due(self, progress: Progress) -> None:
        began = time.monotonic()
        if began >= self._next_report or progress.fraction == 1.0:
            self._report(progress)
            took = time.monotonic() - began
            self._next_report = began + max(_SECONDS_BETWEEN_REPORTS, took / _SHARE_OF_TIME)
        if began >= self._next_checkpoint and progress.checkpoint.epoch > self._saved_epoch:
            with replacing(self.folder / "checkpoint.npz") as temporary:
                progress.checkpoint.save(temporary)
            self._saved_epoch = progress.checkpoint.epoch
            took = time.monotonic() - began
            self._next_checkpoint = began + max(_SECONDS_BETWEEN_CHECKPOINTS, took / _SHARE_OF_TIME)

    def _report(self, progress: Progress) -> None:
        points = progress.checkpoint.history
        thinned = points[:: 1 + len(points) // _POINTS]
        if points and thinned[-1] is not points[-1]:
            thinned = (*thinned, points[-1])
        report = {
            "fraction": progress.fraction,
            "epoch": progress.epoch,
            "epochs": progress.epochs,
            "quantization_error": progress.quantization_error,
            "seconds_left": progress.seconds_left,
            "history": [tuple(asdict(point).values()) for point in thinned],
        }
        with refreshing(self.folder / "codebook.npy") as temporary, temporary.open("wb") as file:
            np.save(file, progress.codebook)
        with refreshing(self.folder / "progress.json") as temporary:
            temporary.write_text(json.dumps(report), encoding="utf-8")
