"""Which two nodes lie nearest to each row: exact, and with little memory however long the table.

Rows meet all nodes one block at a time, so that the block's scores stay in the cache. Blocks run in
threads, with one BLAS thread each.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from som_core.errors import AtlasError
from som_core.settings import Distance

Scores = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_BLAS = ThreadpoolController()
_THREADS = os.cpu_count() or 1
_BLOCK = 2**18  # scores in a block: 2 MB, which stays in the cache
_PART = 10**8  # multiplications in a part: about 10 ms between two looks at the clock
_LONGEST_PART = 2**15  # rows


@dataclass(frozen=True)
class Matches:
    """The two best nodes of each row, and the exact distance to the best, each (n_rows,)."""

    bmu: NDArray[np.int64]
    second_bmu: NDArray[np.int64]  # the same as bmu on a map of one node
    distance: NDArray[np.float64]


def best_two(
    matrix: NDArray[np.float64], codebook: NDArray[np.float64], distance: Distance = "euclidean"
) -> Matches:
    """Return each row's best and second best matching node, and its distance to the best.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features)
        NaN cells are left out of the comparison; see `distances`.
    codebook : array of shape (height, width, n_features) or (n_nodes, n_features)
    distance : how far a row is from a node

    Raises
    ------
    AtlasError
        If a row is empty or has an infinite value, or the features are not those of the codebook.
    """
    nodes = codebook.reshape(-1, codebook.shape[-1])
    check_rows(matrix, nodes)
    matches = empty_matches(len(matrix))
    for _ in matching_steps(matrix, nodes, distance, matches):
        pass
    return matches


def empty_matches(n_rows: int) -> Matches:
    """Return matches to be filled by `matching_steps`."""
    return Matches(
        bmu=np.zeros(n_rows, dtype=np.int64),
        second_bmu=np.zeros(n_rows, dtype=np.int64),
        distance=np.zeros(n_rows),
    )


def check_rows(matrix: NDArray[np.float64], nodes: NDArray[np.float64]) -> None:
    """Raise AtlasError if the rows can't be compared with nodes of shape (n_nodes, n_features)."""
    if matrix.shape[1] != nodes.shape[1]:
        raise AtlasError(
            f"The rows have {matrix.shape[1]} features, but the map was trained on "
            f"{nodes.shape[1]}. Prepare the rows with the recipe of the map."
        )
    if not len(matrix):
        return
    extremes = np.fmin.reduce(matrix, axis=None), np.fmax.reduce(matrix, axis=None)
    if np.isinf(extremes).any():
        raise AtlasError(
            "Some cells are infinite. Clip outliers in the recipe, or drop the rows that have them."
        )
    if has_gaps(matrix):
        n_empty = sum(
            int(np.isnan(matrix[start : start + _LONGEST_PART]).all(axis=1).sum())
            for start in range(0, len(matrix), _LONGEST_PART)
        )
        if n_empty:
            raise AtlasError(
                f"{n_empty} of {len(matrix)} rows have no value at all, so they have no place on "
                "the map. Fill missing values in the recipe, or drop these rows."
            )


def has_gaps(matrix: NDArray[np.float64]) -> bool:
    """Return whether any cell is NaN."""
    return bool(matrix.size) and bool(np.isnan(matrix.min()))


def matching_steps(
    matrix: NDArray[np.float64],
    nodes: NDArray[np.float64],
    distance: Distance,
    matches: Matches,
) -> Iterator[int]:
    """Fill `matches` part by part; yield how many rows are done, about every 10 ms."""
    scores_of = scoring(nodes, distance, gaps=has_gaps(matrix))

    def match(part: slice) -> None:
        rows, best, second = matrix[part], matches.bmu[part], matches.second_bmu[part]
        for block in blocks(len(rows), len(nodes)):
            scores = scores_of(rows[block])
            best[block] = scores.argmin(axis=1)
            if len(nodes) > 1:
                scores[np.arange(len(scores)), best[block]] = np.inf
                second[block] = scores.argmin(axis=1)
        # Scores are rounded: where two are all but equal, the exact distances decide.
        to_best = distances(rows, nodes[best], distance)
        to_second = distances(rows, nodes[second], distance)
        swap = (to_second < to_best) | ((to_second == to_best) & (second < best))
        best[swap], second[swap] = second[swap], best[swap]
        matches.distance[part] = np.where(swap, to_second, to_best)

    yield from in_threads(match, len(matrix), nodes)


def nearest_steps(
    matrix: NDArray[np.float64],
    nodes: NDArray[np.float64],
    distance: Distance,
    bmu: NDArray[np.int64],
    to_bmu: NDArray[np.float64],
    *,
    gaps: bool,
) -> Iterator[int]:
    """Fill `bmu` and the distance `to_bmu` only; otherwise as `matching_steps`."""
    scores_of = scoring(nodes, distance, gaps=gaps)

    def match(part: slice) -> None:
        rows, best = matrix[part], bmu[part]
        for block in blocks(len(rows), len(nodes)):
            best[block] = scores_of(rows[block]).argmin(axis=1)
        to_bmu[part] = distances(rows, nodes[best], distance)

    yield from in_threads(match, len(matrix), nodes)


def blocks(n_rows: int, n_nodes: int) -> Iterator[slice]:
    """Yield the blocks of rows whose scores stay in the cache."""
    length = max(1, _BLOCK // n_nodes)
    for start in range(0, n_rows, length):
        yield slice(start, start + length)


def in_threads(
    work: Callable[[slice], None], n_rows: int, nodes: NDArray[np.float64]
) -> Iterator[int]:
    """Do the work on all rows, part by part; yield how many rows are done after each part.

    The parts depend on the shapes only, so results are the same with any number of threads.
    """
    length = min(_LONGEST_PART, max(1, _PART // nodes.size))
    parts = [slice(start, min(start + length, n_rows)) for start in range(0, n_rows, length)]
    with _BLAS.limit(limits=1, user_api="blas"):
        if len(parts) == 1:
            work(parts[0])
            yield n_rows
            return
        with ThreadPoolExecutor(_THREADS) as pool:
            ahead = deque()
            for part in parts:
                ahead.append((part, pool.submit(work, part)))
                if len(ahead) > 2 * _THREADS:
                    yield _finish(*ahead.popleft())
            while ahead:
                yield _finish(*ahead.popleft())


def _finish(part, job) -> int:
    job.result()
    return part.stop


def scoring(nodes: NDArray[np.float64], distance: Distance, *, gaps: bool) -> Scores:
    """Return a function from rows (n, n_features) to scores (n, n_nodes): the lowest is nearest.

    Scores compare the nodes for one row; they are not distances. With `gaps`, rows may have NaN.
    """
    if distance == "euclidean":
        return _euclidean_with_gaps(nodes) if gaps else _euclidean(nodes)
    if distance == "cosine":
        return _cosine_with_gaps(nodes) if gaps else _cosine(nodes)
    if distance == "manhattan":
        return _by_feature(nodes, np.add)
    return _by_feature(nodes, np.maximum)


def _euclidean(nodes: NDArray[np.float64]) -> Scores:
    """Score |w|² − 2 x·w, the part of |x − w|² that differs; |w|² rides along as a feature."""
    centre = nodes.mean(axis=0)  # far from the origin, products would lose their digits
    moved = nodes - centre
    factors = np.vstack([-2 * moved.T, (moved**2).sum(axis=1)])

    def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([rows - centre, np.ones(len(rows))]) @ factors

    return scores


def _euclidean_with_gaps(nodes: NDArray[np.float64]) -> Scores:
    centre = nodes.mean(axis=0)
    moved = nodes - centre
    factors = np.vstack([-2 * moved.T, moved.T**2])

    def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        present = ~np.isnan(rows)
        return np.hstack([np.where(present, rows - centre, 0), present]) @ factors

    return scores


def _cosine(nodes: NDArray[np.float64]) -> Scores:
    lengths = np.linalg.norm(nodes, axis=1)
    factors = -(nodes / np.where(lengths > 0, lengths, 1)[:, None]).T

    def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return rows @ factors

    return scores


def _cosine_with_gaps(nodes: NDArray[np.float64]) -> Scores:
    def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        present = ~np.isnan(rows)
        lengths = np.sqrt(present @ nodes.T**2)  # over the present features only
        return -(np.where(present, rows, 0) @ nodes.T) / np.where(lengths > 0, lengths, 1)

    return scores


def _by_feature(nodes: NDArray[np.float64], combine: np.ufunc) -> Scores:
    def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros((len(rows), len(nodes)))
        for of_rows, of_nodes in zip(rows.T, nodes.T, strict=True):
            away = np.abs(of_rows[:, None] - of_nodes)
            away[np.isnan(of_rows)] = 0
            combine(total, away, out=total)
        return total

    return scores


def distances(
    rows: NDArray[np.float64], nodes: NDArray[np.float64], distance: Distance
) -> NDArray[np.float64]:
    """Return the exact distance of each row from the node beside it, both (n, n_features).

    Only features present in the row count. Euclidean and Manhattan distances are then scaled up to
    all features, so that they compare with those of full rows (Dixon, 1979).

    References
    ----------
    Dixon (1979), Pattern recognition with partly missing data.
    """
    present = ~np.isnan(rows)
    rows = np.where(present, rows, 0)
    nodes = np.where(present, nodes, 0)
    if distance == "cosine":
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(nodes, axis=1)
        return 1 - (rows * nodes).sum(axis=1) / np.where(lengths > 0, lengths, 1)
    away = rows - nodes
    scale = rows.shape[1] / present.sum(axis=1)
    if distance == "euclidean":
        return np.sqrt(np.einsum("ij,ij->i", away, away) * scale)
    if distance == "manhattan":
        return np.abs(away).sum(axis=1) * scale
    return np.abs(away).max(axis=1)
