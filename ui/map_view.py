"""The map on the Explore page: what was computed of it and its table once."""

from dataclasses import dataclass
from sys import getsizeof
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.selection import nearest_rows
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.u_matrix import u_matrix
from som_core.reading import Table
from som_core.settings import Lattice
from som_core.trained_map import TrainedMap
from ui import session
from workspace.maps import SavedMap

LABEL_KINDS = ("identifier", "text", "category", "date")  # what can name a row, the best first
COLOUR_KINDS = ("category", "boolean")
MOST_LABEL_LENGTH = 40


@dataclass(frozen=True)
class MapView:
    """Read only: it is shared by all sessions that look at this map.

    It is small beside the map and the table, which it fetches when they are asked for: fragments
    and downloads hold on to it for as long as a tab is open.
    """

    saved: SavedMap
    hits: NDArray[np.int64]  # (height, width)
    classic: tuple[Layer, ...]  # U-matrix where there is one, hit map
    planes: tuple[Layer, ...]  # similar ones side by side
    categories: tuple[str, ...]  # columns to colour by
    notes: tuple[str, ...]  # typical rows of each node

    @classmethod
    def of(cls, saved: SavedMap) -> Self:
        return session.cached(
            ("view", saved.id, saved.name),
            lambda: _map_view(saved),
            lambda view: view.size,
            "Opening the map …",
        )

    @property
    def m(self) -> TrainedMap:
        return session.trained_map(self.saved)

    @property
    def table(self) -> Table:
        return session.table_of(self.saved)

    @property
    def lattice(self) -> Lattice:
        return self.saved.settings.lattice

    @property
    def size(self) -> int:
        """The bytes that it takes, about, with the text of its layers once they were drawn."""
        layers = sum(layer.values.nbytes for layer in (*self.classic, *self.planes))
        return 2 * layers + self.hits.nbytes + sum(map(getsizeof, self.notes))


def _map_view(saved: SavedMap) -> MapView:
    m, table = session.trained_map(saved), session.table_of(saved)
    profiles = session.profiles_of(saved)
    classic = (u_matrix(m), hit_map(m)) if m.hits.size > 1 else (hit_map(m),)
    label = next(
        (column.name for kind in LABEL_KINDS for column in profiles if column.kind == kind), None
    )
    return MapView(
        saved=saved,
        hits=m.hits,
        classic=classic,
        planes=tuple(component_plane(m, feature) for feature in order_planes(m)),
        categories=tuple(column.name for column in profiles if column.kind in COLOUR_KINDS),
        notes=_notes(nearest_rows(m), table, label),
    )


def _notes(typical: NDArray[np.int64], table: Table, label: str | None) -> tuple[str, ...]:
    """Name the most typical rows of each node, by a column that names rows where there is one."""
    named = np.unique(typical[typical >= 0])
    labels = {}
    if label is not None:
        found = table.frame[label].iloc[named].astype("string")
        labels = {row: text for row, text in zip(named, found, strict=True) if text is not pd.NA}

    def name(row: int) -> str:
        if row not in labels:
            return f"row {row + 1:,}"
        return f"{labels[row][:MOST_LABEL_LENGTH]} (row {row + 1:,})"

    return tuple(", ".join(name(row) for row in rows if row >= 0) for rows in typical.tolist())
