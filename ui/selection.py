"""The rows that an analyst points at; they stay selected from page to page and from map to map."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.selection import nodes_of, rows_of
from som_core.groups import Group
from som_core.selection_steps import Asked, Pointed, Step, keys_of, questions
from som_core.trained_map import TrainedMap

Rows = NDArray[np.int64]

_LONGEST_ID = 1_000  # letters; an address has to stay one that can be sent
_MOST_IN_RUN = 10_000  # more nodes than a map has
_CELLS = re.compile(r"(?P<map>[\w-]{1,64})\.(?P<runs>\d{1,5}(-\d{1,5})?(\.\d{1,5}(-\d{1,5})?)*)")


def no_rows() -> Rows:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows of one table, ascending; on the map where cells were chosen, those cells too."""

    rows: Rows = field(default_factory=no_rows)  # positions in table.frame
    group: str = ""  # id of the set that these rows are
    id: str = ""  # what an address says for it: of rows that were kept for a link, or the cells
    map: str = ""  # id of the map on which cells were chosen; "" where rows were
    nodes: frozenset[int] = frozenset()  # those cells: one without rows is among them
    step: Step | None = None  # how the rows were found; of cells it follows from them

    @property
    def is_empty(self) -> bool:
        return len(self.rows) == 0 and not self.nodes

    @property
    def asked(self) -> str:
        """The one condition, or text, that found the rows; "" where it was anything else."""
        return self.step.text if isinstance(self.step, Asked) else ""

    def is_like(self, other: "Selection") -> bool:
        """Return whether the same rows and cells are selected in the same way."""
        return self._facts == other._facts

    @property
    def _facts(self) -> tuple[bytes, str, str, frozenset[int], Step | None]:
        return self.rows.tobytes(), self.group, self.map, self.nodes, self.step

    def nodes_on(self, map_id: str, m: TrainedMap) -> frozenset[int]:
        """Return the cells of a map that are to be outlined: those chosen, or those of the rows."""
        if self.map == map_id:
            return self.nodes
        return frozenset(int(node) for node in np.unique(nodes_of(m, self.rows)) if node >= 0)


def selection_of_group(mark: str, named: Group) -> Selection:
    """Return the rows of a group that an address calls by a mark."""
    found_by = named.recipe.step
    step = Pointed(f"group “{named.name}”", named.rows, questions(found_by), keys_of(found_by))
    return Selection(rows=named.rows, group=mark, step=step)


def selection_by_nodes(map_id: str, m: TrainedMap, nodes: frozenset[int]) -> Selection:
    """Return the rows in some cells of a map."""
    if not nodes:
        return Selection()
    cells = f"{map_id}.{'.'.join(_runs(sorted(nodes)))}"
    return Selection(
        rows=rows_of(m, nodes),
        id=cells if len(cells) <= _LONGEST_ID else "",
        map=map_id,
        nodes=nodes,
    )


def cells_in(selection_id: str) -> tuple[str, frozenset[int]] | None:
    """Return of which map an id names cells, and which; None if it names something else."""
    found = _CELLS.fullmatch(selection_id)
    if found is None or len(selection_id) > _LONGEST_ID:
        return None
    runs = [[int(end) for end in run.split("-")] for run in found["runs"].split(".")]
    nodes = (range(run[0], min(run[-1], run[0] + _MOST_IN_RUN) + 1) for run in runs)
    return found["map"], frozenset(itertools.chain.from_iterable(nodes))


def _runs(nodes: list[int]) -> Iterator[str]:
    """Yield “3” for a node alone, and “3-7” for nodes that follow one another."""
    for _, run in itertools.groupby(enumerate(nodes), lambda at: at[1] - at[0]):
        members = [node for _, node in run]
        yield f"{members[0]}-{members[-1]}" if len(members) > 1 else str(members[0])


def fingerprint(rows: Rows) -> str:
    """Return a short text that is equal for equal rows, and for no others."""
    return blake2b(rows.tobytes(), digest_size=16).hexdigest()
