"""Somoclu: batch training in single precision, by its C++ kernel for processors."""

from importlib.metadata import version

import numpy as np
import somoclu.somoclu_wrap  # the kernel: where it was not compiled, it is missed here and now

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("somoclu")


def batch(work: Workload) -> Training:
    som = somoclu.Somoclu(work.side, work.side, gridtype=work.lattice)
    rows = work.rows().astype(np.float32)
    return Training(lambda: som.train(rows, epochs=work.epochs, radius0=work.sigma))
