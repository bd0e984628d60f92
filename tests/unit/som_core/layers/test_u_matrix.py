import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from minisom import MiniSom
from numpy.testing import assert_allclose

from som_core.errors import AtlasError
from som_core.layers.u_matrix import neighbour_distance, u_matrix
from testing.maps import a_map

codebooks = arrays(float, st.tuples(*[st.integers(2, 5)] * 3), elements=st.floats(-100, 100))


def plane(rows):
    return np.array(rows, dtype=float)[:, :, None]


def test_a_node_between_two_others_has_their_mean_distance():
    assert_allclose(neighbour_distance(plane([[0, 1, 3]]), "rectangular"), [[1, 1.5, 2]])


def test_diagonal_nodes_count_on_a_rectangular_lattice():
    expected = [[(1 + 2 + 4) / 3, (1 + 1 + 3) / 3], [(2 + 1 + 2) / 3, (4 + 3 + 2) / 3]]
    assert_allclose(neighbour_distance(plane([[0, 1], [2, 4]]), "rectangular"), expected)


def test_a_hexagon_has_six_neighbours():
    codebook = np.zeros((3, 3, 1))
    codebook[1, 1] = 6  # its row is not shifted: above and below it touches columns 1 and 2
    expected = [[0, 1.5, 2], [1.2, 6, 2], [0, 1.5, 2]]
    assert_allclose(neighbour_distance(codebook, "hexagonal"), expected)


def test_opposite_edges_of_a_toroid_touch():
    expected = [[(1 + 8) / 2, (1 + 2) / 2, (2 + 5) / 2, (5 + 8) / 2]]
    codebook = plane([[0, 1, 3, 8]])
    assert_allclose(neighbour_distance(codebook, "rectangular", toroid=True), expected)


@given(codebooks, st.floats(0.1, 10), st.floats(-10, 10), st.booleans())
@settings(max_examples=30, deadline=None)
def test_distance_scales_with_the_data_and_ignores_shifts(codebook, scale, shift, toroid):
    expected = scale * neighbour_distance(codebook, "rectangular", toroid=toroid)
    moved = neighbour_distance(scale * codebook + shift, "rectangular", toroid=toroid)
    assert_allclose(moved, expected, atol=1e-9)


@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize(("width", "height"), [(5, 7), (4, 3), (6, 1), (1, 5)])
def test_u_matrix_agrees_with_minisom(lattice, width, height):
    # MiniSom's hexagons agree with its own coordinates on maps of odd height only.
    som = MiniSom(width, height, 3, topology=lattice, random_seed=0)
    ours = neighbour_distance(som.get_weights().transpose(1, 0, 2), lattice)
    assert_allclose(ours / ours.max(), som.distance_map(scaling="mean").T)


def test_a_map_of_one_node_has_no_u_matrix():
    with pytest.raises(AtlasError, match="larger map"):
        u_matrix(a_map([[[1, 2]]]))


def test_the_layer_knows_lattice_and_toroid_of_its_map():
    codebook = np.random.default_rng(0).normal(size=(4, 5, 2))
    layer = u_matrix(a_map(codebook, lattice="hexagonal", toroid=True))
    assert_allclose(layer.values, neighbour_distance(codebook, "hexagonal", toroid=True))
