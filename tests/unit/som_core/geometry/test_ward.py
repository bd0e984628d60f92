import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import coo_array
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from som_core.geometry.lattice import neighbours
from som_core.geometry.ward import clusters_after, ward_merges


@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize("toroid", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_equal_weights_give_the_clusters_of_scikit_learn(lattice, toroid, seed):
    nodes = np.random.default_rng(seed).normal(size=(48, 3))
    table = neighbours(6, 8, lattice, toroid=toroid)
    node, _ = np.nonzero(table >= 0)
    touching = coo_array((np.ones(len(node)), (node, table[table >= 0])), shape=(48, 48))
    merges = ward_merges(nodes, np.ones(48), table)
    for k in (1, 2, 5, 20, 48):
        theirs = AgglomerativeClustering(k, connectivity=touching.tocsr()).fit_predict(nodes)
        assert adjusted_rand_score(theirs, clusters_after(merges, k)) == 1


def test_a_heavy_node_resists_and_a_light_one_gives_way():
    # The middle node is nearer to the left one; a heavy left one makes that merge dearer.
    nodes, table = np.array([[0.0], [1], [2.1]]), neighbours(1, 3, "rectangular", toroid=False)
    assert_array_equal(clusters_after(ward_merges(nodes, np.array([1, 1, 1]), table), 2), [0, 0, 1])
    assert_array_equal(
        clusters_after(ward_merges(nodes, np.array([9, 1, 0.1]), table), 2), [0, 1, 1]
    )


def test_clusters_are_numbered_by_their_first_node():
    table = neighbours(1, 5, "rectangular", toroid=False)
    merges = ward_merges(np.array([[9.0], [0], [0.1], [5], [5.2]]), np.ones(5), table)
    assert_array_equal(clusters_after(merges, 3), [0, 1, 1, 2, 2])


def test_clusters_whose_distance_is_beyond_all_numbers_are_merged_too():
    far = np.array([[0.0], [1e-3], [1e200], [2e200]])
    row = neighbours(1, 4, "rectangular", toroid=False)
    with np.errstate(over="ignore"):
        merges = ward_merges(far, np.ones(4), row)
    assert merges[0].tolist() == [1, 0]
    assert len(merges) == 3
