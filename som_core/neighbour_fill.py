"""Missing numbers filled from the rows that are nearest in what is present."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.impute import KNNImputer

N_NEIGHBOURS = 5
MOST_DONORS = (
    2_000  # rows that lend their values; more cost time and hardly change the mean of five
)
BLOCK_ROWS = 20_000  # filled at once, so that memory stays bounded
WORKING_MEGABYTES = 64


@dataclass(frozen=True, kw_only=True)
class NeighbourFill:
    """What fills a missing number: the mean of it in the five nearest of the rows kept as donors.

    Distances are taken over the number columns that train, z-scored, and only over those present in
    both rows. Where no donor has a value, or a row has none at all, the column's mean fills it.

    References
    ----------
    Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays.
    """

    columns: tuple[str, ...]
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    donors: tuple[tuple[float | None, ...], ...]  # z-scored; None where missing

    def fill(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows, (n_rows, n_columns) in original units, with no number missing."""
        scaled = (rows - self.centres) / self.spreads
        imputer = KNNImputer(n_neighbors=N_NEIGHBOURS, keep_empty_features=True)
        imputer.fit(np.array(self.donors, dtype=float))
        filled = np.empty_like(scaled)
        with sklearn.config_context(working_memory=WORKING_MEGABYTES):
            for start in range(0, len(rows), BLOCK_ROWS):
                block = slice(start, start + BLOCK_ROWS)
                filled[block] = imputer.transform(scaled[block])
        return np.where(np.isnan(rows), filled * self.spreads + self.centres, rows)

    def to_dict(self) -> dict[str, object]:
        return {
            "columns": self.columns,
            "centres": self.centres,
            "spreads": self.spreads,
            "donors": self.donors,
        }

    @classmethod
    def from_dict(cls, learned: dict) -> Self:
        return cls(
            columns=tuple(learned["columns"]),
            centres=tuple(learned["centres"]),
            spreads=tuple(learned["spreads"]),
            donors=tuple(tuple(donor) for donor in learned["donors"]),
        )


def fit_neighbour_fill(columns: tuple[str, ...], rows: NDArray[np.float64]) -> NeighbourFill:
    """Learn from rows, (n_rows, n_columns) in original units, each column with a value present."""
    centres = np.nanmean(rows, axis=0)
    spreads = np.nanstd(rows, axis=0)
    spreads[spreads == 0] = 1.0
    donors = rows
    if len(rows) > MOST_DONORS:
        donors = np.random.default_rng(0).choice(rows, MOST_DONORS, replace=False)
    scaled = (donors - centres) / spreads
    return NeighbourFill(
        columns=columns,
        centres=tuple(centres.tolist()),
        spreads=tuple(spreads.tolist()),
        donors=tuple(tuple(_or_none(donor)) for donor in scaled),
    )


def _or_none(donor: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in donor.tolist()]
