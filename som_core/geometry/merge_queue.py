"""Pairs of clusters that wait to be merged, the cheapest first."""

import heapq
from collections.abc import Sequence, Sized

import numpy as np
from numpy.typing import NDArray

_DEAREST = np.finfo(np.float64).max
Pair = tuple[float, int, int]  # its price and its clusters


class MergeQueue:
    """Pairs by their price, and of equal ones by their clusters; pairs of what was merged drop out.

    A cluster's pairs stand in a line of their own, of which only the first waits with those of all
    others: most never come to the front, as one of their clusters is merged before.
    """

    def __init__(self, clusters: Sequence[Sized]) -> None:
        """Begin without pairs; `clusters` tells of each what it touches: nothing once merged."""
        self._clusters = clusters
        self._first: list[Pair] = []
        self._lines: dict[int, tuple[NDArray[np.integer], NDArray[np.float64]]] = {}

    def add(self, cluster: int, others: NDArray[np.integer], prices: NDArray[np.float64]) -> None:
        """Let the pairs of a new cluster with others wait, at a price each.

        Parameters
        ----------
        others : array of shape (n,), rising, so that of equal prices the first is taken
        prices : array of shape (n,)
        """
        if len(others):
            # What is beyond all numbers is dear; infinite is what was taken from the line.
            self._lines[cluster] = others, np.minimum(prices, _DEAREST)
            self._bring_forward(cluster)

    def pop(self) -> tuple[int, int]:
        """Return the two clusters of the cheapest pair, which are about to be merged."""
        while True:
            _, one, other = heapq.heappop(self._first)
            if not self._clusters[one]:
                continue
            if self._clusters[other]:
                return one, other
            self._bring_forward(one)

    def _bring_forward(self, cluster: int) -> None:
        """Let the cheapest pair of a cluster that is left wait with those of all others."""
        others, prices = self._lines[cluster]
        while True:
            place = prices.argmin()
            price, other = float(prices[place]), int(others[place])
            if price == np.inf:
                return
            prices[place] = np.inf
            if self._clusters[other]:
                heapq.heappush(self._first, (price, cluster, other))
                return
