"""The map on the Explore page with its table, and what was computed of both once."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.u_matrix import u_matrix
from som_core.profiling import profile
from som_core.reading import Table
from som_core.selection import nearest_rows
from som_core.trained_map import TrainedMap
from ui import session
from workspace.maps import SavedMap

LABEL_KINDS = ("identifier", "text", "category", "date")  # what can name a row, the best first
COLOUR_KINDS = ("category", "boolean")
MOST_LABEL_LENGTH = 40


@dataclass(frozen=True)
class Explored:
    """Read only: it is shared by all sessions that look at this map."""

    saved: SavedMap
    m: TrainedMap
    table: Table
    classic: tuple[Layer, ...]  # U-matrix where there is one, hit map
    planes: tuple[Layer, ...]  # similar ones side by side
    categories: tuple[str, ...]  # columns to colour by
    notes: tuple[str, ...]  # typical rows of each node

    @classmethod
    def of(cls, saved: SavedMap) -> Self:
        return _explored(saved, saved.id)


@st.cache_resource(max_entries=session.LARGE, show_spinner="Opening the map …")
def _explored(_saved: SavedMap, map_id: str) -> Explored:
    m, table = session.trained_map(_saved), session.table_of(_saved)
    profiles = profile(table)
    classic = (u_matrix(m), hit_map(m)) if m.hits.size > 1 else (hit_map(m),)
    label = next(
        (column.name for kind in LABEL_KINDS for column in profiles if column.kind == kind), None
    )
    return Explored(
        saved=_saved,
        m=m,
        table=table,
        classic=classic,
        planes=tuple(component_plane(m, feature) for feature in order_planes(m)),
        categories=tuple(column.name for column in profiles if column.kind in COLOUR_KINDS),
        notes=_notes(nearest_rows(m), table, label),
    )


def _notes(typical: NDArray[np.int64], table: Table, label: str | None) -> tuple[str, ...]:
    """Name the most typical rows of each node, by a column that names rows where there is one."""
    labels = None if label is None else table.frame[label].astype("string")

    def name(row: int) -> str:
        if labels is None or labels.isna().iloc[row]:
            return f"row {row}"
        return f"{labels.iloc[row][:MOST_LABEL_LENGTH]} (row {row})"

    return tuple(", ".join(name(row) for row in rows if row >= 0) for rows in typical)
