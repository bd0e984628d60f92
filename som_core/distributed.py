"""Batch training over Dask: rows stay on the machines of a cluster, only sums travel.

Needs `pip install som-atlas[dask]`. In each epoch every block of rows adds itself up by node, on
the machine where it lies; the codebook goes there, sums of its size come back, and are added in
the order of the blocks, so that an equal array gives an equal map on any cluster.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Event
from typing import NamedTuple, Protocol, Self, TypeAlias, TypeVar
from uuid import uuid4

import dask
import dask.array as da
import numpy as np
from dask.delayed import Delayed
from distributed import Client, Future, default_client
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from som_core.engines.blockwise import EpochSums, add_block, blockwise_steps
from som_core.engines.initialisation import initial_codebook
from som_core.engines.progress import Checkpoint, Progress
from som_core.errors import AtlasError
from som_core.geometry.best_matching import Matches, best_two, check_rows, match_two
from som_core.geometry.distances import distances, slices
from som_core.geometry.parallel import one_blas_thread_each
from som_core.preparation import Prepared
from som_core.settings import Distance, MapSettings
from som_core.trained_map import TrainedMap
from som_core.training import (
    Course,
    check_blockwise,
    check_shape_of_weights,
    finished_map,
    schedule_of,
    stopped_before_start,
)

T = TypeVar("T")
Floats: TypeAlias = NDArray[np.float64]
_Held: TypeAlias = Future | Delayed  # one block

_ROWS_OF_NUMPY = 100_000  # of an array in memory, in a block
_SECONDS_BETWEEN_LOOKS = 0.1  # while the next block isn't done
_SECONDS_TO_ANSWER = 10.0  # that a cluster may take to be reached
_AHEAD = 3  # blocks a thread of the cluster that are asked for before their sums are needed


class DaskSom(TransformerMixin, BaseEstimator):
    """A self-organizing map of the rows of a Dask array or data frame, as dask-ml's estimators are.

    Rows may have missing values (NaN). The map is that of batch training in memory, to 1e-9.

    Parameters
    ----------
    settings : as `train` takes them; batch training only
    client : of the cluster that trains; without one the current client, or the threads of this
        machine if there is none

    Attributes
    ----------
    codebook_ : array of shape (height, width, n_features)
    labels_ : lazy Dask array of shape (n_rows,), each row's node, y * width + x
    history_ : the errors measured on the way, the last one on all rows unless it was stopped
    n_features_in_ : how many columns the rows have
    """

    def __init__(self, settings: MapSettings, client: Client | None = None) -> None:
        self.settings = settings
        self.client = client

    def fit(
        self,
        X: object,
        y: object = None,
        *,
        sample_weight: object = None,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        resume: Checkpoint | None = None,
    ) -> Self:
        """Train the map; the blocks of X are kept in the memory of the cluster meanwhile.

        Parameters
        ----------
        X : Dask array or data frame, or numpy array, of shape (n_rows, n_features)
            Blocks of very different sizes, and empty ones, are taken as they are.
        y : is not looked at
        sample_weight : array of shape (n_rows,), how many rows each row stands for
        on_progress : called as by `train`, when a block is done
        should_stop : asked ten times a second or more; when it says yes, the map learned so far
            is kept. Blocks at work are then finished by their workers, and not waited for.
        resume : where an earlier training of the same rows and settings stood

        Raises
        ------
        AtlasError
            If the lengths of the blocks aren't known, X isn't a matrix of numbers or has no rows,
            a row is empty or infinite, the settings ask for online training, or it is stopped
            before there is a map.
        """
        check_blockwise(self.settings)
        array = _matrix(X)
        weights = None if sample_weight is None else _weights(sample_weight, array)
        settings = self.settings
        blocks = _BlocksOnCluster(array, weights, _crew(self.client), should_stop)
        n_rows = len(blocks)
        start = resume or Checkpoint(0, initial_codebook(blocks, settings))
        schedule = schedule_of(settings, n_rows, is_weighted=weights is not None)
        states = blockwise_steps(
            blocks, start.codebook, settings, schedule, first_epoch=int(start.epoch)
        )
        n_looks = int(schedule.rows.sum()) + n_rows
        course = Course(blocks, settings, start, n_looks, on_progress, should_stop)
        self.codebook_ = course.learn(states)
        if not course.is_stopped:
            sums = EpochSums.zeros(self.codebook_, gaps=blocks.gaps)
            course.match(blocks.add_epoch(self.codebook_, settings.distance, None, sums))
            course.finish(sums.distance / sums.weight)
        self.history_ = course.history
        self.n_features_in_ = array.shape[1]
        self.labels_ = self.predict(array)
        return self

    def predict(self, X: object) -> da.Array:
        """Return the node of each row, y * width + x, as a lazy Dask array of shape (n_rows,)."""
        array, codebook = self._checked(X), self.codebook_
        return da.map_blocks(
            _nodes_of,
            array,
            codebook=codebook,
            distance=self.settings.distance,
            drop_axis=1,
            dtype=np.int64,
            meta=np.empty(0, dtype=np.int64),
        )

    def transform(self, X: object) -> da.Array:
        """Return how far each row is from each node, as a lazy array of shape (n_rows, n_nodes)."""
        array = self._checked(X)
        return da.map_blocks(
            _distances_of,
            array,
            codebook=self.codebook_,
            distance=self.settings.distance,
            chunks=(array.chunks[0], (self.settings.n_nodes,)),
            dtype=np.float64,
            meta=np.empty((0, 0)),
        )

    def _checked(self, rows: object) -> da.Array:
        if not hasattr(self, "codebook_"):
            raise AtlasError("The map isn't trained yet. Call fit first.")
        array = _matrix(rows, with_lengths=False)
        if array.shape[1] != self.n_features_in_:
            raise AtlasError(
                f"The rows have {array.shape[1]} columns, but the map was trained on "
                f"{self.n_features_in_}. Give it the same columns."
            )
        return array


def train_on_cluster(
    prepared: Prepared,
    settings: MapSettings,
    address: str,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
) -> TrainedMap:
    """Train as `train` does, but on a Dask cluster, to which the rows are sent once.

    Parameters
    ----------
    prepared, settings, on_progress, should_stop, resume : as of `train`; batch training only
    address : of the scheduler, such as tcp://dask.example:8786

    Raises
    ------
    AtlasError
        If nobody answers there, it is stopped before its first epoch, or as `train`.
    """
    check_blockwise(settings)
    try:
        client = Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise AtlasError(
            f"The Dask cluster at {address} doesn't answer. Whoever runs the server can start it, "
            "or take its address away, so that maps are trained on the server itself."
        ) from problem
    with client:
        rows = _scattered(prepared.matrix, client)
        som = DaskSom(settings, client).fit(
            rows, on_progress=on_progress, should_stop=should_stop, resume=resume
        )
    matches = best_two(prepared.matrix, som.codebook_, settings.distance)
    return finished_map(prepared, settings, som.codebook_, matches, som.history_)


def _scattered(matrix: Floats, client: Client) -> da.Array:
    """Send a matrix to the workers, block by block, and return it as a Dask array."""
    parts = [matrix[part] for part in slices(len(matrix), _ROWS_OF_NUMPY)]
    there = client.scatter(parts, hash=False)
    name = f"rows-{uuid4().hex}"
    # As `client.persist` has them: blocks that are there already, by their place in the array.
    blocks = {(name, place, 0): block for place, block in enumerate(there)}
    chunks = (tuple(len(part) for part in parts), (matrix.shape[1],))
    return da.Array(blocks, name, chunks, meta=np.empty((0, 0)))


# What comes in ------------------------------------------------------------------------------------


def _matrix(rows: object, *, with_lengths: bool = True) -> da.Array:
    """Return rows as a Dask array of floats with one block over all columns."""
    if isinstance(rows, da.Array):
        array = rows
    elif hasattr(rows, "to_dask_array"):
        array = rows.to_dask_array(lengths=True) if with_lengths else rows.to_dask_array()
    else:
        array = da.from_array(np.asarray(rows), chunks=(_ROWS_OF_NUMPY, -1))
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise AtlasError(
            f"The rows are an array of {array.ndim} dimensions that holds {array.dtype}, but a "
            "matrix of numbers is needed. Take columns of numbers, or prepare the others first."
        )
    if with_lengths and np.isnan(array.chunks[0]).any():
        raise AtlasError(
            "It isn't known how many rows each block has. Call X.compute_chunk_sizes(), or give a "
            "data frame, whose blocks are counted."
        )
    if with_lengths and array.shape[0] == 0:
        raise AtlasError("There are no rows to train on. Give at least one.")
    return array.rechunk({1: -1}).astype(np.float64)


def _weights(weights: object, array: da.Array) -> da.Array:
    """Return row weights in blocks as the rows lie."""
    found = weights if isinstance(weights, da.Array) else da.from_array(np.asarray(weights))
    check_shape_of_weights(found.shape, array.shape[0])
    return found.rechunk((array.chunks[0],)).astype(np.float64)


# The blocks ---------------------------------------------------------------------------------------


class _Look(NamedTuple):
    """What is to be known of one block."""

    gaps: bool
    problem: str  # why its rows can't be trained with
    lowest: Floats  # (n_features,)
    highest: Floats
    weight: float


class _BlocksOnCluster:
    """The rows of an array as the engine takes them; nothing but sums and few rows come here."""

    def __init__(
        self,
        array: da.Array,
        weights: da.Array | None,
        crew: "_Crew",
        should_stop: Callable[[], bool] | None,
    ) -> None:
        filled = [place for place, length in enumerate(array.chunks[0]) if length]
        lengths = [array.chunks[0][place] for place in filled]
        self.shape: tuple[int, int] = (sum(lengths), array.shape[1])
        self._crew, self._should_stop = crew, should_stop
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        parts = array.to_delayed().ravel()
        self._blocks = crew.held([parts[place] for place in filled])
        self._weights: Sequence[_Held | None] = [None] * len(filled)
        if weights is not None:
            parts = weights.to_delayed().ravel()
            self._weights = crew.held([parts[place] for place in filled])
        looks = list(
            self._before_start(
                crew.results(_look, zip(self._blocks, self._weights, strict=True), None)
            )
        )
        for look in looks:
            if look.problem:
                raise AtlasError(look.problem)
        if weights is not None and sum(look.weight for look in looks) <= 0:
            raise AtlasError("One of the row weights must be above 0. Replace those that are not.")
        self.gaps = any(look.gaps for look in looks)
        self.lowest = np.fmin.reduce([look.lowest for look in looks], axis=0)
        self.highest = np.fmax.reduce([look.highest for look in looks], axis=0)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, places: NDArray[np.int64]) -> Floats:
        rows = np.empty((len(places), self.shape[1]))
        for _ in self._before_start(self.gather(places, rows)):
            pass
        return rows

    def gather(self, places: NDArray[np.int64], rows: Floats) -> Iterator[int]:
        """Fill in the rows at these places, in any order; yield when a block is done, or waits.

        It yields 0: the workers hold the rows, so taking some is no work to speak of.
        """
        order = np.argsort(places, kind="stable")
        here = self._in_blocks(places[order])
        of_blocks = [number for number, part in enumerate(here) if len(part)]
        jobs = ((self._blocks[number], here[number]) for number in of_blocks)
        done = 0
        for found in self._crew.results(_taken, jobs, None):
            if found is not None:
                rows[order[done : done + len(found)]] = found
                done += len(found)
            yield 0

    def add_epoch(
        self,
        codebook: Floats,
        distance: Distance,
        places: NDArray[np.int64] | None,
        sums: EpochSums,
    ) -> Iterator[int]:
        """Add the rows, or those at some places, to the sums of their nodes, block by block."""
        here: Sequence[NDArray[np.int64] | None] = [None] * len(self._blocks)
        n_rows = self._ends - self._starts
        if places is not None:
            here = self._in_blocks(places)
            n_rows = np.array([len(part) for part in here])
        jobs = zip(self._blocks, self._weights, here, strict=True)
        done = n_blocks = 0
        shared = _Epoch(codebook, distance, self.gaps)
        for found in self._crew.results(_sums, jobs, shared):
            if found is not None:
                sums.add(found)
                done += int(n_rows[n_blocks])
                n_blocks += 1
            yield done

    def _in_blocks(self, places: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Return for each block which of its rows are among places, which ascend."""
        bounds = np.searchsorted(places, [0, *self._ends])
        return [
            places[first:last] - start
            for first, last, start in zip(bounds[:-1], bounds[1:], self._starts, strict=True)
        ]

    def _before_start(self, results: Iterator[T | None]) -> Iterator[T]:
        """Pass on results; AtlasError if the training is stopped before there is a map."""
        for result in results:
            if self._should_stop is not None and self._should_stop():
                raise stopped_before_start()
            if result is not None:
                yield result


class _Epoch(NamedTuple):
    """What all blocks need to know of an epoch."""

    codebook: Floats
    distance: Distance
    gaps: bool


def _look(rows: Floats, weights: Floats | None, _: None) -> _Look:
    problem = ""
    try:
        gaps = check_rows(rows)
    except AtlasError as found:
        gaps, problem = True, str(found)
    weight = float(len(rows))
    if weights is not None:
        weight = float(weights.sum())
        if not (np.isfinite(weights).all() and weights.min() >= 0):
            problem = (
                "Row weights must be finite numbers of at least 0. Replace those that are not."
            )
    lowest, highest = np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)
    return _Look(gaps, problem, lowest, highest, weight)


def _taken(rows: Floats, places: NDArray[np.int64], _: None) -> Floats:
    return rows[places]


def _sums(
    rows: Floats, weights: Floats | None, places: NDArray[np.int64] | None, epoch: _Epoch
) -> EpochSums:
    if places is not None:
        rows = rows[places]
    sums = EpochSums.zeros(epoch.codebook, gaps=epoch.gaps)
    of_rows = np.ones(len(rows)) if weights is None else weights
    with one_blas_thread_each(1) as pool:  # the cluster has given this block one thread
        for _ in add_block(
            rows, of_rows, epoch.codebook, epoch.distance, sums, pool, gaps=epoch.gaps
        ):
            pass
    return sums


def _nodes_of(rows: Floats, codebook: Floats, distance: Distance) -> NDArray[np.int64]:
    found = Matches.empty(len(rows))
    if len(rows):
        gaps = check_rows(rows)
        with one_blas_thread_each(1) as pool:
            for _ in match_two(rows, codebook, distance, found, pool, gaps=gaps):
                pass
    return found.bmu


def _distances_of(rows: Floats, codebook: Floats, distance: Distance) -> Floats:
    nodes = codebook.reshape(-1, codebook.shape[-1])
    gaps = bool(len(rows)) and check_rows(rows)
    everywhere = (np.broadcast_to(node, rows.shape) for node in nodes)
    return np.column_stack([distances(rows, node, distance, gaps=gaps) for node in everywhere])


# Who works ----------------------------------------------------------------------------------------


class _Crew(Protocol):
    """Who does the work on blocks."""

    def held(self, blocks: Sequence[Delayed]) -> Sequence[_Held]:
        """Return the blocks, kept where they are worked on."""

    def results(
        self, work: Callable[..., T], jobs: Iterable[tuple], shared: object
    ) -> Iterator[T | None]:
        """Yield what the work makes of each job and what all share, in their order.

        None as long as the next one isn't done.
        """


class _Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def held(self, blocks: Sequence[Delayed]) -> Sequence[_Held]:
        return self._client.compute(list(blocks))

    def results(
        self, work: Callable[..., T], jobs: Iterable[tuple], shared: object
    ) -> Iterator[T | None]:
        # As the result of a task, not scattered: if its worker is lost, it is made again.
        common = self._client.submit(_itself, shared, pure=False)
        n_ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        pending: deque[Future] = deque()
        try:
            for job in jobs:
                pending.append(self._client.submit(work, *job, common, pure=False))
                if len(pending) >= n_ahead:
                    yield from self._waited_for(pending[0])
                    pending.popleft()
            while pending:
                yield from self._waited_for(pending[0])
                pending.popleft()
        finally:
            if pending:
                self._client.cancel(list(pending))

    def _waited_for(self, future: Future) -> Iterator[T | None]:
        # `future.result(timeout=…)` would break down now and then: distributed 2026 finds neither a
        # result nor an error where the wait was cancelled at its very end.
        has_come = Event()
        future.add_done_callback(lambda _: has_come.set())
        while not future.done():
            has_come.wait(_SECONDS_BETWEEN_LOOKS)
            has_come.clear()  # what has come is away again where its worker is lost
            if not future.done():
                yield None
        yield future.result()


def _itself(value: T) -> T:
    return value


class _Threads:
    """The threads of this machine, by Dask's local scheduler; blocks are made when needed."""

    def held(self, blocks: Sequence[Delayed]) -> Sequence[_Held]:
        return blocks

    def results(
        self, work: Callable[..., T], jobs: Iterable[tuple], shared: object
    ) -> Iterator[T | None]:
        common = dask.delayed(shared, traverse=False)
        lazy = dask.delayed(work, pure=False)
        waiting = iter(jobs)
        while group := list(islice(waiting, os.cpu_count())):
            yield None
            yield from dask.compute(*[lazy(*job, common) for job in group], scheduler="threads")


def _crew(client: Client | None) -> _Crew:
    if client is not None:
        return _Cluster(client)
    try:
        return _Cluster(default_client())
    except ValueError:  # there is none
        return _Threads()
