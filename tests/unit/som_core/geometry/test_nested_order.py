import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from som_core.geometry.linked_merges import connected_links, linked_merges
from som_core.geometry.nested_order import nested_order


def clusters(order, cuts, k):
    return [set(part.tolist()) for part in np.split(order, np.sort(cuts[: k - 1]))]


@given(st.integers(0, 10_000), st.integers(1, 25), st.floats(0, 0.2))
@settings(max_examples=60, deadline=None)
def test_each_cluster_lies_within_one_of_fewer_and_none_is_empty(seed, n_nodes, share):
    rng = np.random.default_rng(seed)
    nodes, weights = rng.normal(size=(n_nodes, 2)), rng.uniform(0.1, 5, n_nodes)
    some = np.triu(rng.integers(0, 3, (n_nodes, n_nodes)) * rng.integers(0, 2), 1).astype(float)
    links = connected_links(csr_array(some + some.T), nodes)
    merges = linked_merges(nodes, weights, links)
    order, cuts = nested_order(merges, weights, links, share * weights.sum())
    assert sorted(order) == list(range(n_nodes))
    for k in range(1, n_nodes):
        fewer, more = clusters(order, cuts, k), clusters(order, cuts, k + 1)
        assert all(more)
        assert sum(cluster in fewer for cluster in more) == k - 1
    assert len(clusters(order, cuts, n_nodes)) == n_nodes


def a_tree(n_nodes, merges):
    links = np.zeros((n_nodes, n_nodes))
    links[np.arange(n_nodes - 1), np.arange(1, n_nodes)] = 1
    return np.array(merges), csr_array(links + links.T)


def test_a_crumb_is_no_cluster_until_nothing_else_can_be_cut():
    # 0 + 1, 2 + 3, then the two; node 4, which hardly weighs anything, last.
    merges, links = a_tree(5, [(0, 1), (2, 3), (5, 6), (7, 4)])
    order, cuts = nested_order(merges, np.array([9.0, 9, 9, 9, 1]), links, smallest=5)
    assert clusters(order, cuts, 2) in ([{0, 1}, {2, 3, 4}], [{2, 3, 4}, {0, 1}])
    assert {4} not in clusters(order, cuts, 4)
    assert {4} in clusters(order, cuts, 5)


@pytest.mark.parametrize("smallest", [0.0, 5.0, 37.0])
def test_without_crumbs_the_merges_are_undone_from_the_last(smallest):
    merges, links = a_tree(4, [(0, 1), (2, 3), (4, 5)])
    order, cuts = nested_order(merges, np.full(4, 10.0), links, min(smallest, 10))
    assert clusters(order, cuts, 2) == [{0, 1}, {2, 3}]
    assert clusters(order, cuts, 3) == [{0, 1}, {2}, {3}]
