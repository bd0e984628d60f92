from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import adjusted_rand_score

from som_core import suggest_settings, train
from som_core.analyses.link_tree import LinkTree, link_tree, smallest_group
from testing.clouds import blobs, cloud
from testing.fcps import FCPS, fcps_set
from testing.maps import a_map, as_prepared


def trained(rows, **settings):
    prepared = as_prepared((rows - rows.mean(axis=0)) / rows.std(axis=0))
    return train(prepared, replace(suggest_settings(prepared), **settings))


def agreement(m, labels, k):
    return adjusted_rand_score(link_tree(m).labels(k)[m.bmu], labels)


@pytest.mark.parametrize(
    ("name", "least"),
    [("Hepta", 0.99), ("Chainlink", 0.95), ("Atom", 0.95), ("Lsun", 0.95), ("WingNut", 0.9)],
)
def test_rings_shells_and_shapes_are_told_apart(name, least):
    rows, labels = fcps_set(name)
    assert agreement(trained(rows), labels, labels.max() + 1) >= least


def test_the_ten_sets_have_the_sizes_that_are_published():
    sizes = [len(fcps_set(name)[0]) for name in FCPS]
    assert sizes == [212, 400, 404, 400, 1000, 800, 4096, 770, 800, 1016]


@pytest.mark.parametrize("distance", ["cosine", "manhattan", "chebyshev"])
def test_blobs_are_told_apart_by_every_distance(distance):
    rows, labels = blobs(3, 0, apart=9)
    assert agreement(trained(rows, distance=distance), labels, 3) >= 0.95


def test_gaps_hide_no_blobs():
    rows, labels = blobs(3, 0, apart=9)
    rows[np.random.default_rng(0).random(rows.shape) < 0.1] = np.nan
    prepared = as_prepared(rows)
    assert agreement(train(prepared, suggest_settings(prepared)), labels, 3) >= 0.95


def test_a_map_of_more_cells_than_rows_has_its_blobs_too():
    rows, labels = blobs(3, 0, n_rows=300)
    assert agreement(trained(rows, height=20, width=20, sigma=7), labels, 3) >= 0.95


def test_turning_a_toroid_turns_its_groups_and_changes_none():
    rows, _ = blobs(4, 1, n_rows=300)
    m = trained(rows, toroid=True, lattice="rectangular", height=8, width=10)
    turned = np.roll(np.arange(80).reshape(8, 10), (3, 4), axis=(0, 1)).ravel()  # old nodes
    new = turned.argsort()
    other = replace(
        m,
        codebook=np.roll(m.codebook, (3, 4), axis=(0, 1)),
        bmu=new[m.bmu],
        second_bmu=new[m.second_bmu],
    )
    for k in range(1, 9):
        assert_array_equal(link_tree(other).labels(k)[new], link_tree(m).labels(k))


def test_a_few_far_rows_are_outliers_at_every_number_of_groups():
    rows, _ = fcps_set("Target")
    m = trained(rows)
    tree = link_tree(m)
    far = np.abs(rows).min(axis=1) > 2.5  # three in each corner
    for k in range(1, 12):
        assert_array_equal(tree.labels(k)[m.bmu] == -1, far)


@pytest.mark.parametrize("kind", ["normal", "uniform square", "correlated normal"])
def test_a_cloud_has_no_outliers(kind):
    assert (link_tree(trained(cloud(kind, 0))).place >= 0).all()


def test_the_largest_group_comes_first():
    rows = np.vstack(
        [np.random.default_rng(0).normal(10 * at, 1, (n, 2)) for at, n in enumerate((60, 200, 120))]
    )
    m = trained(rows)
    held = np.bincount(link_tree(m).labels(3)[m.bmu])
    assert_array_equal(held, [200, 120, 60])


def test_rows_of_weight_0_are_as_good_as_absent():
    rows, _ = blobs(3, 0, n_rows=700)
    m = trained(rows)
    weights = (np.arange(700) >= 80).astype(float)
    part = replace(
        m, bmu=m.bmu[80:], second_bmu=m.second_bmu[80:], distance=m.distance[80:], rows=m.rows[80:]
    )
    assert_array_equal(link_tree(m, weights).labels(3), link_tree(part).labels(3))


def test_a_row_of_weight_3_counts_as_three_rows():
    rows, _ = blobs(3, 0, n_rows=900)
    m = trained(rows)
    weights = np.where(np.arange(900) < 400, 3, 1)
    often = np.repeat(np.arange(900), weights)
    repeated = replace(
        m,
        bmu=m.bmu[often],
        second_bmu=m.second_bmu[often],
        distance=m.distance[often],
        rows=m.rows[often],
    )
    for k in (2, 3, 4):
        weighted = link_tree(m, weights.astype(float)).labels(k)
        assert_array_equal(weighted, link_tree(repeated).labels(k))


def test_a_cell_without_rows_goes_with_the_nearest_that_has_some():
    m = a_map([[[0.0], [1.0], [9.0], [10.0]]], [[0.0], [0.1], [10.0], [9.9]])
    assert_array_equal(link_tree(m).labels(2), [0, 0, 1, 1])


def test_a_map_of_one_cell_is_one_group():
    tree = link_tree(a_map([[[0.0, 0.0]]], [[1, 2], [3, 4]]))
    assert tree.most == 1
    assert_array_equal(tree.labels(1), [0])


def test_rows_that_are_all_alike_are_one_group():
    m = a_map(np.zeros((2, 3, 2)), np.ones((20, 2)))
    assert_array_equal(link_tree(m).labels(1), np.zeros(6))


def test_a_handful_is_three_rows_or_half_a_percent():
    assert smallest_group(np.ones(300)) == 3
    assert smallest_group(np.ones(10_000)) == 50
    assert smallest_group(np.ones(20)) == 1
    assert smallest_group(np.full(300, 7.0)) == 21


def test_a_tree_is_the_same_after_a_dictionary():
    tree = link_tree(trained(blobs(3, 0)[0]))
    again = LinkTree.from_dict(tree.to_dict())
    for k in (1, 2, 9):
        assert_array_equal(again.labels(k), tree.labels(k))
