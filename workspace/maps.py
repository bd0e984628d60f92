"""The trained maps of a workspace, each in a folder of its own with all that made it."""

from dataclasses import asdict, dataclass
from pathlib import Path

from som_core.analyses.map_quality import Quality
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from workspace.files import publishing, read_json, write_json
from workspace.tables import TableSource


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


def save_map(folder: Path, trained: TrainedMap, saved: SavedMap) -> None:
    """Write a map so that it is there with all its parts, or not at all."""
    with publishing(folder) as temporary:
        trained.save(temporary / "trained")
        write_json(
            temporary / "map.json",
            {
                "name": saved.name,
                "created": saved.created,
                "source": saved.source.to_dict(),
                "recipe": saved.recipe.to_json(),
                "settings": saved.settings.to_json(),
                "quality": asdict(saved.quality),
                "complete": saved.complete,
            },
        )


def saved_map(folder: Path) -> SavedMap | None:
    """Return what is known of the map in a folder, or None where there is none."""
    facts = read_json(folder / "map.json")
    if facts is None:
        return None
    return SavedMap(
        id=folder.name,
        name=facts["name"],
        created=facts["created"],
        source=TableSource.from_dict(facts["source"]),
        recipe=Recipe.from_json(facts["recipe"]),
        settings=MapSettings.from_json(facts["settings"]),
        quality=Quality(**facts["quality"]),
        complete=facts["complete"],
    )


def rename_map(folder: Path, name: str) -> None:
    facts = read_json(folder / "map.json")
    if facts is not None:
        write_json(folder / "map.json", facts | {"name": name})
