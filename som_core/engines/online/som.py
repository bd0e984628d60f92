"""MiniSom with compiled loops: the same constructor, methods, numbers and random stream, sooner.

Which numbers are MiniSom's to the last bit, which are corrected, and why: docs/decisions/som.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import timedelta
from math import isnan
from time import perf_counter, time
from typing import Literal, SupportsIndex, TypeVar, get_args

import numpy as np
import pandas as pd
from minisom import MiniSom, _build_iteration_indexes
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import nan_euclidean_distances

from som_core.engines.batch import FewRows, NodeSums, add_up, move
from som_core.engines.neighbourhood import Axes, axes, weights_around
from som_core.engines.online import compilation
from som_core.engines.online.compiled_training import CompiledTraining, nearest_nodes
from som_core.engines.online.kernel_arguments import Order, Rows, rows_of
from som_core.engines.online.lookup import lookup
from som_core.geometry.best_matching import best_two, has_gaps, has_infinite
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import Distance, MapSettings, Neighbourhood

Data = NDArray[np.generic] | Sequence[ArrayLike]  # rows, as MiniSom takes them
Node = tuple[SupportsIndex, SupportsIndex]  # its (x, y), in Python's integers or NumPy's
Floats = NDArray[np.float64]

N = TypeVar("N", bound=str)

_SECONDS_BETWEEN_YIELDS = 0.02
_ROWS_AT_ONCE = 1000  # whose distances to all nodes are held in memory
_DISTANCES: tuple[Distance, ...] = get_args(Distance)
_NEIGHBOURHOODS: tuple[Neighbourhood, ...] = get_args(Neighbourhood)


class Som(MiniSom):
    """A self-organizing map, as minisom.MiniSom 2.3.6; see there for arguments and errors.

    Rows may have gaps (NaN): the best matching unit is then found by the features that are
    present, and only those are learned. Custom functions for distance or decay take MiniSom's own
    path, and so does everything until the kernels are ready (see `compilation`).

    References
    ----------
    Kohonen (1982), Self-organized formation of topologically correct feature maps.
    """

    _TOROID = False
    _activation_map: Floats  # of the row looked at last
    _ahead: CompiledTraining | None = None  # while it trains, it knows better than the weights

    def train(
        self,
        data: Data | pd.DataFrame,
        num_iteration: int,
        random_order: bool = False,
        verbose: bool = False,
        use_epochs: bool = False,
        fixed_points: Mapping[int, tuple[int, int]] | None = None,
    ) -> None:
        """Train as MiniSom does; with `verbose` the status is printed every 20 ms."""
        steps = self.train_steps(
            data,
            num_iteration,
            random_order=random_order,
            use_epochs=use_epochs,
            fixed_points=fixed_points,
        )
        n_steps = num_iteration * len(data) if use_epochs else num_iteration
        for _ in _with_status_line(steps, n_steps) if verbose else steps:
            pass
        if verbose:
            print("\n quantization error:", self.quantization_error(data))

    def train_steps(
        self,
        data: Data | pd.DataFrame,
        num_iteration: int,
        *,
        random_order: bool = False,
        use_epochs: bool = False,
        fixed_points: Mapping[int, tuple[int, int]] | None = None,
        first_step: int = 0,
    ) -> Iterator[int]:
        """Train as `train` does, and hand back control about every 20 ms.

        At each yield, `get_weights()` is the map learned so far, to be read but not changed;
        whoever stops iterating keeps it. Arguments are checked and the order of rows is drawn at
        once, before the first step.

        Parameters
        ----------
        data, num_iteration, random_order, use_epochs, fixed_points :
            As in `train`.
        first_step : int
            Go on after this many steps, with the order and decay that an uninterrupted training
            has from there. For an equal result, start from a Som of the same settings and seed,
            write the weights of that step into `get_weights()[...]`, then call this.

        Yields
        ------
        int
            Steps done, those before `first_step` included; at last the number of all steps:
            `num_iteration`, or `num_iteration * len(data)` if `use_epochs`.
        """
        rows = _as_rows(data)
        self._check_iteration_number(num_iteration)
        self._check_input_len(rows)
        presented = _build_iteration_indexes(
            len(rows),
            # Every epoch has the same order, so that of one is enough.
            1 if use_epochs else num_iteration,
            random_generator=self._random_generator if random_order else None,
            use_epochs=use_epochs,
        )
        if fixed_points:
            self._check_fixed_points(fixed_points, rows)
        forced_bmu = np.full(len(rows), -1)
        for row, (x, y) in (fixed_points or {}).items():
            forced_bmu[row] = x * len(self._neigy) + y
        # MiniSom's iteration is what shares a learning rate and a sigma: an epoch, or one step.
        order = Order(presented, forced_bmu, steps_per_iteration=len(rows) if use_epochs else 1)
        return self._steps(rows, num_iteration, order, first_step)

    def _steps(self, data: Data, num_iteration: int, order: Order, step: int) -> Iterator[int]:
        n_steps = num_iteration * order.steps_per_iteration
        training = self._compiled_training(data, num_iteration, order)
        try:
            while step < n_steps:
                kernels = compilation.kernels()
                if training is None or kernels is None:
                    step = self._present(data, num_iteration, order, step)
                else:
                    self._ahead = training
                    step = training.present(kernels, self._weights, step, _SECONDS_BETWEEN_YIELDS)
                yield step
        finally:
            self.get_weights()
            self._ahead = None

    def get_weights(self) -> Floats:
        """Return the weights; in the middle of a training, those learned so far."""
        if self._ahead is not None:
            self._ahead.copy_into(self._weights)
        return self._weights

    def _present(self, data: Data, num_iteration: int, order: Order, step: int) -> int:
        """Present rows for 20 ms by MiniSom's own methods; return the step to go on with."""
        n_steps = num_iteration * order.steps_per_iteration
        until = perf_counter() + _SECONDS_BETWEEN_YIELDS
        while step < n_steps and perf_counter() < until:
            row = order.rows[step % len(order.rows)]
            bmu = self.winner(data[row])
            if order.forced_bmu[row] >= 0:
                bmu = divmod(order.forced_bmu[row], len(self._neigy))
            self.update(data[row], bmu, step // order.steps_per_iteration, num_iteration)
            step += 1
        return step

    def _compiled_training(
        self, data: Data, num_iteration: int, order: Order
    ) -> CompiledTraining | None:
        """Return the training in the kernels' terms, or None if it has to be MiniSom's own path."""
        matrix = self._plain_matrix(data)
        distance, neighbourhood = self._distance, self._neighbourhood_name
        rate, sigma = self._learning_rate_decay_function, self._sigma_decay_function
        if matrix is None or distance is None or neighbourhood is None:
            return None
        if not (_is_built_in(rate) and _is_built_in(sigma)):
            return None
        if not self._sigma > 0:  # weights will be NaN
            return None

        def decay(iterations: NDArray[np.int64]) -> tuple[Floats, Floats]:
            return (
                rate(self._learning_rate, iterations, num_iteration),
                sigma(self._sigma, iterations, num_iteration),
            )

        return CompiledTraining(
            rows=rows_of(matrix, _lengths(data, distance)),
            order=order,
            n_steps=num_iteration * order.steps_per_iteration,
            decay=decay,
            lookup=lookup(neighbourhood, self._axes(neighbourhood)),
            distance=distance,
        )

    def train_batch_offline(
        self, data: Data | pd.DataFrame, num_iteration: int, verbose: bool = False
    ) -> None:
        """Train in batch as MiniSom does, one step for all rows of an epoch."""
        rows = _as_rows(data)
        settings = self._batch_settings()
        matrix = self._plain_matrix(rows)
        if settings is None or matrix is None:
            super().train_batch_offline(rows, num_iteration, verbose)
            return
        self._check_iteration_number(num_iteration)
        self._check_input_len(rows)
        epochs = self._batch_epochs(rows, matrix, num_iteration, settings)
        for _ in _with_status_line(epochs, num_iteration) if verbose else epochs:
            pass
        if verbose:
            print(f"Quantization Error: {self.quantization_error(rows):.4f}")

    def _batch_epochs(
        self, data: Data, matrix: Floats, num_iteration: int, settings: MapSettings
    ) -> Iterator[int]:
        codebook = np.swapaxes(self._weights, 0, 1)
        moved, once = np.empty(codebook.shape), np.ones(len(matrix))
        gaps, rows = has_gaps(matrix), rows_of(matrix, _lengths(data, settings.distance))
        few = FewRows(matrix, once, settings.n_nodes, gaps=gaps) if FewRows.are(matrix) else None
        row_by_row = np.arange(settings.n_nodes).reshape(codebook.shape[:2]).T.ravel()
        with one_blas_thread_each() as pool:
            for epoch in range(num_iteration):
                plain = rows if np.isfinite(self._weights).all() else None
                bmu = row_by_row.take(self._nearest(data, plain, settings.distance))
                if few is not None:
                    sums = few.sums(bmu)
                else:
                    sums = NodeSums.zeros(codebook, gaps=gaps)
                    for _ in add_up(matrix, bmu, once, sums, pool):
                        pass
                sigma = self._sigma_decay_function(self._sigma, epoch, num_iteration)
                rate = self._learning_rate_decay_function(self._learning_rate, epoch, num_iteration)
                for _ in move(codebook, sums, settings, sigma, rate, moved, pool):
                    pass
                codebook[...] = moved
                yield epoch + 1

    def _batch_settings(self) -> MapSettings | None:
        """Return what batch training needs to know of this map; None if a function is custom."""
        distance, neighbourhood = self._distance, self._neighbourhood_name
        if distance is None or neighbourhood is None:
            return None
        return MapSettings(
            height=len(self._neigy),
            width=len(self._neigx),
            sigma=1.0,  # not read: it comes with each epoch
            lattice=self.topology,
            toroid=self._TOROID,
            neighbourhood=neighbourhood,
            distance=distance,
        )

    def update(self, x: ArrayLike, win: Node, t: int, max_iteration: int) -> None:
        """Pull the nodes around `win` towards x, as MiniSom does; a gap in x pulls nothing."""
        present = ~_gaps(x)
        if present.all():
            super().update(x, win, t, max_iteration)
            return
        known = np.asarray(x)[present]
        rate = self._learning_rate_decay_function(self._learning_rate, t, max_iteration)
        sigma = self._sigma_decay_function(self._sigma, t, max_iteration)
        strengths = self.neighborhood(win, sigma) * rate
        nodes = self._weights[:, :, present]
        self._weights[:, :, present] = nodes + strengths[:, :, None] * (known - nodes)

    def winner(self, x: ArrayLike) -> Node:
        """Return the (x, y) of the winning node for the row x."""
        self._activate(x)
        return divmod(self._activation_map.argmin(), len(self._neigy))

    def _activate(self, x: ArrayLike) -> None:
        super()._activate(x)
        if isnan(self._activation_map.item(0)):  # one gap in x makes every distance NaN
            present = ~_gaps(x)
            self._activation_map = self._activation_distance(
                np.asarray(x)[present], self._weights.compress(present, axis=-1)
            )

    def _euclidean_distance(self, x: ArrayLike, w: Floats) -> Floats:
        away = np.subtract(x, w)
        return np.sqrt(np.add.reduce(away * away, axis=-1))  # as linalg.norm, less its checks

    def _chebyshev_distance(self, x: ArrayLike, w: Floats) -> Floats:
        """Return the largest difference in any feature; MiniSom forgets the absolute value."""
        return np.abs(np.subtract(x, w)).max(axis=-1, initial=0.0)

    def _winners(self, data: Data) -> list[Node]:
        """Return `winner` of each row."""
        return list(zip(*self._places_of_winners(data), strict=True))

    def _places_of_winners(self, data: Data) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return x and y of the `winner` of each row, two arrays of shape (n_rows,)."""
        matrix, distance = self._plain_matrix(data), self._distance
        rows = None
        if matrix is not None and distance is not None:
            rows = rows_of(matrix, _lengths(data, distance))
        x, y = np.divmod(self._nearest(data, rows, distance), self._weights.shape[1])
        return x, y

    def _nearest(
        self, data: Data, rows: Rows | None, distance: Distance | None
    ) -> NDArray[np.int64]:
        """Return the flat index of the `winner` of each row, (n_rows,).

        Parameters
        ----------
        rows : the data for fast paths; None where MiniSom's way with them has to be kept
        """
        kernels = compilation.kernels()
        if rows is None or distance is None or kernels is None:
            height = self._weights.shape[1]
            return np.array([x * height + y for x, y in map(self.winner, data)], dtype=np.int64)
        return nearest_nodes(kernels, self._weights, rows, distance)

    def activation_response(self, data: Data | pd.DataFrame) -> Floats:
        """Return how many rows each node wins, an array of shape (x, y)."""
        rows = _as_rows(data)
        self._check_input_len(rows)
        response = np.zeros(self._weights.shape[:2])
        for node, n_rows in Counter(self._winners(rows)).items():
            response[node] = n_rows
        return response

    def win_map(
        self, data: Data | pd.DataFrame, return_indices: bool = False
    ) -> defaultdict[Node, list[ArrayLike]]:
        """Return the rows that each winning node wins, or their indices, by (x, y)."""
        rows = _as_rows(data)
        self._check_input_len(rows)
        won = defaultdict(list)
        for i, (x, node) in enumerate(zip(rows, self._winners(rows), strict=True)):
            won[node].append(i if return_indices else x)
        return won

    def labels_map(
        self, data: Data | pd.DataFrame, labels: Sequence[Hashable]
    ) -> defaultdict[Node, Counter[Hashable]]:
        """Return a Counter of the labels that each winning node wins, by (x, y)."""
        rows = _as_rows(data)
        self._check_input_len(rows)
        if not len(rows) == len(labels):
            raise ValueError("data and labels must have the same length.")
        won: defaultdict[Node, Counter[Hashable]] = defaultdict(Counter)
        for node, label in zip(self._winners(rows), labels, strict=True):
            won[node][label] += 1
        return won

    def distortion_measure(self, data: Data | pd.DataFrame) -> float:
        """Return the sum, over rows and nodes, of first neighbourhood times distance."""
        data = _as_rows(data)
        matrix = self._plain_matrix(data)
        if matrix is None:
            return super().distortion_measure(data)
        distances_of = nan_euclidean_distances if has_gaps(matrix) else cdist
        rows_won = defaultdict(list)
        for i, node in enumerate(self._winners(data)):
            rows_won[node].append(i)
        distortion = 0.0
        for node, rows in rows_won.items():
            strengths = self.neighborhood(node, self._sigma).ravel()
            for part in range(0, len(rows), _ROWS_AT_ONCE):
                some = matrix[rows[part : part + _ROWS_AT_ONCE]]
                distances = distances_of(some, self._nodes())
                distortion += distances.sum(axis=0) @ strengths
        return distortion

    def random_weights_init(self, data: Data | pd.DataFrame) -> None:
        """Start from rows drawn by chance; a gap takes the mean of its feature."""
        super().random_weights_init(_filled(_as_rows(data)))

    def pca_weights_init(self, data: Data | pd.DataFrame) -> None:
        """Start from a sheet along the two principal axes; a gap takes the mean of its feature."""
        super().pca_weights_init(_filled(_as_rows(data)))

    def quantization_error(self, data: Data | pd.DataFrame) -> float:
        """Return the mean distance of rows from their nearest node; see `distances` for gaps."""
        data = _as_rows(data)
        self._check_input_len(data)
        matrix = self._plain_matrix(data)
        if matrix is None or not has_gaps(matrix):
            return super().quantization_error(data)
        return best_two(matrix, self._nodes()).distance.mean()

    def topographic_error(self, data: Data | pd.DataFrame) -> float:
        """Return the share of rows whose two nearest nodes are not adjacent, as MiniSom does."""
        return super().topographic_error(_as_rows(data))

    def quantization(self, data: Data | pd.DataFrame) -> Floats:
        """Return the weights of the node nearest to each row, by the euclidean distance."""
        data = _as_rows(data)
        self._check_input_len(data)
        matrix = self._plain_matrix(data)
        if matrix is None:
            return super().quantization(data)
        return self._nodes()[best_two(matrix, self._nodes()).bmu]

    def _topographic_error_rectangular(self, data: Data) -> float:
        matrix = self._plain_matrix(data)
        if matrix is None:
            return super()._topographic_error_rectangular(data)
        places = np.argwhere(np.ones(self._weights.shape[:2]))
        return (self._distance_between_best_two(matrix, places) > 1.42).mean()

    def _topographic_error_hexagonal(self, data: Data) -> float:
        matrix = self._plain_matrix(data)
        if matrix is None:
            return super()._topographic_error_hexagonal(data)
        places = np.column_stack([self._xx.T.ravel(), self._yy.T.ravel()])
        return 1 - np.isclose(1, self._distance_between_best_two(matrix, places)).mean()

    def _distance_between_best_two(self, matrix: Floats, places: NDArray) -> Floats:
        """Return how far apart the two nearest nodes of each row lie, given every node's place."""
        matches = best_two(matrix, self._nodes())
        return np.linalg.norm(places[matches.bmu] - places[matches.second_bmu], axis=1)

    def distance_map(self, scaling: Literal["sum", "mean"] = "sum") -> Floats:
        """Return each node's sum or mean of distances to its neighbours, by the largest of all.

        The neighbours are MiniSom's: see docs/decisions/som.md on hexagons and an even y.
        """
        if scaling not in ["sum", "mean"]:
            raise ValueError(f'scaling should be either "sum" or "mean" ("{scaling}" not valid)')
        width, height = self._weights.shape[:2]
        nodes = self._weights.reshape(width, height, -1)
        # Beyond the border lies NaN, which neither sum nor mean count.
        padded = np.pad(nodes.astype(float), ((1, 1), (1, 1), (0, 0)), constant_values=np.nan)
        x, y = np.mgrid[:width, :height]
        distances = np.array(
            [
                np.linalg.norm(nodes - padded[x + 1 + right, y + 1 + down], axis=-1)
                for right, down in self._steps_to_neighbours(y % 2 == 0)
            ]
        )
        um = np.nanmean(distances, axis=0) if scaling == "mean" else np.nansum(distances, axis=0)
        return um / um.max()

    def _steps_to_neighbours(self, even: NDArray[np.bool_]) -> list[tuple[ArrayLike, int]]:
        """Return MiniSom's steps in x and y to each neighbour; on hexagons x depends on y."""
        if self.topology == "rectangular":
            return [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
        beside = np.where(even, 0, 1)
        return [(beside, 1), (1, 0), (beside, -1), (beside - 1, -1), (-1, 0), (beside - 1, 1)]

    def _nodes(self) -> Floats:
        """Return the weights as one row a node."""
        return self._weights.reshape(-1, self._weights.shape[-1])

    def _plain_matrix(self, data: Data) -> Floats | None:
        """Return the data for fast paths, or None if MiniSom's way with them has to be kept.

        That is so where data or weights are not real numbers of up to 64 bits, or not finite.
        """
        values = np.asarray(data)
        if values.ndim != 2 or values.dtype.kind not in "biuf" or values.itemsize > 8:
            return None
        matrix = np.ascontiguousarray(values, dtype=np.float64)
        weights_are_plain = (
            self._weights.dtype == np.float64
            and self._weights.shape == (len(self._neigx), len(self._neigy), matrix.shape[1])
            and np.isfinite(self._weights).all()
        )
        return None if has_infinite(matrix) or not weights_are_plain else matrix

    def _gaussian(self, c: Node, sigma: float) -> Floats:
        return self._neighbourhood("gaussian", c, sigma)

    def _mexican_hat(self, c: Node, sigma: float) -> Floats:
        return self._neighbourhood("mexican_hat", c, sigma)

    def _bubble(self, c: Node, sigma: float) -> Floats:
        return self._neighbourhood("bubble", c, sigma)

    def _triangle(self, c: Node, sigma: float) -> Floats:
        return self._neighbourhood("triangle", c, sigma)

    def _neighbourhood(self, name: Neighbourhood, bmu: Node, sigma: float) -> Floats:
        """Return each node's weight around the bmu (x, y), an array of shape (x, y)."""
        return weights_around(bmu, sigma, name, self._axes(name)).T

    @property
    def _distance(self) -> Distance | None:
        """Which distance is taken; None: a custom one."""
        return _built_in(self._activation_distance, _DISTANCES)

    @property
    def _neighbourhood_name(self) -> Neighbourhood | None:
        """Which neighbourhood is taken; None: a custom one."""
        return _built_in(self.neighborhood, _NEIGHBOURHOODS)

    def _axes(self, name: Neighbourhood) -> Axes:
        width, height = len(self._neigx), len(self._neigy)
        return axes(height, width, name, lattice=self.topology, toroid=self._TOROID)


def _is_built_in(method: Callable) -> bool:
    """Say whether a function is MiniSom's or our own."""
    function = getattr(method, "__func__", None)
    return function is not None and function.__module__.split(".")[0] in ("minisom", "som_core")


def _built_in(method: Callable, names: tuple[N, ...]) -> N | None:
    """Return which of these MiniSom's or our own function is, or None of a custom one."""
    if not _is_built_in(method):
        return None
    called = method.__name__.removeprefix("_").removesuffix("_distance")
    return next((name for name in names if name == called), None)


def _as_rows(data: Data | pd.DataFrame) -> Data:
    """Return the rows of a data frame as an array, as its [0] is a column; others as they are."""
    return data.to_numpy(dtype=float) if isinstance(data, pd.DataFrame) else data


def _filled(data: Data) -> Data:
    """Return the rows with the mean of its feature in each gap, or 0 if it has no value at all."""
    rows = np.asarray(data)
    gaps = _gaps(rows)
    if not gaps.any():
        return data
    values = np.where(gaps, 0.0, rows)
    means = values.sum(axis=0) / np.maximum(1, (~gaps).sum(axis=0))
    return np.where(gaps, means, values)


def _gaps(x: ArrayLike) -> NDArray[np.bool_]:
    """Return which numbers of a row are missing."""
    values = np.asarray(x)
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)


def _lengths(data: Data, distance: Distance) -> Floats:
    """Return the length of each row as the cosine distance takes it; other distances read none."""
    if distance != "cosine":
        return np.zeros(len(data))
    return np.array([np.linalg.norm(np.asarray(row)[~_gaps(row)]) for row in data], np.float64)


def _with_status_line(steps: Iterator[int], n_steps: int) -> Iterator[int]:
    """Print the status line that MiniSom prints, each time that steps were done."""
    digits = len(str(n_steps))
    beginning = time()
    print(f"\r [ {0:{digits}} / {n_steps} ] {0:3.0f}% - ? it/s", end="")
    for done in steps:
        seconds_left = (n_steps - done + 1) * (time() - beginning) / done
        time_left = str(timedelta(seconds=seconds_left))[:7]
        percent = 100 * done / n_steps
        print(f"\r [ {done:{digits}} / {n_steps} ] {percent:3.0f}% - {time_left} left ", end="")
        yield done
