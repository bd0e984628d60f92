"""Drawing some rows of a long table by chance, so that no rhythm in it can mislead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


def sampled_rows(n_rows: int, n_drawn: int, seed: int | Sequence[int]) -> NDArray[np.int64]:
    """Return the places of so many rows, in order; all rows if there are not more.

    A few may be drawn twice. The same seed draws the same.
    """
    if n_drawn >= n_rows:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).integers(n_rows, size=n_drawn))


def distinct_rows(n_rows: int, n_drawn: int, seed: int | Sequence[int]) -> NDArray[np.int64]:
    """Return the places of so many rows, in order, none twice; all rows if there are not more."""
    if n_drawn >= n_rows:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, n_drawn, replace=False))


@dataclass(frozen=True)
class SampledRows:
    """Some rows of a matrix, copied only a slice at a time."""

    matrix: NDArray[np.float64]  # (n_rows, n_features)
    places: NDArray[np.int64]  # (n_drawn,) of the rows, in order

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, part: slice) -> NDArray[np.float64]:
        return self.matrix[self.places[part]]


class RowsElsewhere(Protocol):
    """Rows of a matrix that isn't in memory; some of them can be fetched."""

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows, and of features."""

    @property
    def lowest(self) -> NDArray[np.float64]:
        """The smallest value of each feature, (n_features,); NaN where it has none."""

    @property
    def highest(self) -> NDArray[np.float64]:
        """The largest value of each feature, (n_features,)."""

    def __len__(self) -> int: ...

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.float64]: ...


Rows = NDArray[np.float64] | SampledRows  # of shape (n_rows, n_features), looked at in slices
