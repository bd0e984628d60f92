"""New rows on a map of a workspace: the cell, the group and the distance of each."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from workspace.jobs.kinds.grouping import Proposal, proposal, proposal_id
from workspace.map_groups import MapGroups, names_beside, names_given
from workspace.maps import SavedMap
from workspace.store import Workspace

_MAPS_HELD = 8  # of all workspaces: their codebooks stay in memory between two requests


@dataclass(frozen=True, kw_only=True)
class PlacedRow:
    """Where one row lies; nowhere, if the recipe leaves it out."""

    x: int | None  # of the cell; both count from 1 at the top left
    y: int | None
    region: str | None  # None: in no group, or none were found
    distance: float | None  # from the cell, in scaled units


@dataclass(frozen=True)
class PlacedRows:
    """All rows of a table, in their order, and what is to be said of them."""

    rows: tuple[PlacedRow, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Places:
    """What it takes to place rows; the rows that trained the map aren't needed."""

    m: TrainedMap
    regions: tuple[str | None, ...]  # the name of each node's group


def place_rows(workspace: Workspace, saved: SavedMap, table: Table) -> PlacedRows:
    """Return where the rows of another table lie on a map, prepared as its own rows were.

    Parameters
    ----------
    workspace : that the map is in
    saved : which map
    table : with the columns that the map was trained on; others are passed over

    Raises
    ------
    AtlasError
        If a column that the map was trained on is missing, or holds what it didn't.
    """
    groups = f"{proposal_id(workspace, saved)} {workspace.map_groups_version(saved)}"
    places = _places(workspace, saved.id, groups)
    prepared = places.m.fitted.transform(table)
    bmu, distance = places.m.project(prepared.matrix)
    y, x = np.divmod(bmu, places.m.width)
    nowhere = PlacedRow(x=None, y=None, region=None, distance=None)
    rows = [nowhere] * len(table.frame)
    for place, row in enumerate(prepared.rows.tolist()):
        rows[row] = PlacedRow(
            x=int(x[place]) + 1,
            y=int(y[place]) + 1,
            region=places.regions[bmu[place]],
            distance=float(distance[place]),
        )
    return PlacedRows(tuple(rows), tuple(remark.sentence for remark in prepared.remarks))


@lru_cache(maxsize=_MAPS_HELD)
def _places(workspace: Workspace, map_id: str, groups: str) -> _Places:
    """Return a map without its rows; `groups` changes with what is known of its groups."""
    saved = next((saved for saved in workspace.maps() if saved.id == map_id), None)
    if saved is None:
        raise AtlasError("There is no such map. Leave “map” out to ask the one that is shown.")
    m = workspace.trained_map(saved)
    found = proposal(workspace, saved)
    names: tuple[str | None, ...] = (None,) * m.settings.n_nodes
    if found is not None:
        made = workspace.map_groups(saved)
        names = _name_of_each_node(m, found, made, workspace.table(saved.source))
    nobody = np.empty(0, dtype=np.int64)
    alone = TrainedMap(
        codebook=m.codebook,
        bmu=nobody,
        second_bmu=nobody,
        distance=np.empty(0),
        rows=nobody,
        settings=m.settings,
        fitted=m.fitted,
    )
    return _Places(alone, names)


def _name_of_each_node(
    m: TrainedMap, found: Proposal, made: MapGroups, table: Table
) -> tuple[str | None, ...]:
    """Return the name that the pages give to the group of each node."""
    regions = made.chosen_of(found.regions)
    names = names_given(regions.marks, found.names, made.names)
    every = names_beside(names, regions.named_in_words(m, table).names)
    labels: NDArray[np.int64] = regions.node_labels.ravel()
    return tuple(every[label] if label >= 0 else None for label in labels.tolist())
