"""What a training has to do, fixed when it was asked for: later choices don't change it."""

from dataclasses import dataclass
from pathlib import Path

from som_core.recipe import Recipe
from som_core.settings import MapSettings
from workspace.files import read_json, write_json
from workspace.tables import TableSource


@dataclass(frozen=True)
class Order:
    """Everything that a training needs to know."""

    name: str  # of the map, for the analyst
    source: TableSource
    recipe: Recipe
    settings: MapSettings

    def write(self, folder: Path) -> None:
        """Write the order into the job's folder."""
        write_json(
            folder / "job.json",
            {
                "name": self.name,
                "source": self.source.to_dict(),
                "recipe": self.recipe.to_json(),
                "settings": self.settings.to_json(),
            },
        )


def read_order(folder: Path) -> Order | None:
    """Return the order in a job's folder, or None once the job is over."""
    values = read_json(folder / "job.json")
    if values is None:
        return None
    return Order(
        values["name"],
        TableSource.from_dict(values["source"]),
        Recipe.from_json(values["recipe"]),
        MapSettings.from_json(values["settings"]),
    )
