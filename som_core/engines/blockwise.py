"""Batch training of rows that no memory holds: each epoch adds them up block after block."""

from collections.abc import Generator, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from som_core.engines.batch import NodeSums, add_up, batch_steps, move
from som_core.engines.schedule import Schedule
from som_core.engines.state import TrainingState
from som_core.geometry.best_matching import match_best
from som_core.geometry.parallel import one_blas_thread_each
from som_core.geometry.sampling import sampled_rows
from som_core.settings import Distance, MapSettings

_MOST_GATHERED = 20_000_000  # cells of sampled rows that are held at a time: 160 MB


@dataclass
class EpochSums:
    """What the rows of one epoch add up to; blocks of rows are added one after the other."""

    nodes: NodeSums
    distance: float = 0.0  # of the rows to their best matching units, each times its weight
    weight: float = 0.0  # of the rows

    @classmethod
    def zeros(cls, codebook: NDArray[np.float64], *, gaps: bool) -> Self:
        return cls(NodeSums.zeros(codebook, gaps=gaps))

    def add(self, other: "EpochSums") -> None:
        """Add the sums of other rows. Equal blocks in the same order give the same bits."""
        np.add(self.nodes.values, other.nodes.values, out=self.nodes.values)
        np.add(self.nodes.weights, other.nodes.weights, out=self.nodes.weights)
        self.distance += other.distance
        self.weight += other.weight


class RowBlocks(Protocol):
    """Rows of a prepared matrix that lie in blocks: on a disk, or on the machines of a cluster."""

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows, and of features."""

    @property
    def gaps(self) -> bool:
        """Whether any cell is NaN."""

    def gather(self, places: NDArray[np.int64], rows: NDArray[np.float64]) -> Iterator[int]:
        """Fill in the rows at these places, in any order.

        Yields now and then how many rows were read for it, where that takes as long as a look at
        them; else 0.
        """

    def add_epoch(
        self,
        codebook: NDArray[np.float64],
        distance: Distance,
        places: NDArray[np.int64] | None,
        sums: EpochSums,
    ) -> Iterator[int]:
        """Add the rows, or those at some places (ascending), to the sums of their nodes.

        Yields how many rows are done, now and then.
        """


def blockwise_steps(
    blocks: RowBlocks,
    codebook: NDArray[np.float64],
    settings: MapSettings,
    schedule: Schedule,
    *,
    first_epoch: int = 0,
) -> Generator[TrainingState, None, None]:
    """Train as `batch_steps` does on all rows at once, with one block of them at a time.

    The rows of a sampled epoch are chosen by their number among all rows, by the same draw, so how
    rows are cut into blocks changes nothing. Those of several epochs are gathered in one go.
    Where a sampled epoch can be held, its codebook is the same to the last bit; that of an epoch
    of more rows differs by the order in which blocks are added (1e-12).

    Parameters
    ----------
    blocks : of shape (n_rows, n_features)
    codebook, settings, schedule, first_epoch : as `batch_steps` takes them
    """
    stand = _Stand(codebook, first_epoch, int(schedule.rows[:first_epoch].sum()))
    yield stand.state()
    while stand.epoch < len(schedule.rows):
        end = _end_of_gathered(stand.epoch, blocks.shape, schedule)
        if end > stand.epoch:
            yield from _gathered_epochs(blocks, end, settings, schedule, stand)
        else:
            yield from _epoch_in_blocks(blocks, settings, schedule, stand)


@dataclass
class _Stand:
    """Where the training stands."""

    codebook: NDArray[np.float64]
    epoch: int
    rows_done: int
    error: float = np.nan  # the latest known
    measured_at: float = -1.0  # the epoch of that error; -1 while it is only of the rows seen

    def state(self, rows_in_epoch: int = 0) -> TrainingState:
        codebook = self.codebook
        return TrainingState(
            self.rows_done + rows_in_epoch,
            self.epoch,
            lambda: codebook,
            self.error,
            self.measured_at,
        )


def _gathered_epochs(
    blocks: RowBlocks,
    end: int,
    settings: MapSettings,
    schedule: Schedule,
    stand: _Stand,
) -> Iterator[TrainingState]:
    """Gather the rows of the epochs up to `end`, then train as if there were no others."""
    drawn = [
        sampled_rows(blocks.shape[0], schedule.rows[epoch], [settings.seed, epoch])
        for epoch in range(stand.epoch, end)
    ]
    gathered = np.empty((sum(map(len, drawn)), blocks.shape[1]))
    n_read = 0
    for n_read in blocks.gather(np.concatenate(drawn), gathered):
        yield stand.state(n_read)
    stand.rows_done += n_read
    for rows in np.split(gathered, np.cumsum([len(places) for places in drawn])[:-1]):
        now = slice(stand.epoch, stand.epoch + 1)
        one = Schedule(schedule.sigmas[now], schedule.learning_rates[now], schedule.rows[now])
        for state in batch_steps(rows, stand.codebook, settings, one, gaps=blocks.gaps):
            if state.measured_at >= 0:
                stand.error, stand.measured_at = state.quantization_error, float(stand.epoch)
            elif stand.measured_at < 0:
                stand.error = state.quantization_error
            yield replace(
                state,
                rows_done=stand.rows_done + state.rows_done,
                epoch=stand.epoch + state.epoch,
                quantization_error=stand.error,
                measured_at=stand.measured_at,
            )
        stand.codebook = state.codebook()
        stand.rows_done += len(rows)
        stand.epoch += 1


def _epoch_in_blocks(
    blocks: RowBlocks, settings: MapSettings, schedule: Schedule, stand: _Stand
) -> Iterator[TrainingState]:
    """Train one epoch with one block at a time."""
    epoch, n_rows = stand.epoch, blocks.shape[0]
    places = None
    if schedule.rows[epoch] < n_rows:
        places = sampled_rows(n_rows, schedule.rows[epoch], [settings.seed, epoch])
    sums = EpochSums.zeros(stand.codebook, gaps=blocks.gaps)
    for done in blocks.add_epoch(stand.codebook, settings.distance, places, sums):
        if stand.measured_at < 0 and sums.weight > 0:
            stand.error = sums.distance / sums.weight
        yield stand.state(done)
    stand.error, stand.measured_at = sums.distance / sums.weight, float(epoch)
    stand.rows_done += int(schedule.rows[epoch])
    moved = np.empty_like(stand.codebook)
    sigma, learning_rate = schedule.sigmas[epoch], schedule.learning_rates[epoch]
    with one_blas_thread_each() as pool:
        for _ in move(stand.codebook, sums.nodes, settings, sigma, learning_rate, moved, pool):
            yield stand.state()
    stand.codebook = moved
    stand.epoch += 1
    yield stand.state()


def n_gathers(shape: tuple[int, int], schedule: Schedule, first_epoch: int) -> int:
    """Return how many times `blockwise_steps` gathers rows."""
    found, epoch = 0, first_epoch
    while epoch < len(schedule.rows):
        end = _end_of_gathered(epoch, shape, schedule)
        found += end > epoch
        epoch = max(end, epoch + 1)
    return found


def _end_of_gathered(epoch: int, shape: tuple[int, int], schedule: Schedule) -> int:
    """Return the end of the epochs, from one on, that are sampled and can be held together."""
    n_rows, n_features = shape
    n_cells = np.cumsum(schedule.rows[epoch:]) * n_features
    can_be = (schedule.rows[epoch:] < n_rows) & (n_cells <= _MOST_GATHERED)
    return epoch + (len(can_be) if can_be.all() else int(can_be.argmin()))


def add_block(
    rows: NDArray[np.float64],
    row_weights: NDArray[np.float64],
    codebook: NDArray[np.float64],
    distance: Distance,
    sums: EpochSums,
    pool: Executor,
    *,
    gaps: bool,
) -> Iterator[int]:
    """Add the rows of one block; yield how many of them are done, every few milliseconds.

    Parameters
    ----------
    rows : array of shape (n_rows, n_features)
    row_weights : array of shape (n_rows,)
    codebook : array of shape (height, width, n_features)
    sums : to be added to
    gaps : whether rows of any block have NaN cells
    """
    bmu, to_bmu = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
    yield from match_best(rows, codebook, distance, bmu, to_bmu, pool, gaps=gaps)
    for _ in add_up(rows, bmu, row_weights, sums.nodes, pool):
        yield len(rows)
    sums.distance += float(to_bmu @ row_weights)
    sums.weight += float(row_weights.sum())
