"""How far a job is: small files in its folder, written by it and read by the web."""

import time
from dataclasses import astuple, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.trained_map import HistoryPoint
from som_core.training import Progress
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import DiskFull, refreshing, replacing

CHECKPOINT = "checkpoint.npz"  # from where a job goes on after an interruption
ALIVE = "alive"  # its time is that of the job's last sign of life
CODEBOOK = "codebook.npy"
_SECONDS_BETWEEN_REPORTS = 0.1
_SECONDS_BETWEEN_CHECKPOINTS = 1.0
_SHARE_OF_TIME = 0.02  # that reports, and checkpoints, may cost
_POINTS = 400  # more than a curve on a page can show


@dataclass(frozen=True, kw_only=True)
class Report:
    """The latest that a job told of itself; what only trainings tell is empty for others."""

    fraction: float = 0.0  # 0 to 1
    seconds_left: float | None = None
    epoch: int = 0
    epochs: int = 0
    quantization_error: float | None = None
    history: tuple[HistoryPoint, ...] = ()


def _to_value(report: Report) -> object:
    return vars(report) | {"history": [astuple(point) for point in report.history]}


def _from_fields(fields: Fields) -> Report:
    return Report(
        fraction=fields.number("fraction"),
        seconds_left=fields.maybe_number("seconds_left"),
        epoch=fields.whole("epoch"),
        epochs=fields.whole("epochs"),
        quantization_error=fields.maybe_number("quantization_error"),
        history=tuple(HistoryPoint(*point) for point in fields.rows("history")),
    )


REPORT = DocumentType[Report](
    file="progress.json",
    title="How far the work is",
    to_value=_to_value,
    from_value=_from_fields,
)


def latest_report(folder: Path) -> Report:
    """Return the latest report of the job in a folder; an empty one before the first."""
    try:
        return REPORT.read(folder) or Report()
    except Damaged:  # after a power cut
        return Report()


def read_codebook(folder: Path) -> NDArray[np.float64] | None:
    """Return the latest codebook, (height, width, n_features), or None before the first."""
    try:
        codebook: NDArray[np.float64] = np.load(folder / CODEBOOK, allow_pickle=False)
    except (FileNotFoundError, ValueError, EOFError):  # the latter two after a power cut
        return None
    return codebook


@dataclass
class Teller:
    """Tells how far a job is, 10 times a second at most; less often where the disk is slow."""

    folder: Path
    _began: float = field(default_factory=time.monotonic, init=False)
    _next: float = field(default=0.0, init=False)

    def __call__(self, fraction: float) -> None:
        """Tell which share of the work is done, from 0 to 1."""
        now = time.monotonic()
        if now < self._next and fraction < 1:
            return
        left = (now - self._began) * (1 - fraction) / fraction if fraction > 0 else None
        try:
            REPORT.note(self.folder, Report(fraction=fraction, seconds_left=left))
        except DiskFull:
            self._next = time.monotonic() + 1.0
        else:
            took = time.monotonic() - now
            self._next = now + max(_SECONDS_BETWEEN_REPORTS, took / _SHARE_OF_TIME)


@dataclass
class Reporter:
    """Writes 10 reports of a training and one checkpoint a second; fewer where the disk is slow."""

    folder: Path
    _next_report: float = field(default=0.0, init=False)
    _saved_epoch: float = field(default=0.0, init=False)
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
            with replacing(self.folder / CHECKPOINT) as temporary:
                progress.checkpoint.save(temporary)
            self._saved_epoch = progress.checkpoint.epoch
            took = time.monotonic() - began
            self._next_checkpoint = began + max(_SECONDS_BETWEEN_CHECKPOINTS, took / _SHARE_OF_TIME)

    def _report(self, progress: Progress) -> None:
        points = progress.checkpoint.history
        thinned = points[:: 1 + len(points) // _POINTS]
        if points and thinned[-1] is not points[-1]:
            thinned = (*thinned, points[-1])
        with refreshing(self.folder / CODEBOOK) as temporary, temporary.open("wb") as file:
            np.save(file, progress.codebook)
        report = Report(
            fraction=progress.fraction,
            seconds_left=progress.seconds_left,
            epoch=progress.epoch,
            epochs=progress.epochs,
            quantization_error=progress.quantization_error,
            history=thinned,
        )
        REPORT.note(self.folder, report)
