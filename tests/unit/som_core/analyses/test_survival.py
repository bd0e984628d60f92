import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core import suggest_settings, train
from som_core.analyses.link_tree import link_tree
from som_core.analyses.survival import N_MAPS, SURVIVES, jaccard, survival
from testing.clouds import blobs, cloud
from testing.maps import as_prepared


def survival_of(rows, **keywords):
    prepared = as_prepared(rows)
    m = train(prepared, suggest_settings(prepared))
    n_rows = len(rows)
    return survival(m, link_tree(m), prepared, np.arange(n_rows), np.ones(n_rows), **keywords)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_blobs_are_found_again_and_parts_of_them_are_not(k):
    found = survival_of(blobs(k, 0)[0])
    assert found[k - 2] > 0.95
    assert (found[k - 1 :] < SURVIVES).all()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["normal", "log-normal", "uniform square"])
def test_slices_of_a_cloud_are_not_found_again(kind):
    assert survival_of(cloud(kind, 0)).max() < SURVIVES


def test_the_same_seed_finds_the_same():
    rows = blobs(3, 1, n_rows=200)[0]
    assert_allclose(survival_of(rows, seed=3), survival_of(rows, seed=3), rtol=0)


def test_it_tells_of_each_map_and_stops_when_asked():
    rows, told = blobs(3, 1, n_rows=200)[0], []
    survival_of(rows, on_map=told.append)
    assert told == list(range(1, N_MAPS + 1))
    told.clear()
    assert survival_of(rows, on_map=told.append, should_stop=lambda: len(told) > 2) is None
    assert len(told) == 3


def test_jaccard_is_the_rows_in_both_by_those_in_either():
    own, other = np.array([0, 0, 0, 1, 1, -1]), np.array([0, 0, 1, 1, -1, 1])
    expected = [[2 / 3, 1 / 5], [0, 1 / 4]]
    assert_allclose(jaccard(own, other, np.ones(6), 2), expected)


def test_jaccard_counts_rows_by_their_weight():
    own, other = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert_allclose(jaccard(own, other, np.array([3.0, 1.0, 2.0]), 2), [[3 / 4, 1 / 6], [0, 2 / 3]])
