"""Where each row of a table lies on a map, as columns beside its own."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from som_core.reading import Table
from som_core.trained_map import TrainedMap

_TAKEN = " (map)"  # follows a name that the table has already


def rows_with_cells(m: TrainedMap, table: Table) -> pd.DataFrame:
    """Return the whole table with the cell of each row, blank where a row isn't on the map.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns + 3)
        `cell_x` and `cell_y` count from 1 at the top left, as the maps do; `distance` is that of
        the row from its cell, in scaled units.
    """
    y, x = np.divmod(m.bmu, m.width)
    on_map = pd.DataFrame({"cell_x": x + 1, "cell_y": y + 1, "distance": m.distance}, index=m.rows)
    on_map = on_map.astype({"cell_x": "Int64", "cell_y": "Int64"})
    taken = set(table.frame.columns)
    on_map.columns = [free_name(name, taken) for name in on_map.columns]
    return pd.concat([table.frame, on_map.reindex(range(len(table.frame)))], axis=1)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that a table doesn't have yet: “name”, or “name (map)”, and so on."""
    while name in taken:
        name += _TAKEN
    return name
