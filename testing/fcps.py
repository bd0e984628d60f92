"""The Fundamental Clustering Problems Suite, drawn anew from its published descriptions.

Each set is a problem that some usual way of clustering can't solve: clusters of other shapes than
balls, of other densities, touching, within each other, or beside a few outliers. Numbers of rows
and of clusters are those of the suite; the rows themselves are drawn here, so that any number of
draws can be tried. What is measured on them doesn't compare digit by digit with the originals.

References
----------
Ultsch (2005), Clustering with SOM: U*C.
Thrun and Ultsch (2020), Clustering benchmark datasets exploiting the fundamental clustering
problems.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Drawn = list[Floats]  # the rows of each cluster, (n_rows, n_features)


def fcps_set(name: str, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Return the rows of a set, (n_rows, 2 or 3), in mixed order, and the cluster of each."""
    rng = np.random.default_rng(seed)
    clusters = _SETS[name](rng)
    labels = np.repeat(np.arange(len(clusters)), [len(rows) for rows in clusters])
    order = rng.permutation(len(labels))
    return np.vstack(clusters)[order], labels[order]


def _hepta(rng: Generator) -> Drawn:
    """Seven balls well apart, the middle one about twice as dense."""
    outer = [_ball(rng, 30, 3) + 3.0 * side * axis for axis in np.eye(3) for side in (-1, 1)]
    return [_ball(rng, 32, 3) * 0.8, *outer]


def _lsun(rng: Generator) -> Drawn:
    """Two long bars that meet like an L, and a disc: other shapes, spreads and distances."""
    upright = rng.uniform([0.0, 1.0], [0.8, 5.0], (100, 2))
    lying = rng.uniform([0.0, 0.0], [5.0, 0.5], (200, 2))
    sun = 0.8 * _ball(rng, 100, 2) + [2.3, 2.1]
    return [upright, lying, sun]


def _lsun_3d(rng: Generator) -> Drawn:
    """Lsun with a third dimension, and four single outliers."""
    flat = _lsun(rng)
    outliers = np.array([[5.5, 5.5, 3.5], [-2.0, -1.5, -3.0], [5.5, -2.0, 3.0], [-2.0, 6.5, -3.5]])
    return [*(np.column_stack([rows, rng.normal(0, 0.4, len(rows))]) for rows in flat), outliers]


def _tetra(rng: Generator) -> Drawn:
    """Four balls at the corners of a tetrahedron, which almost touch."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 0.8
    return [_ball(rng, 100, 3) + corner for corner in corners]


def _chainlink(rng: Generator) -> Drawn:
    """Two rings, linked like those of a chain."""
    lying, upright = (rng.uniform(0, 2 * np.pi, 500) for _ in range(2))
    flat = np.zeros(500)
    first = np.column_stack([np.cos(lying), np.sin(lying), flat])
    second = np.column_stack([1 + np.cos(upright), flat, np.sin(upright)])
    return [ring + rng.uniform(-0.1, 0.1, (500, 3)) for ring in (first, second)]


def _atom(rng: Generator) -> Drawn:
    """A dense ball within a hollow one."""
    directions = rng.normal(size=(400, 3))
    shell = directions / np.linalg.norm(directions, axis=1)[:, None]
    return [10 * _ball(rng, 400, 3), shell * rng.uniform(48, 52, (400, 1))]


def _engy_time(rng: Generator) -> Drawn:
    """Two overlapping normal distributions of different spread."""
    return [rng.normal(0, 1, (2048, 2)), rng.normal(3, [1.6, 1.3], (2048, 2))]


def _target(rng: Generator) -> Drawn:
    """A disc in a ring, and three rows far out in each of four corners."""
    angles = rng.uniform(0, 2 * np.pi, 395)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(1.9, 2.1, (395, 1))
    corners = [(-3, -3), (-3, 3), (3, -3), (3, 3)]
    outliers = [rng.normal(corner, 0.05, (3, 2)) for corner in corners]
    return [0.7 * _ball(rng, 363, 2), ring, *outliers]


def _two_diamonds(rng: Generator) -> Drawn:
    """Two squares on their tips, evenly filled, which touch at one of them."""
    turned = np.array([[0.5, 0.5], [-0.5, 0.5]])
    squares = rng.uniform(-1, 1, (2, 400, 2)) @ turned
    return [squares[0] - [1, 0], squares[1] + [1, 0]]


def _wing_nut(rng: Generator) -> Drawn:
    """Two rectangles side by side, each even, but denser towards one corner; a narrow gap."""

    def wing() -> Floats:
        even = np.stack(np.meshgrid(np.linspace(0, 2, 16), np.linspace(0, 3, 16)), axis=-1)
        dense = np.sqrt(rng.uniform(size=(252, 2))) * [2, 3]
        return np.vstack([even.reshape(-1, 2) + rng.normal(0, 0.01, (256, 2)), dense])

    return [wing() - [2.15, 2.0], [2.15, 2.0] - wing()]


def _ball(rng: Generator, n_rows: int, n_features: int) -> Floats:
    """Return rows spread evenly in a ball of radius 1 around 0."""
    directions = rng.normal(size=(n_rows, n_features))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return directions * rng.uniform(size=(n_rows, 1)) ** (1 / n_features)


_SETS: dict[str, Callable[[Generator], Drawn]] = {
    "Hepta": _hepta,
    "Lsun": _lsun,
    "Lsun3D": _lsun_3d,
    "Tetra": _tetra,
    "Chainlink": _chainlink,
    "Atom": _atom,
    "EngyTime": _engy_time,
    "Target": _target,
    "TwoDiamonds": _two_diamonds,
    "WingNut": _wing_nut,
}
FCPS = tuple(_SETS)
