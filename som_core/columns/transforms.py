"""Transforms that even out how a column's values are spread; each way has its way back.

A transform learns from values that are all present. It is defined on its `domain`; a value outside
is taken to the nearer end before `apply`. NaN passes through.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import boxcox1p, inv_boxcox1p

from som_core.recipe import Transform

MOST_KNOTS = 1_001  # of a rank transform: one for each thousandth of the rows
MOST_ROWS_FOR_POWER = 100_000  # a random part of a longer column says as much about its shape


@dataclass(frozen=True)
class Unchanged:
    """Values as they are."""

    domain = (-np.inf, np.inf)

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Self:
        return cls()

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values


@dataclass(frozen=True)
class Log:
    """log(x) where all values learned from are above 0, else log(1 + x - smallest)."""

    smallest: float

    @property
    def domain(self) -> tuple[float, float]:
        return self.smallest, np.inf

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Self:
        return cls(float(values.min()))

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log(values) if self.smallest > 0 else np.log1p(values - self.smallest)

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(over="ignore"):  # far beyond every row: infinity is the true answer
            return np.exp(values) if self.smallest > 0 else np.expm1(values) + self.smallest


@dataclass(frozen=True)
class SquareRoot:
    """√x where no value learned from is below 0, else √(x - smallest)."""

    start: float

    @property
    def domain(self) -> tuple[float, float]:
        return self.start, np.inf

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Self:
        return cls(min(float(values.min()), 0.0))

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sqrt(values - self.start)

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.maximum(values, 0.0) ** 2 + self.start


@dataclass(frozen=True)
class YeoJohnson:
    """A power, for values below 0 too, under which the values look most like a normal distribution.

    The power is the one of greatest likelihood; it is 1, which changes nothing, where that one
    would press different values into the same number.

    References
    ----------
    Yeo and Johnson (2000), A new family of power transformations to improve normality or symmetry.
    """

    power: float
    smallest: float
    largest: float

    domain = (-np.inf, np.inf)

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Self:
        part = values
        if len(values) > MOST_ROWS_FOR_POWER:
            part = np.random.default_rng(0).choice(values, MOST_ROWS_FOR_POWER, replace=False)
        smallest, largest = float(values.min()), float(values.max())
        likeliest = cls(float(stats.yeojohnson_normmax(part)), smallest, largest)
        checked = np.linspace(smallest, largest, 11)
        error = np.abs(likeliest.undo(likeliest.apply(checked)) - checked).max()
        return likeliest if error <= 1e-6 * (largest - smallest) else cls(1.0, smallest, largest)

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        above = boxcox1p(np.maximum(values, 0.0), self.power)
        below = boxcox1p(np.maximum(-values, 0.0), 2.0 - self.power)
        return above - below  # at least one of the two is 0

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        above = inv_boxcox1p(np.maximum(values, 0.0), self.power)
        below = inv_boxcox1p(np.maximum(-values, 0.0), 2.0 - self.power)
        undone = above - below
        # Some powers reach no further than a limit; what lies beyond reads as the last value seen.
        beyond = ~np.isfinite(undone) & ~np.isnan(values)
        return np.where(beyond, np.where(values > 0, self.largest, self.smallest), undone)


@dataclass(frozen=True)
class Rank:
    """The share of rows below a value, from 0 to 1, plus half of those equal to it.

    Between the values learned from (a thousand of them where there are more) it runs straight.

    References
    ----------
    Parzen (2004), Quantile probability and statistical data modeling: the mid-distribution.
    """

    knots: tuple[float, ...]  # values, rising
    shares: tuple[float, ...]

    @property
    def domain(self) -> tuple[float, float]:
        return self.knots[0], self.knots[-1]

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Self:
        knots, counts = np.unique(values, return_counts=True)
        shares = (np.cumsum(counts) - counts / 2) / len(values)
        if len(knots) > MOST_KNOTS:
            even = np.linspace(shares[0], shares[-1], MOST_KNOTS)
            chosen = np.unique(np.searchsorted(shares, even))
            knots, shares = knots[chosen], shares[chosen]
        return cls(tuple(knots.tolist()), tuple(shares.tolist()))

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(values, self.knots, self.shares)

    def undo(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(values, self.shares, self.knots)


AnyTransform = Unchanged | Log | SquareRoot | YeoJohnson | Rank

TRANSFORMS: dict[Transform, type[AnyTransform]] = {
    "none": Unchanged,
    "log": Log,
    "sqrt": SquareRoot,
    "yeo-johnson": YeoJohnson,
    "rank": Rank,
}
