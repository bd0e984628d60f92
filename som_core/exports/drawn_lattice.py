"""The cells of a map in pixels, as a picture draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.geometry.lattice import coordinates
from som_core.geometry.polygons import across_edges, cell_corners
from som_core.settings import Lattice

MAP_WIDTH = 400.0  # pixels at the size that a picture has by itself


@dataclass(frozen=True, eq=False)
class DrawnLattice:
    """The cells of a map in pixels."""

    middles: NDArray[np.float64]  # (n_nodes, 2)
    corners: NDArray[np.float64]  # (n_corners, 2), from a cell's middle
    across: NDArray[np.int64]  # (n_nodes, n_corners), the node beyond each edge
    across_flat: NDArray[np.int64]  # the same, where nothing lies beyond the rim
    origin: NDArray[np.float64]  # (2,), where the place 0, 0 in lattice steps lies
    step: float  # from a cell to the next one
    height: float  # of the whole map

    @classmethod
    def of(cls, height: int, width: int, lattice: Lattice, *, toroid: bool) -> "DrawnLattice":
        places, corners = coordinates(height, width, lattice), cell_corners(lattice)
        low = places.min(axis=0) + corners.min(axis=0)
        span = places.max(axis=0) + corners.max(axis=0) - low
        step = MAP_WIDTH / max(span)  # a high map is as high as a wide one is wide
        indent = np.array([(MAP_WIDTH - step * span[0]) / 2, 0.0])
        return cls(
            middles=(places - low) * step + indent,
            corners=corners * step,
            across=across_edges(height, width, lattice, toroid=toroid),
            across_flat=across_edges(height, width, lattice, toroid=False),
            origin=indent - low * step,
            step=float(step),
            height=float(step * span[1]),
        )

    def edge(self, node: int, place: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return both ends of an edge of a cell."""
        after = (place + 1) % len(self.corners)
        return self.middles[node] + self.corners[place], self.middles[node] + self.corners[after]

    def cells(self, nodes: Iterable[int], size: float = 1.0) -> str:
        """Return a path of these cells, or of smaller ones in their middles."""
        corners = size * self.corners
        steps = np.diff(corners, axis=0)
        shape = "".join(f"l{x:.2f} {y:.2f}" for x, y in steps) + "z"
        starts = self.middles + corners[0]
        return "".join(f"M{starts[node, 0]:.2f} {starts[node, 1]:.2f}{shape}" for node in nodes)

    def at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return pixels, (n, 2), of places in lattice steps."""
        return self.origin + self.step * np.column_stack([x, y])
