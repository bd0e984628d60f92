"""Tables that no memory holds: Parquet data sets and folders of CSV, read where they lie.

Nothing of them is copied or changed.
"""

from som_core.datasets.addresses import file_at
from som_core.datasets.opening import FoundDataset, datasets_in, open_dataset
from som_core.datasets.table_on_disk import PartOfTable, TableOnDisk

__all__ = [
    "FoundDataset",
    "PartOfTable",
    "TableOnDisk",
    "datasets_in",
    "file_at",
    "open_dataset",
]
