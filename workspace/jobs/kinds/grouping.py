"""The search for the groups of a map. It follows every training by itself.

Names and colours that the analyst gave to the groups of an earlier map are carried over to groups
with the same rows; names whose group isn't found again are told.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.carried_names import carried_names
from som_core.analyses.regions import Regions, regions
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.trained_map import TrainedMap
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import time_of
from workspace.jobs.kind import Kind, Task
from workspace.jobs.kinds import training
from workspace.jobs.order import Order
from workspace.jobs.queue import Job
from workspace.jobs.submission import submit
from workspace.map_groups import MAP_GROUPS, MOST_SHOWN, MapGroups
from workspace.maps import MapDamaged, SavedMap, load_map, saved_map
from workspace.store import Workspace
from workspace.tables import table_of


@dataclass(frozen=True)
class Grouping:
    """How to look for the groups of the order's map, whose table is its only source."""

    seed: int = 0


@dataclass(frozen=True)
class Proposal:
    """The groups of a map, and what is known of them from an earlier map of the same table."""

    regions: Regions
    names: Mapping[str, str] = field(default_factory=dict)  # by `Regions.marks`
    colours: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()  # names whose group isn't found again


def _to_value(proposal: Proposal) -> object:
    return {
        "regions": json.loads(proposal.regions.to_json()),
        "names": dict(proposal.names),
        "colours": dict(proposal.colours),
        "lost": list(proposal.lost),
    }


def _from_fields(fields: Fields) -> Proposal:
    colours = fields.inner("colours")
    return Proposal(
        regions=Regions.from_json(fields.json("regions")),
        names=fields.inner("names").all_texts(),
        colours={mark: colours.whole(mark) for mark in colours.values},
        lost=fields.texts("lost"),
    )


PROPOSAL = DocumentType[Proposal](
    file="regions.json",
    title="The groups of a map",
    instead="they are to be looked for again",
    to_value=_to_value,
    from_value=_from_fields,
)


def submit_grouping(workspace: Workspace, saved: SavedMap) -> Job:
    """Put the search for the groups of a map in line.

    Raises
    ------
    AtlasError
        If the workspace has its share of jobs in line, or there is no room on the disk.
    """
    at_most = workspace.config.trainings_per_workspace
    return submit(workspace, _order(saved), at_most=at_most)


def proposal_id(workspace: Workspace, saved: SavedMap) -> str:
    """Return what names the latest groups found on a map; "" where none were found yet."""
    found = workspace.results(saved, KIND.name)
    return found[0].name if found else ""


def proposal(workspace: Workspace, saved: SavedMap) -> Proposal | None:
    """Return the latest groups found on a map that can be read; None if there are none."""
    return _newest(workspace.results(saved, KIND.name))


def _newest(folders: tuple[Path, ...]) -> Proposal | None:
    return next(filter(None, map(PROPOSAL.read_whole, folders)), None)


def _order(saved: SavedMap) -> Order:
    return KIND.order(Grouping(), map_id=saved.id, sources=(saved.source,))


def _find_and_save(task: Task[Grouping]) -> None:
    folder = task.workspace / "maps" / task.order.map
    saved = saved_map(folder)
    if saved is None:
        raise AtlasError("The map is gone, so its groups can't be looked for.")
    m = load_map(folder, saved)
    table = table_of(saved.source, task.workspace, task.config.limits)
    found = regions(
        m,
        table=table,
        prepared=prepare(table, saved.recipe, m.chosen),
        seed=task.work.seed,
        on_progress=task.tell,
        should_stop=task.should_stop,
    )
    proposed = _with_earlier_names(found, m, _named_before(task.workspace / "maps", saved))
    task.save(lambda result: PROPOSAL.keep(result, proposed))


@dataclass(frozen=True, eq=False)
class _Named:
    """A group to which the analyst gave a name or a colour."""

    rows: NDArray[np.int64]  # positions in table.frame
    colour: int | None


def _named_before(maps: Path, saved: SavedMap) -> dict[str, _Named]:
    """Return the named groups of the latest earlier map of the same rows that has some."""
    earlier = [found for found in _whole_maps(maps) if _is_of_same_rows(found, saved)]
    for before in sorted(earlier, key=lambda found: -found.created):
        if before.created < saved.created:
            with suppress(MapDamaged):
                named = _named_on(maps / before.id, before)
                if named:
                    return named
    return {}


def _is_of_same_rows(one: SavedMap, other: SavedMap) -> bool:
    return one.source.has_same_rows(other.source) and one.parent == other.parent


def _whole_maps(maps: Path) -> Iterator[SavedMap]:
    for folder in maps.glob("[0-9a-f]*"):
        with suppress(Damaged):
            found = saved_map(folder)
            if found is not None:
                yield found


def _named_on(folder: Path, saved: SavedMap) -> dict[str, _Named]:
    results = sorted((folder / KIND.name).glob("[0-9a-f]*"), key=time_of, reverse=True)
    found = _newest(tuple(results))
    choice = MAP_GROUPS.read_whole(folder) or MapGroups()
    names = {**(found.names if found is not None else {}), **choice.names}
    if found is None or not names:
        return {}
    m, shown = load_map(folder, saved), choice.chosen_of(found.regions)
    colours = {**found.colours, **choice.colours}
    return {
        names[mark]: _Named(shown.rows(m, label), colours.get(mark))
        for label, mark in enumerate(shown.marks)
        if mark in names
    }


def _with_earlier_names(found: Regions, m: TrainedMap, before: Mapping[str, _Named]) -> Proposal:
    """Carry names over to the groups with the same rows, at whatever number of groups."""
    names: dict[str, str] = {}
    colours: dict[str, int] = {}
    rows = {name: group.rows for name, group in before.items()}
    for k in range(1, min(MOST_SHOWN, found.most) + 1) if before else ():
        at = found.at(k)
        carried = carried_names(rows, [at.rows(m, label) for label in range(k)])
        for mark, name in zip(at.marks, carried.names, strict=True):
            if name is not None:
                names[mark] = name
                colour = before[name].colour
                if colour is not None:
                    colours[mark] = colour
    lost = tuple(name for name in before if name not in names.values())
    return Proposal(found, names, colours, lost)


def _after_a_training(workspace: Path, job: Job) -> Order | None:
    if job.kind != training.KIND.name:
        return None
    saved = saved_map(workspace / "maps" / job.id)
    return None if saved is None else _order(saved)


KIND = Kind[Grouping](
    name="grouping",
    to_value=vars,
    from_fields=lambda fields: Grouping(fields.whole("seed")),
    do=_find_and_save,
    follows=_after_a_training,
)
