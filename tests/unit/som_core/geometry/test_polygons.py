import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.geometry.lattice import coordinates, neighbours
from som_core.geometry.polygons import across_edges, cell_corners


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
@pytest.mark.parametrize("height", [4, 5])
def test_cells_on_both_sides_of_an_edge_share_it(lattice, height):
    places, corners = coordinates(height, 3, lattice), cell_corners(lattice)
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    across = across_edges(height, 3, lattice, toroid=False)
    node, edge = np.nonzero(across >= 0)
    other, half = across[node, edge], len(corners) // 2
    opposite = (edge + half) % len(corners)
    assert_allclose(places[node] + middles[edge], places[other] + middles[opposite], atol=1e-12)
    assert (across[other, opposite] == node).all()


@pytest.mark.parametrize("toroid", [False, True])
def test_cells_beyond_the_edges_of_a_hexagon_are_its_neighbours(toroid):
    across = across_edges(6, 4, "hexagonal", toroid=toroid)
    beside = neighbours(6, 4, "hexagonal", toroid=toroid)
    assert [set(nodes) for nodes in across] == [set(nodes) for nodes in beside]
