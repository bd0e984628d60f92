"""Batch training over Dask: rows stay on the machines of a cluster, only sums travel.

Needs `pip install som-atlas[dask]`. In each epoch every block of rows adds itself up by node, on
the machine where it lies; the codebook goes there, sums of its size come back, and are added in
the order of the blocks, so that an equal array gives an equal map on any cluster.
"""

from som_core.distributed.cluster_trainings import train_all_rows_on_cluster, train_on_cluster
from som_core.distributed.dask_som import DaskSom

__all__ = ["DaskSom", "train_all_rows_on_cluster", "train_on_cluster"]
