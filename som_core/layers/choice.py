"""What the menu of layers knows of each layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from som_core.layers.layer import Layer

Need = Literal[
    "nothing", "feature", "column", "level", "node", "row", "groups", "parent", "check",
    "counts", "means",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LayerChoice:
    """One entry of the menu of layers.

    Parameters
    ----------
    title : what people call the layer; {column} and {level} stand for what it is made of
    says : one sentence: how to read it
    needs : what `make` takes beside the map
        A feature of the map by name; a column of the table, one value a row; such a column and one
        of its levels; a node; a row as the map compares it, in scaled units; the groups of the
        map; those of the map on which its rows were chosen; the result of a check; of all rows of
        a large table, their number on each node, or the means of one column and its name.
    make : makes the layer
    kinds : of column, as `ColumnProfile.kind` names them, that it can show, where it needs one
    is_classic : whether it is shown without being asked for
    """

    title: str
    says: str
    needs: Need = "nothing"
    make: Callable[..., Layer]
    kinds: frozenset[str] = frozenset()
    is_classic: bool = False

    def named(self, column: str = "", level: str = "") -> str:
        """Return the title with what the layer is made of."""
        return self.title.format(column=column, level=level)
