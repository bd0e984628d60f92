"""The row that is looked at: one of the table, or one that was typed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.nearness import row_vector
from som_core.analyses.selection import nodes_of
from som_core.analyses.typed_row import typed_row, typed_vector
from som_core.errors import AtlasError
from som_core.preparation import Prepared
from som_core.reading import Table
from ui import session
from ui.map_view import MapView


@dataclass(frozen=True, eq=False)
class LookedAt:
    """One row, and where it lies."""

    row: int | Table  # position in table.frame, or a table of the row that was typed
    node: int  # its best matching unit; -1 where the recipe leaves it out

    @property
    def place(self) -> int | None:
        """Its position in table.frame; None for one that was typed."""
        return self.row if isinstance(self.row, int) else None

    def values(self, view: MapView) -> Table:
        """Return a table of this row alone."""
        return view.table.of_rows([self.row]) if isinstance(self.row, int) else self.row

    def vector(self, view: MapView) -> NDArray[np.float64]:
        """Return the row as the map compares it; AtlasError where the recipe leaves it out."""
        if isinstance(self.row, int):
            return row_vector(view.m, view.table, self.row)
        return typed_vector(view.m, self.row)


def of(view: MapView) -> LookedAt | None:
    """Return the row that is looked at; None where there is none."""
    state = session.current()
    values = typed_on(view)
    if values is not None:
        return _typed(view, values)
    if state.chosen_row is None:
        return None
    return LookedAt(state.chosen_row, int(nodes_of(view.m, [state.chosen_row])[0]))


def typed_on(view: MapView) -> Mapping[str, str] | None:
    """Return the values that were typed for this map; None where none are typed on it."""
    typed = session.current().typed
    return None if typed is None or typed.map != view.saved.id else typed.values


def _typed(view: MapView, values: Mapping[str, str]) -> LookedAt | None:
    """Return the row that was typed; None while nothing of it can be placed."""
    try:
        typed = typed_row(view.m, view.table, values)
    except AtlasError:
        return None
    bmu, _ = view.m.project(typed_vector(view.m, typed)[None])
    return LookedAt(typed, int(bmu[0]))


def prepared(view: MapView) -> Prepared:
    """Return the whole table as the map compares it."""
    return session.cached(
        ("prepared for", view.saved.id),
        lambda: view.m.fitted.transform(view.table, view.m.chosen),
        lambda found: found.matrix.nbytes + found.rows.nbytes,
        "Preparing the table …",
    )
