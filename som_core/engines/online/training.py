"""Online training of a codebook by `Som`, as states that training can report, and stop at."""

import warnings
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from som_core.engines.online.som import Som
from som_core.engines.online.toroid_som import ToroidSom
from som_core.engines.state import TrainingState
from som_core.geometry.best_matching import best_two, has_gaps, rows_in_part
from som_core.geometry.sampling import sampled_rows
from som_core.settings import MapSettings

_MOST_MEASURED = 2_000  # rows
_FEWEST_MEASURED = 100  # rows, however large the map


def train_online(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    settings: MapSettings,
    *,
    first_epoch: float = 0,
) -> Generator[TrainingState, None, None]:
    """Present row by row, in an order drawn by the seed; yield about every 20 ms, and before.

    Sigma and learning rate shrink from epoch to epoch, evenly to 1 lattice step and to 0. The
    quantization error is that of up to 2,000 rows, drawn by chance, measured after each epoch;
    of fewer where they would hold up the training.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features), which may have NaN cells
    codebook : array of shape (height, width, n_features)
        Where training starts.
    first_epoch : epochs that the codebook has learned already, with a part of one
    """
    som = _som_of(settings, codebook)
    soon = rows_in_part(codebook, settings.distance, gaps=has_gaps(matrix)) // 2  # within 10 ms
    n_measured = min(_MOST_MEASURED, max(_FEWEST_MEASURED, soon))
    measured = matrix[sampled_rows(len(matrix), n_measured, seed=0)]
    first_step = round(first_epoch * len(matrix))

    def learned() -> NDArray[np.float64]:
        return np.swapaxes(som.get_weights(), 0, 1)

    yield TrainingState(first_step, first_epoch, learned, np.nan, -1.0)
    error, measured_at = _mean_distance(measured, learned(), settings), first_epoch
    yield TrainingState(first_step, first_epoch, learned, error, measured_at)
    for done in som.train_steps(
        matrix, settings.epochs, random_order=True, use_epochs=True, first_step=first_step
    ):
        epoch = done / len(matrix)
        yield TrainingState(done, epoch, learned, error, measured_at)
        if int(epoch) > int(measured_at):
            error, measured_at = _mean_distance(measured, learned(), settings), epoch


def _som_of(settings: MapSettings, codebook: NDArray[np.float64]) -> Som:
    som_class = ToroidSom if settings.toroid else Som
    with warnings.catch_warnings():
        # What may surprise the analyst was said before training (suggestions.before_training).
        warnings.simplefilter("ignore", UserWarning)
        som = som_class(
            settings.width,
            settings.height,
            codebook.shape[-1],
            sigma=settings.sigma,
            learning_rate=settings.learning_rate,
            decay_function="linear_decay_to_zero",
            sigma_decay_function=(
                "linear_decay_to_one" if settings.sigma > 1 else "asymptotic_decay"
            ),
            neighborhood_function=settings.neighbourhood,
            topology=settings.lattice,
            activation_distance=settings.distance,
            random_seed=settings.seed,
        )
    som.get_weights()[...] = np.swapaxes(codebook, 0, 1)
    return som


def _mean_distance(
    rows: NDArray[np.float64], codebook: NDArray[np.float64], settings: MapSettings
) -> float:
    return float(best_two(rows, codebook, settings.distance).distance.mean())
