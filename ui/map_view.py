"""The map on the Explore page: what was computed of it and its table once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import getsizeof

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.column_importance import column_importance
from som_core.analyses.node_aggregates import NodeAggregates
from som_core.analyses.selection import nearest_rows
from som_core.analyses.valley import valleys
from som_core.layers import parent_groups, u_matrix
from som_core.layers.columns import column_to_average
from som_core.layers.component_plane import order_planes
from som_core.layers.layer import DAYS, Layer
from som_core.layers.row_means import with_row_means
from som_core.profiling import ColumnProfile
from som_core.reading import Table
from som_core.settings import Lattice
from som_core.trained_map import TrainedMap
from ui import counted_rows, session
from ui.layer_menu import Entry, layer_menu
from workspace.maps import SavedMap
from workspace.table_source import TableSource

LABEL_KINDS = ("identifier", "text", "category", "date")  # what can name a row, the best first
MOST_LABEL_LENGTH = 40
Groups = tuple[NDArray[np.int64] | pd.Series, Sequence[str], Sequence[str]]
BYTES_A_DRAWN_NUMBER = 8  # of a layer's text, about


@dataclass(frozen=True)
class MapView:
    """Read only: it is shared by all sessions that look at this map.

    It is small beside the map and the table, which it fetches when they are asked for: fragments
    and downloads hold on to it for as long as a tab is open.
    """

    saved: SavedMap
    source: TableSource  # of the table, with what is joined to it
    hits: NDArray[np.int64]  # (height, width)
    menu: Mapping[str, Entry]  # every layer that can be shown, by name
    classic: Mapping[str, Layer]  # those of them that are shown without being asked for
    notes: tuple[str, ...]  # typical rows of each node
    valleys: NDArray[np.int64]  # (height, width), the valley of the U-matrix that each node is in

    @classmethod
    def of(cls, saved: SavedMap) -> "MapView":
        source = session.source_of(saved)
        return session.cached(
            ("view", saved.id, saved.name, source.columns_key, counted_rows.id_of(saved)),
            lambda: _map_view(saved, source),
            lambda view: view.size,
            "Opening the map …",
        )

    @property
    def m(self) -> TrainedMap:
        return session.trained_map(self.saved)

    @property
    def table(self) -> Table:
        return session.table_from(self.source)

    @property
    def profiles(self) -> tuple[ColumnProfile, ...]:
        """A profile of each column of the table."""
        return session.profiles_from(self.source)

    @property
    def rows_key(self) -> str:
        """What names the rows that the map is of: maps of the same whole table have the same."""
        key = self.source.columns_key
        return key if self.saved.parent is None else f"{self.saved.id} {key}"

    @property
    def lattice(self) -> Lattice:
        return self.saved.settings.lattice

    @property
    def planes(self) -> tuple[str, ...]:
        """The names of the component planes, similar ones side by side."""
        return tuple(name for name in self.classic if self.menu[name].choice.needs == "feature")

    @property
    def importance(self) -> pd.DataFrame:
        """How much the map knows of each column, as `column_importance` returns it."""
        return session.cached(
            ("importance", self.saved.id, self.source.columns_key),
            lambda: column_importance(self.m, self.table),
            lambda importance: int(importance.memory_usage(deep=True).sum()),
            "Asking what the map knows of each column …",
        )

    def column_of(self, name: str) -> str:
        """Return the column of the table that a layer is of; "" where it is of none."""
        entry = self.menu[name]
        if entry.choice.needs == "feature" and entry.column in self.m.features:
            return self.m.fitted.column_of(entry.column)
        return entry.column

    @property
    def others(self) -> tuple[str, ...]:
        """The names of the layers that can be added: lenses, and any column over the map."""
        return tuple(name for name in self.menu if name not in self.classic)

    def layer(
        self,
        name: str,
        node: int | None = None,
        groups: Groups | None = None,
        row: NDArray[np.float64] | None = None,
    ) -> Layer | None:
        """Return a layer of the menu; None where it needs a node, a row or groups and has none.

        Parameters
        ----------
        name : in the menu
        node : the one that is selected, if one is
        groups : where the layer needs some: of which group each node, or row, is, and the names and
            colours of the groups; None before they are found
        row : the one that is looked at, in scaled units, if one is
        """
        if name in self.classic:
            return self.classic[name]
        entry = self.menu[name]
        if entry.choice.needs == "node":
            return None if node is None else entry.layer(self.m, node)
        if entry.choice.needs == "row":
            return None if row is None else entry.layer(self.m, row)
        if entry.choice.needs in ("counts", "means"):
            return self._of_all_rows(entry)
        if entry.choice.needs in ("groups", "parent"):
            return None if groups is None else entry.layer(self.m, *groups)
        return session.cached(
            ("layer", self.saved.id, self.source.columns_key, name),
            lambda: entry.layer(self.m, *self._arguments(entry)),
            _size_of,
            "Drawing the map …",
        )

    def _arguments(self, entry: Entry) -> tuple[object, ...]:
        """Return what makes the layer beside the map."""
        match entry.choice.needs:
            case "column":
                return (column_to_average(self.table, entry.column),)
            case "level":
                return (column_to_average(self.table, entry.column), entry.level)
            case _:
                return ()

    def _of_all_rows(self, entry: Entry) -> Layer | None:
        """Return a layer of what was counted of all rows; None where that is not known any more."""
        counted = counted_rows.of(self.saved)
        if counted is None:
            return None
        if entry.choice.needs == "counts":
            return entry.layer(self.m, counted.counts)
        unit = DAYS if self.table.kinds[entry.column] == "date" else ""
        return entry.layer(self.m, counted.numbers[entry.column].means, entry.column, unit)

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        layers = sum(map(_size_of, self.classic.values()))
        texts = sum(map(getsizeof, (*self.menu, *self.menu.values(), *self.notes)))
        return layers + texts + self.hits.nbytes + self.valleys.nbytes


def _size_of(layer: Layer) -> int:
    """The bytes of a layer with its text, once it was drawn."""
    held = [layer.values, *([] if layer.row_means is None else [layer.row_means])]
    return sum(numbers.nbytes + BYTES_A_DRAWN_NUMBER * numbers.size for numbers in held)


def _map_view(saved: SavedMap, source: TableSource) -> MapView:
    m, table = session.trained_map(saved), session.table_from(source)
    profiles = session.profiles_from(source)
    label = next(
        (column.name for kind in LABEL_KINDS for column in profiles if column.kind == kind), None
    )
    menu = layer_menu(order_planes(m), profiles, table)
    if m.settings.n_nodes == 1:  # which has no neighbour
        menu.pop(u_matrix.CHOICE.title)
    if saved.parent is None:
        menu.pop(parent_groups.CHOICE.title)
    counted = counted_rows.of(saved)
    menu = {name: entry for name, entry in menu.items() if _is_known(entry, counted)}
    return MapView(
        saved=saved,
        source=source,
        hits=m.hits,
        menu=menu,
        classic={
            name: with_row_means(m, entry.layer(m, entry.column), entry.column, table)
            if entry.column
            else entry.layer(m)
            for name, entry in menu.items()
            if entry.choice.is_classic
        },
        notes=_notes(nearest_rows(m), table, label),
        valleys=valleys(m),
    )


def _is_known(entry: Entry, counted: NodeAggregates | None) -> bool:
    """Return whether there is what a layer is made of, where that is counted of all rows."""
    match entry.choice.needs:
        case "counts":
            return counted is not None
        case "means":
            return counted is not None and entry.column in counted.numbers
        case _:
            return True


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
