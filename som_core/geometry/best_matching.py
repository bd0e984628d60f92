"""Which two nodes lie nearest to each row: exact, and with little memory however long the table.

Rows meet all nodes one block at a time, so that the block's scores stay in the cache. Blocks run in
threads.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil
from typing import Self

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.geometry.distances import distances_to, nearest_by, slices
from som_core.geometry.parallel import in_order, one_blas_thread_each
from som_core.geometry.sampling import Rows
from som_core.settings import Distance

_PART = 500_000_000  # multiplications in a part: 10 to 20 ms between two looks at the clock
# What a row, a node and a feature take by distance, without gaps and with: a product's is 1.
_COST: dict[Distance, tuple[float, float]] = {
    "euclidean": (1, 2),
    "cosine": (1, 4),
    "manhattan": (10, 40),
    "chebyshev": (10, 40),
}
_FEWEST_ROWS = 16
_LONGEST_PART = 2**15  # rows
_SHORTEST_PART = 2_500  # rows; below it, handing out the work takes longer than the work


@dataclass(frozen=True)
class Matches:
    """The two best nodes of each row, and the exact distance to the best, each (n_rows,)."""

    bmu: NDArray[np.int64]
    second_bmu: NDArray[np.int64]  # the same as bmu on a map of one node
    distance: NDArray[np.float64]

    @classmethod
    def empty(cls, n_rows: int) -> Self:
        """Return matches to be filled in."""
        best, second = np.zeros((2, n_rows), dtype=np.int64)
        return cls(best, second, np.zeros(n_rows))


def best_two(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    distance: Distance = "euclidean",
    *,
    gaps: bool | None = None,
) -> Matches:
    """Return each row's best and second best matching node, and its distance to the best.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features)
        NaN cells are left out of the comparison; see `som_core.geometry.distances`.
    codebook : array of shape (height, width, n_features) or (n_nodes, n_features)
    distance : how far a row is from a node
    gaps : what `check_rows` returned for these rows, to spare another look at each cell

    Raises
    ------
    AtlasError
        If a row is empty or has an infinite value, or the features are not those of the codebook.
    """
    n_features = codebook.shape[-1]
    if matrix.shape[1] != n_features:
        raise AtlasError(
            f"The rows have {matrix.shape[1]} features, but the map was trained on "
            f"{n_features}. Prepare the rows with the recipe of the map."
        )
    if gaps is None:
        gaps = check_rows(matrix)
    found = Matches.empty(len(matrix))
    with one_blas_thread_each() as pool:
        for _ in match_two(matrix, codebook, distance, found, pool, gaps=gaps):
            pass
    return found


def match_two(
    matrix: NDArray[np.float64],
    codebook: NDArray[np.float64],
    distance: Distance,
    found: Matches,
    pool: Executor,
    *,
    gaps: bool,
) -> Iterator[int]:
    """Find what `best_two` returns; yield how many rows are done, every few milliseconds.

    Parameters
    ----------
    found : to be filled in
    gaps : whether rows have NaN cells
    """
    nodes = codebook.reshape(-1, codebook.shape[-1])
    nearest = nearest_by(nodes, distance, gaps=gaps)

    def match_part(part: slice) -> None:
        rows = matrix[part]
        first, next_one = nearest(rows, 2).T
        to_first = distances_to(rows, nodes, first, distance, gaps=gaps)
        to_next = distances_to(rows, nodes, next_one, distance, gaps=gaps)
        # Scores are rounded: where two are all but equal, the exact distances decide.
        swap = (to_next < to_first) | ((to_next == to_first) & (next_one < first))
        found.bmu[part] = np.where(swap, next_one, first)
        found.second_bmu[part] = np.where(swap, first, next_one)
        found.distance[part] = np.where(swap, to_next, to_first)

    return _in_parts(match_part, len(matrix), rows_in_part(nodes, distance, gaps=gaps), pool)


def match_best(
    rows: Rows,
    codebook: NDArray[np.float64],
    distance: Distance,
    bmu: NDArray[np.int64],
    to_bmu: NDArray[np.float64],
    pool: Executor,
    *,
    gaps: bool,
) -> Iterator[int]:
    """Find the best matching unit of each row; yield how many are done, every few milliseconds.

    Parameters
    ----------
    bmu, to_bmu : arrays of shape (n_rows,)
        To be filled in with the nodes, and with the distances to them.
    gaps : whether rows have NaN cells
    """
    nodes = codebook.reshape(-1, codebook.shape[-1])
    nearest = nearest_by(nodes, distance, gaps=gaps)

    def match_part(part: slice) -> None:
        in_part, best = rows[part], bmu[part]
        best[:] = nearest(in_part, 1)[:, 0]
        to_bmu[part] = distances_to(in_part, nodes, best, distance, gaps=gaps)

    return _in_parts(match_part, len(rows), rows_in_part(nodes, distance, gaps=gaps), pool)


def check_rows(matrix: NDArray[np.float64]) -> bool:
    """Return whether any cell is NaN; raise AtlasError if a row is empty or has an infinite value.

    The rows are (n_rows, n_features).
    """
    if _has_a_finite_sum(matrix):
        return False
    if _reaches_infinity(matrix):
        raise AtlasError("Some cells are infinite. Clip outliers, or drop the rows that have them.")
    if not has_gaps(matrix):
        return False
    n_empty = n_empty_rows(matrix)
    if n_empty:
        raise without_place(n_empty, len(matrix))
    return True


def n_empty_rows(matrix: NDArray[np.float64]) -> int:
    """Return how many rows have no value at all."""
    n_empty = 0
    for part in slices(len(matrix), _LONGEST_PART):
        rows = matrix[part]
        suspects = rows[np.isnan(rows[:, 0])]  # few, as a rule, and the whole look is slow
        n_empty += int(np.isnan(suspects).all(axis=1).sum())
    return n_empty


def without_place(n_empty: int, n_rows: int) -> AtlasError:
    """Return what says that so many of all rows have no value at all."""
    return AtlasError(
        f"{n_empty} of {n_rows} rows have no value at all, so they have no place on "
        "the map. Fill missing values, or drop these rows."
    )


def has_infinite(matrix: NDArray[np.float64]) -> bool:
    """Return whether any cell is infinite."""
    return not _has_a_finite_sum(matrix) and _reaches_infinity(matrix)


def _has_a_finite_sum(matrix: NDArray[np.float64]) -> bool:
    """Return whether one quick look at every cell tells that all are finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(matrix.sum()))


def _reaches_infinity(matrix: NDArray[np.float64]) -> bool:
    return bool(
        np.isinf([np.fmin.reduce(matrix, axis=None), np.fmax.reduce(matrix, axis=None)]).any()
    )


def has_gaps(matrix: NDArray[np.float64]) -> bool:
    """Return whether any cell is NaN."""
    return bool(matrix.size) and bool(np.isnan(matrix.min()))


def rows_in_part(nodes: NDArray[np.float64], distance: Distance, *, gaps: bool) -> int:
    """Return how many rows one thread holds against all nodes in 10 to 20 ms or so.

    On maps of very many weights it takes longer: with fewer rows at once, going through the
    memory of the nodes would cost more than the work.
    """
    return max(_FEWEST_ROWS, int(_PART / (nodes.size * _COST[distance][gaps])))


def _in_parts(
    work: Callable[[slice], None], n_rows: int, rows_in_part: int, pool: Executor
) -> Iterator[int]:
    """Do the work on all rows, part by part; yield how many rows are done after each part.

    Parts depend on the shapes alone, so results are the same with any number of threads.
    """
    even_share = max(_SHORTEST_PART, ceil(n_rows / 8))
    n_parts = max(1, ceil(n_rows / min(_LONGEST_PART, even_share, rows_in_part)))
    if n_parts > 2:
        n_parts = 4 * ceil(n_parts / 4)  # no thread has an odd part to do while others are done
    parts = slices(n_rows, max(1, ceil(n_rows / n_parts)))
    for part, _ in in_order(work, parts, pool):
        yield part.stop
