"""The rows of a table as marks on its map: all alike, or told apart by a category."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.row_places import row_places
from som_core.drawing.drawn_levels import DrawnLevels
from som_core.drawing.overlays import MOST_ROW_MARKS, RowMarks
from som_core.drawing.palette import OTHER
from som_core.geometry.sampling import distinct_rows
from som_core.reading import Table
from som_core.trained_map import TrainedMap

_SEED = 0  # the same rows are drawn each time
NO_VALUE = "no value"


@dataclass(frozen=True, eq=False)
class PlacedRows:
    """Rows that can be marked, and where they lie: all on the map, or a sample of them."""

    rows: NDArray[np.int64]  # (n_rows,) positions in table.frame
    places: NDArray[np.float64]  # (n_rows, 2) x and y in lattice steps
    n_on_map: int

    @property
    def in_words(self) -> str:
        """How many rows the marks stand for."""
        if len(self.rows) == self.n_on_map:
            return "Rows"
        return f"{len(self.rows):,} of {self.n_on_map:,} rows, drawn by chance"


def placed_rows(m: TrainedMap, table: Table, *, at_most: int = MOST_ROW_MARKS) -> PlacedRows:
    """Return where the rows of a map lie within their cells; a sample where there are too many.

    Parameters
    ----------
    m : TrainedMap
    table : that the map was trained on
    at_most : so many rows are placed; the same ones each time
    """
    chosen = np.sort(m.rows[distinct_rows(len(m.rows), at_most, _SEED)])
    prepared = m.fitted.transform(table.of_rows(chosen))
    return PlacedRows(
        rows=chosen[prepared.rows],
        places=row_places(m, prepared.matrix),
        n_on_map=len(m.rows),
    )


def row_marks(placed: PlacedRows, column: pd.Series | None = None) -> RowMarks:
    """Return the marks of rows, with a shape and a colour for each level of a category.

    Parameters
    ----------
    placed : of `placed_rows`
    column : the category, one value for each row of the table; without it all marks are alike
        Levels have the colours that they have on every map; rows without a value are marked too.
    """
    x, y = placed.places.T
    if column is None:
        alike = np.zeros(len(x), dtype=np.int64)
        return RowMarks(x=x, y=y, kinds=alike, names=(placed.in_words,))
    levels = DrawnLevels.of(column)
    names, colours, kinds = levels.names, levels.colours, levels.codes[placed.rows]
    if (kinds < 0).any():
        kinds = np.where(kinds < 0, len(names), kinds)
        names, colours = (*names, NO_VALUE), (*colours, OTHER)
    return RowMarks(
        x=x,
        y=y,
        kinds=kinds,
        names=names,
        colours=colours,
        title=f"{placed.in_words} by {column.name}",
    )
