import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial import cKDTree

from som_core.figures.cells import raster
from som_core.geometry.lattice import coordinates


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 3), (5, 8), (40, 40)])
def test_every_pixel_of_a_hexagon_is_nearest_to_its_node(height, width):
    cells = raster(height, width, "hexagonal")
    across, down = np.meshgrid(cells.x, cells.y)
    inside = cells.nodes >= 0
    points = np.column_stack([across[inside], down[inside]])
    away, _ = cKDTree(coordinates(height, width, "hexagonal")).query(points)
    own = coordinates(height, width, "hexagonal")[cells.nodes[inside]]
    assert_allclose(np.hypot(*(points - own).T), away)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 3), (5, 8)])
def test_hexagons_are_equally_large_at_the_edge_and_inside(height, width):
    cells = raster(height, width, "hexagonal")
    step = cells.x[1] - cells.x[0] if len(cells.x) > 1 else 1
    areas = np.bincount(cells.nodes[cells.nodes >= 0], minlength=height * width) * step**2
    assert_allclose(areas, np.sqrt(3) / 2, rtol=0.05)


def test_a_square_is_one_pixel():
    cells = raster(2, 3, "rectangular")
    assert_array_equal(cells.nodes, [[0, 1, 2], [3, 4, 5]])


def test_pixels_outside_the_map_stay_unpainted():
    cells = raster(3, 3, "hexagonal")
    painted = cells.paint(np.arange(9.0).reshape(3, 3))
    assert_array_equal(np.isnan(painted), cells.nodes < 0)
    assert_array_equal(painted[cells.nodes >= 0], cells.nodes[cells.nodes >= 0])


def test_a_large_map_has_a_bounded_number_of_pixels():
    assert raster(100, 100, "hexagonal").nodes.size < 200_000
