import numpy as np
from numpy.testing import assert_array_equal

from som_core.layers.of_all_rows import hits_of_all_rows, mean_of_all_rows
from testing.maps import a_map

MAP = a_map([[[0], [1], [2]], [[3], [4], [5]]])


def test_nodes_lie_where_the_map_has_them():
    counts = np.array([10, 0, 7, 8, 9, 2_000_000_000])

    layer = hits_of_all_rows(MAP, counts)

    assert_array_equal(layer.values, [[10, 0, 7], [8, 9, 2e9]])
    assert (layer.name, layer.unit, layer.kind) == ("Hits of all rows", "rows", "count")


def test_a_node_without_a_value_has_no_mean():
    means = np.array([1.0, np.nan, 2.0, 3.0, 4.0, 5.0])

    layer = mean_of_all_rows(MAP, means, "income", "€")

    assert_array_equal(layer.values, means.reshape(2, 3))
    assert (layer.name, layer.unit) == ("Mean of income, all rows", "€")
