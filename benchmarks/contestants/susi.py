"""SuSi: online and batch training in double precision, on a rectangular lattice.

Its radius starts at half the map. One process, because more of them take longer.
"""

from importlib.metadata import version

from susi import SOMClustering

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("susi")


def steps(work: Workload) -> Training:
    return _training(work, "online", work.epochs * work.n_rows)


def batch(work: Workload) -> Training:
    return _training(work, "batch", work.epochs)


def _training(work: Workload, mode: str, n_iterations: int) -> Training:
    som = SOMClustering(
        work.side,
        work.side,
        n_iter_unsupervised=n_iterations,
        train_mode_unsupervised=mode,
        n_jobs=1,
        random_state=0,
    )
    rows = work.rows()
    return Training(lambda: som.fit(rows))
