"""The whole table with the place of each row on the map, and the region it lies in."""

import numpy as np
import pandas as pd

from som_core.analyses.regions import Regions
from som_core.geometry.distances import distances_to
from som_core.geometry.lattice import neighbours
from som_core.reading import Table
from som_core.trained_map import TrainedMap

IN_NO_GROUP = "in no group"
NOT_ON_THE_MAP = "not on the map"


def row_groups(m: TrainedMap, regions: Regions, table: Table) -> pd.DataFrame:
    """Return the table with region and cell of each row, in the table's order.

    Parameters
    ----------
    m : TrainedMap
    regions : of this map
    table : whose rows lie on the map

    Returns
    -------
    DataFrame
        The table's columns, then region (its label, from 0; -1 in no group), region_name (or “in no
        group”, “not on the map”), cell_x and cell_y (from 0), distance (to the cell, in scaled
        units), margin (how much farther the second best cell is, as a share of that distance: near
        0 the row could as well lie there), second_cell_adjacent. Blank where a row is not on the
        map. A name that the table has already gets “ (map)”.
    """
    matrix = m.fitted.transform(table).matrix
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    gaps = bool(np.isnan(matrix).any())
    second = distances_to(matrix, nodes, m.second_bmu, m.settings.distance, gaps=gaps)
    beside = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)[m.bmu]
    labels = regions.node_labels.ravel()[m.bmu]
    names = np.array([*regions.names, IN_NO_GROUP], dtype=object)  # -1 is the last
    margin = np.divide(second - m.distance, second, out=np.zeros(len(second)), where=second > 0)
    found = pd.DataFrame(
        {
            "region": pd.array(labels, dtype="Int64"),
            "region_name": names[labels],
            "cell_x": pd.array(m.bmu % m.width, dtype="Int64"),
            "cell_y": pd.array(m.bmu // m.width, dtype="Int64"),
            "distance": m.distance,
            "margin": margin,
            "second_cell_adjacent": pd.array(
                (beside == m.second_bmu[:, None]).any(axis=1), dtype="boolean"
            ),
        },
        index=table.frame.index[m.rows],
    ).reindex(table.frame.index)
    found["region_name"] = found["region_name"].fillna(NOT_ON_THE_MAP)
    found.columns = [free_name(name, table.frame.columns) for name in found.columns]
    return pd.concat([table.frame, found], axis=1)


def free_name(name: str, taken: pd.Index) -> str:
    """Return a name that the table doesn't have yet: “name”, or “name (map)”, again and again."""
    while name in taken:
        name = f"{name} (map)"
    return name
