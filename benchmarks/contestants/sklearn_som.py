"""sklearn-som: online training in double precision, on a rectangular lattice."""

from importlib.metadata import version

from sklearn_som.som import SOM

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("sklearn-som")


def steps(work: Workload) -> Training:
    som = SOM(
        work.side,
        work.side,
        work.n_features,
        sigma=work.sigma,
        max_iter=work.epochs * work.n_rows,
        random_state=0,
    )
    rows = work.rows()
    return Training(lambda: som.fit(rows, epochs=work.epochs))
