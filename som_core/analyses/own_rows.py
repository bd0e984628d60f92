"""The rows that a map is of, as a table of their own: what its groups stand out from.

A map of some rows says nothing of the others, so that a group on it is told apart from the rest of
these rows, not from the rest of the table.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.positions import row_positions
from som_core.reading import Table
from som_core.trained_map import TrainedMap


@dataclass(frozen=True, eq=False)
class _Own:
    """The rows of a table that were chosen last, whose ranks stay with their table."""

    chosen: NDArray[np.int64]
    table: Table


_latest: WeakKeyDictionary[Table, _Own] = WeakKeyDictionary()


def own_table(m: TrainedMap, table: Table) -> Table:
    """Return the rows to which a map was limited as a table; the whole table where it was not."""
    if m.chosen is None:
        return table
    found = _latest.get(table)
    if found is None or not np.array_equal(found.chosen, m.chosen):
        found = _latest[table] = _Own(m.chosen, table.of_rows(m.chosen))
    return found.table


def own_places(m: TrainedMap, rows: ArrayLike) -> NDArray[np.int64]:
    """Return the places in `own_table` of those rows, (n_rows,), that are in it, ascending."""
    places = np.unique(row_positions(rows))
    if m.chosen is None:
        return places
    return np.flatnonzero(np.isin(m.chosen, places))
