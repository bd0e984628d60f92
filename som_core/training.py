"""From a prepared matrix to a trained map, with progress, cancel and checkpoints."""

import json
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Self

import numpy as np
from numpy.typing import NDArray

from som_core.engines.batch import batch_steps
from som_core.engines.initialisation import initial_codebook
from som_core.engines.online.training import online_steps
from som_core.engines.schedule import suggested_schedule
from som_core.engines.step import Step
from som_core.errors import AtlasError
from som_core.geometry.best_matching import best_two, check_rows
from som_core.preparation import Prepared
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint, TrainedMap

_SECONDS_BETWEEN_REPORTS = 0.02  # at least
_SECONDS_OF_SILENCE = 0.045  # and 50 ms at most, as far as steps allow
_SHARE_OF_TIME = 0.05  # that copying the codebook for reports may cost


@dataclass(frozen=True)
class Checkpoint:
    """All that a training needs to go on from a moment."""

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


@dataclass(frozen=True)
class Progress:
    """Where a training stands."""

    fraction: float  # 0 to 1, of the whole training
    epoch: int  # whole epochs learned
    epochs: int
    codebook: NDArray[np.float64]  # (height, width, n_features), a copy
    quantization_error: float  # the latest known
    seconds_left: float
    checkpoint: Checkpoint  # from where this training can be resumed


def train(
    prepared: Prepared,
    settings: MapSettings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
    row_weights: NDArray[np.float64] | None = None,
) -> TrainedMap:
    """Train a map.

    Batch training ignores the learning rate: its nodes move all the way to the mean of their rows.

    Parameters
    ----------
    prepared : the rows, at least one
    settings : equal settings on equal rows give an equal map
    on_progress : called every 20 to 50 ms, and once at the end; large maps less often, so that
        copying them takes no more than a twentieth of the time
    should_stop : asked at least every 25 ms or so; when it says yes, the map learned so far is
        returned
    resume : where an earlier training of the same rows and settings stood; the map is then the
        same as if it had never stopped
    row_weights : array of shape (n_rows,), how many rows each row stands for; each 1 if not given
        They shape the codebook and the errors in the history. Batch training only.

    Raises
    ------
    AtlasError
        If there are no rows, a row is empty or infinite, or the weights are not such numbers.
    """
    matrix = prepared.matrix
    if len(matrix) == 0:
        raise AtlasError("There are no rows to train on. Keep more rows in the recipe.")
    gaps = check_rows(matrix)
    if row_weights is not None:
        _check_weights(row_weights, len(matrix), settings)
    start = resume or Checkpoint(0, initial_codebook(matrix, settings))
    steps, n_looks = _plan(matrix, settings, start, row_weights)
    record = _Record(settings, start, n_looks + len(matrix))  # in the end each row is looked up

    def report(step: Step) -> None:
        # Before the first row there is no pace to tell the time left by.
        if on_progress is not None and step.rows_done > 0 and record.is_due():
            on_progress(record.progress(step))

    # If nothing is left to learn, it stays at this one.
    step = Step(n_looks, start.epoch, lambda: start.codebook, np.nan, -1.0)
    for step in steps:
        record.note(step)
        report(step)
        if should_stop is not None and should_stop():
            steps.close()
            break

    epoch, codebook = step.epoch, np.array(step.codebook(), order="C")
    record.n_looks = step.rows_done + len(matrix)
    matches = best_two(
        matrix,
        codebook,
        settings.distance,
        gaps=gaps,
        on_rows=lambda done: report(replace(step, rows_done=step.rows_done + done)),
    )
    error = float(np.average(matches.distance, weights=row_weights))
    record.finish(epoch, error)
    history = tuple(record.history)
    if on_progress is not None:
        end = Checkpoint(epoch, codebook, history)
        copy = codebook.copy()
        on_progress(Progress(1.0, int(epoch), settings.epochs, copy, error, 0.0, end))
    return TrainedMap(
        codebook=codebook,
        bmu=matches.bmu,
        second_bmu=matches.second_bmu,
        distance=matches.distance,
        rows=prepared.rows,
        settings=settings,
        fitted=prepared.fitted,
        history=history,
    )


def _check_weights(weights: NDArray[np.float64], n_rows: int, settings: MapSettings) -> None:
    if settings.algorithm != "batch":
        raise AtlasError("Online training takes no row weights. Choose batch training.")
    if np.shape(weights) != (n_rows,):
        raise AtlasError(
            f"There are {n_rows} rows, so {n_rows} row weights are needed, but their shape is "
            f"{np.shape(weights)}."
        )
    if not (np.isfinite(weights).all() and np.min(weights) >= 0 and np.sum(weights) > 0):
        raise AtlasError(
            "Row weights must be finite numbers of at least 0, and one of them above 0. Replace "
            "those that are not."
        )


def _plan(
    matrix: NDArray[np.float64],
    settings: MapSettings,
    start: Checkpoint,
    row_weights: NDArray[np.float64] | None,
) -> tuple[Generator[Step, None, None], int]:
    """Return the steps of the training, and how many looks at a row it takes from its beginning."""
    if settings.algorithm == "online":
        steps = online_steps(matrix, start.codebook, settings, first_epoch=start.epoch)
        return steps, settings.epochs * len(matrix)
    schedule = suggested_schedule(settings, len(matrix))
    if row_weights is not None:  # a sample might miss the rows that weigh most
        schedule = replace(schedule, rows=np.full(settings.epochs, len(matrix)))
    steps = batch_steps(
        matrix,
        start.codebook,
        settings,
        schedule,
        first_epoch=int(start.epoch),
        row_weights=row_weights,
    )
    return steps, int(schedule.rows.sum())


class _Record:
    """What a training has told so far, and how long the rest of it may take."""

    def __init__(self, settings: MapSettings, start: Checkpoint, n_looks: int) -> None:
        self.history = list(start.history)
        self._settings = settings
        self.n_looks = n_looks  # at rows, in the whole training
        # A resumed training goes on in the time of the first.
        seconds_before = start.history[-1].seconds if start.history else 0.0
        self._began = monotonic() - seconds_before
        self._last_step = monotonic()
        self._pause = 0.0  # between two steps, the longest of late
        self._report_from = self._report_by = 0.0

    def note(self, step: Step) -> None:
        """Add the step's quantization error to the history if it is a new one."""
        latest = self.history[-1].epoch if self.history else -1.0
        if step.measured_at > latest:
            self._add(step.measured_at, step.quantization_error)

    def finish(self, epoch: float, quantization_error: float) -> None:
        """Add the error of the final codebook, measured on all rows."""
        self.history = [point for point in self.history if point.epoch < epoch]
        self._add(epoch, quantization_error)

    def _add(self, epoch: float, quantization_error: float) -> None:
        self.history.append(HistoryPoint(epoch, quantization_error, self._seconds()))

    def _seconds(self) -> float:
        return monotonic() - self._began

    def is_due(self) -> bool:
        """Return whether to report at this step, as the next one might come too late."""
        now = monotonic()
        self._pause = max(now - self._last_step, 0.99 * self._pause)
        self._last_step = now
        return now >= self._report_from and now + self._pause > self._report_by

    def progress(self, step: Step) -> Progress:
        """Return what to report now."""
        began = monotonic()
        fraction = step.rows_done / self.n_looks
        codebook = np.array(step.codebook(), order="C")
        took = monotonic() - began
        self._report_by = began + _SECONDS_OF_SILENCE
        self._report_from = began + max(_SECONDS_BETWEEN_REPORTS, took / _SHARE_OF_TIME)
        return Progress(
            fraction=fraction,
            epoch=int(step.epoch),
            epochs=self._settings.epochs,
            codebook=codebook,
            quantization_error=step.quantization_error,
            seconds_left=self._seconds() * (1 - fraction) / fraction,
            checkpoint=Checkpoint(step.epoch, codebook, tuple(self.history)),
        )
