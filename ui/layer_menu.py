"""The layers that can be shown of a map and its table: the catalogue, column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from som_core.layers.catalogue import CATALOGUE
from som_core.layers.choice import LayerChoice
from som_core.layers.layer import Layer
from som_core.profiling import ColumnProfile
from som_core.reading import Table
from som_core.trained_map import TrainedMap

MOST_LEVELS = 20  # of a column, the most frequent first
MOST_LEVELS_IN_ALL = 2_000  # entries of the menu that a browser still searches at once


@dataclass(frozen=True)
class Entry:
    """One layer that can be shown, and what it is made of."""

    name: str
    choice: LayerChoice
    column: str = ""  # or the feature, where the layer is of one
    level: object = None

    def layer(self, m: TrainedMap, *arguments: object) -> Layer:
        """Return the layer, under the name by which the menu and the address know it."""
        made = self.choice.make(m, *arguments)
        return made if made.name == self.name else replace(made, name=self.name)


def layer_menu(
    planes: Sequence[str], profiles: Sequence[ColumnProfile], table: Table
) -> dict[str, Entry]:
    """Return every layer that can be shown, by name and in order; classic ones first.

    Parameters
    ----------
    planes : of the map, in the order in which they are shown
    profiles : of the columns of the table
    table : whose rows lie on the map

    Returns
    -------
    dict of Entry
        Names differ, whatever columns are called: they are what an address says.
    """
    menu: dict[str, Entry] = {}
    for entry in (*_of_the_map(planes), *_of_columns(profiles, table)):
        name = _free(entry.name, menu)
        menu[name] = Entry(name, entry.choice, entry.column, entry.level)
    return menu


def _of_the_map(planes: Sequence[str]) -> Iterator[Entry]:
    for choice in sorted(CATALOGUE, key=lambda choice: not choice.is_classic):
        if choice.needs in ("nothing", "node", "row", "groups", "parent", "counts"):
            yield Entry(choice.named(), choice)
        if choice.needs == "feature":
            for plane in planes:
                yield Entry(choice.named(plane), choice, plane)


def _of_columns(profiles: Sequence[ColumnProfile], table: Table) -> Iterator[Entry]:
    kinds_with_levels = {
        kind for choice in CATALOGUE if choice.needs == "level" for kind in choice.kinds
    }
    n_columns = sum(column.kind in kinds_with_levels for column in profiles)
    most = max(2, min(MOST_LEVELS, MOST_LEVELS_IN_ALL // max(n_columns, 1)))
    for column in profiles:
        for choice in CATALOGUE:
            if column.kind not in choice.kinds:
                continue
            if choice.needs in ("column", "means"):
                yield Entry(choice.named(column.name), choice, column.name)
            else:
                for level in table.column(column.name).value_counts().index[:most]:
                    yield Entry(choice.named(column.name, str(level)), choice, column.name, level)


def _free(name: str, taken: Mapping[str, Entry]) -> str:
    """Return a name that no other layer has, such as that of a column called “Hits”."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
