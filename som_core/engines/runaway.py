"""A training that runs away from its rows: noticed before its numbers mean nothing."""

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from som_core.engines.initialisation import extremes
from som_core.engines.state import TrainingState
from som_core.errors import AtlasError
from som_core.geometry.sampling import RowsElsewhere
from som_core.settings import MapSettings

_REACH = 3.0  # spans of the rows that nodes may lie beyond them; pulls alone never leave them
_SECONDS_BETWEEN_LOOKS = 0.2
_FEW_CELLS = 200_000  # whose range is known at once


class RunawayWatch:
    """The range of the rows, and whether a codebook has left it.

    Where rows only pull, each node stays between them. A Mexican hat also pushes: nodes may go
    farther out from epoch to epoch, each time by more.
    """

    def __init__(
        self,
        matrix: NDArray[np.float64] | RowsElsewhere,
        start: NDArray[np.float64],
        settings: MapSettings,
    ) -> None:
        self._matrix = matrix
        self._start = start
        self._settings = settings
        some = matrix
        if isinstance(matrix, np.ndarray) and matrix.size > _FEW_CELLS:
            # All rows reach at least as far as some: few maps ever need more.
            some = matrix[:: -(-matrix.size // _FEW_CELLS)]
        self._knows_all_rows = some is matrix
        self._lowest, self._highest = self._bounds(some)
        self._looked_at = self._epoch = -1.0

    def look(self, state: TrainingState) -> None:
        """Check a state, at least after each epoch; AtlasError as `check` raises it."""
        now = monotonic()
        if int(state.epoch) > self._epoch or now - self._looked_at > _SECONDS_BETWEEN_LOOKS:
            self.check(state.codebook(), state.epoch)
            self._looked_at, self._epoch = now, int(state.epoch)

    def check(self, codebook: NDArray[np.float64], epoch: float) -> None:
        """Raise an AtlasError if the codebook lies far outside the rows, or is no number."""
        lowest, highest = float(codebook.min()), float(codebook.max())
        if self._holds(lowest, highest):
            return
        if not self._knows_all_rows:
            self._lowest, self._highest = self._bounds(self._matrix)
            self._knows_all_rows = True
            if self._holds(lowest, highest):
                return
        farthest = highest if abs(highest) >= abs(lowest) else lowest
        raise AtlasError(
            f"The map ran away from its rows: after {epoch:.3g} of {self._settings.epochs} epochs "
            f"its values reach {farthest:.2g}, far beyond those of the rows. {self._way_out()}"
        )

    def _holds(self, lowest: float, highest: float) -> bool:
        return self._lowest <= lowest and highest <= self._highest

    def _bounds(self, matrix: NDArray[np.float64] | RowsElsewhere) -> tuple[float, float]:
        """Return how far nodes may lie from such rows and from where they began."""
        low, high = extremes(matrix)
        lowest = float(np.fmin.reduce(low, initial=self._start.min()))
        highest = float(np.fmax.reduce(high, initial=self._start.max()))
        reach = _REACH * (highest - lowest)
        return lowest - reach, highest + reach

    def _way_out(self) -> str:
        if self._settings.neighbourhood == "mexican_hat":
            return (
                "A Mexican hat pushes cells away. Choose the Gaussian neighbourhood, which only "
                "pulls, or a smaller sigma and learning rate."
            )
        return "Choose a smaller learning rate, or batch training."
