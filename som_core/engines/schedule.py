"""What each epoch of batch training does: how far rows pull, how strongly, and how many of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.settings import MapSettings

_ROWS_TO_HURRY = 10_000  # shorter tables are trained in a moment anyway
_ROWS_FOR_A_NODE = 100  # as many in its neighbourhood tell the mean to a tenth of the spread


@dataclass(frozen=True)
class Schedule:
    """One number an epoch, each of shape (epochs,)."""

    sigmas: NDArray[np.float64]  # neighbourhood radius in lattice steps
    learning_rates: NDArray[np.float64]  # 1: nodes move all the way to the mean of their rows
    rows: NDArray[np.int64]  # how many rows take part


def full_schedule(
    sigmas: NDArray[np.float64], learning_rates: NDArray[np.float64], n_rows: int
) -> Schedule:
    """Return a schedule in which all rows take part in every epoch."""
    return Schedule(sigmas, learning_rates, np.full(len(sigmas), n_rows))


def suggested_schedule(settings: MapSettings, n_rows: int) -> Schedule:
    """Return the schedule that gives good maps soon (measured: docs/decisions/batch-training.md).

    The radius shrinks by the same factor from epoch to epoch. While it is wide, every node learns
    from a large part of the rows, so that a sample of a long table serves as well; its size
    grows until all rows take part, in the last epoch at the latest.
    """
    end = min(settings.sigma, settings.end_sigma)
    sigmas = np.geomspace(settings.sigma, end, settings.epochs)
    share_in_reach = 2 * np.pi * sigmas**2 / settings.n_nodes
    needed = np.ceil(_ROWS_FOR_A_NODE / share_in_reach)
    is_sampled = (n_rows > _ROWS_TO_HURRY) & (needed < n_rows / 2)
    is_sampled[-1] = False
    rows = np.where(is_sampled, needed, n_rows).astype(np.int64)
    return Schedule(sigmas, np.ones(settings.epochs), rows)
