"""QuickSOM: training in batches, in single precision, on a rectangular lattice.

By default a batch has 20 rows, which takes several times as long. It holds the difference of each
row of a batch from each node, so the batch is smaller where there are many nodes and features.
"""

from importlib.metadata import version

import numpy as np
from quicksom.som import SOM

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("quicksom")
ROWS_IN_BATCH = 1_000
DIFFERENCES_IN_BATCH = 20_000_000  # 80 MB


def batch(work: Workload) -> Training:
    som = SOM(work.side, work.side, work.n_features, sigma=work.sigma, n_epoch=work.epochs)
    rows = work.rows().astype(np.float32)
    most = DIFFERENCES_IN_BATCH // (work.side**2 * work.n_features)
    return Training(
        lambda: som.fit(
            rows,
            batch_size=min(ROWS_IN_BATCH, most),
            num_workers=0,
            logfile=None,
            do_compute_all_dists=False,
        )
    )
