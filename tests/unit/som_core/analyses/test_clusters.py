import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import calinski_harabasz_score

from som_core.analyses.clusters import cluster_layer, cluster_nodes, kmeans_labels, separation
from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from testing.maps import a_map


def blobs(centres, n_rows=40):
    rng = np.random.default_rng(0)
    return np.vstack([rng.normal(centre, 0.5, size=(n_rows, 2)) for centre in centres])


@given(
    st.integers(0, 1000), st.sampled_from(["rectangular", "hexagonal"]), st.booleans(), st.data()
)
@settings(max_examples=30, deadline=None)
def test_every_cluster_is_one_connected_piece(seed, lattice, toroid, data):
    rng = np.random.default_rng(seed)
    m = a_map(rng.normal(size=(4, 5, 2)), rng.normal(size=(30, 2)), lattice=lattice, toroid=toroid)
    k = data.draw(st.integers(1, 20))
    labels = cluster_nodes(m, k).node_labels.ravel()
    assert set(labels) == set(range(k))
    table = neighbours(4, 5, lattice, toroid=toroid)
    node, column = np.nonzero(table >= 0)
    beside = table[node, column]
    same = labels[node] == labels[beside]
    links = coo_array((np.ones(same.sum()), (node[same], beside[same])), shape=(20, 20))
    assert connected_components(links, directed=False)[0] == k


@pytest.mark.parametrize(
    "centres",
    [
        [(0, 0), (9, 0)],
        [(0, 0), (9, 0), (0, 9)],
        [(0, 0), (9, 0), (0, 9), (9, 9)],
        [(0, 0), (4, 0), (0, 9), (9, 9), (20, 5)],
    ],
)
def test_the_proposed_number_is_that_of_the_blobs(centres):
    codebook = np.array([(2 * x, 2 * y) for y in range(8) for x in range(12)], dtype=float)
    clusters = cluster_nodes(a_map(codebook.reshape(8, 12, 2), blobs(centres)))
    assert clusters.k == len(centres)
    assert f"{clusters.k} are the most distinct" in clusters.reason


def test_every_cluster_holds_rows_though_most_cells_are_empty():
    codebook = np.array([(2 * x, 2 * y) for y in range(8) for x in range(12)], dtype=float)
    m = a_map(codebook.reshape(8, 12, 2), blobs([(0, 0), (9, 0), (0, 9), (22, 14)]))
    clusters = cluster_nodes(m, 4)
    assert (np.bincount(clusters.node_labels.ravel(), weights=m.hits.ravel()) == 40).all()


def test_clusters_hang_together_across_the_edge_of_a_toroid_only():
    ring = [[[0], [10], [10], [0]]]
    flat = cluster_nodes(a_map(ring), 2)
    around = cluster_nodes(a_map(ring, lattice="rectangular", toroid=True), 2)
    assert flat.node_labels[0, 0] != flat.node_labels[0, 3]
    assert_array_equal(around.node_labels, [[0, 1, 1, 0]])


def test_clusters_are_numbered_in_reading_order():
    m = a_map([[[9], [9], [0]], [[9], [4], [0]], [[4], [4], [0]]], lattice="rectangular")
    assert_array_equal(cluster_nodes(m, 3).node_labels, [[0, 0, 1], [0, 2, 1], [2, 2, 1]])


def test_a_chosen_number_is_said_to_be_chosen():
    clusters = cluster_nodes(a_map([[[0], [1], [9]]]), 2)
    assert clusters.k == 2
    assert "You chose" in clusters.reason


@pytest.mark.parametrize("codebook", [[[[1]]], [[[1], [2]]]])
def test_a_map_too_small_for_clusters_is_left_whole(codebook):
    clusters = cluster_nodes(a_map(codebook))
    assert clusters.k == 1
    assert "left whole" in clusters.reason


def test_equal_nodes_can_still_be_clustered():
    assert cluster_nodes(a_map(np.ones((3, 3, 2))), 4).k == 4


def test_three_cells_with_rows_can_only_make_two_clusters():
    clusters = cluster_nodes(a_map([[[0], [1], [9]]]))
    assert_array_equal(clusters.node_labels, [[0, 0, 1]])
    assert "all that can be told apart" in clusters.reason


def test_a_close_second_is_named():
    rng = np.random.default_rng(0)
    grid = np.array([(x, y) for y in range(9) for x in range(9)], dtype=float).reshape(9, 9, 2)
    assert "close" in cluster_nodes(a_map(grid, rng.uniform(0, 8, size=(500, 2)))).reason


@pytest.mark.parametrize("k", [0, -1, 4])
def test_a_number_of_clusters_that_cannot_be_is_refused(k):
    with pytest.raises(AtlasError, match="Choose 1 to 3"):
        cluster_nodes(a_map([[[0], [1], [9]]]), k)


def test_separation_is_the_index_of_scikit_learn():
    rng = np.random.default_rng(0)
    nodes, labels = rng.normal(size=(12, 3)), np.repeat([0, 1, 2], 4)
    hits = rng.integers(0, 5, size=12)
    rows = np.repeat(nodes, hits, axis=0)
    expected = calinski_harabasz_score(rows, np.repeat(labels, hits))
    assert separation(nodes, labels, hits) == pytest.approx(expected)


def test_rows_around_their_nodes_make_clusters_less_distinct():
    nodes, hits = np.array([[0.0], [1], [8], [9]]), np.array([3, 3, 3, 3])
    labels = np.array([0, 0, 1, 1])
    assert separation(nodes, labels, hits, 5.0) < separation(nodes, labels, hits)


def test_the_layer_names_clusters_from_one():
    m = a_map([[[0], [0], [9]]])
    layer = cluster_layer(m, cluster_nodes(m, 2))
    assert layer.values.tolist() == [["cluster 1", "cluster 1", "cluster 2"]]
    assert layer.kind == "category"


def test_kmeans_finds_the_blobs():
    labels = kmeans_labels(blobs([(0, 0), (9, 0), (0, 9)]), 3, seed=0)
    assert sorted(len(set(labels[part : part + 40])) for part in (0, 40, 80)) == [1, 1, 1]
    assert len(set(labels)) == 3


def test_kmeans_gives_equal_labels_for_an_equal_seed():
    matrix = np.random.default_rng(0).normal(size=(100, 3))
    assert_array_equal(kmeans_labels(matrix, 4, seed=7), kmeans_labels(matrix, 4, seed=7))


def test_kmeans_refuses_missing_values():
    with pytest.raises(AtlasError, match="Fill them in the recipe"):
        kmeans_labels(np.array([[0.0], [np.nan]]), 2, seed=0)


@pytest.mark.parametrize("k", [0, 3])
def test_kmeans_refuses_a_number_of_clusters_that_cannot_be(k):
    with pytest.raises(AtlasError, match="Choose 1 to 2"):
        kmeans_labels(np.array([[0.0], [1]]), k, seed=0)
