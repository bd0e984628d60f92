"""A small chart in each cell: the shares of a category's levels, or how high some columns are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from som_core.cells import numbers_of
from som_core.drawing.drawn_levels import DrawnLevels
from som_core.drawing.overlays import Glyphs
from som_core.drawing.palette import LEVELS
from som_core.errors import AtlasError
from som_core.layers.columns import on_the_map
from som_core.layers.mean import mean_layer
from som_core.trained_map import TrainedMap

MOST_BARS = 6  # more can't be told apart within a cell


def level_pies(m: TrainedMap, column: pd.Series) -> Glyphs:
    """Return a pie in each cell: which share of its rows has which level of a category.

    Parameters
    ----------
    m : TrainedMap
    column : levels, one for each row of the table
        Missing values don't count; a cell without any value has no pie. Levels have the colours
        that they have on every map, and those without a colour of their own are one part.
    """
    levels = DrawnLevels.of(column)
    codes, n_parts = levels.codes[m.rows], len(levels.names)
    has_value = codes >= 0
    cells = m.bmu[has_value] * n_parts + codes[has_value]
    counts = np.bincount(cells, minlength=m.settings.n_nodes * n_parts)
    return Glyphs(
        values=counts.reshape(m.settings.n_nodes, n_parts).astype(float),
        kind="pie",
        names=levels.names,
        colours=levels.colours,
        title=f"Share of {column.name}",
    )


def mean_bars(m: TrainedMap, columns: Sequence[pd.Series]) -> Glyphs:
    """Return a bar a column in each cell: the percentile of the cell's mean among the map's rows.

    A bar of half the height stands for a mean in the middle of all rows: columns of any unit and
    with any tail can stand side by side. A cell where a column has no value has no bars.

    Parameters
    ----------
    m : TrainedMap
    columns : numbers or dates, one for each row of the table; at most `MOST_BARS`

    Raises
    ------
    AtlasError
        If there are more columns, or one holds texts.
    """
    if not 1 <= len(columns) <= MOST_BARS:
        raise AtlasError(
            f"{len(columns)} columns can't be bars in a cell. Choose from 1 to {MOST_BARS}."
        )
    heights = []
    for column in columns:
        values = np.sort(numbers_of(on_the_map(m, column)))
        values = values[: np.count_nonzero(~np.isnan(values))]  # missing ones are sorted last
        means = mean_layer(m, column).values.ravel()
        below = np.searchsorted(values, means, "left") + np.searchsorted(values, means, "right")
        heights.append(np.where(np.isnan(means), np.nan, below / max(2 * len(values), 1)))
    return Glyphs(
        values=np.column_stack(heights),
        kind="bars",
        names=tuple(str(column.name) for column in columns),
        colours=LEVELS[: len(columns)],
        title="Percentile of the cell's mean",
    )
