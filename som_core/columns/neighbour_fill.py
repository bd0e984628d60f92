"""Missing numbers filled from the rows that are nearest in what is present."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray
from sklearn.impute import KNNImputer

from som_core.cells import numbers_of

N_NEIGHBOURS = 5
MOST_DONORS = 2_000  # rows that lend their values; more cost time and hardly change a mean of five
BLOCK_ROWS = 20_000  # filled at once, so that memory stays bounded
WORKING_MEGABYTES = 64


@dataclass(frozen=True, kw_only=True)
class NeighbourFill:
    """What fills a missing number: the mean of it in the five nearest of the rows kept as donors.

    Distances are taken over the number columns that train, z-scored, and only over those present in
    both rows. The column's mean fills in where no donor has a value, or a row has none at all.

    References
    ----------
    Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays.
    """

    columns: tuple[str, ...]  # the number columns that train
    filling: tuple[str, ...]  # those of them that are filled
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    donors: tuple[tuple[float | None, ...], ...]  # z-scored; None where missing

    def filled(
        self, frame: pd.DataFrame, positions: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Return the filled columns by name, each in original units, shape (n_rows,)."""
        columns = {name: numbers_of(frame[name])[positions] for name in self.filling}
        lacking = np.flatnonzero(np.logical_or.reduce([np.isnan(c) for c in columns.values()]))
        imputer = KNNImputer(n_neighbors=N_NEIGHBOURS, keep_empty_features=True)
        imputer.fit(np.array(self.donors, dtype=float))
        with sklearn.config_context(working_memory=WORKING_MEGABYTES):
            for start in range(0, len(lacking), BLOCK_ROWS):
                rows = lacking[start : start + BLOCK_ROWS]
                scaled = imputer.transform(self._scaled(frame, positions[rows]))
                for name, values in columns.items():
                    place = self.columns.index(name)
                    imputed = scaled[:, place] * self.spreads[place] + self.centres[place]
                    values[rows] = np.where(np.isnan(values[rows]), imputed, values[rows])
        return columns

    def _scaled(self, frame: pd.DataFrame, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        cells = [numbers_of(frame[name].iloc[positions]) for name in self.columns]
        return (np.column_stack(cells) - self.centres) / self.spreads

    def to_dict(self) -> dict[str, object]:
        return {
            "columns": self.columns,
            "filling": self.filling,
            "centres": self.centres,
            "spreads": self.spreads,
            "donors": self.donors,
        }

    @classmethod
    def from_dict(cls, learned: dict) -> Self:
        return cls(
            columns=tuple(learned["columns"]),
            filling=tuple(learned["filling"]),
            centres=tuple(learned["centres"]),
            spreads=tuple(learned["spreads"]),
            donors=tuple(tuple(donor) for donor in learned["donors"]),
        )


def fit_neighbour_fill(
    frame: pd.DataFrame, positions: NDArray[np.int64], names: list[str], filling: list[str]
) -> NeighbourFill:
    """Keep rows as donors, all or 2,000 at random; each named column has a number in some row."""
    chosen = positions
    if len(positions) > MOST_DONORS:
        chosen = np.random.default_rng(0).choice(positions, MOST_DONORS, replace=False)
    centres, spreads, donors = [], [], []
    for name in names:
        values = numbers_of(frame[name])
        present = values[positions]
        present = present[~np.isnan(present)]
        centres.append(float(present.mean()))
        spreads.append(float(present.std()) or 1.0)
        donors.append((values[chosen] - centres[-1]) / spreads[-1])
    return NeighbourFill(
        columns=tuple(names),
        filling=tuple(filling),
        centres=tuple(centres),
        spreads=tuple(spreads),
        donors=tuple(
            tuple(None if np.isnan(value) else value for value in donor)
            for donor in np.column_stack(donors).tolist()
        ),
    )
