"""Columns of one family, such as what was spent on eight things: they take the same transform."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from som_core.columns.torn_counts import tears_counts
from som_core.columns.transforms import TRANSFORMS
from som_core.files.class_codes import words_of
from som_core.recipe import ColumnRecipe, Transform
from som_core.suggestions.long_tails import skewness
from som_core.wording import named

FEWEST = 3
_SEVERAL = 0.25  # of a family
_ALIKE = 30.0  # the largest of a family by the smallest, at their ninth deciles
# What columns of different units share in their names.
_NO_FAMILY = frozenset({
    "mean", "avg", "average", "median", "max", "min", "std", "sd", "var", "sum", "total", "n",
    "num", "no", "number", "count", "worst", "best", "first", "last", "error", "rate", "ratio",
    "index", "score", "share", "percent", "pct", "of", "per", "in", "the", "is", "has",
})  # fmt: skip


def with_one_transform(
    columns: Sequence[ColumnRecipe], values: Mapping[str, NDArray[np.float64]]
) -> list[ColumnRecipe]:
    """Return suggestions in which columns of one family take one transform, if several need it.

    A family shares the first or the last word of its names, and its size. Where the transform
    would make a column more lopsided, it stays as it is, and the reason says so.

    Parameters
    ----------
    columns : suggestions for all columns of a table
    values : those that aren't missing, of the columns that train as numbers, by name
    """
    by_name = {column.name: column for column in columns}
    plain = [
        name
        for name in values
        if by_name[name].outliers == "keep" and by_name[name].encoding == "plain"
    ]
    for family in _families(plain, values):
        transform = _shared_transform([by_name[name].transform for name in family])
        if transform == "log" and any(values[name].min() <= 0 for name in family):
            transform = "yeo-johnson"
        for name in family:
            by_name[name] = _as_siblings(by_name[name], transform, family, values[name])
    return list(by_name.values())


def _families(
    names: Sequence[str], values: Mapping[str, NDArray[np.float64]]
) -> list[tuple[str, ...]]:
    """Return the columns of each family; a column is of one family at most."""
    found: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for place in (0, -1):
        by_word: dict[str, list[str]] = {}
        for name in names:
            words = words_of(name)
            if len(words) > 1 and words[place] not in _NO_FAMILY and name not in taken:
                by_word.setdefault(words[place], []).append(name)
        for family in by_word.values():
            if len(family) >= FEWEST and _are_alike([values[name] for name in family]):
                found.append(tuple(family))
                taken |= {*family}
    return found


def _are_alike(values: Sequence[NDArray[np.float64]]) -> bool:
    sizes = [float(np.quantile(np.abs(one), 0.9)) for one in values if len(one)]
    return bool(sizes) and 0 < max(sizes) <= _ALIKE * min(sizes)


def _shared_transform(transforms: Sequence[Transform]) -> Transform:
    """Return the most frequent transform where at least a quarter have one; else none."""
    bent = Counter(transform for transform in transforms if transform != "none")
    if bent.total() < _SEVERAL * len(transforms):
        return "none"
    return bent.most_common(1)[0][0]


def _as_siblings(
    column: ColumnRecipe, transform: Transform, family: tuple[str, ...], values: NDArray[np.float64]
) -> ColumnRecipe:
    if column.transform == transform:
        return column
    siblings = named([name for name in family if name != column.name])
    if transform == "none":
        why = f"Unlike its siblings {siblings}, nearly all of which have no long tail, it is bent."
        return replace(column, reason=f"{why} {column.reason}")
    bent = TRANSFORMS[transform].learn(values).apply(values)
    if abs(skewness(bent)) > max(abs(skewness(values)), 1.0):
        why = (
            f"Its siblings {siblings} have long tails that are drawn in; it has none, and would "
            "become lopsided."
        )
        return replace(column, reason=f"{why} {column.reason}")
    if tears_counts(values, transform):
        return column
    kept = column.reason if column.transform == "none" else ""
    why = (
        f"It takes the same transform as its siblings {siblings}, so that their steps can be "
        "compared."
    )
    return replace(column, transform=transform, reason=f"{why} {kept}".strip())
