import numpy as np
from minisom import MiniSom
from numpy.testing import assert_array_equal

from som_core.layers.hits import hit_map
from testing.maps import a_map


def test_hits_count_the_rows_of_each_cell():
    m = a_map([[[0], [10], [20]]], [[1], [2], [11]])
    layer = hit_map(m)
    assert_array_equal(layer.values, [[2, 1, 0]])
    assert (layer.kind, layer.unit) == ("count", "rows")


def test_hits_agree_with_minisom():
    som = MiniSom(5, 4, 3, random_seed=0)
    matrix = np.random.default_rng(0).normal(size=(200, 3))
    ours = hit_map(a_map(som.get_weights().transpose(1, 0, 2), matrix))
    assert_array_equal(ours.values, som.activation_response(matrix).T)
