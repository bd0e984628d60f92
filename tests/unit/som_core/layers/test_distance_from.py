import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.errors import AtlasError
from som_core.layers.distance_from import distance_from, distance_from_node
from testing.maps import a_map

CODEBOOK = [[[0, 0], [3, 4], [6, 8]]]


def test_a_row_is_seen_from_its_cell():
    m = a_map(CODEBOOK, [[0.5, 0], [6, 7]], rows=[4, 9])
    assert_allclose(distance_from(m, 9).values, [[10, 5, 0]])


def test_a_vector_is_seen_from_where_it_is():
    assert_allclose(distance_from(a_map(CODEBOOK), [3, 0]).values, [[3, 4, np.hypot(3, 8)]])


def test_missing_values_of_a_vector_do_not_count():
    values = distance_from(a_map(CODEBOOK), [3, np.nan]).values
    assert_allclose(values, np.sqrt(2) * np.array([[3, 0, 3]]))


def test_distance_from_a_node_is_zero_there():
    assert_allclose(distance_from_node(a_map(CODEBOOK), 1).values, [[5, 0, 5]])


def test_the_lens_names_its_cell_as_the_maps_do():
    lens = distance_from_node(a_map(np.zeros((6, 5, 2))), 17)
    assert lens.name == "Distance to cell 3 across, 4 down"
    assert "from cell 3 across, 4 down" in lens.description


@pytest.mark.parametrize("distance", ["euclidean", "cosine", "manhattan", "chebyshev"])
def test_the_lens_measures_as_the_map_does(distance):
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(20, 3))
    m = a_map(rng.normal(size=(4, 5, 3)), matrix, distance=distance)
    for row, vector in enumerate(matrix):
        values = distance_from(m, vector).values
        assert values.argmin() == m.bmu[row]
        assert values.min() == pytest.approx(m.distance[row])


@pytest.mark.parametrize("row", [0, -1, 5])
def test_a_row_that_is_not_on_the_map_is_refused(row):
    with pytest.raises(AtlasError, match=f"Row {row} is not on the map"):
        distance_from(a_map(CODEBOOK, [[0, 0], [6, 7]], rows=[4, 9]), row)


def test_a_vector_that_does_not_fit_is_refused():
    with pytest.raises(AtlasError, match="2 features"):
        distance_from(a_map(CODEBOOK), [1, 2, 3])


def test_a_vector_without_any_value_is_refused():
    with pytest.raises(AtlasError, match="no value"):
        distance_from(a_map(CODEBOOK), [np.nan, np.nan])


@pytest.mark.parametrize("node", [-1, 3])
def test_an_unknown_node_is_refused(node):
    with pytest.raises(AtlasError, match="nodes 0 to 2"):
        distance_from_node(a_map(CODEBOOK), node)
