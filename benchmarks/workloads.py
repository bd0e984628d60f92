"""What is trained in the comparison with other libraries: six workloads, and three ways to grow."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Rows of normal noise, a square map, and how often every row is looked at."""

    name: str
    n_rows: int
    n_features: int
    side: int
    epochs: int
    lattice: Literal["rectangular", "hexagonal"] = "rectangular"

    @property
    def n_nodes(self) -> int:
        return self.side**2

    @property
    def sigma(self) -> float:
        """The neighbourhood radius at the start, in lattice steps."""
        return self.side / 4

    def rows(self) -> NDArray[np.float64]:
        return np.random.default_rng(0).normal(size=(self.n_rows, self.n_features))

    def codebook(self) -> NDArray[np.float64]:
        return np.random.default_rng(1).normal(size=(self.side, self.side, self.n_features))

    def with_rows(self, n_rows: int) -> "Workload":
        return replace(self, n_rows=n_rows)

    def __str__(self) -> str:
        return (
            f"{self.n_rows:,} × {self.n_features}, {self.side} × {self.side} {self.lattice}, "
            f"{self.epochs} epochs"
        )


WORKLOADS = (
    Workload(name="W1", n_rows=150, n_features=4, side=8, epochs=100),
    Workload(name="W2", n_rows=10_000, n_features=10, side=20, epochs=10),
    Workload(name="W3", n_rows=100_000, n_features=20, side=30, epochs=10, lattice="hexagonal"),
    Workload(name="W4", n_rows=1_000_000, n_features=20, side=40, epochs=5),
    Workload(name="W5", n_rows=20_000, n_features=784, side=30, epochs=5),
    Workload(name="W6", n_rows=5_000, n_features=100, side=60, epochs=20),
)
BY_NAME = {work.name: work for work in WORKLOADS}

GROWN_FROM = Workload(name="growth", n_rows=10_000, n_features=10, side=20, epochs=5)
GROWTH = {
    "rows": [replace(GROWN_FROM, n_rows=n) for n in (1_000, 10_000, 100_000, 1_000_000)],
    "columns": [replace(GROWN_FROM, n_features=n) for n in (4, 16, 64, 256, 1_024)],
    "nodes": [replace(GROWN_FROM, side=n) for n in (8, 16, 32, 64)],
}


def size_of(work: Workload, what: str) -> int:
    """Return the number of its "rows", "columns" or "nodes"."""
    return {"rows": work.n_rows, "columns": work.n_features, "nodes": work.n_nodes}[what]


def few(work: Workload) -> Workload:
    """Return a workload to try things out on: the same map, with few rows and epochs."""
    return replace(work, n_rows=min(work.n_rows, 2_000), epochs=min(work.epochs, 2))
