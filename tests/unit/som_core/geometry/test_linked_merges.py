import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from som_core.geometry.linked_merges import connected_links, linked_merges


def links_between(n_nodes, weights):
    table = np.zeros((n_nodes, n_nodes))
    for (one, other), weight in weights.items():
        table[one, other] = table[other, one] = weight
    return csr_array(table)


def last_merge_parts(merges, n_nodes):
    """Return the nodes of the two clusters that the last step merges."""
    members = {node: {node} for node in range(n_nodes)}
    for step, (one, other) in enumerate(merges.tolist()):
        members[n_nodes + step] = members[one] | members[other]
    return {frozenset(members[cluster]) for cluster in merges[-1].tolist()}


def test_of_two_equally_near_neighbours_the_better_linked_one_is_merged_first():
    nodes = np.array([[0.0], [1.0], [2.0]])
    links = links_between(3, {(0, 1): 1.0, (1, 2): 5.0})
    assert_array_equal(np.sort(linked_merges(nodes, np.full(3, 10.0), links)[0]), [1, 2])


def test_clusters_that_no_row_links_are_merged_last_however_near():
    # Two chains side by side: the way across is shorter than any way along.
    chain = np.arange(6.0)
    nodes = np.vstack(
        [np.column_stack([chain, 0 * chain]), np.column_stack([chain, 0 * chain + 0.5])]
    )
    along = {(at, at + 1): 4.0 for at in (*range(5), *range(6, 11))}
    links = connected_links(links_between(12, along), nodes)
    merges = linked_merges(nodes, np.full(12, 10.0), links)
    assert last_merge_parts(merges, 12) == {frozenset(range(6)), frozenset(range(6, 12))}


def test_weights_in_another_unit_change_nothing():
    rng = np.random.default_rng(0)
    nodes, weights = rng.normal(size=(20, 3)), rng.uniform(1, 9, 20)
    links = csr_array(np.triu(rng.integers(0, 5, (20, 20)), 1).astype(float))
    links = connected_links((links + links.T).tocsr(), nodes)
    usual = linked_merges(nodes, weights, links)
    assert_array_equal(linked_merges(nodes, 1e3 * weights, 1e3 * links), usual)


@pytest.mark.parametrize(
    ("metric", "merged"), [("euclidean", {0, 1}), ("cityblock", {0, 2}), ("chebyshev", {0, 1})]
)
def test_how_near_clusters_are_is_a_matter_of_the_metric(metric, merged):
    # From node 0: 2.1 to node 1 by two steps of 1.5, 2.5 to node 2 by one.
    nodes = np.array([[0.0, 0.0], [1.5, 1.5], [-2.5, 0.0]])
    links = links_between(3, {(0, 1): 1.0, (0, 2): 1.0})
    assert set(linked_merges(nodes, np.ones(3), links, metric)[0].tolist()) == merged


def test_parts_are_connected_over_the_shortest_way_by_hardly_a_row():
    nodes = np.array([[0.0], [1.0], [5.0], [6.0], [20.0]])
    links = connected_links(links_between(5, {(0, 1): 3.0, (2, 3): 3.0}), nodes).toarray()
    assert links[0, 1] == 3
    assert_allclose([links[1, 2], links[3, 4]], 1e-3)
    assert np.count_nonzero(links) == 8
