"""What is suggested for columns that were joined to a table: they describe its map."""

from dataclasses import replace

from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.suggestions.recipe import suggest_recipe

_WHY = (
    "Joined from another file: laid over the map, it doesn't shape it. Set it to train to let it."
)


def joined_recipe(recipe: Recipe, table: Table) -> Recipe:
    """Return a recipe in which the columns that were joined only describe the map.

    Their values repeat with the keys: on the map they would draw rows of a key together.

    Parameters
    ----------
    recipe : of the table before
    table : with the joined columns
    """
    suggested = suggest_recipe(table)
    describing = [
        replace(column, role="describe", reason=_WHY) if column.role == "train" else column
        for column in suggested.columns
        if column.name in table.joined_columns
    ]
    return completed(recipe, Recipe(tuple(describing)))


def completed(recipe: Recipe, other: Recipe) -> Recipe:
    """Return a recipe with the columns of another one that it doesn't name."""
    named = {column.name for column in recipe.columns}
    more = [column for column in other.columns if column.name not in named]
    return Recipe((*recipe.columns, *more))
