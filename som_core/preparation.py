"""From a table and a recipe to a matrix: the steps, what they learn, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError
from som_core.reading import Table
from som_core.recipe import Recipe


@dataclass(frozen=True)
class FittedRecipe:
    """A recipe with every number that it learned from a table."""

    recipe: Recipe
    centres: tuple[tuple[str, float, float, float], ...]  # column, fill, centre, spread

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(name for name, _, _, _ in self.centres)

    def column_of(self, feature: str) -> str:
        """Return the column that a feature comes from."""
        return feature

    def transform(self, table: Table) -> "Prepared":
        """Apply the learned steps to the rows of a table that has the same columns."""
        matrix = np.empty((len(table.frame), len(self.centres)))
        for place, (name, fill, centre, spread) in enumerate(self.centres):
            values = table.frame[name].to_numpy(dtype=float, na_value=np.nan)
            matrix[:, place] = (np.where(np.isnan(values), fill, values) - centre) / spread
        return Prepared(matrix, self.features, np.arange(len(matrix)), (), self)

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values of a feature in the units of its column, in the shape they came in."""
        _, _, centre, spread = self.centres[self.features.index(feature)]
        return np.asarray(values, dtype=float) * spread + centre

    def to_json(self) -> str:
        raise AtlasError("A fitted recipe can't be saved yet.")

    @classmethod
    def from_json(cls, text: str) -> Self:
        raise AtlasError("A fitted recipe can't be read yet.")


@dataclass(frozen=True)
class Prepared:
    """Numbers ready for training, and the way back to the table."""

    matrix: NDArray[np.float64]  # (n_rows, n_features), C order
    features: tuple[str, ...]
    rows: NDArray[np.int64]  # (n_rows,) positions in table.frame
    remarks: tuple[str, ...]
    fitted: FittedRecipe

    def transform(self, table: Table) -> "Prepared":
        """Apply the learned steps to the rows of a table that has the same columns."""
        return self.fitted.transform(table)

    def original_units(self, values: ArrayLike, feature: str) -> NDArray[np.float64]:
        """Return values of a feature in the units of its column, in the shape they came in."""
        return self.fitted.original_units(values, feature)


def prepare(table: Table, recipe: Recipe) -> Prepared:
    """Turn a table into a matrix, step by step as the recipe says."""
    trained: Sequence[str] = [column.name for column in recipe.columns if column.role == "train"]
    centres = []
    for name in trained:
        values = table.frame[name].to_numpy(dtype=float, na_value=np.nan)
        filled = np.where(np.isnan(values), np.nanmedian(values), values)
        centres.append((name, float(np.nanmedian(values)), filled.mean(), filled.std()))
    return FittedRecipe(recipe, tuple(centres)).transform(table)
