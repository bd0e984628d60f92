import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minisom import MiniSom
from numpy.testing import assert_allclose, assert_array_equal

from som_core.geometry.lattice import coordinates, grid_distance, neighbours

sides = st.integers(1, 7)
lattices = st.sampled_from(["hexagonal", "rectangular"])


def beside(height, width, lattice, node, *, toroid=False):
    row = neighbours(height, width, lattice, toroid=toroid)[node]
    return sorted(row[row >= 0].tolist())


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        # Of the four rows of three, those of 3 to 5 and of 9 to 11 are shifted left.
        (0, [1, 3, 4]),
        (1, [0, 2, 4, 5]),
        (2, [1, 5]),
        (3, [0, 4, 6]),
        (4, [0, 1, 3, 5, 6, 7]),
        (7, [4, 5, 6, 8, 10, 11]),
        (9, [6, 10]),
        (11, [7, 8, 10]),
    ],
)
def test_hexagons_touch_up_to_six_others(node, expected):
    assert beside(4, 3, "hexagonal", node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [(0, [1, 3, 4]), (1, [0, 2, 3, 4, 5]), (4, [0, 1, 2, 3, 5, 6, 7, 8]), (11, [7, 8, 10])],
)
def test_squares_touch_up_to_eight_others_at_sides_and_corners(node, expected):
    assert beside(4, 3, "rectangular", node) == expected


@pytest.mark.parametrize(
    ("lattice", "expected"),
    # Of 4 × 5 nodes, 0 is a corner: its row goes on at 4, its column at 15.
    [("hexagonal", [1, 4, 5, 6, 15, 16]), ("rectangular", [1, 4, 5, 6, 9, 15, 16, 19])],
)
def test_on_a_toroid_a_corner_touches_the_other_edges(lattice, expected):
    assert beside(4, 5, lattice, 0, toroid=True) == expected


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
def test_a_toroid_of_two_rows_names_each_neighbour_once_and_no_node_itself(lattice):
    table = neighbours(2, 2, lattice, toroid=True)

    for node, row in enumerate(table):
        named = row[row >= 0].tolist()
        assert sorted(named) == sorted(set(range(4)) - {node})


@settings(max_examples=60, deadline=None)
@given(sides, sides, lattices)
def test_neighbours_on_a_sheet_are_the_nodes_one_step_away(height, width, lattice):
    reach = 1.0 if lattice == "hexagonal" else np.sqrt(2)
    for node in range(height * width):
        away = grid_distance(height, width, lattice, toroid=False, node=node)
        near = np.flatnonzero((away > 0) & (away < reach + 1e-9))
        assert beside(height, width, lattice, node) == near.tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 4).map(lambda half: 2 * half), st.integers(3, 7), lattices)
def test_neighbours_on_a_toroid_are_the_nodes_one_step_away(height, width, lattice):
    reach = 1.0 if lattice == "hexagonal" else np.sqrt(2)
    for node in range(height * width):
        away = grid_distance(height, width, lattice, toroid=True, node=node)
        near = np.flatnonzero((away > 0) & (away < reach + 1e-9))
        assert beside(height, width, lattice, node, toroid=True) == near.tolist()
        assert len(near) == (6 if lattice == "hexagonal" else 8)


@settings(max_examples=40, deadline=None)
@given(sides, sides, lattices, st.booleans())
def test_whoever_is_a_neighbour_has_one_in_return(height, width, lattice, toroid):
    height += height % 2
    table = neighbours(height, width, lattice, toroid=toroid)
    pairs = {(node, other) for node, row in enumerate(table) for other in row if other >= 0}

    assert pairs == {(other, node) for node, other in pairs}


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
@pytest.mark.parametrize(("height", "width"), [(4, 7), (5, 3)])
def test_coordinates_are_those_of_minisom(height, width, lattice):
    x, y = MiniSom(width, height, 1, topology=lattice).get_euclidean_coordinates()

    places = coordinates(height, width, lattice)

    assert_allclose(places[:, 0], x.T.ravel())
    assert_allclose(places[:, 1], y.T.ravel())


def test_distances_on_a_rectangular_sheet_are_straight():
    assert_allclose(
        grid_distance(2, 3, "rectangular", toroid=False, node=0),
        [0, 1, 2, 1, np.sqrt(2), np.sqrt(5)],
    )


def test_on_a_toroid_the_shorter_way_counts():
    away = grid_distance(4, 6, "rectangular", toroid=True, node=0)

    assert_array_equal(away[:6], [0, 1, 2, 3, 2, 1])
    assert_array_equal(away[::6], [0, 1, 2, 1])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3).map(lambda half: 2 * half), st.integers(2, 6), lattices, st.data())
def test_every_node_of_a_toroid_sees_the_same_distances(height, width, lattice, data):
    node = data.draw(st.integers(0, height * width - 1))

    from_here = grid_distance(height, width, lattice, toroid=True, node=node)
    from_corner = grid_distance(height, width, lattice, toroid=True, node=0)

    assert_allclose(np.sort(from_here), np.sort(from_corner), atol=1e-12)
