"""The levels of a category as they are drawn: those with a colour of their own, and the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.columns.levels import level_counts
from som_core.drawing.palette import LEVELS, OTHER


@dataclass(frozen=True, eq=False)
class DrawnLevels:
    """Which drawn level each row of a table has; colours are those of every other map and chart."""

    codes: NDArray[np.int64]  # (n_rows,) place in `names`; -1 where the row has no value
    names: tuple[str, ...]
    colours: tuple[str, ...]

    @classmethod
    def of(cls, column: pd.Series) -> "DrawnLevels":
        """Return the levels of a whole column of the table; the rare ones are one together."""
        levels = list(level_counts(column))
        own = levels[: len(LEVELS)]
        n_others = len(levels) - len(own)
        place = {level: min(code, len(own)) for code, level in enumerate(levels)}
        found, values = pd.factorize(column)
        codes = np.array([place[str(value)] for value in values] + [-1], dtype=np.int64)
        return cls(
            codes=codes[found],
            names=(*own, f"other ({n_others} more)") if n_others else tuple(own),
            colours=(*LEVELS[: len(own)], OTHER) if n_others else LEVELS[: len(own)],
        )
