"""Names that an analyst gave to groups, carried over to the groups of another map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from som_core.positions import row_positions

SAME = 0.75  # Jaccard: at least so much of both together is in both (Hennig 2007: stable)


@dataclass(frozen=True)
class CarriedNames:
    """Which group of the new map has which name."""

    names: tuple[str | None, ...]  # of each new group; None: no old group is the same
    lost: tuple[str, ...]  # names whose group is not found again


def carried_names(named: Mapping[str, ArrayLike], groups: Sequence[ArrayLike]) -> CarriedNames:
    """Give each new group the name of the old one with the same rows.

    Two groups are the same if the rows in both are at least 75 % of the rows in either (Jaccard);
    so each has one partner at most.

    Parameters
    ----------
    named : name and rows (positions in table.frame) of each old group
    groups : rows of each new group

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, for the limit.
    """
    names = list(named)
    alike = jaccard_matrix([named[name] for name in names], groups)
    found: list[str | None] = [None] * len(groups)
    for old, new in zip(*linear_sum_assignment(-alike), strict=True):
        if alike[old, new] >= SAME:
            found[new] = names[old]
    return CarriedNames(tuple(found), tuple(name for name in names if name not in found))


def jaccard_matrix(some: Sequence[ArrayLike], others: Sequence[ArrayLike]) -> np.ndarray:
    """Return how much each group has in common with each other one, from 0 to 1."""
    alike = np.zeros((len(some), len(others)))
    rights = [np.unique(row_positions(rows)) for rows in others]
    for i, rows in enumerate(some):
        left = np.unique(row_positions(rows))
        for j, right in enumerate(rights):
            both = len(np.intersect1d(left, right, assume_unique=True))
            either = len(left) + len(right) - both
            alike[i, j] = both / either if either else 0.0
    return alike
