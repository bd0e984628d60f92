"""XPySom: batch training in single precision, by numpy.

Its linear decay yields plain numbers. The others yield numpy's, by which numpy 2 would lift half of
the work to double precision.
"""

from importlib.metadata import version

import numpy as np
from xpysom import XPySom

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("XPySom")


def batch(work: Workload) -> Training:
    som = XPySom(
        work.side,
        work.side,
        work.n_features,
        sigma=work.sigma,
        topology=work.lattice,
        decay_function="linear",
        random_seed=0,
    )
    rows = work.rows().astype(np.float32)
    return Training(lambda: som.train(rows, work.epochs))
