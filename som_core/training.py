"""From a prepared matrix to a trained map, with progress, cancel and checkpoints."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from som_core.engines.batch import batch_steps
from som_core.engines.blocks_on_disk import BlocksOnDisk, RowsOfStart
from som_core.engines.blockwise import blockwise_steps, n_gathers
from som_core.engines.initialisation import initial_codebook
from som_core.engines.online.training import train_online
from som_core.engines.progress import Checkpoint, Progress
from som_core.engines.runaway import RunawayWatch
from som_core.engines.schedule import Schedule, suggested_schedule
from som_core.engines.state import TrainingState
from som_core.errors import AtlasError
from som_core.geometry.arrays_on_disk import array_on_disk
from som_core.geometry.best_matching import Matches, best_two, check_rows, match_two
from som_core.geometry.distances import slices
from som_core.geometry.parallel import one_blas_thread_each
from som_core.geometry.sampling import RowsElsewhere
from som_core.preparation import Prepared, PreparedOnDisk
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint, TrainedMap

_SECONDS_BETWEEN_REPORTS = 0.02  # at least
_SECONDS_OF_SILENCE = 0.045  # and 50 ms at most, as far as the engines allow
_SHARE_OF_TIME = 0.05  # that copying the codebook for reports may cost


def train(
    prepared: Prepared | PreparedOnDisk,
    settings: MapSettings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
    row_weights: NDArray[np.float64] | None = None,
    on_start: Callable[[float], None] | None = None,
) -> TrainedMap:
    """Train a map.

    Batch training ignores the learning rate: its nodes move all the way to the mean of their rows.

    The rows of a data set on a disk are trained block by block, and so never all in memory, to the
    same map (1e-9). What is kept of each row lies in files for temporary things (TMPDIR): 16 bytes
    a row, as long as the map is held. To find the rows' cells takes one more pass over all rows,
    also after a stop.

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
        They shape the codebook and the errors in the history, but not where training starts. Batch
        training only.
    on_start : for rows on a disk: told before the first progress, from 0 to 1, how much is passed
        to find the rows from which the codebook starts

    Raises
    ------
    AtlasError
        If there are no rows, a row is empty or infinite, the weights are not such numbers, the map
        runs away from the rows, as it may with a Mexican hat, or rows on a disk are to be trained
        online, or are stopped before there is a first codebook.
    """
    if isinstance(prepared, PreparedOnDisk):
        watch = _Watch(on_start, on_progress, should_stop)
        return _train_on_disk(prepared, settings, watch, resume, row_weights)
    matrix = prepared.matrix
    if len(matrix) == 0:
        raise AtlasError("There are no rows to train on. Keep more rows in the recipe.")
    gaps = check_rows(matrix)
    if row_weights is not None:
        check_weights(row_weights, len(matrix), settings)
    start = start_of(matrix, settings, resume)
    states, n_looks = _plan(matrix, settings, start, row_weights)
    n_looks += len(matrix)  # in the end each row is looked up
    course = Course(matrix, settings, start, n_looks, on_progress, should_stop)
    codebook = course.learn(states)
    matches = Matches.empty(len(matrix))
    with one_blas_thread_each() as pool:
        course.match(match_two(matrix, codebook, settings.distance, matches, pool, gaps=gaps))
    history = course.finish(float(np.average(matches.distance, weights=row_weights)))
    return finished_map(prepared, settings, codebook, matches, history)


def start_of(
    rows: NDArray[np.float64] | RowsElsewhere, settings: MapSettings, resume: Checkpoint | None
) -> Checkpoint:
    """Return where a training starts: where an earlier one stood, or else at epoch 0.

    Raises
    ------
    AtlasError
        If the earlier one was of a map of another shape.
    """
    if resume is None:
        return Checkpoint(0, initial_codebook(rows, settings))
    needed = (settings.height, settings.width, rows.shape[1])
    if resume.codebook.shape != needed:
        was, wanted = (" × ".join(map(str, shape)) for shape in (resume.codebook.shape, needed))
        raise AtlasError(
            f"The training to go on with is of {was} (height, width, features), but {wanted} are "
            "asked for. Take the settings and the rows that it began with, or train anew."
        )
    return resume


def train_on_all_rows(
    prepared: Prepared,
    all_rows: PreparedOnDisk,
    settings: MapSettings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
    on_start: Callable[[float], None] | None = None,
) -> TrainedMap:
    """Train a map on all rows of a table on a disk, and lay a sample of them on it.

    The codebook is the one that `train` makes of all rows. The rows on the map are those of the
    sample, as is the error that the history ends with; so nothing is kept of the others, and a stop
    needs no further pass.

    Parameters
    ----------
    prepared : the sample
    all_rows : the whole table, prepared by what was learned from the sample: see `prepared_alike`
    settings, on_progress, should_stop, resume, on_start : as `train` takes them, for batch training

    Raises
    ------
    AtlasError
        As `train`, and if the two were prepared differently.
    """
    check_prepared_alike(prepared, all_rows)
    check_blockwise(settings)
    blocks = BlocksOnDisk(all_rows.matrix)
    watch = _Watch(on_start, on_progress, should_stop)
    course, codebook = _learned_on_disk(blocks, settings, watch, resume, n_passes=0)
    return map_of_sample(prepared, settings, course, codebook, n_trained=len(all_rows.matrix))


def _train_on_disk(
    prepared: PreparedOnDisk,
    settings: MapSettings,
    watch: "_Watch",
    resume: Checkpoint | None,
    row_weights: NDArray[np.float64] | None,
) -> TrainedMap:
    """Train block by block; what is kept of each row lies on the disk, too."""
    matrix = prepared.matrix
    if row_weights is not None:
        check_weights(row_weights, len(matrix), settings)
    check_blockwise(settings)
    node = np.int32  # a map has far fewer nodes than it can count
    matches = Matches(  # before the long work, as there may be no room
        array_on_disk(len(matrix), node),
        array_on_disk(len(matrix), node),
        array_on_disk(len(matrix), np.float64),
    )
    blocks = BlocksOnDisk(matrix, row_weights)
    course, codebook = _learned_on_disk(blocks, settings, watch, resume, n_passes=1)
    course.match(blocks.match(codebook, settings.distance, matches))
    # Slice by slice, as an average takes copies of all rows.
    parts = slices(len(matrix), 1_000_000)
    error = sum(float(matches.distance[part] @ blocks.weights(part)) for part in parts)
    weight = sum(float(blocks.weights(part).sum()) for part in parts)
    return finished_map(prepared, settings, codebook, matches, course.finish(error / weight))


@dataclass(frozen=True)
class _Watch:
    """What is told of a training on a disk, and asked whether to stop."""

    on_start: Callable[[float], None] | None
    on_progress: Callable[[Progress], None] | None
    should_stop: Callable[[], bool] | None

    def look_at_start(self, share: float) -> None:
        """Tell how far the pass before the first epoch is; AtlasError if it is to stop."""
        if self.on_start is not None:
            self.on_start(share)
        if self.should_stop is not None and self.should_stop():
            raise stopped_before_start()


def stopped_before_start() -> AtlasError:
    """Return what says that there is nothing to return, as nothing is learned yet."""
    return AtlasError("The training was stopped before its first epoch, so there is no map yet.")


def _learned_on_disk(
    blocks: BlocksOnDisk,
    settings: MapSettings,
    watch: "_Watch",
    resume: Checkpoint | None,
    *,
    n_passes: int,
) -> tuple["Course", NDArray[np.float64]]:
    """Learn from rows on a disk; return the course of it, and the codebook.

    Parameters
    ----------
    n_passes : over all rows, that follow
    """
    matrix = blocks.matrix
    rows_of_start = RowsOfStart(matrix, lambda n_read: watch.look_at_start(n_read / len(matrix)))
    start = start_of(rows_of_start, settings, resume)
    schedule = schedule_of(settings, len(matrix), is_weighted=blocks.row_weights is not None)
    states = blockwise_steps(
        blocks, start.codebook, settings, schedule, first_epoch=int(start.epoch)
    )
    n_passes += n_gathers(matrix.shape, schedule, int(start.epoch))
    n_looks = int(schedule.rows.sum()) + n_passes * len(matrix)
    course = Course(matrix, settings, start, n_looks, watch.on_progress, watch.should_stop)
    return course, course.learn(states)


def finished_map(
    prepared: Prepared | PreparedOnDisk,
    settings: MapSettings,
    codebook: NDArray[np.float64],
    matches: Matches,
    history: tuple[HistoryPoint, ...],
) -> TrainedMap:
    """Return the map of prepared rows, once its nodes and those of its rows are known."""
    return TrainedMap(
        codebook=codebook,
        bmu=matches.bmu,
        second_bmu=matches.second_bmu,
        distance=matches.distance,
        rows=prepared.rows,
        settings=settings,
        fitted=prepared.fitted,
        history=history,
        chosen=prepared.chosen,
    )


def map_of_sample(
    prepared: Prepared,
    settings: MapSettings,
    course: "Course",
    codebook: NDArray[np.float64],
    n_trained: int,
) -> TrainedMap:
    """Return the map that so many rows have trained, with a prepared sample of them on it."""
    matches = best_two(prepared.matrix, codebook, settings.distance)
    history = course.finish(float(matches.distance.mean()))
    m = finished_map(prepared, settings, codebook, matches, history)
    return replace(m, n_trained=n_trained)


def check_prepared_alike(prepared: Prepared, all_rows: PreparedOnDisk) -> None:
    """Raise an AtlasError unless a sample and all rows were prepared by the same fitted recipe."""
    if prepared.fitted != all_rows.fitted:
        raise AtlasError(
            "All rows were prepared otherwise than their sample, so that they have no place on its "
            "map. Prepare them with prepared_alike."
        )


def check_blockwise(settings: MapSettings) -> None:
    """Raise an AtlasError if rows that lie in blocks can't be trained with these settings."""
    if settings.algorithm != "batch":
        raise AtlasError(
            "Online training presents rows one by one, in any order, so they have to be in "
            "memory. Choose batch training."
        )


def check_weights(weights: NDArray[np.float64], n_rows: int, settings: MapSettings) -> None:
    """Raise an AtlasError if rows can't have these weights."""
    if settings.algorithm != "batch":
        raise AtlasError("Online training takes no row weights. Choose batch training.")
    check_shape_of_weights(np.shape(weights), n_rows)
    if not (np.isfinite(weights).all() and np.min(weights) >= 0 and np.sum(weights) > 0):
        raise AtlasError(
            "Row weights must be finite numbers of at least 0, and one of them above 0. Replace "
            "those that are not."
        )


def check_shape_of_weights(shape: tuple[int, ...], n_rows: int) -> None:
    """Raise an AtlasError unless there is one weight for each row."""
    if shape != (n_rows,):
        raise AtlasError(
            f"There are {n_rows} rows, so {n_rows} row weights are needed, but their shape is "
            f"{shape}."
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
    schedule = schedule_of(settings, len(matrix), is_weighted=row_weights is not None)
    states = batch_steps(
        matrix,
        start.codebook,
        settings,
        schedule,
        first_epoch=int(start.epoch),
        row_weights=row_weights,
    )
    return states, int(schedule.rows.sum())


def schedule_of(settings: MapSettings, n_rows: int, *, is_weighted: bool) -> Schedule:
    """Return what each epoch of batch training does."""
    schedule = suggested_schedule(settings, n_rows)
    if not is_weighted:
        return schedule
    # A sample might miss the rows that weigh most.
    return replace(schedule, rows=np.full(settings.epochs, n_rows))


class Course:
    """One training on its way: it reports, asks whether to stop, and keeps the history.

    Parameters
    ----------
    matrix : the rows, by whose range it is seen that a map runs away
    settings, on_progress, should_stop : as `train` takes them
    start : where it begins
    n_looks : at rows, in the whole training
    """

    def __init__(
        self,
        matrix: NDArray[np.float64] | RowsElsewhere,
        settings: MapSettings,
        start: Checkpoint,
        n_looks: int,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._record = _Record(settings, start, n_looks)
        self._watch = RunawayWatch(matrix, start.codebook, settings)
        self._n_rows = len(matrix)
        self._settings = settings
        self._on_progress, self._should_stop = on_progress, should_stop
        self.is_stopped = False
        # If nothing is left to learn, it stays at this one.
        self._state = TrainingState(n_looks, start.epoch, lambda: start.codebook, np.nan, -1.0)

    def learn(self, states: Generator[TrainingState, None, None]) -> NDArray[np.float64]:
        """Go through the states of an engine; return the codebook of the last one."""
        with closing(states):
            for self._state in states:
                self._watch.look(self._state)
                self._record.note(self._state)
                self._report(self._state)
                if self._should_stop is not None and self._should_stop():
                    self.is_stopped = True
                    break
        self._codebook = np.array(self._state.codebook(), order="C")
        self._watch.check(self._codebook, self._state.epoch)
        return self._codebook

    def match(self, n_done: Iterable[int]) -> None:
        """Go through the look for the best nodes of all rows."""
        self._record.n_looks = self._state.rows_done + self._n_rows
        for done in n_done:
            self._report(replace(self._state, rows_done=self._state.rows_done + done))

    @property
    def history(self) -> tuple[HistoryPoint, ...]:
        return tuple(self._record.history)

    def finish(self, quantization_error: float) -> tuple[HistoryPoint, ...]:
        """Report the last time, with the error of all rows; return the history."""
        epoch = self._state.epoch
        self._record.finish(epoch, quantization_error)
        if self._on_progress is not None:
            self._on_progress(
                Progress(
                    fraction=1.0,
                    epochs=self._settings.epochs,
                    quantization_error=quantization_error,
                    seconds_left=0.0,
                    checkpoint=Checkpoint(epoch, self._codebook.copy(), self.history),
                )
            )
        return self.history

    def _report(self, state: TrainingState) -> None:
        # Before the first row there is no pace to tell the time left by.
        if self._on_progress is not None and state.rows_done > 0 and self._record.is_due():
            self._on_progress(self._record.progress(state))


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
