"""The trained maps of a workspace, each in a folder of its own with all that made it.

maps/<map id>/map.json       what is known of the map without loading it
maps/<map id>/trained/       the map itself
maps/<map id>/<kind>/<job>/  what jobs of other kinds found out about it
maps/<map id>/damaged        is there once a file of the map was found to be damaged
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from math import nan
from pathlib import Path
from typing import Self

from som_core.analyses.map_quality import Quality
from som_core.errors import AtlasError
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from workspace.checks import Check, checks_of, misfit
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import publishing
from workspace.table_source import TableSource

TRAINED = "trained"
DELETED_MAPS = "deleted-maps"
_DAMAGED = "damaged"


class MapDamaged(AtlasError):
    """A map was found to be damaged; from now on it is left out of the workspace's maps."""


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The map on which the rows of another one were chosen; those rows are `TrainedMap.chosen`."""

    map: str  # its id; it may be deleted by now
    name: str  # as it was called then
    chosen_by: str  # how the rows were chosen: “young, app”, “the condition age < 27”
    n_rows: int  # that were chosen

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        return cls(
            map=fields.text("map"),
            name=fields.text("name"),
            chosen_by=fields.text("chosen_by"),
            n_rows=fields.whole("n_rows"),
        )


@dataclass(frozen=True, kw_only=True)
class SavedMap:
    """What is known of a trained map without loading it."""

    id: str
    name: str
    created: float  # seconds since 1970
    source: TableSource  # of the table whose rows lie on the map
    recipe: Recipe
    settings: MapSettings
    quality: Quality
    complete: bool  # False: the training was stopped early, by the analyst
    checks: Mapping[str, Check] = field(default_factory=dict)  # of the files of the map itself
    parent: Parent | None = None  # None: it is of the whole table
    # How many rows trained it, where the table is only a sample of them; None: those on the map.
    n_trained: int | None = None


def _to_value(saved: SavedMap) -> object:
    return {
        "name": saved.name,
        "created": saved.created,
        "source": saved.source.to_value(),
        "recipe": json.loads(saved.recipe.to_json()),
        "settings": json.loads(saved.settings.to_json()),
        "quality": asdict(saved.quality),
        "complete": saved.complete,
        "checks": {name: asdict(check) for name, check in saved.checks.items()},
        "parent": None if saved.parent is None else saved.parent.to_value(),
        "n_trained": saved.n_trained,
    }


def _from_fields(fields: Fields) -> SavedMap:
    checks = fields.inner("checks")
    return SavedMap(
        id="",  # the name of its folder
        name=fields.text("name"),
        created=fields.number("created"),
        source=TableSource.from_fields(fields.inner("source")),
        recipe=Recipe.from_json(fields.json("recipe")),
        settings=MapSettings.from_json(fields.json("settings")),
        quality=_quality_from(fields.inner("quality")),
        complete=fields.flag("complete"),
        checks={name: _check_from(checks.inner(name)) for name in checks.values},
        parent=Parent.from_fields(fields.inner("parent")) if fields.has("parent") else None,
        n_trained=fields.whole("n_trained") if fields.has("n_trained") else None,
    )


def _from_format_1(fields: Fields) -> SavedMap:
    texts = {name: json.loads(fields.text(name)) for name in ("recipe", "settings")}
    return _from_fields(Fields(fields.values | texts | {"checks": {}}))


def _quality_from(fields: Fields) -> Quality:
    """Return the quality; what an older version didn't measure is NaN."""

    def measure(name: str) -> float:
        found = fields.maybe_number(name)
        return nan if found is None else found

    return Quality(
        quantization_error=measure("quantization_error"),
        centre_error=measure("centre_error"),
        topographic_error=measure("topographic_error"),
        trustworthiness=measure("trustworthiness"),
        trustworthiness_rows=fields.whole("trustworthiness_rows"),
        explained_variance=measure("explained_variance"),
        n_rows=fields.whole("n_rows"),
    )


def _check_from(fields: Fields) -> Check:
    return Check(fields.whole("size"), fields.text("sha256"))


MAP = DocumentType[SavedMap](
    file="map.json",
    title="A map",
    to_value=_to_value,
    from_value=_from_fields,
    from_format_1=_from_format_1,
)


def save_map(folder: Path, trained: TrainedMap, saved: SavedMap) -> None:
    """Write a map so that it is there with all its parts, or not at all."""
    with publishing(folder) as temporary:
        write_map(temporary, trained, saved)


def write_map(folder: Path, trained: TrainedMap, saved: SavedMap) -> None:
    """Write a map into an empty folder."""
    trained.save(folder / TRAINED)
    MAP.keep(folder, replace(saved, checks=checks_of(folder / TRAINED)))


def saved_map(folder: Path) -> SavedMap | None:
    """Return what is known of the map in a folder, or None where there is none.

    Raises
    ------
    Damaged
        If that can't be read, or a file of the map is gone or cut.
    """
    saved = MAP.read(folder)
    if saved is None and not (folder / TRAINED).exists():
        return None
    if saved is None or (folder / _DAMAGED).exists():
        raise Damaged(_damage(saved))
    if misfit(folder / TRAINED, saved.checks, by_size_only=True):
        raise Damaged(_damage(saved))
    return replace(saved, id=folder.name)


def load_map(folder: Path, saved: SavedMap) -> TrainedMap:
    """Load a map, after each of its files was compared with what was written.

    Raises
    ------
    MapDamaged
        If one isn't the same. It is noted, and the map no longer found.
    """
    _check_whole(folder, saved)
    return TrainedMap.load(folder / TRAINED)


def map_files(folder: Path, saved: SavedMap) -> dict[str, Path]:
    """Return the files of a map by name, each compared with what was written.

    Raises
    ------
    MapDamaged
        If one isn't the same. It is noted, and the map no longer found.
    """
    _check_whole(folder, saved)
    return {path.name: path for path in sorted((folder / TRAINED).iterdir())}


def maps_in(workspace: Path) -> tuple[SavedMap, ...]:
    """Return what is known of every map of a workspace that isn't damaged, the newest first."""
    found = [saved for saved in every_map_in(workspace) if not isinstance(saved, Damaged)]
    return tuple(sorted(found, key=lambda saved: -saved.created))


def every_map_in(workspace: Path) -> Iterator[SavedMap | Damaged]:
    """Yield what is known of each map of a workspace, or what is wrong with it."""
    for folder in (workspace / "maps").glob("[0-9a-f]*"):
        try:
            saved = saved_map(folder)
        except Damaged as problem:
            yield problem
        else:
            if saved is not None:
                yield saved


def deleted_map_in(workspace: Path) -> SavedMap | None:
    """Return the map that was deleted last, while it can be brought back."""
    for folder in deleted_map_folders(workspace):
        with suppress(Damaged):
            return saved_map(folder)
    return None


def deleted_map_folders(workspace: Path) -> tuple[Path, ...]:
    return tuple((workspace / DELETED_MAPS).glob("[0-9a-f]*"))


def keep_name(folder: Path, name: str) -> None:
    """Give the map in a folder another name."""
    saved = MAP.read(folder)
    if saved is not None:
        MAP.keep(folder, replace(saved, name=name))


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that isn't taken yet: with a number behind it where it must be."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _check_whole(folder: Path, saved: SavedMap) -> None:
    if misfit(folder / TRAINED, saved.checks) is not None:
        (folder / _DAMAGED).touch()
        raise MapDamaged(_damage(saved))


def _damage(saved: SavedMap | None) -> str:
    name = "A map" if saved is None else f"The map “{saved.name}”"
    return (
        f"{name} can't be shown, as a file of it on the server is damaged. It is left out; the "
        "table, the recipe and other maps are as they were, so it can be trained again."
    )
