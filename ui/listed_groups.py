"""All groups that can be looked at beside a map: its own, rows in none, and sets of its table."""

from dataclasses import dataclass, replace

import numpy as np

from som_core.analyses.regions import OUTLIERS
from som_core.drawing.palette import LEVEL_NAMES, OTHER, group_colour, set_place
from som_core.groups import Group
from ui import named_sets, session, shown_groups
from ui.map_view import MapView
from ui.selection import Rows, fingerprint

A_SET = " (set)"  # follows the name of a set that a group of the map has too


@dataclass(frozen=True, eq=False)
class ListedGroup:
    """One group, under a name that no other one in the list has."""

    mark: str  # what an address says for it
    name: str
    rows: Rows  # positions in table.frame, ascending
    colour: str = OTHER
    colour_name: str = "grey"
    label: int | None = None  # of a group of the map, -1: in no group; None: a set
    kept: Group | None = None  # the set

    @property
    def is_region(self) -> bool:
        """Whether it is a group of the map, which can be united and split."""
        return self.label is not None and self.label != OUTLIERS

    @property
    def key(self) -> tuple[str, str]:
        """Its name, and a text that is equal for equal rows."""
        return self.name, fingerprint(self.rows)


def of(view: MapView) -> tuple[ListedGroup, ...]:
    """Return the groups of the map, the largest first, rows in no group, and the sets."""
    regions = _of_the_map(view)
    taken = {group.name for group in regions}
    kept = enumerate(named_sets.kept(view))
    return (*regions, *(_of_set(named, set_place(place), taken) for place, named in kept))


def _of_the_map(view: MapView) -> tuple[ListedGroup, ...]:
    shown = shown_groups.of(view)
    if shown is None:
        return ()

    marks = tuple(map(shown.mark, shown.labels))
    rows = session.cached(
        ("rows of groups", view.saved.id, marks),
        lambda: {label: np.sort(shown.regions.rows(view.m, label)) for label in shown.labels},
        lambda found: sum(rows.nbytes for rows in found.values()),
        "Looking up the rows of groups …",
    )

    def listed(label: int) -> ListedGroup:
        found = ListedGroup(
            mark=shown.mark(label), name=shown.name(label), rows=rows[label], label=label
        )
        place = len(LEVEL_NAMES) if label == OUTLIERS else shown.places[label]
        if place >= len(LEVEL_NAMES):
            return found
        return replace(found, colour=shown.colours[label], colour_name=LEVEL_NAMES[place])

    return tuple(map(listed, shown.labels))


def _of_set(kept: Group, place: int, taken: set[str]) -> ListedGroup:
    name = kept.name
    while name in taken:
        name += A_SET
    found = ListedGroup(mark=named_sets.id_of(kept), name=name, rows=kept.rows, kept=kept)
    if place < 0:
        return found
    return replace(found, colour=group_colour(place), colour_name=LEVEL_NAMES[place])
