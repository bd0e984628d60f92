"""SOM Atlas: its trainings, and the matrix product that they are held against."""

from collections import deque

import numpy as np

from benchmarks.analysis import SIDE, a_large_map, errors_and_hits, product
from benchmarks.contestants import Training
from benchmarks.contestants.minisom import new_som
from benchmarks.workloads import Workload
from som_core.engines.batch import batch_steps
from som_core.engines.online.compilation import warm_up
from som_core.engines.online.som import Som
from som_core.engines.schedule import Schedule, full_schedule, suggested_schedule
from som_core.settings import MapSettings

VERSION = ""

_LOADING = warm_up()
_LOADING.join()
if _LOADING.kernels is None:
    raise RuntimeError("The kernels could not be compiled: training would be by MiniSom itself.")


def epochs(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work, Som)
    return Training(lambda: som.train(rows, work.epochs, use_epochs=True))


def steps(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work, Som)
    return Training(lambda: som.train(rows, work.epochs * work.n_rows))


def drop_in(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work, Som)
    return Training(lambda: som.train_batch_offline(rows, work.epochs))


def batch(work: Workload) -> Training:
    sigmas = np.linspace(work.sigma, 1, work.epochs)
    return _batch(work, full_schedule(sigmas, np.ones(work.epochs), work.n_rows))


def batch_as_suggested(work: Workload) -> Training:
    return _batch(work, suggested_schedule(_settings(work), work.n_rows))


def _batch(work: Workload, schedule: Schedule) -> Training:
    steps = batch_steps(work.rows(), work.codebook(), _settings(work), schedule)
    return Training(lambda: deque(steps, maxlen=0))


def _settings(work: Workload) -> MapSettings:
    return MapSettings(
        height=work.side,
        width=work.side,
        sigma=work.sigma,
        epochs=work.epochs,
        lattice=work.lattice,
    )


def matrix_product(work: Workload) -> Training:
    """Multiply all rows by all nodes, once an epoch."""
    rows, codebook = work.rows(), work.codebook()

    def multiply() -> None:
        for _ in range(work.epochs):
            product(rows, codebook)

    return Training(multiply)


def map_quality(work: Workload) -> Training:
    """Find quantization error, topographic error and hits of a map of 40 × 40 nodes, once."""
    _, prepared, m = a_large_map(max(work.n_rows, SIDE * SIDE))
    return Training(lambda: errors_and_hits(prepared, m))
