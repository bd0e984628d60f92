"""Blocks of rows on the machines of a cluster, as batch training takes them."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from threading import Event
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

import dask
import dask.array as da
import numpy as np
from dask.delayed import Delayed
from distributed import Client, Future, default_client
from numpy.typing import NDArray

from som_core.cells import LARGEST
from som_core.engines.blockwise import EpochSums, add_block
from som_core.errors import AtlasError
from som_core.geometry.best_matching import check_rows, n_empty_rows, without_place
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import Distance
from som_core.training import stopped_before_start

T = TypeVar("T")
Floats: TypeAlias = NDArray[np.float64]
Results: TypeAlias = Generator[T, None, None]
_Held: TypeAlias = Future | Delayed  # one block

_SECONDS_BETWEEN_LOOKS = 0.1  # while the next block isn't done
_AHEAD = 3  # blocks a thread of the cluster that are asked for before their sums are needed


class _Look(NamedTuple):
    """What is to be known of one block."""

    shape: tuple[int, ...]
    shape_of_weights: tuple[int, ...]
    gaps: bool
    problem: str  # why its rows can't be trained with
    n_empty: int  # rows without any value; then there is no other problem
    lowest: Floats  # (n_features,)
    highest: Floats
    weight: float


class BlocksOnCluster:
    """The rows of an array as the engine takes them; nothing but sums and few rows come here.

    Parameters
    ----------
    array : of shape (n_rows, n_features), in blocks over all features
    weights : of shape (n_rows,), in the same blocks; None: each row counts once
    crew : who keeps the blocks and works on them
    should_stop : asked ten times a second or more until the training begins
    on_start : told how much of the blocks is there, from 0 to 1

    Raises
    ------
    AtlasError
        If a row is empty or infinite, the weights aren't, a block has another shape than was
        declared, or it is stopped.
    """

    def __init__(
        self,
        array: da.Array,
        weights: da.Array | None,
        crew: "Crew",
        should_stop: Callable[[], bool] | None,
        on_start: Callable[[float], None] | None = None,
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
        looks: list[_Look] = []
        of_blocks = zip(self._blocks, self._weights, strict=True)
        with closing(self._before_start(crew.results(_look, of_blocks, None))) as found:
            for look in found:
                _check_shape("rows", look.shape, (lengths[len(looks)], self.shape[1]))
                if weights is not None:
                    _check_shape("row weights", look.shape_of_weights, look.shape[:1])
                if look.problem:
                    raise AtlasError(look.problem)
                looks.append(look)
                if on_start is not None:
                    on_start(len(looks) / len(filled))
        n_empty = sum(look.n_empty for look in looks)
        if n_empty:
            raise without_place(n_empty, len(self))
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

    def gather(self, places: NDArray[np.int64], rows: Floats) -> Results[int]:
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

    def _before_start(self, results: Results[T | None]) -> Results[T]:
        """Pass on results; AtlasError if the training is stopped before there is a map."""
        with closing(results):  # while the cluster can still be told that nobody waits
            for result in results:
                if self._should_stop is not None and self._should_stop():
                    raise stopped_before_start()
                if result is not None:
                    yield result


def _check_shape(what: str, shape: tuple[int, ...], declared: tuple[int, ...]) -> None:
    if shape != declared:
        raise AtlasError(
            f"A block of {what} has the shape {shape}, where {declared} was declared. Give the "
            "array the true lengths of its blocks, such as by .to_dask_array(lengths=True)."
        )


class _Epoch(NamedTuple):
    """What all blocks need to know of an epoch."""

    codebook: Floats
    distance: Distance
    gaps: bool


def _look(rows: Floats, weights: Floats | None, _: None) -> _Look:
    problem, n_empty = "", 0
    try:
        gaps = check_rows(rows)
    except AtlasError as found:
        gaps, n_empty = True, n_empty_rows(rows)
        problem = "" if n_empty else str(found)
    weight, shape_of_weights = float(len(rows)), ()
    if weights is not None:
        weight, shape_of_weights = float(weights.sum()), weights.shape
        if not (np.isfinite(weights).all() and weights.min() >= 0):
            problem = (
                "Row weights must be finite numbers of at least 0. Replace those that are not."
            )
    lowest, highest = np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)
    if not problem and (np.maximum(-lowest, highest) > LARGEST).any():
        problem = (
            "Some cells are beyond 1e100, so that distances would be infinite. Scale the columns, "
            "or replace such cells by NaN."
        )
    return _Look(rows.shape, shape_of_weights, gaps, problem, n_empty, lowest, highest, weight)


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


# Who works ----------------------------------------------------------------------------------------


class Crew(Protocol):
    """Who does the work on blocks."""

    def held(self, blocks: Sequence[Delayed]) -> Sequence[_Held]:
        """Return the blocks, kept where they are worked on."""

    def results(
        self, work: Callable[..., T], jobs: Iterable[tuple], shared: object
    ) -> Results[T | None]:
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
    ) -> Results[T | None]:
        pending: deque[Future] = deque()
        try:
            # As the result of a task, not scattered: if its worker is lost, it is made again.
            common = self._client.submit(_itself, shared, pure=False)
            n_ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
            for job in jobs:
                pending.append(self._client.submit(work, *job, common, pure=False))
                if len(pending) >= n_ahead:
                    yield from self._waited_for(pending[0])
                    pending.popleft()
            while pending:
                yield from self._waited_for(pending[0])
                pending.popleft()
        except Exception as problem:
            if _is_open(self._client):
                raise
            raise AtlasError(
                "The client, or its cluster, was closed while the map was trained. Train again "
                "with one that stays open."
            ) from problem
        finally:
            if pending and _is_open(self._client):
                self._client.cancel(list(pending))

    def _waited_for(self, future: Future) -> Results[T | None]:
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
    ) -> Results[T | None]:
        common = dask.delayed(shared, traverse=False)
        lazy = dask.delayed(work, pure=False)
        waiting = iter(jobs)
        while group := list(islice(waiting, os.cpu_count())):
            yield None
            yield from dask.compute(*[lazy(*job, common) for job in group], scheduler="threads")


def crew_of(client: Client | None) -> Crew:
    """Return a cluster's workers: the client's, the current client's, or else threads here.

    Raises
    ------
    AtlasError
        If the client is none of Dask, or is closed.
    """
    if client is not None:
        _check_open(client)
        return _Cluster(client)
    try:
        return _Cluster(default_client())
    except ValueError:  # there is none
        return _Threads()


def _check_open(client: object) -> None:
    if not isinstance(client, Client):
        raise AtlasError(
            f"The client is of the type {type(client).__name__}, but one of Dask is needed, such "
            "as distributed.Client(address)."
        )
    if not _is_open(client):
        raise AtlasError(
            "The client is closed. Give one that is open, or none, to train with the threads of "
            "this machine."
        )


def _is_open(client: Client) -> bool:
    return client.status not in ("closing", "closed")
