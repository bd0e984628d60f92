"""What becomes of one number column: fill, clip, transform, scale, weigh; and the way back."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import numbers_of
from som_core.columns.transforms import TRANSFORMS, AnyTransform
from som_core.recipe import ColumnRecipe, Missing, Scale

Fences = tuple[float, float]

MISSING_NOTES: dict[Missing, str] = {
    "mean": "Missing values became the mean of their column",
    "median": "Missing values became the median of their column",
    "mode": "Missing values became the most frequent value of their column",
    "knn": "Missing values became the mean of the five nearest rows",
    "keep": "Missing values stay missing",
    "drop_row": "Missing values drop their row",
}


def tukey_fences(values: NDArray[np.float64]) -> Fences | None:
    """Return the fences 1.5 interquartile ranges beyond the quartiles; NaN is left out of them.

    None where there is no value, or where the quartiles are equal: then most values are one and
    the same, and all others would lie outside.

    References
    ----------
    Tukey (1977), Exploratory data analysis.
    """
    present = values[~np.isnan(values)]
    if len(present) == 0:
        return None
    return fences_beyond(*np.percentile(present, [25, 75]).tolist())


def fences_beyond(lower: float, upper: float) -> Fences | None:
    """Return what `tukey_fences` does, from the lower and the upper quartile."""
    if lower == upper:
        return None
    reach = 1.5 * (upper - lower)
    return lower - reach, upper + reach


@dataclass(frozen=True, kw_only=True)
class NumberColumn:
    """The steps of one number column with what they learned: one feature, named as the column."""

    recipe: ColumnRecipe
    fill: float | None  # stands in for a missing value; None: it stays missing
    fences: Fences | None  # values beyond are clipped; None: none are
    transform: AnyTransform
    centre: float  # (transformed value - centre) / spread is the scaled value
    spread: float

    @property
    def features(self) -> tuple[str, ...]:
        return (self.recipe.name,)

    @property
    def planes(self) -> tuple[str, ...]:
        return self.features

    def cells_of(self, series: pd.Series) -> NDArray[np.float64]:
        """Return what the column holds in each row: a number, or NaN."""
        return numbers_of(series)

    def notes(self, values: NDArray[np.float64]) -> Iterator[tuple[str, int]]:
        """Yield what encoding does to some of the values, and to how many."""
        yield MISSING_NOTES[self.recipe.missing], int(np.count_nonzero(np.isnan(values)))
        lowest, highest = self.transform.domain
        if self.fences is not None:
            low, high = self.fences
            yield "Outliers were clipped to the fences", _count_beyond(low, high, values)
            values = np.clip(values, low, high)
        yield (
            "Values outside the range that the transform was fitted on became its nearer end",
            _count_beyond(lowest, highest, values),
        )

    def encode(self, values: NDArray[np.float64], block: NDArray[np.float64]) -> None:
        """Write values in original units as a feature into a block, (n_rows, 1), of the matrix."""
        cleaned = _cleaned(values, self.fill, self.fences)
        inside = np.clip(cleaned, *self.transform.domain)
        scaled = (self.transform.apply(inside) - self.centre) / self.spread
        block[:, 0] = scaled * self.recipe.weight

    def decode(self, values: NDArray[np.float64], feature: str) -> NDArray[np.float64]:
        """Return values of the feature in original units; same shape."""
        scaled = values / self.recipe.weight
        return self.transform.undo(scaled * self.spread + self.centre)

    def plane(self, block: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        """Return the one feature of a block, (…, 1), in original units, (…)."""
        return self.decode(block[..., 0], name)

    def between(self, lowest: float | None, highest: float | None) -> Self:
        """Return the column with 0 and 1 at these values in original units, if they differ."""
        if lowest is None or highest is None:
            return self
        cleaned = _cleaned(np.array([lowest, highest]), None, self.fences)
        low, high = self.transform.apply(np.clip(cleaned, *self.transform.domain)).tolist()
        return replace(self, centre=low, spread=high - low) if high > low else self

    def to_dict(self) -> dict[str, object]:
        learned = {
            "fill": self.fill,
            "fences": self.fences,
            "transform": asdict(self.transform),
            "centre": self.centre,
            "spread": self.spread,
        }
        return {"kind": "number", "column": self.recipe.name, **learned}

    @classmethod
    def from_dict(cls, learned: dict, recipe: ColumnRecipe) -> Self:
        parts: dict = {
            name: tuple(part) if isinstance(part, list) else part
            for name, part in learned["transform"].items()
        }
        return cls(
            recipe=recipe,
            fill=learned["fill"],
            fences=None if learned["fences"] is None else tuple(learned["fences"]),
            transform=TRANSFORMS[recipe.transform](**parts),
            centre=learned["centre"],
            spread=learned["spread"],
        )


def fit_number_column(
    recipe: ColumnRecipe, values: NDArray[np.float64], fences: Fences | None
) -> NumberColumn | None:
    """Learn the steps of a column from its values; None if it is constant once it is cleaned.

    Parameters
    ----------
    recipe : ColumnRecipe
    values : array of shape (n_rows,), in original units
        NaN where missing, at least one present; nearest neighbours have filled theirs already.
    fences : pair of floats or None
        What lies beyond is clipped.
    """
    fill = _fill(recipe, values)
    cleaned = _cleaned(values, fill, fences)
    present = cleaned[~np.isnan(cleaned)]
    if _is_constant(present):
        return None
    transform = TRANSFORMS[recipe.transform].learn(present)
    transformed = transform.apply(present)
    if _is_constant(transformed):
        return None
    centre, spread = _scale(recipe.scale, transformed)
    return NumberColumn(
        recipe=recipe,
        fill=fill,
        fences=fences,
        transform=transform,
        centre=centre,
        spread=spread,
    )


def _fill(recipe: ColumnRecipe, values: NDArray[np.float64]) -> float | None:
    """Return what stands in for a missing value; the most frequent of equals is the smallest."""
    present = values[~np.isnan(values)]
    match recipe.missing:
        case "mean":
            return float(present.mean())
        case "median":
            return float(np.median(present))
        case "mode":
            distinct, counts = np.unique(present, return_counts=True)
            return float(distinct[counts.argmax()])
        case _:
            return None


def _cleaned(
    values: NDArray[np.float64], fill: float | None, fences: Fences | None
) -> NDArray[np.float64]:
    if fill is not None:
        values = np.where(np.isnan(values), fill, values)
    if fences is not None:
        values = np.clip(values, *fences)
    return values


def _count_beyond(low: float, high: float, values: NDArray[np.float64]) -> int:
    return int(np.count_nonzero((values < low) | (values > high)))


def _is_constant(values: NDArray[np.float64]) -> bool:
    """Say whether values differ by no more than rounding does."""
    smallest, largest = values.min(), values.max()
    rounding = 8 * np.finfo(float).eps * max(abs(smallest), abs(largest))
    return bool(largest - smallest <= rounding)


def _scale(scale: Scale, values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the centre and spread that a way of scaling learns; the spread is above 0.

    Where the quartiles are equal, robust scaling has no spread, and takes the standard deviation.
    """
    match scale:
        case "zscore":
            return float(values.mean()), float(values.std())
        case "minmax":
            return float(values.min()), float(values.max() - values.min())
        case "robust":
            lower, median, upper = np.percentile(values, [25, 50, 75]).tolist()
            return median, (upper - lower) or float(values.std())
        case "none":
            return 0.0, 1.0
