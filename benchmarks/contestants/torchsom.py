"""TorchSOM: training in batches, in single precision.

By default a batch has 5 rows, which takes many times as long.
"""

from importlib.metadata import version

import numpy as np
import torch
from torchsom.core.som import SOM

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("torchsom")
ROWS_IN_BATCH = 1_000


def batch(work: Workload) -> Training:
    som = SOM(
        work.side,
        work.side,
        work.n_features,
        epochs=work.epochs,
        batch_size=ROWS_IN_BATCH,
        sigma=work.sigma,
        topology=work.lattice,
    )
    rows = torch.from_numpy(work.rows().astype(np.float32))
    return Training(lambda: som.fit(rows, verbose=False))
