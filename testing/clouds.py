"""Tables whose groups are known: some of one cloud, some of blobs."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

Floats = NDArray[np.float64]


def blobs(
    k: int, seed: int, *, n_rows: int = 600, n_columns: int = 5, apart: float = 6.0
) -> tuple[Floats, NDArray[np.int64]]:
    """Return rows of k normal clouds of standard deviation 1, and the cloud of each.

    Their centres are at least `apart` from each other.
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(k, n_columns)) * apart / 1.5
    while k > 1 and pdist(centres).min() < apart:
        centres = rng.normal(size=(k, n_columns)) * apart / 1.5
    labels = np.arange(n_rows) % k
    return centres[labels] + rng.normal(size=(n_rows, n_columns)), labels


def _correlated(rng: Generator, n_rows: int) -> Floats:
    common = rng.normal(size=(n_rows, 1))
    return np.sqrt(0.6) * common + np.sqrt(0.4) * rng.normal(size=(n_rows, 5))


CLOUDS: dict[str, Callable[[Generator, int], Floats]] = {
    "normal": lambda rng, n_rows: rng.normal(size=(n_rows, 5)),
    "correlated normal": _correlated,
    "uniform square": lambda rng, n_rows: rng.uniform(size=(n_rows, 2)),
    "log-normal": lambda rng, n_rows: rng.lognormal(size=(n_rows, 4)),
    "Student t, 3 d.f.": lambda rng, n_rows: rng.standard_t(3, size=(n_rows, 4)),
    "rounded normal": lambda rng, n_rows: np.round(2 * rng.normal(size=(n_rows, 4))) / 2,
}


def cloud(kind: str, seed: int, n_rows: int = 600) -> Floats:
    """Return rows of one cloud of a kind, which has no groups."""
    return CLOUDS[kind](np.random.default_rng(seed), n_rows)
