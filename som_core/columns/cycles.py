"""What becomes of one column that runs in a circle: sine and cosine, as strong as one number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import is_number, numbers_of
from som_core.columns.calendar_words import PERIODS, CalendarPart, calendar_numbers
from som_core.columns.numbers import MISSING_NOTES
from som_core.errors import AtlasError
from som_core.recipe import ColumnRecipe, Missing, Scale

DAY, WEEK, YEAR = 1.0, 7.0, 365.2425  # circles of dates, in days
# Once around, the lowest and the highest value: the first that holds all values is taken.
USUAL_CIRCLES = (
    (7.0, 0, 7), (12.0, 0, 12), (24.0, 0, 24), (31.0, 0, 31), (60.0, 0, 60), (360.0, -180, 180),
    (360.0, 0, 360), (366.0, 0, 366), (1440.0, 0, 1440), (86_400.0, 0, 86_400),
)  # fmt: skip
_COUNTED_FROM_1 = 60  # months, hours and weeks may be; degrees of a longer circle aren't
_NO_DIRECTION = 0.02  # of the mean of rows all around the circle, which point nowhere
_MONDAY = 3.0  # 1970-01-01 was a Thursday, three days after one


@dataclass(frozen=True, kw_only=True)
class CyclicColumn:
    """One column on a circle: two features, sine and cosine of its place in the period.

    A feature is (sine - mean sine) / spread · weight, and so with the cosine; both have one spread
    and one weight. With spread = √(1 - R²), where R is the length of the mean direction, the two
    variances add up to 1, that of one z-scored number column.

    References
    ----------
    Mardia and Jupp (2000), Directional statistics: mean direction and its length R.
    """

    recipe: ColumnRecipe
    period: float  # once around, in units of the column; of dates in days
    start: float  # values are given from here to start + period
    fill: float | None  # stands in for a missing value; None: it stays missing
    centre: tuple[float, float]  # mean sine and mean cosine
    spread: float
    names: CalendarPart | None = None  # what the texts of the column name; None: it holds numbers

    @property
    def features(self) -> tuple[str, ...]:
        return f"{self.recipe.name} (sine)", f"{self.recipe.name} (cosine)"

    @property
    def planes(self) -> tuple[str, ...]:
        return (self.recipe.name,)

    def cells_of(self, series: pd.Series) -> NDArray[np.float64]:
        """Return what the column holds in each row: a number, or NaN."""
        if self.names and not is_number(series):
            series = calendar_numbers(series, self.names)
        return _on_the_clock(numbers_of(series), series, self.period)

    def notes(self, values: NDArray[np.float64]) -> Iterator[tuple[str, int]]:
        """Yield what encoding does to some of the values, and to how many."""
        yield _missing_note(self.recipe.missing), int(np.count_nonzero(np.isnan(values)))

    def encode(self, values: NDArray[np.float64], block: NDArray[np.float64]) -> None:
        """Write values as two features into a block, (n_rows, 2), of the matrix."""
        filled = values if self.fill is None else np.where(np.isnan(values), self.fill, values)
        block[:] = (_sine_and_cosine(filled, self.period) - self.centre) * self._step

    def decode(self, values: NDArray[np.float64], feature: str) -> NDArray[np.float64]:
        """Return values of one feature as sine or cosine, from -1 to 1."""
        place = self.features.index(feature)
        return np.clip(values / self._step + self.centre[place], -1.0, 1.0)

    def plane(self, block: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        """Return both features, (…, 2), as values of the column, (…); NaN without a direction."""
        sine, cosine = np.moveaxis(block / self._step + self.centre, -1, 0)
        turns = np.arctan2(sine, cosine) / (2 * np.pi)
        beyond = (turns * self.period - self.start) % self.period
        # Rounding may leave a value just before the end of the circle, which is its start.
        values = self.start + np.where(beyond > self.period * (1 - 1e-12), 0.0, beyond)
        return np.where(np.hypot(sine, cosine) < _NO_DIRECTION, np.nan, values)

    @property
    def _step(self) -> float:
        return self.recipe.weight / self.spread

    def to_dict(self) -> dict[str, object]:
        learned = {
            "period": self.period,
            "start": self.start,
            "fill": self.fill,
            "centre": self.centre,
            "spread": self.spread,
            "names": self.names,
        }
        return {"kind": "cyclic", "column": self.recipe.name, **learned}

    @classmethod
    def from_dict(cls, learned: dict, recipe: ColumnRecipe) -> Self:
        sine, cosine = learned["centre"]
        return cls(
            recipe=recipe,
            period=learned["period"],
            start=learned["start"],
            fill=learned["fill"],
            centre=(sine, cosine),
            spread=learned["spread"],
            names=learned.get("names"),
        )


def fit_cyclic_column(
    recipe: ColumnRecipe, series: pd.Series, names: CalendarPart | None = None
) -> CyclicColumn | None:
    """Learn a circle from a column of numbers or dates, at least one present; None if all are one.

    A missing value becomes the mean direction, or the most frequent value where the recipe says so
    or the values point nowhere in the mean.

    Parameters
    ----------
    names : what the numbers were in the table, if they weren't numbers

    Raises
    ------
    AtlasError
        If the recipe names no period, and no usual one holds all values.
    """
    values = numbers_of(series)
    is_date = pd.api.types.is_datetime64_any_dtype(series.dtype)
    period = (
        PERIODS[names] if names else recipe.period or _usual_period(recipe.name, values, is_date)
    )
    values = _on_the_clock(values, series, period)
    start = 0.0 if is_date else _start(values[~np.isnan(values)], period)
    points = _sine_and_cosine(values[~np.isnan(values)], period)
    if np.ptp(points, axis=0).max() <= 1e-9:
        return None
    fill = _fill(recipe.missing, values, period, start)
    if fill is not None:
        points = _sine_and_cosine(np.where(np.isnan(values), fill, values), period)
    sine, cosine = points.mean(axis=0).tolist()
    return CyclicColumn(
        recipe=recipe,
        period=period,
        start=start,
        fill=fill,
        centre=(sine, cosine),
        spread=_spread(recipe.scale, sine, cosine),
        names=names,
    )


def _on_the_clock(
    values: NDArray[np.float64], series: pd.Series, period: float
) -> NDArray[np.float64]:
    """Return days of dates as days of a week, which begins on Monday; other values as they are."""
    is_date = pd.api.types.is_datetime64_any_dtype(series.dtype)
    return values + _MONDAY if is_date and period == WEEK else values


def _usual_period(name: str, values: NDArray[np.float64], is_date: bool) -> float:
    lowest, highest = float(np.nanmin(values)), float(np.nanmax(values))
    if is_date:
        span = highest - lowest
        return YEAR if span > YEAR / 2 else WEEK if span >= WEEK else DAY
    for period, least, most in USUAL_CIRCLES:
        if least <= lowest and highest <= most:
            return period
    raise AtlasError(
        f"“{name}” runs from {lowest:g} to {highest:g}, which no usual circle holds. Give the "
        "period: how much is once around, such as 24 for hours."
    )


def _start(values: NDArray[np.float64], period: float) -> float:
    """Return where the circle is cut open, so that values come out as they were written."""
    if values.min() < 0:
        return -period / 2
    from_1 = values.min() >= 1 and values.max() >= period
    return 1.0 if from_1 and period <= _COUNTED_FROM_1 else 0.0


def _sine_and_cosine(values: NDArray[np.float64], period: float) -> NDArray[np.float64]:
    angles = values * (2 * np.pi / period)
    return np.column_stack([np.sin(angles), np.cos(angles)])


def _fill(
    missing: Missing, values: NDArray[np.float64], period: float, start: float
) -> float | None:
    if missing in ("keep", "drop_row"):
        return None
    present = values[~np.isnan(values)]
    sine, cosine = _sine_and_cosine(present, period).mean(axis=0)
    if missing == "mode" or np.hypot(sine, cosine) < _NO_DIRECTION:
        distinct, counts = np.unique(present, return_counts=True)
        return float(distinct[counts.argmax()])
    direction = np.arctan2(sine, cosine) / (2 * np.pi) * period
    return float(start + (direction - start) % period)


def _missing_note(missing: Missing) -> str:
    if missing in ("mean", "median", "knn"):
        return "Missing values became the mean direction of their circle"
    return MISSING_NOTES[missing]


def _spread(scale: Scale, sine: float, cosine: float) -> float:
    """Return what both features are divided by.

    z-score and robust: their variances add up to 1. Min–max: opposite places are 1 apart, like the
    two ends of a min–max scaled number. None: the radius of the circle stays 1.
    """
    match scale:
        case "zscore" | "robust":
            return float(np.sqrt(max(1 - sine**2 - cosine**2, 1e-12)))
        case "minmax":
            return 2.0
        case "none":
            return 1.0
