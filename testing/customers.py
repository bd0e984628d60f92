"""A table of customers with five planted segments, as files of shops have them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEGMENTS = ("young app users", "families", "professionals", "pensioners", "foodies")
# Means of age, income, and spending on groceries, travel, entertainment, health, restaurants.
_MEANS = np.array(
    [
        [23, 24_000, 90, 60, 320, 20, 110],
        [41, 52_000, 480, 120, 90, 70, 60],
        [38, 96_000, 150, 620, 140, 60, 190],
        [69, 33_000, 170, 110, 40, 330, 50],
        [47, 61_000, 260, 150, 100, 60, 520],
    ]
)
_SPREADS = np.array([4, 6_000, 35, 45, 35, 25, 40])
_NUMBERS = ("age", "income", "groceries", "travel", "entertainment", "health", "restaurants")
_CHURN = (0.39, 0.08, 0.12, 0.07, 0.15)
_APP = (0.92, 0.35, 0.45, 0.06, 0.40)


@dataclass(frozen=True, eq=False)
class Customers:
    """The table, and the truth about it that nobody is told."""

    frame: pd.DataFrame
    segment: NDArray[np.int64]  # of each row

    @property
    def csv(self) -> bytes:
        return self.frame.to_csv(index=False).encode()


def customers(n: int = 1_000, seed: int = 0) -> Customers:
    """Return customers of five segments in random order; two columns are noise.

    Parameters
    ----------
    n : how many customers
    seed : equal seeds give equal customers
    """
    rng = np.random.default_rng(seed)
    segment = rng.choice(5, n, p=[0.28, 0.24, 0.2, 0.16, 0.12])
    numbers = np.maximum(rng.normal(_MEANS[segment], _SPREADS), 0)
    frame = pd.DataFrame(
        {"customer": [f"C{number:05}" for number in range(n)]}
        | {name: numbers[:, place].round(1) for place, name in enumerate(_NUMBERS)}
    )
    frame["age"] = frame["age"].round().astype(int)
    frame["channel"] = np.where(rng.random(n) < np.take(_APP, segment), "app", "shop")
    frame["churned"] = np.where(rng.random(n) < np.take(_CHURN, segment), "yes", "no")
    frame["shoe_size"] = rng.normal(41, 2.5, n).round(1)
    return Customers(frame, segment)
