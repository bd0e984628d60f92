"""What the analyst made of a map's groups: how many, which by hand, their names and colours."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from som_core.analyses.regions import Regions
from workspace.documents import DocumentType, Fields

MOST_SHOWN = 12  # groups: more are neither told apart by colour nor read as a list


@dataclass(frozen=True)
class MapGroups:
    """Choices on the groups of one map. Names and colours are those of cells: see `Regions.marks`.

    Parameters
    ----------
    k : how many; None: as proposed
    by_hand : the groups that were united or split by hand; None: those of the tree
    names : by mark, those that the analyst gave
    colours : by mark, places in the palette that the analyst chose
    """

    k: int | None = None
    by_hand: Regions | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, int] = field(default_factory=dict)

    def chosen_of(self, proposed: Regions) -> Regions:
        """Return the groups of the proposed tree that the analyst chose."""
        if self.by_hand is not None:
            return self.by_hand
        return proposed if self.k is None else proposed.at(min(self.k, proposed.most))


def names_given(marks: Sequence[str], *given: Mapping[str, str]) -> dict[int, str]:
    """Return the names that groups were given, by their places; a later one holds.

    Parameters
    ----------
    marks : of the groups, in order
    given : names by mark, such as those that a map began with and those of the analyst
    """
    names = {mark: name for names in given for mark, name in names.items()}
    return {place: names[mark] for place, mark in enumerate(marks) if names.get(mark)}


def names_beside(given: Mapping[int, str], automatic: Collection[str]) -> tuple[str, ...]:
    """Return a name for each group: the given one, or the automatic one; no two are alike.

    Parameters
    ----------
    given : by place of the group, where it has one
    automatic : of all groups, in order
    """
    kept: dict[int, str] = {}
    for place, name in sorted(given.items()):
        kept[place] = _free(
            name, kept.values()
        )  # two were given one while they weren't side by side
    names: list[str] = []
    for place, name in enumerate(automatic):
        names.append(kept.get(place) or _free(name, {*kept.values(), *names}))
    return tuple(names)


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number where others have it."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _to_value(groups: MapGroups) -> object:
    return {
        "k": groups.k,
        "by_hand": None if groups.by_hand is None else json.loads(groups.by_hand.to_json()),
        "names": dict(groups.names),
        "colours": dict(groups.colours),
    }


def _from_fields(fields: Fields) -> MapGroups:
    colours = fields.inner("colours")
    return MapGroups(
        k=fields.whole("k") if fields.has("k") else None,
        by_hand=Regions.from_json(fields.json("by_hand")) if fields.has("by_hand") else None,
        names=fields.inner("names").all_texts(),
        colours={mark: colours.whole(mark) for mark in colours.values},
    )


MAP_GROUPS = DocumentType[MapGroups](
    file="groups.json",
    title="What you had chosen of a map's groups",
    instead="they are as proposed",
    to_value=_to_value,
    from_value=_from_fields,
)
