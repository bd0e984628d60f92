"""Which rows of a table on a disk lie on a map, and where: block by block, as the table is read."""

import numpy as np
from numpy.typing import NDArray

from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.trained_map import TrainedMap


def check_trained_on(m: TrainedMap, table: TableOnDisk) -> None:
    """Raise AtlasError if a table has fewer rows than the map knows, so that it is another one."""
    if len(m.rows) and m.rows[-1] >= table.n_rows:
        raise AtlasError(
            f"The map knows row {int(m.rows[-1]) + 1:,}, but “{table.name}” has {table.n_rows:,} "
            "rows. Give the table that the map was trained on."
        )


def rows_on_map(
    m: TrainedMap, start: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which rows from `start` to before `stop` lie on the map, and the node of each.

    Returns
    -------
    tuple of two arrays of shape (n,)
        Places, counted from `start`, and nodes.
    """
    # Of the type of the rows: for any other, numpy would make a copy of all of them.
    ends = np.array([start, stop], dtype=m.rows.dtype)
    here = slice(*np.searchsorted(m.rows, ends))
    return m.rows[here].astype(np.int64) - start, m.bmu[here].astype(np.int64)
