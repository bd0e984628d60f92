"""How far rows are from nodes: exact distances of pairs, and which nodes are nearest of all.

Finding the nearest of many nodes takes scores: numbers that order the nodes for one row as their
distances do, but are quicker to get. Rows meet all nodes one block at a time, so that the block's
scores stay in the cache.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.spatial.distance import cdist

from som_core.settings import Distance

Floats = NDArray[np.float64]
ScoredBlocks = Iterator[tuple[slice, NDArray]]  # each block of rows, scores (n_in_block, n_nodes)
Nearest = Callable[[Floats, int], NDArray[np.int64]]

_BLOCK = 4_000_000  # bytes of scores
_SMALL_BLOCK = 800_000  # where a block is gone over many times
_SCREENED_FROM = 16  # features; with fewer, the product is cheaper than to check its rounding


def distances(rows: Floats, nodes: Floats, distance: Distance, *, gaps: bool) -> Floats:
    """Return the exact distance of each row from the node beside it, both (n, n_features).

    With `gaps`, rows may have NaN cells, and only features present in the row count. Euclidean and
    Manhattan distances are then scaled up to all features, so that they compare with those of full
    rows. The cosine distance of a row or node of zeros is 1.

    References
    ----------
    Dixon (1979), Pattern recognition with partly missing data.
    """
    scale: float | Floats = 1.0
    if gaps:
        present = ~np.isnan(rows)
        rows, nodes = np.where(present, rows, 0), np.where(present, nodes, 0)
        scale = rows.shape[1] / present.sum(axis=1)
    if distance == "cosine":
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(nodes, axis=1)
        return 1 - np.einsum("ij,ij->i", rows, nodes) / np.where(lengths > 0, lengths, 1)
    away = rows - nodes
    if distance == "euclidean":
        return np.sqrt(np.einsum("ij,ij->i", away, away) * scale)
    if distance == "manhattan":
        return np.abs(away).sum(axis=1) * scale
    return np.abs(away).max(axis=1)


def nearest_by(nodes: Floats, distance: Distance, *, gaps: bool) -> Nearest:
    """Return a function from rows (n, n_features) and a count to their nearest nodes (n, count).

    Parameters
    ----------
    nodes : array of shape (n_nodes, n_features)
    distance : how far a row is from a node
    gaps : whether rows may have NaN cells; only features present in the row count
    """
    if distance == "euclidean":
        return (_euclidean_with_gaps(nodes) if gaps else _euclidean(nodes)).nearest
    if distance == "cosine" and not gaps:
        return _cosine(nodes).nearest
    if distance == "cosine":
        scored_blocks = _cosine_with_gaps(nodes)
    elif distance == "manhattan":
        scored_blocks = _over_features(nodes, np.add) if gaps else _pairwise(nodes, "cityblock")
    else:
        scored_blocks = _over_features(nodes, np.maximum) if gaps else _pairwise(nodes, "chebyshev")
    return lambda rows, count: _lowest(scored_blocks(rows), len(rows), count)


def _lowest(scored_blocks: ScoredBlocks, n_rows: int, count: int) -> NDArray[np.int64]:
    """Return the nodes of lowest score, (n_rows, count), the lowest first."""
    nodes = np.empty((n_rows, count), dtype=np.int64)
    for block, scores in scored_blocks:
        place = np.arange(len(scores))
        for rank in range(count):
            if rank > 0:
                scores[place, nodes[block, rank - 1]] = np.inf
            nodes[block, rank] = scores.argmin(axis=1)
    return nodes


@dataclass(frozen=True)
class _Products:
    """Scores that are a matrix product of the rows, lifted by more columns, and factors.

    With many features, single precision finds the nearest nodes in little more than half the time.
    Where its rounding might have changed their order, double precision decides, so the answer is
    that of double precision.
    """

    lifted: Callable[[Floats], Floats]
    factors: Floats  # (n_lifted_columns, n_nodes)

    def nearest(self, rows: Floats, count: int) -> NDArray[np.int64]:
        left = self.lifted(rows)
        if len(self.factors) < _SCREENED_FROM:
            return _lowest(self._scored_blocks(left, np.float64), len(rows), count)
        nodes = np.empty((len(rows), count), dtype=np.int64)
        unsure = np.zeros(len(rows), dtype=bool)
        margins = self._margins(left)
        # Numbers too large for single precision leave their rows unsure.
        with np.errstate(over="ignore", invalid="ignore"):
            for block, scores in self._scored_blocks(left, np.float32):
                place = np.arange(len(scores))
                lower = np.full(len(scores), -np.inf)
                for rank in range(count + 1):
                    node = scores.argmin(axis=1)
                    score = scores[place, node]
                    scores[place, node] = np.inf
                    unsure[block] |= ~(score - lower > margins[block])
                    lower = score
                    if rank < count:
                        nodes[block, rank] = node
        again = self._scored_blocks(left[unsure], np.float64)
        nodes[unsure] = _lowest(again, np.count_nonzero(unsure), count)
        return nodes

    def _margins(self, left: Floats) -> Floats:
        """Return how far apart two scores of a row must be to be in order despite rounding.

        References
        ----------
        Higham and Mary (2019), A new approach to probabilistic rounding error analysis: roundings
        of n terms add up like √n; here to 6 standard deviations, or to the worst case if smaller.
        """
        longest = np.sqrt(np.einsum("ij,ij->j", self.factors, self.factors).max())
        lengths = np.sqrt(np.einsum("ij,ij->i", left, left))
        n_terms = len(self.factors)
        n_roundings = min(n_terms, 6 * np.sqrt(n_terms)) + 3  # and those of the two factors
        return n_roundings * np.finfo(np.float32).eps * longest * lengths

    def _scored_blocks(self, left: Floats, precision: DTypeLike) -> ScoredBlocks:
        left, factors = left.astype(precision), self.factors.astype(precision)
        blocks = _blocks(len(left), factors.shape[1], _BLOCK, precision)
        room = np.empty((blocks[0].stop if blocks else 0, factors.shape[1]), precision)
        for block in blocks:
            yield block, np.matmul(left[block], factors, out=room[: block.stop - block.start])


def _euclidean(nodes: Floats) -> _Products:
    """Score |w|² − 2 x·w, the part of |x − w|² that differs; |w|² rides along as a feature."""
    centre = nodes.mean(axis=0)  # far from the origin, products would lose their digits
    moved = nodes - centre

    def lifted(rows: Floats) -> Floats:
        return np.column_stack([rows - centre, np.ones(len(rows))])

    return _Products(lifted, np.vstack([-2 * moved.T, (moved**2).sum(axis=1)]))


def _euclidean_with_gaps(nodes: Floats) -> _Products:
    """Score as `_euclidean`, where the w² of a feature counts only if the row has that feature."""
    centre = nodes.mean(axis=0)
    moved = nodes - centre

    def lifted(rows: Floats) -> Floats:
        present = ~np.isnan(rows)
        return np.hstack([np.where(present, rows - centre, 0), present])

    return _Products(lifted, np.vstack([-2 * moved.T, moved.T**2]))


def _cosine(nodes: Floats) -> _Products:
    lengths = np.linalg.norm(nodes, axis=1)
    return _Products(lambda rows: rows, -(nodes / np.where(lengths > 0, lengths, 1)[:, None]).T)


def _cosine_with_gaps(nodes: Floats) -> Callable[[Floats], ScoredBlocks]:
    """Score by the cosine over the features that the row has."""
    squares = nodes.T**2

    def scored_blocks(rows: Floats) -> ScoredBlocks:
        for block in _blocks(len(rows), len(nodes), _BLOCK, np.float64):
            present = ~np.isnan(rows[block])
            lengths = np.sqrt(present @ squares)
            products = np.where(present, rows[block], 0) @ nodes.T
            yield block, -products / np.where(lengths > 0, lengths, 1)

    return scored_blocks


def _pairwise(nodes: Floats, metric: str) -> Callable[[Floats], ScoredBlocks]:
    def scored_blocks(rows: Floats) -> ScoredBlocks:
        for block in _blocks(len(rows), len(nodes), _BLOCK, np.float64):
            yield block, cdist(rows[block], nodes, metric)

    return scored_blocks


def _over_features(nodes: Floats, combine: np.ufunc) -> Callable[[Floats], ScoredBlocks]:
    """Score by the absolute differences in the features that the row has, combined."""
    by_feature = np.ascontiguousarray(nodes.T)

    def scored_blocks(rows: Floats) -> ScoredBlocks:
        for block in _blocks(len(rows), len(nodes), _SMALL_BLOCK, np.float64):
            scores = np.zeros((block.stop - block.start, len(nodes)))
            away = np.empty_like(scores)
            for of_rows, of_nodes in zip(rows[block].T, by_feature, strict=True):
                np.abs(np.subtract(of_rows[:, None], of_nodes, out=away), out=away)
                away[np.isnan(of_rows)] = 0
                combine(scores, away, out=scores)
            yield block, scores

    return scored_blocks


def _blocks(n_rows: int, n_nodes: int, n_bytes: int, precision: DTypeLike) -> list[slice]:
    return slices(n_rows, max(1, n_bytes // (n_nodes * np.dtype(precision).itemsize)))


def slices(n_rows: int, length: int) -> list[slice]:
    """Return slices of the given length, one after the other; the last may be shorter."""
    return [slice(start, min(start + length, n_rows)) for start in range(0, n_rows, length)]
