import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.layers.errors import node_error
from testing.maps import a_map


def test_node_error_is_the_mean_distance_of_the_rows_of_a_cell():
    m = a_map([[[0], [10], [20]]], [[1], [3], [11]])
    assert_allclose(node_error(m).values, [[2, 1, np.nan]])


def test_weighted_by_hits_it_is_the_quantization_error():
    rng = np.random.default_rng(0)
    m = a_map(rng.normal(size=(3, 4, 2)), rng.normal(size=(50, 2)))
    total = np.nansum(node_error(m).values * m.hits)
    assert total / 50 == pytest.approx(m.distance.mean())
