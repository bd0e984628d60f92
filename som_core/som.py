"""MiniSom with compiled loops: the same constructor, methods, numbers and random stream, sooner.

Where MiniSom's numbers are kept, where they are not, and why: docs/decisions/som.md.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from sys import stdout
from time import monotonic, time

import numpy as np
from minisom import MiniSom, _build_iteration_indexes
from numpy.typing import ArrayLike, NDArray

_SECONDS_BETWEEN_YIELDS = 0.025


class Som(MiniSom):
    """A self-organizing map, as minisom.MiniSom 2.3.6; see there for arguments and errors.

    Rows may have gaps (NaN): the best matching unit is then found by the features that are
    present, and only those are learned.

    References
    ----------
    Kohonen (1982), Self-organized formation of topologically correct feature maps.
    """

    def train_steps(
        self,
        data: ArrayLike,
        num_iteration: int,
        *,
        random_order: bool = False,
        use_epochs: bool = False,
        fixed_points: Mapping[int, tuple[int, int]] | None = None,
        first_step: int = 0,
    ) -> Iterator[int]:
        """Train as `train` does, and hand back control about every 25 ms.

        At each yield, `get_weights()` is the map learned so far; whoever stops iterating keeps
        it. Arguments are checked and the order of rows is drawn at once, before the first step.

        Parameters
        ----------
        data, num_iteration, random_order, use_epochs, fixed_points :
            As in `train`.
        first_step : int
            Go on after this many steps, with the order and decay that an uninterrupted training
            has from there. For an equal result, start from a Som of the same settings and seed,
            write the weights of that moment into `get_weights()[...]`, then call this.

        Yields
        ------
        int
            Steps done, those before `first_step` included; at last the number of all steps:
            `num_iteration`, or `num_iteration * len(data)` if `use_epochs`.
        """
        self._check_iteration_number(num_iteration)
        self._check_input_len(data)
        order = _build_iteration_indexes(
            len(data),
            # Every epoch has the same order, so that of one is enough.
            1 if use_epochs else num_iteration,
            random_generator=self._random_generator if random_order else None,
            use_epochs=use_epochs,
        )
        if fixed_points:
            self._check_fixed_points(fixed_points, data)
        n_steps = len(order) * num_iteration if use_epochs else num_iteration
        steps_per_decay = len(order) if use_epochs else 1
        return self._steps(
            data, order, fixed_points or {}, first_step, n_steps, steps_per_decay, num_iteration
        )

    def _steps(
        self, data, order, fixed_points, first_step, n_steps, steps_per_decay, num_iteration
    ) -> Iterator[int]:
        last_yield = monotonic()
        for step in range(first_step, n_steps):
            row = order[step % len(order)]
            bmu = fixed_points.get(row, self.winner(data[row]))
            self.update(data[row], bmu, step // steps_per_decay, num_iteration)
            if step + 1 < n_steps and monotonic() - last_yield > _SECONDS_BETWEEN_YIELDS:
                yield step + 1
                last_yield = monotonic()
        yield n_steps

    def train(
        self,
        data,
        num_iteration,
        random_order=False,
        verbose=False,
        use_epochs=False,
        fixed_points=None,
    ) -> None:
        """Train as MiniSom does; with `verbose` the status is written every 25 ms."""
        steps = self.train_steps(
            data,
            num_iteration,
            random_order=random_order,
            use_epochs=use_epochs,
            fixed_points=fixed_points,
        )
        n_steps = num_iteration * len(data) if use_epochs else num_iteration
        for _ in _written_to_stdout(steps, n_steps) if verbose else steps:
            pass
        if verbose:
            print("\n quantization error:", self.quantization_error(data))

    def update(self, x, win, t, max_iteration):
        """Pull the nodes around `win` towards x, as MiniSom does; gaps in x pull nothing."""
        present = ~np.isnan(x)
        if present.all():
            super().update(x, win, t, max_iteration)
            return
        learning_rate = self._learning_rate_decay_function(self._learning_rate, t, max_iteration)
        sigma = self._sigma_decay_function(self._sigma, t, max_iteration)
        pull = self.neighborhood(win, sigma) * learning_rate
        known = self._weights[:, :, present]
        self._weights[:, :, present] = known + pull[:, :, None] * (x[present] - known)

    def _activate(self, x):
        present = ~np.isnan(x)
        if np.all(present):
            super()._activate(x)
        else:
            self._activation_map = self._activation_distance(
                x[present], self._weights[:, :, present]
            )

    def _chebyshev_distance(self, x, w):
        """Return the largest difference of any feature; MiniSom forgets the absolute value."""
        return np.abs(np.subtract(x, w)).max(axis=-1)


class ToroidSom(Som):
    """A Som whose left edge meets its right and whose top meets its bottom.

    Distances on the map are `som_core.lattice.grid_distance` with `toroid=True`. A hexagonal
    toroid needs an even y, because its rows interlock in pairs. Bubble and triangle count whole
    steps in x and y, wrapped; like MiniSom's, they know no hexagons.
    """

    def _away(self, c) -> tuple[NDArray, NDArray]:
        """Return the way in x and in y from node c to each node, each of shape (y, x)."""
        row_height = self.Y_HEX_CONV_FACTOR if self.topology == "hexagonal" else 1.0
        around_x, around_y = len(self._neigx), len(self._neigy) * row_height
        return (
            _shorter_way(self._xx - self._xx.T[c], around_x),
            _shorter_way(self._yy - self._yy.T[c], around_y),
        )

    def _gaussian(self, c, sigma):
        away_x, away_y = self._away(c)
        d = 2 * sigma * sigma
        return (np.exp(-(away_x**2) / d) * np.exp(-(away_y**2) / d)).T

    def _mexican_hat(self, c, sigma):
        away_x, away_y = self._away(c)
        p = away_x**2 + away_y**2
        d = 2 * sigma * sigma
        return (np.exp(-p / d) * (1 - 2 / d * p)).T

    def _bubble(self, c, sigma):
        steps_x = _shorter_way(self._neigx - c[0], len(self._neigx))
        steps_y = _shorter_way(self._neigy - c[1], len(self._neigy))
        return np.outer(steps_x < sigma, steps_y < sigma) * 1.0

    def _triangle(self, c, sigma):
        steps_x = _shorter_way(self._neigx - c[0], len(self._neigx))
        steps_y = _shorter_way(self._neigy - c[1], len(self._neigy))
        return np.outer(np.maximum(sigma - steps_x, 0.0), np.maximum(sigma - steps_y, 0.0))


def _written_to_stdout(steps: Iterator[int], n_steps: int) -> Iterator[int]:
    """Write the status line that MiniSom writes, each time that steps were done."""
    digits = len(str(n_steps))
    beginning = time()
    stdout.write(f"\r [ {0:{digits}} / {n_steps} ] {0:3.0f}% - ? it/s")
    for done in steps:
        seconds_left = (n_steps - done + 1) * (time() - beginning) / done
        time_left = str(timedelta(seconds=seconds_left))[:7]
        stdout.write(f"\r [ {done:{digits}} / {n_steps} ] {100 * done / n_steps:3.0f}%")
        stdout.write(f" - {time_left} left ")
        yield done


def _shorter_way(away, around):
    """Return the distance on a ring of length `around`, whichever way is shorter."""
    away = np.abs(away)
    return np.minimum(away, around - away)
