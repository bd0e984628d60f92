"""The whole table with the place of each row on the map, and the region it lies in."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from som_core.analyses.regions import Regions
from som_core.analyses.row_cells import free_name, rows_with_cells
from som_core.geometry.distances import distances_to
from som_core.geometry.lattice import neighbours
from som_core.groups import Group
from som_core.reading import Table
from som_core.trained_map import TrainedMap

IN_NO_GROUP = "in no group"
NOT_ON_THE_MAP = "not on the map"
COLUMNS_ADDED = 7  # beside those of the sets


def row_groups(
    m: TrainedMap, regions: Regions, table: Table, *, sets: Sequence[Group] = ()
) -> pd.DataFrame:
    """Return the table with region and cell of each row, in the table's order.

    Parameters
    ----------
    m : TrainedMap
    regions : of this map
    table : whose rows lie on the map
    sets : groups of rows of the table that were kept

    Returns
    -------
    DataFrame
        The table's columns, then cell_x and cell_y (from 1 at the top left, as the maps count),
        distance (to the cell, in scaled units), region (its label, from 0; -1 in no group),
        region_name (or “in no group”, “not on the map”), margin (how much farther the second best
        cell is, as a share of that distance: near 0 the row could as well lie there),
        second_cell_adjacent. Blank where a row is not on the map. Then a column for each set, by
        its name: whether the row is in it. A name that is taken already gets “ (map)”.
    """
    matrix = m.fitted.transform(table, m.chosen).matrix
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    gaps = bool(np.isnan(matrix).any())
    second = distances_to(matrix, nodes, m.second_bmu, m.settings.distance, gaps=gaps)
    beside = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)[m.bmu]
    labels = regions.node_labels.ravel()[m.bmu]
    names = np.array([*regions.names, IN_NO_GROUP], dtype=object)  # -1 is the last
    margin = np.divide(second - m.distance, second, out=np.zeros(len(second)), where=second > 0)
    on_map = pd.DataFrame(
        {
            "region": pd.array(labels, dtype="Int64"),
            "region_name": names[labels],
            "margin": margin,
            "second_cell_adjacent": pd.array(
                (beside == m.second_bmu[:, None]).any(axis=1), dtype="boolean"
            ),
        },
        index=m.rows,
    ).reindex(range(len(table.frame)))
    on_map["region_name"] = on_map["region_name"].fillna(NOT_ON_THE_MAP)
    taken = set(table.frame.columns)
    on_map.columns = [free_name(name, taken) for name in on_map.columns]
    placed = pd.concat([rows_with_cells(m, table), on_map], axis=1)
    return pd.concat([placed, *_memberships(sets, placed)], axis=1)


def _memberships(sets: Sequence[Group], placed: pd.DataFrame) -> Iterator[pd.Series]:
    """Yield for each set which rows are in it, under a name that is free."""
    taken = set(placed.columns)
    for kept in sets:
        name = free_name(kept.name, taken)
        taken.add(name)
        is_in = np.zeros(len(placed), dtype=bool)
        is_in[kept.rows] = True
        yield pd.Series(is_in, index=placed.index, name=name)
