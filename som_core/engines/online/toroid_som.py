"""Som on a toroid, which MiniSom does not have."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from som_core.engines.online import neighbourhood
from som_core.engines.online.som import Som


class ToroidSom(Som):
    """A Som whose left edge meets its right and whose top meets its bottom.

    Distances on the map are those of `lattice.grid_distance` with `toroid=True`. A hexagonal toroid
    needs an even y, because its rows interlock in pairs. Bubble and triangle count whole steps in x
    and in y, wrapped; like MiniSom's, they know no hexagons.
    """

    _TOROID = True
    _PULLS: ClassVar = Som._PULLS | {"bubble": neighbourhood.bubble}

    def _way(self, difference: NDArray, around: float) -> NDArray:
        away = np.abs(difference)
        return np.minimum(away, around - away)

    def _gaussian(self, c, sigma):
        way_x, way_y = self._ways_from(c)
        d = 2 * sigma * sigma
        return (np.exp(-(way_x**2) / d) * np.exp(-(way_y**2) / d)).T

    def _mexican_hat(self, c, sigma):
        way_x, way_y = self._ways_from(c)
        p = way_x**2 + way_y**2
        d = 2 * sigma * sigma
        return (np.exp(-p / d) * (1 - 2 / d * p)).T

    def _bubble(self, c, sigma):
        steps_x, steps_y = self._steps_from(c)
        return np.outer(steps_x < sigma, steps_y < sigma) * 1.0

    def _triangle(self, c, sigma):
        steps_x, steps_y = self._steps_from(c)
        return np.outer(np.maximum(sigma - steps_x, 0.0), np.maximum(sigma - steps_y, 0.0))

    def _ways_from(self, c) -> tuple[NDArray, NDArray]:
        """Return the ways in x and in y from node c to each node, each of shape (y, x)."""
        return (
            self._way(self._xx - self._xx.T[c], len(self._neigx)),
            self._way(self._yy - self._yy.T[c], len(self._neigy) * self._row_height()),
        )

    def _steps_from(self, c) -> tuple[NDArray, NDArray]:
        return (
            self._way(self._neigx - c[0], len(self._neigx)),
            self._way(self._neigy - c[1], len(self._neigy)),
        )
