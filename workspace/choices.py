"""What the analyst chose, each in a file of its own. Where one is damaged, suggestions hold."""

import json
from dataclasses import dataclass

from som_core.recipe import Recipe
from som_core.settings import MapSettings
from workspace.documents import DocumentType, Fields


@dataclass(frozen=True)
class MapChoice:
    """Which map was chosen to be looked at, and when."""

    map: str  # its id
    time: float  # seconds since 1970


def _recipe_from(fields: Fields) -> Recipe:
    return Recipe.from_json(json.dumps(fields.values))


def _recipe_from_format_1(fields: Fields) -> Recipe:
    return Recipe.from_json(fields.text("recipe"))


def _settings_from(fields: Fields) -> MapSettings:
    return MapSettings.from_json(json.dumps(fields.values))


def _settings_from_format_1(fields: Fields) -> MapSettings:
    return MapSettings.from_json(fields.text("settings"))


def _choice_from(fields: Fields) -> MapChoice:
    return MapChoice(fields.text("map"), fields.number("time"))


def _values_of(fields: Fields) -> dict[str, object]:
    return fields.values


RECIPE = DocumentType[Recipe](
    file="recipe.json",
    title="The recipe",
    instead="the suggestions hold. Choose once more where you had chosen otherwise",
    to_value=lambda recipe: json.loads(recipe.to_json()),
    from_value=_recipe_from,
    from_format_1=_recipe_from_format_1,
)

SETTINGS = DocumentType[MapSettings](
    file="settings.json",
    title="The settings of the next map",
    instead="the suggestions hold. Choose once more where you had chosen otherwise",
    to_value=lambda settings: json.loads(settings.to_json()),
    from_value=_settings_from,
    from_format_1=_settings_from_format_1,
)

CHOICE = DocumentType[MapChoice](
    file="current.json",
    title="Which map you had chosen",
    instead="the newest is shown",
    to_value=vars,
    from_value=_choice_from,
)

UI_STATE = DocumentType[dict[str, object]](
    file="ui.json",
    title="What you had set on the pages",
    instead="they are as at first",
    to_value=dict,
    from_value=_values_of,
)
