"""What becomes of one category column: one feature per level, together as strong as one number."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import level_text
from som_core.errors import AtlasError
from som_core.recipe import ColumnRecipe, Scale

MOST_LEVELS = 100
UNKNOWN = -1  # the code of a level that wasn't there when the column was fitted
MISSING = -2


@dataclass(frozen=True, kw_only=True)
class CategoryColumn:
    """The levels of one category column; each is a feature named “column = level”.

    A feature is (indicator - share) / spread · weight, where the indicator is 1 for rows of its
    level and 0 for others, and the share is the mean of the indicator. The variances p(1 - p) of
    the indicators add up to the variation of the category. With spread = √Σp(1 - p) it becomes 1,
    the variance of a z-scored number column, however many levels there are: two rows taken at
    random are as far apart, on average, by a category as by a number.

    References
    ----------
    Light and Margolin (1971), An analysis of variance for categorical data: Σp(1 - p).
    Pagès (2004), Analyse factorielle de données mixtes, balances the strongest direction of each
    column instead; in distances a category of k levels would then count k - 1 times.
    """

    recipe: ColumnRecipe
    levels: tuple[str, ...]  # in the order of the alphabet
    shares: tuple[float, ...]  # of the rows, sum 1
    fill: int | None  # the level that stands in for a missing one; None: all levels stay missing
    spread: float

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(f"{self.recipe.name} = {level}" for level in self.levels)

    @property
    def planes(self) -> tuple[str, ...]:
        return self.features

    def cells_of(self, series: pd.Series) -> NDArray[np.int64]:
        """Return each row's place in `levels`, UNKNOWN for a new level, MISSING for none."""
        labels, texts = _labels_of(series)
        place_of = {level: place for place, level in enumerate(self.levels)}
        places = [place_of.get(text, UNKNOWN) for text in texts]
        return np.array([*places, MISSING])[labels]

    def notes(self, codes: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
        """Yield what encoding does to some of the rows, and to how many."""
        missing = int(np.count_nonzero(codes == MISSING))
        if self.fill is None:
            yield "Missing values stay missing", missing
        else:
            yield "Missing levels became the most frequent level of their column", missing
        unknown = int(np.count_nonzero(codes == UNKNOWN))
        yield "Levels that the recipe doesn't know count as none of its levels", unknown

    def encode(self, codes: NDArray[np.int64], block: NDArray[np.float64]) -> None:
        """Write the features of rows, by the codes of their levels, into a block of the matrix.

        A row of an unknown level is 0 in all indicators.
        """
        filled = codes if self.fill is None else np.where(codes == MISSING, self.fill, codes)
        step = self.recipe.weight / self.spread
        block[:] = -np.array(self.shares) * step
        known = np.flatnonzero(filled >= 0)
        block[known, filled[known]] += step
        block[filled == MISSING] = np.nan

    def decode(self, values: NDArray[np.float64], feature: str) -> NDArray[np.float64]:
        """Return values of a level's feature as the share of that level, from 0 to 1."""
        share = self.shares[self.features.index(feature)]
        return np.clip(values / self.recipe.weight * self.spread + share, 0.0, 1.0)

    def plane(self, block: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        """Return the feature of one level of a block, (…, n_levels), as its share, (…)."""
        return self.decode(block[..., self.features.index(name)], name)

    def to_dict(self) -> dict[str, object]:
        learned = {
            "levels": self.levels,
            "shares": self.shares,
            "fill": self.fill,
            "spread": self.spread,
        }
        return {"kind": "category", "column": self.recipe.name, **learned}

    @classmethod
    def from_dict(cls, learned: dict, recipe: ColumnRecipe) -> Self:
        return cls(
            recipe=recipe,
            levels=tuple(learned["levels"]),
            shares=tuple(learned["shares"]),
            fill=learned["fill"],
            spread=learned["spread"],
        )


def fit_category_column(recipe: ColumnRecipe, series: pd.Series) -> CategoryColumn | None:
    """Learn the levels of a column, of which at least one value is present; None if all are one.

    A missing level becomes the most frequent one, except where the recipe keeps it missing.

    Raises
    ------
    AtlasError
        If there are more than 100 levels: each would be a feature.
    """
    labels, texts = _labels_of(series)
    of_labels = np.bincount(labels[labels >= 0], minlength=len(texts)).tolist()
    counts: Counter[str] = Counter()
    for text, count in zip(texts, of_labels, strict=True):
        counts[text] += count
    return fit_category_counts(recipe, counts, len(labels) - counts.total())


def fit_category_counts(
    recipe: ColumnRecipe, level_counts: Mapping[str, int], n_missing: int
) -> CategoryColumn | None:
    """Learn the levels of a column as `fit_category_column` does, from how often each occurs."""
    levels = tuple(sorted(level_counts))
    if len(levels) > MOST_LEVELS:
        raise too_many_levels(recipe.name, f"{len(levels):,}")
    if len(levels) == 1:
        return None
    counts = np.array([level_counts[level] for level in levels])
    fill = None if recipe.missing in ("keep", "drop_row") else int(counts.argmax())
    if fill is not None:
        counts[fill] += n_missing
    shares = counts / counts.sum()
    return CategoryColumn(
        recipe=recipe,
        levels=levels,
        shares=tuple(shares.tolist()),
        fill=fill,
        spread=_spread(recipe.scale, shares),
    )


def too_many_levels(name: str, how_many: str) -> AtlasError:
    """Return what to say of a column of more than 100 levels."""
    return AtlasError(
        f"“{name}” has {how_many} different values, and each would become a feature; at most "
        f"{MOST_LEVELS} can. Let it only describe the map, or group its values in the file."
    )


def _spread(scale: Scale, shares: NDArray[np.float64]) -> float:
    """Return what the indicators are divided by, so that the column fits number columns.

    z-score and robust: the total variance becomes 1. Min–max: rows of different levels are 1
    apart, like the two ends of a min–max scaled number. None: the indicators stay 0 and 1.
    """
    match scale:
        case "zscore" | "robust":
            return float(np.sqrt((shares * (1 - shares)).sum()))
        case "minmax":
            return float(np.sqrt(2.0))
        case "none":
            return 1.0


def _labels_of(series: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Return for each row the place of its text in the list of texts; -1 where it is missing."""
    labels, distinct = pd.factorize(series)
    return labels.astype(np.int64), [level_text(value) for value in distinct]
