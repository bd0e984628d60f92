"""How far rows are from nodes: exact distances of pairs, and which nodes are nearest of all.

Finding the nearest of many nodes takes scores: numbers that order the nodes for one row as their
distances do, but are quicker to get. Rows meet all nodes one block at a time, so that the block's
scores stay in the cache.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.spatial.distance import cdist

from som_core.settings import Distance

Floats = NDArray[np.float64]
ScoredBlocks = Iterator[tuple[slice, NDArray]]  # each block of rows, scores (n_in_block, n_nodes)
Nearest = Callable[[Floats, int], NDArray[np.int64]]

_BLOCK = 4_000_000  # bytes of scores
_SMALL_BLOCK = 800_000  # where a block is gone over many times
_CELLS = 100_000  # of rows that meet one node each; more would leave the cache
_SCREENED_FROM = 16  # features; with fewer, the product is cheaper than to check its rounding


def distances(rows: Floats, nodes: Floats, distance: Distance, *, gaps: bool) -> Floats:
    """Return the exact distance of each row from the node beside it, both (n, n_features).

    With `gaps`, rows may have NaN cells, and only features that the row has count. Euclidean and
    Manhattan distances are then scaled up to all features, so that they compare with those of full
    rows. The cosine distance of a row or node of zeros is 1.

    References
    ----------
    Dixon (1979), Pattern recognition with partly missing data.
    """
    scale: float | Floats = 1.0
    if gaps:
        known = ~np.isnan(rows)
        rows, nodes = np.where(known, rows, 0), np.where(known, nodes, 0)
        scale = rows.shape[1] / known.sum(axis=1)
    if distance == "cosine":
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(nodes, axis=1)
        return 1 - np.einsum("ij,ij->i", rows, nodes) / np.where(lengths > 0, lengths, 1)
    away = rows - nodes
    if distance == "euclidean":
        return np.sqrt(np.einsum("ij,ij->i", away, away) * scale)
    if distance == "manhattan":
        return np.abs(away).sum(axis=1) * scale
    return np.abs(away).max(axis=1)


def distances_to(
    rows: Floats, nodes: Floats, chosen: NDArray[np.int64], distance: Distance, *, gaps: bool
) -> Floats:
    """Return the exact distance of each row from the node chosen for it, (n_rows,).

    See `distances`. Rows and their nodes go through the cache a few at a time.
    """
    found = np.empty(len(rows))
    for block in slices(len(rows), max(1, _CELLS // rows.shape[1])):
        to = nodes.take(chosen[block], axis=0)  # by an index, few rows take six times as long
        found[block] = distances(rows[block], to, distance, gaps=gaps)
    return found


def nearest_by(nodes: Floats, distance: Distance, *, gaps: bool) -> Nearest:
    """Return a function from rows (n, n_features) and a count to their nearest nodes (n, count).

    Parameters
    ----------
    nodes : array of shape (n_nodes, n_features)
    distance : how far a row is from a node
    gaps : whether rows may have NaN cells; only features that the row has count
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


def leads_by(nodes: Floats) -> Callable[[Floats], tuple[NDArray[np.int64], Floats]]:
    """Return a function from full rows to their nearest nodes, and how much nearer these are.

    What it returns, each (n_rows,): the node, and by how much the square of its Euclidean distance
    is less than that of any other node, at least; below 0, or NaN, where that isn't sure.
    """
    return _euclidean(nodes).leads


def _lowest(scored_blocks: ScoredBlocks, n_rows: int, count: int) -> NDArray[np.int64]:
    """Return the nodes of lowest score, (n_rows, count), the lowest first."""
    nodes = np.empty((n_rows, count), dtype=np.int64)
    for block, scores in scored_blocks:
        if count == 1:
            scores.argmin(axis=1, out=nodes[block, 0])
        else:
            nodes[block], _ = _take_lowest(scores, count)
    return nodes


def _take_lowest(scores: NDArray, count: int) -> tuple[NDArray[np.int64], NDArray]:
    """Return the nodes of lowest score and these scores, both (n_rows, count).

    All but the last of them are erased in `scores`.
    """
    nodes = np.empty((len(scores), count), dtype=np.int64)
    lowest = np.empty((len(scores), count), dtype=scores.dtype)
    place = np.arange(len(scores))
    for rank in range(count):
        if rank > 0:
            scores[place, nodes[:, rank - 1]] = np.inf
        nodes[:, rank] = scores.argmin(axis=1)
        lowest[:, rank] = scores[place, nodes[:, rank]]
    return nodes, lowest


@dataclass(frozen=True)
class _Products:
    """Scores that are a matrix product of the rows, lifted by more columns, and factors.

    With many features, single precision finds the nearest nodes in little more than half the time.
    Where its rounding might have changed their order, double precision decides, so the answer is
    that of double precision.
    """

    lifted: Callable[[Floats, DTypeLike], NDArray]  # rows in a precision, with the columns added
    factors: Floats  # (n_lifted_columns, n_nodes)

    def nearest(self, rows: Floats, count: int) -> NDArray[np.int64]:
        if len(self.factors) < _SCREENED_FROM:
            return self._nearest_in_double_precision(rows, count)
        nodes = np.empty((len(rows), count), dtype=np.int64)
        # Numbers too large for single precision leave their rows unsure.
        with np.errstate(over="ignore", invalid="ignore"):
            margins, scored_blocks = self._rough_scores(rows)
            for block, scores in scored_blocks:
                found, lowest = _take_lowest(scores, count + 1)
                nodes[block] = found[:, :count]
                is_sure = (np.diff(lowest, axis=1) > margins[block, None]).all(axis=1)
                if is_sure.all():
                    continue
                unsure = np.flatnonzero(~is_sure)
                scores[unsure, found[unsure, -1]] = np.inf
                ahead = scores[unsure].min(axis=1) - lowest[unsure, -2]
                is_among_found = ahead > margins[block][unsure]
                few, many = unsure[is_among_found], unsure[~is_among_found]
                nodes[block][few] = self._in_order(rows[block][few], found[few])[:, :count]
                nodes[block][many] = self._nearest_in_double_precision(rows[block][many], count)
        return nodes

    def leads(self, rows: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return each row's node of lowest score, and how far it is ahead of all others, at least.

        Both are (n_rows,). Below 0 where rounding may have chosen another node.
        """
        nodes, lead = np.empty(len(rows), dtype=np.int64), np.empty(len(rows))
        with np.errstate(over="ignore", invalid="ignore"):
            if len(self.factors) < _SCREENED_FROM:
                margins, scored_blocks = np.zeros(len(rows)), self._exact_scores(rows)
            else:
                margins, scored_blocks = self._rough_scores(rows)
            for block, scores in scored_blocks:
                found, lowest = _take_lowest(scores, 2)
                nodes[block] = found[:, 0]
                lead[block] = lowest[:, 1] - lowest[:, 0] - margins[block]
        return nodes, lead

    def _in_order(self, rows: Floats, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return these few nodes of each row, (n_rows, n), in the order of their exact scores."""
        nodes = np.sort(nodes, axis=1)  # of equals, the first wins
        scores = np.einsum("ij,ikj->ik", self.lifted(rows, np.float64), self.factors.T[nodes])
        return np.take_along_axis(nodes, scores.argsort(axis=1, kind="stable"), axis=1)

    def _nearest_in_double_precision(self, rows: Floats, count: int) -> NDArray[np.int64]:
        return _lowest(self._exact_scores(rows), len(rows), count)

    def _exact_scores(self, rows: Floats) -> ScoredBlocks:
        return _scored_blocks(self.lifted(rows, np.float64), self.factors)

    def _rough_scores(self, rows: Floats) -> tuple[NDArray, ScoredBlocks]:
        """Return how far apart scores must be to be in order, (n_rows,), and the scores."""
        left = self.lifted(rows, np.float32)
        return self._margin * _lengths(left), _scored_blocks(left, self._rough_factors)

    @cached_property
    def _rough_factors(self) -> NDArray[np.float32]:
        return self.factors.astype(np.float32)

    @cached_property
    def _margin(self) -> float:
        """How far apart two scores must be to be in order despite rounding, by a row's length.

        References
        ----------
        Higham and Mary (2019), A new approach to probabilistic rounding error analysis: roundings
        of n terms add up like √n; here to 6 standard deviations, or to the worst case if smaller.
        """
        n_terms = len(self.factors)
        n_roundings = min(n_terms, 6 * np.sqrt(n_terms)) + 3  # and those of the two factors
        return n_roundings * np.finfo(np.float32).eps * _lengths(self.factors.T).max()


def _lengths(vectors: NDArray) -> NDArray:
    """Return the length of each vector, (n_vectors, n), no less than the square can tell from 0."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    return np.sqrt(squares + np.finfo(np.float32).smallest_normal)


def _scored_blocks(left: NDArray, factors: NDArray) -> ScoredBlocks:
    blocks = _blocks(len(left), factors.shape[1], _BLOCK, factors.dtype)
    room = np.empty((blocks[0].stop if blocks else 0, factors.shape[1]), factors.dtype)
    for block in blocks:
        yield block, np.matmul(left[block], factors, out=room[: block.stop - block.start])


def _euclidean(nodes: Floats) -> _Products:
    """Score |w|² − 2 x·w, the part of |x − w|² that differs; |w|² rides along as a feature."""
    # Far from the origin, products would lose their digits.
    centre = np.add.reduce(nodes) / len(nodes)  # for few nodes, `mean` takes three times as long
    moved = nodes - centre

    def lifted(rows: Floats, precision: DTypeLike) -> NDArray:
        left = np.empty((len(rows), len(centre) + 1), precision)
        np.subtract(rows, centre, out=left[:, :-1], casting="same_kind")
        left[:, -1] = 1
        return left

    factors = np.empty((len(centre) + 1, len(nodes)))
    np.multiply(moved.T, -2, out=factors[:-1])
    factors[-1] = (moved**2).sum(axis=1)
    return _Products(lifted, factors)


def _euclidean_with_gaps(nodes: Floats) -> _Products:
    """Score as `_euclidean`, where the w² of a feature counts only if the row has that feature."""
    centre = nodes.mean(axis=0)
    moved = nodes - centre

    def lifted(rows: Floats, precision: DTypeLike) -> NDArray:
        known = ~np.isnan(rows)
        return np.hstack([np.where(known, rows - centre, 0), known]).astype(precision)

    return _Products(lifted, np.vstack([-2 * moved.T, moved.T**2]))


def _cosine(nodes: Floats) -> _Products:
    lengths = np.linalg.norm(nodes, axis=1)
    return _Products(np.asarray, -(nodes / np.where(lengths > 0, lengths, 1)[:, None]).T)


def _cosine_with_gaps(nodes: Floats) -> Callable[[Floats], ScoredBlocks]:
    """Score by the cosine over the features that the row has."""
    squares = nodes.T**2

    def scored_blocks(rows: Floats) -> ScoredBlocks:
        for block in _blocks(len(rows), len(nodes), _BLOCK, np.float64):
            known = ~np.isnan(rows[block])
            lengths = np.sqrt(known @ squares)
            products = np.where(known, rows[block], 0) @ nodes.T
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
