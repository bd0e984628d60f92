"""New rows on a map of a workspace: the cell, the group and the distance of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, missing_in, numbers_of
from som_core.errors import AtlasError
from som_core.reading import Dialect, Limits, Table, read_table
from som_core.trained_map import TrainedMap
from som_core.wording import counted, mark_in_words, named
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
    known: int  # of the columns that shaped the map, in how many it has a value


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
    dialect: Dialect  # in which the map's own file is written


def place_rows(workspace: Workspace, saved: SavedMap, data: bytes, limits: Limits) -> PlacedRows:
    """Return where rows of another file lie on a map, prepared as its own rows were.

    Numbers are read with the marks of the map's own file where they can be: 4.914 is 4914 if that
    file has decimal commas. A row without any value that the map could compare lies nowhere.

    Parameters
    ----------
    workspace : that the map is in
    saved : which map
    data : a file with the columns that the map was trained on; others are passed over
    limits : the most that is read

    Raises
    ------
    AtlasError
        If it can't be read as a table, a column that the map was trained on is missing, or it holds
        what that didn't.
    """
    groups = f"{proposal_id(workspace, saved)} {workspace.map_groups_version(saved)}"
    places = _places(workspace, saved.id, groups)
    names = [column.recipe.name for column in places.m.fitted.columns]
    table, remarks = _table_sent(data, places.dialect, names, limits)
    prepared = places.m.fitted.transform(table)
    bmu, distance = places.m.project(prepared.matrix)
    y, x = np.divmod(bmu, places.m.width)
    known = (~np.stack([missing_in(table.frame[name]) for name in names])).sum(axis=0)
    rows = [
        PlacedRow(x=None, y=None, region=None, distance=None, known=n_known)
        for n_known in known.tolist()
    ]
    for place, row in enumerate(prepared.rows.tolist()):
        if rows[row].known:
            rows[row] = replace(
                rows[row],
                x=int(x[place]) + 1,
                y=int(y[place]) + 1,
                region=places.regions[bmu[place]],
                distance=float(distance[place]),
            )
    # A blank line is no row, and so has no line in the answer.
    said = [*(one for one in table.remarks if one.kind == "blank rows"), *prepared.remarks]
    remarks += [remark.sentence for remark in said]
    n_unknown = int(np.count_nonzero(known[prepared.rows] == 0))
    if n_unknown:
        has = "has" if n_unknown == 1 else "have"
        remarks.append(
            f"{counted(n_unknown, 'row')} {has} no value in any column that shaped the map, and "
            "so no place on it."
        )
    return PlacedRows(tuple(rows), tuple(remarks))


def _table_sent(
    data: bytes, own: Dialect, names: Sequence[str], limits: Limits
) -> tuple[Table, list[str]]:
    """Return what was sent as a table, and what to say of the marks that its numbers were read by.

    Parameters
    ----------
    own : the dialect of the map's file, whose marks are taken where the numbers can be read by them
    names : columns that the map was trained on
    """
    guessed = read_table(data, "the rows that were sent", limits=limits)
    numbers = [n for n in names if n in guessed.frame and is_number(guessed.frame[n])]
    marks = (guessed.dialect.decimal, guessed.dialect.thousands)
    if guessed.dialect.is_typed or not numbers or marks == (own.decimal, own.thousands):
        return guessed, []
    dialect = replace(guessed.dialect, decimal=own.decimal, thousands=own.thousands)
    as_own = read_table(data, guessed.name, dialect=dialect, limits=limits)
    if not all(n in as_own.frame and is_number(as_own.frame[n]) for n in numbers):
        return guessed, []
    differing = [n for n in numbers if not _are_equal(as_own.frame[n], guessed.frame[n])]
    if not differing:
        return guessed, []
    return as_own, [
        f"Numbers of {named(differing)} are read with the marks of the map's own file: decimal "
        f"{mark_in_words(own.decimal)}, thousands {mark_in_words(own.thousands)}."
    ]


def _are_equal(one: pd.Series, other: pd.Series) -> bool:
    return np.array_equal(numbers_of(one), numbers_of(other), equal_nan=True)


@lru_cache(maxsize=_MAPS_HELD)
def _places(workspace: Workspace, map_id: str, groups: str) -> _Places:
    """Return a map without its rows; `groups` changes with what is known of its groups."""
    saved = next((saved for saved in workspace.maps() if saved.id == map_id), None)
    if saved is None:
        raise AtlasError("There is no such map. Leave “map” out to ask the one that is shown.")
    m = workspace.trained_map(saved)
    found = proposal(workspace, saved)
    names: tuple[str | None, ...] = (None,) * m.settings.n_nodes
    table = workspace.table(saved.source)
    if found is not None:
        names = _name_of_each_node(m, found, workspace.map_groups(saved), table)
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
    return _Places(alone, names, table.dialect)


def _name_of_each_node(
    m: TrainedMap, found: Proposal, made: MapGroups, table: Table
) -> tuple[str | None, ...]:
    """Return the name that the pages give to the group of each node."""
    regions = made.chosen_of(found.regions)
    names = names_given(regions.marks, found.names, made.names)
    every = names_beside(names, regions.named_in_words(m, table).names)
    labels: NDArray[np.int64] = regions.node_labels.ravel()
    return tuple(every[label] if label >= 0 else None for label in labels.tolist())
