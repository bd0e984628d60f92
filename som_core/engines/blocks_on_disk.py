"""The rows of a data set as the engine takes them: a block at a time, on this machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from som_core.columns.on_disk import MatrixOnDisk
from som_core.engines.batch import rows_at_once
from som_core.engines.blockwise import EpochSums, add_block
from som_core.geometry.best_matching import Matches, match_two
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import Distance


@dataclass(frozen=True, eq=False)
class RowsOfStart:
    """Rows on a disk as `initial_codebook` takes them: to fetch some is a pass that is watched."""

    matrix: MatrixOnDisk
    look: Callable[[int], None]  # told how many rows are passed; what it raises ends the pass

    @property
    def shape(self) -> tuple[int, int]:
        return self.matrix.shape

    @property
    def lowest(self) -> NDArray[np.float64]:
        return self.matrix.lowest

    @property
    def highest(self) -> NDArray[np.float64]:
        return self.matrix.highest

    def __len__(self) -> int:
        return len(self.matrix)

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.matrix.rows_at(places, self.look)


@dataclass(frozen=True, eq=False)
class BlocksOnDisk:
    """Rows that are read from their files anew in each epoch in which all take part.

    Blocks end where parts of the rows would end that are summed in memory, so that sums are added
    up in the same order.
    """

    matrix: MatrixOnDisk
    row_weights: NDArray[np.float64] | None = None  # (n_rows,); each 1 by default

    @property
    def shape(self) -> tuple[int, int]:
        return self.matrix.shape

    @property
    def gaps(self) -> bool:
        return self.matrix.gaps

    def gather(self, places: NDArray[np.int64], rows: NDArray[np.float64]) -> Iterator[int]:
        """Fill in the rows at these places, in any order; yield after each block."""
        return self.matrix.gather(places, rows)

    def add_epoch(
        self,
        codebook: NDArray[np.float64],
        distance: Distance,
        places: NDArray[np.int64] | None,
        sums: EpochSums,
    ) -> Iterator[int]:
        """Add the rows, or those at some places, to the sums of their nodes; yield every few ms."""
        start = n_done = 0
        with one_blas_thread_each() as pool:
            for rows in self.matrix.blocks(rows_at_once(*sums.nodes.values.shape)):
                stop = start + len(rows)
                weights = self.weights(slice(start, stop))
                if places is not None:
                    here = places[slice(*np.searchsorted(places, [start, stop]))] - start
                    rows, weights = rows[here], weights[here]
                for done in add_block(
                    rows, weights, codebook, distance, sums, pool, gaps=self.gaps
                ):
                    yield n_done + done
                start, n_done = stop, n_done + len(rows)

    def match(
        self, codebook: NDArray[np.float64], distance: Distance, found: Matches
    ) -> Iterator[int]:
        """Find the two best nodes of each row; yield how many rows are done, every few ms."""
        start = 0
        with one_blas_thread_each() as pool:
            for rows in self.matrix.blocks():
                here = slice(start, start + len(rows))
                part = Matches.empty(len(rows))
                for done in match_two(rows, codebook, distance, part, pool, gaps=self.gaps):
                    yield start + done
                found.bmu[here] = part.bmu
                found.second_bmu[here] = part.second_bmu
                found.distance[here] = part.distance
                start = here.stop

    def weights(self, part: slice) -> NDArray[np.float64]:
        """Return the weights of some rows, one after the other."""
        if self.row_weights is None:
            return np.ones(part.stop - part.start)
        return np.asarray(self.row_weights[part], dtype=np.float64)
