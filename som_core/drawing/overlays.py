"""What is drawn over every map: borders of groups, marked cells, paths, glyphs, rows.

An overlay is a value; `som_core.drawing.document` writes it down and one function of the script
draws it. Nodes are flat indices, `y * width + x`; places are in lattice steps, as
`som_core.geometry.lattice.coordinates` gives them.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from som_core.drawing.palette import MARK
from som_core.errors import AtlasError

MOST_ROW_MARKS = 20_000  # more can neither be told apart nor drawn at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Borders:
    """The borders between groups of cells, on every map, and the groups' names on the large one.

    Parameters
    ----------
    node_labels : array of shape (height, width)
        The group of each node, from 0; below 0 in no group. Cells in no group have borders, too,
        but no name.
    names : of group 0, 1, …; empty: borders only
    colours : of group 0, 1, …; empty: no spot of colour before the names
    title : what the names are, as the card beside the pointer says it
    level : how deep this division is nested, from 0; deeper ones have thinner lines
    dimmed : the groups that are pale
    """

    node_labels: NDArray[np.int64]
    names: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    title: str = "Group"
    level: int = 0
    dimmed: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        n_groups = int(self.node_labels.max(initial=-1)) + 1
        for what, given in (("names", self.names), ("colours", self.colours)):
            if given and len(given) < n_groups:
                raise AtlasError(
                    f"There are {len(given)} {what} for {n_groups} groups. Give one for each group."
                )


@dataclass(frozen=True, kw_only=True)
class MarkedCells:
    """Cells with a mark in their middle, or with an outline around all of them."""

    nodes: frozenset[int]
    shape: Literal["diamond", "outline"] = "diamond"
    is_dimmed: bool = False


@dataclass(frozen=True, kw_only=True)
class CellPath:
    """A line from cell to cell with an arrow at its end: an order of rows, a way in time."""

    nodes: tuple[int, ...]
    colour: str = MARK
    is_dimmed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Glyphs:
    """A small chart in each cell of the large map, where cells are large enough.

    Parameters
    ----------
    values : array of shape (n_nodes, n_parts), not negative
        Pie: the parts of a whole, whatever their sum. Bars: heights from 0 to 1. A node with NaN or
        nothing has no glyph.
    kind : "pie" or "bars"
    names, colours : of the parts
    title : what the parts are, as the legend says it before their names
    """

    values: NDArray[np.float64]
    kind: Literal["pie", "bars"]
    names: tuple[str, ...]
    colours: tuple[str, ...]
    title: str = ""
    is_dimmed: bool = False

    def __post_init__(self) -> None:
        n_parts = self.values.shape[1]
        if not len(self.names) == len(self.colours) == n_parts:
            raise AtlasError(
                f"There are {len(self.names)} names and {len(self.colours)} colours for {n_parts} "
                "parts of a glyph. Give one of each for each part."
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class RowMarks:
    """Rows as small marks within their cells, on maps whose cells are large enough.

    Parameters
    ----------
    x, y : arrays of shape (n_rows,), in lattice steps
    kinds : array of shape (n_rows,)
        Place of each row's kind in `names` and `colours`; it gives the shape as well, so that kinds
        are told apart without colours.
    names, colours : of the kinds; a single kind needs no name
    title : what the kinds are, as the legend says it before their names
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    kinds: NDArray[np.int64]
    names: tuple[str, ...] = ("",)
    colours: tuple[str, ...] = (MARK,)
    title: str = ""
    is_dimmed: bool = False

    def __post_init__(self) -> None:
        n_rows = len(self.x)
        if not n_rows == len(self.y) == len(self.kinds):
            raise AtlasError(
                f"There are {n_rows:,} x, {len(self.y):,} y and {len(self.kinds):,} kinds of rows. "
                "Give one of each for each row."
            )
        if n_rows > MOST_ROW_MARKS:
            raise AtlasError(
                f"{n_rows:,} rows are too many to be seen on a map; at most {MOST_ROW_MARKS:,} "
                "can be marked. Draw a sample of them."
            )


Overlay: TypeAlias = Borders | MarkedCells | CellPath | Glyphs | RowMarks
