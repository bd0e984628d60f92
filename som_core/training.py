"""From a prepared matrix to a trained map, with progress, cancel and checkpoints."""

from collections.abc import Callable, Generator
from dataclasses import replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from som_core.engines.batch import batch_steps
from som_core.engines.initialisation import initial_codebook
from som_core.engines.online.training import train_online
from som_core.engines.progress import Checkpoint, Progress
from som_core.engines.runaway import RunawayWatch
from som_core.engines.schedule import suggested_schedule
from som_core.engines.state import TrainingState
from som_core.errors import AtlasError
from som_core.geometry.best_matching import Matches, check_rows, match_two
from som_core.geometry.parallel import one_blas_thread_each
from som_core.preparation import Prepared
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint, TrainedMap

_SECONDS_BETWEEN_REPORTS = 0.02  # at least
_SECONDS_OF_SILENCE = 0.045  # and 50 ms at most, as far as the engines allow
_SHARE_OF_TIME = 0.05  # that copying the codebook for reports may cost


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
        If there are no rows, a row is empty or infinite, the weights are not such numbers, or the
        map runs away from the rows, as it may with a Mexican hat.
    """
    matrix = prepared.matrix
    if len(matrix) == 0:
        raise AtlasError("There are no rows to train on. Keep more rows in the recipe.")
    gaps = check_rows(matrix)
    if row_weights is not None:
        _check_weights(row_weights, len(matrix), settings)
    start = resume or Checkpoint(0, initial_codebook(matrix, settings))
    states, n_looks = _plan(matrix, settings, start, row_weights)
    record = _Record(settings, start, n_looks + len(matrix))  # in the end each row is looked up

    def report(state: TrainingState) -> None:
        # Before the first row there is no pace to tell the time left by.
        if on_progress is not None and state.rows_done > 0 and record.is_due():
            on_progress(record.progress(state))

    # If nothing is left to learn, it stays at this one.
    state = TrainingState(n_looks, start.epoch, lambda: start.codebook, np.nan, -1.0)
    watch = RunawayWatch(matrix, start.codebook, settings)
    for state in states:
        watch.look(state)
        record.note(state)
        report(state)
        if should_stop is not None and should_stop():
            states.close()
            break

    epoch, codebook = state.epoch, np.array(state.codebook(), order="C")
    watch.check(codebook, epoch)
    record.n_looks = state.rows_done + len(matrix)
    matches = Matches.empty(len(matrix))
    with one_blas_thread_each() as pool:
        for done in match_two(matrix, codebook, settings.distance, matches, pool, gaps=gaps):
            report(replace(state, rows_done=state.rows_done + done))
    error = float(np.average(matches.distance, weights=row_weights))
    record.finish(epoch, error)
    history = tuple(record.history)
    if on_progress is not None:
        on_progress(
            Progress(
                fraction=1.0,
                epochs=settings.epochs,
                quantization_error=error,
                seconds_left=0.0,
                checkpoint=Checkpoint(epoch, codebook.copy(), history),
            )
        )
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
) -> tuple[Generator[TrainingState, None, None], int]:
    """Return the training, and how many looks at a row it takes from its beginning."""
    if settings.algorithm == "online":
        states = train_online(matrix, start.codebook, settings, first_epoch=start.epoch)
        return states, settings.epochs * len(matrix)
    schedule = suggested_schedule(settings, len(matrix))
    if row_weights is not None:  # a sample might miss the rows that weigh most
        schedule = replace(schedule, rows=np.full(settings.epochs, len(matrix)))
    states = batch_steps(
        matrix,
        start.codebook,
        settings,
        schedule,
        first_epoch=int(start.epoch),
        row_weights=row_weights,
    )
    return states, int(schedule.rows.sum())


class _Record:
    """What a training has told so far, and how long the rest of it may take."""

    def __init__(self, settings: MapSettings, start: Checkpoint, n_looks: int) -> None:
        self.history = list(start.history)
        self._settings = settings
        self.n_looks = n_looks  # at rows, in the whole training
        # A resumed training goes on in the time of the first.
        seconds_before = start.history[-1].seconds if start.history else 0.0
        self._began = monotonic() - seconds_before
        self._last_look = monotonic()
        self._pause = 0.0  # between two looks, the longest of late
        self._report_from = self._report_by = 0.0

    def note(self, state: TrainingState) -> None:
        """Add the state's quantization error to the history if it is a new one."""
        latest = self.history[-1].epoch if self.history else -1.0
        if state.measured_at > latest:
            self._add(state.measured_at, state.quantization_error)

    def finish(self, epoch: float, quantization_error: float) -> None:
        """Add the error of the final codebook, measured on all rows."""
        self.history = [point for point in self.history if point.epoch < epoch]
        self._add(epoch, quantization_error)

    def _add(self, epoch: float, quantization_error: float) -> None:
        self.history.append(HistoryPoint(epoch, quantization_error, self._seconds()))

    def _seconds(self) -> float:
        return monotonic() - self._began

    def is_due(self) -> bool:
        """Return whether to report now, as the next state might come too late."""
        now = monotonic()
        self._pause = max(now - self._last_look, 0.99 * self._pause)
        self._last_look = now
        return now >= self._report_from and now + self._pause > self._report_by

    def progress(self, state: TrainingState) -> Progress:
        """Return what to report now."""
        began = monotonic()
        fraction = state.rows_done / self.n_looks
        codebook = np.array(state.codebook(), order="C")
        took = monotonic() - began
        self._report_by = began + _SECONDS_OF_SILENCE
        self._report_from = began + max(_SECONDS_BETWEEN_REPORTS, took / _SHARE_OF_TIME)
        return Progress(
            fraction=fraction,
            epochs=self._settings.epochs,
            quantization_error=state.quantization_error,
            seconds_left=self._seconds() * (1 - fraction) / fraction,
            checkpoint=Checkpoint(state.epoch, codebook, tuple(self.history)),
        )
