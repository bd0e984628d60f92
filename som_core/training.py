"""From a prepared matrix to a trained map, with progress, cancel and checkpoints."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Self

import numpy as np
from minisom import MiniSom
from numpy.typing import NDArray

from som_core.batch import BatchStep, batch_steps
from som_core.errors import AtlasError
from som_core.initialisation import initial_codebook
from som_core.matching import best_two, check_rows
from som_core.preparation import Prepared
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint, TrainedMap

_SECONDS_BETWEEN_REPORTS = 0.05
_END_SIGMA = 0.7  # lattice steps


@dataclass(frozen=True)
class Checkpoint:
    """The state after a whole epoch: all that training needs to go on from there."""

    epoch: int
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
            return cls(int(saved["epoch"]), saved["codebook"], history)


@dataclass(frozen=True)
class Progress:
    """Where a training stands."""

    fraction: float  # 0 to 1, of the whole training
    epoch: int  # whole epochs done
    epochs: int
    codebook: NDArray[np.float64]  # (height, width, n_features), a copy
    quantization_error: float  # latest known
    seconds_left: float
    checkpoint: Checkpoint  # the last state that training can be resumed from


def train(
    prepared: Prepared,
    settings: MapSettings,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
) -> TrainedMap:
    """Train a map.

    Parameters
    ----------
    prepared : the rows, with at least one row and one feature
    settings : equal settings on equal rows give an equal map
    on_progress : called at most 20 times a second, and once at the end
    should_stop : asked about every 10 ms; when it says yes, the map learned so far is returned
    resume : where an earlier training of the same rows and settings was stopped; the result is
        the same as without the stop

    Raises
    ------
    AtlasError
        If there are no rows or features, or a row is empty or infinite.
    """
    matrix = prepared.matrix
    if matrix.shape[0] == 0 or matrix.shape[1] == 0:
        raise AtlasError(
            f"There are {matrix.shape[0]} rows and {matrix.shape[1]} features to train on, but at "
            "least one of each is needed. Keep more rows or columns in the recipe."
        )
    check_rows(matrix, np.empty((0, matrix.shape[1])))
    start = resume or Checkpoint(0, initial_codebook(matrix, settings))
    started = monotonic()
    reported = -np.inf
    history = list(start.history)
    codebook = start.codebook
    for step in _steps(matrix, settings, start):
        now = monotonic()
        codebook, epoch = step.codebook, start.epoch + step.epoch
        if step.rows_done == 0:
            history.append(HistoryPoint(epoch - 1, step.quantization_error, now - started))
        if should_stop is not None and should_stop():
            break
        if on_progress is not None and now - reported >= _SECONDS_BETWEEN_REPORTS:
            reported = now
            fraction = (epoch + step.rows_done / len(matrix)) / (settings.epochs + 1)
            on_progress(
                Progress(
                    fraction,
                    epoch,
                    settings.epochs,
                    codebook.copy(),
                    step.quantization_error,
                    (now - started) * (1 - fraction) / fraction,
                    Checkpoint(epoch, codebook, tuple(history)),
                )
            )
    matches = best_two(matrix, codebook, settings.distance)
    error = float(matches.distance.mean())
    history.append(HistoryPoint(epoch, error, monotonic() - started))
    if on_progress is not None:
        on_progress(
            Progress(
                1.0,
                epoch,
                settings.epochs,
                codebook.copy(),
                error,
                0.0,
                Checkpoint(epoch, codebook, tuple(history)),
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
        history=tuple(history),
    )


def _sigmas(settings: MapSettings) -> NDArray[np.float64]:
    """Return the neighbourhood radius of each epoch: evenly down to its end."""
    return np.linspace(settings.sigma, min(settings.sigma, _END_SIGMA), settings.epochs)


def _steps(
    matrix: NDArray[np.float64], settings: MapSettings, start: Checkpoint
) -> Iterator[BatchStep]:
    if settings.algorithm == "online":
        return _online_steps(matrix, settings, start)
    return batch_steps(
        matrix,
        start.codebook,
        settings,
        sigmas=_sigmas(settings)[start.epoch :],
        learning_rates=np.ones(settings.epochs - start.epoch),
    )


def _online_steps(
    matrix: NDArray[np.float64], settings: MapSettings, start: Checkpoint
) -> Iterator[BatchStep]:
    som = MiniSom(
        settings.width,
        settings.height,
        matrix.shape[1],
        sigma=settings.sigma,
        learning_rate=settings.learning_rate,
        neighborhood_function=settings.neighbourhood,
        topology=settings.lattice,
        activation_distance=settings.distance,
        random_seed=settings.seed,
    )
    som._weights = start.codebook.transpose(1, 0, 2).copy()
    for epoch in range(start.epoch, settings.epochs):
        before = som.quantization_error(matrix)
        for place, row in enumerate(
            np.random.default_rng([settings.seed, epoch]).permutation(len(matrix))
        ):
            som.update(matrix[row], som.winner(matrix[row]), epoch, settings.epochs)
            if place % 100 == 99:
                yield BatchStep(
                    epoch - start.epoch, place, som.get_weights().transpose(1, 0, 2), before
                )
        yield BatchStep(epoch + 1 - start.epoch, 0, som.get_weights().transpose(1, 0, 2), before)
