"""The rows that an analyst points at; they stay selected from page to page and from map to map."""

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.selection import nodes_of, rows_of
from som_core.trained_map import TrainedMap

Rows = NDArray[np.int64]


def _no_rows() -> Rows:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows of one table, ascending; on the map where cells were chosen, those cells too."""

    rows: Rows = field(default_factory=_no_rows)  # positions in table.frame
    group: str = ""  # id of the set that these rows are
    id: str = ""  # of rows that were kept for a link
    map: str = ""  # id of the map on which cells were chosen; "" where rows were
    nodes: frozenset[int] = frozenset()  # those cells: one without rows is among them

    @property
    def is_empty(self) -> bool:
        return len(self.rows) == 0 and not self.nodes

    def nodes_on(self, map_id: str, m: TrainedMap) -> frozenset[int]:
        """Return the cells of a map that are to be outlined: those chosen, or those of the rows."""
        if self.map == map_id:
            return self.nodes
        return frozenset(int(node) for node in np.unique(nodes_of(m, self.rows)) if node >= 0)


def selection_by_nodes(map_id: str, m: TrainedMap, nodes: frozenset[int]) -> Selection:
    """Return the rows in some cells of a map."""
    return Selection(rows=rows_of(m, nodes), map=map_id, nodes=nodes) if nodes else Selection()


def fingerprint(rows: Rows) -> str:
    """Return a short text that is equal for equal rows, and for no others."""
    return blake2b(rows.tobytes(), digest_size=16).hexdigest()
