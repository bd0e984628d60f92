"""The valleys of the U-matrix."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from som_core.analyses.valley import valley, valleys
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.training import train
from testing.clouds import blobs, cloud
from testing.maps import a_map, as_prepared


def line_of_nodes(values, **settings):
    """Return a map of one row of nodes at these values."""
    codebook = np.reshape(np.array(values, dtype=float), (1, -1, 1))
    return a_map(codebook, **{"lattice": "rectangular", **settings})


def trained(rows):
    matrix = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    return train(as_prepared(matrix), MapSettings(height=8, width=12, sigma=4, epochs=10))


def test_a_valley_ends_at_the_ridge():
    m = line_of_nodes([0, 1, 2, 3, 10, 11, 12])
    assert valley(m, 0) == valley(m, 3) == {0, 1, 2, 3}
    assert valley(m, 4) == valley(m, 6) == {4, 5, 6}


def test_a_shallow_ridge_parts_no_valley():
    # The usual step is 1, so a ridge of 1.7 is less than three quarters above it, 1.8 more.
    assert valley(line_of_nodes([0, 1, 2, 3.7, 4.7, 5.7]), 0) == {0, 1, 2, 3, 4, 5}
    assert valley(line_of_nodes([0, 1, 2, 3.8, 4.8, 5.8]), 0) == {0, 1, 2}


def test_a_cell_on_the_ridge_belongs_to_the_nearer_side():
    m = line_of_nodes([0, 1, 2, 8, 20, 21, 22])
    assert valley(m, 3) == {0, 1, 2, 3}


def test_on_a_toroid_a_valley_goes_on_across_the_edge():
    values = [0, 1, 2, 10, 11, 12, 3, 1.5]
    assert valley(line_of_nodes(values), 0) == {0, 1, 2}
    assert valley(line_of_nodes(values, toroid=True), 0) == {0, 1, 2, 6, 7}


@pytest.mark.parametrize("k", [2, 3, 5])
def test_each_rows_valley_is_its_own_clouds_side(k):
    rows, clouds = blobs(k, seed=0)
    m = trained(rows)
    of_rows = valleys(m).ravel()[m.bmu]
    assert adjusted_rand_score(clouds[m.rows], of_rows) >= 0.95


@pytest.mark.parametrize("kind", ["normal", "correlated normal", "rounded normal"])
def test_noise_within_one_cloud_parts_no_valley(kind):
    assert valleys(trained(cloud(kind, 0))).max() == 0


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
@pytest.mark.parametrize("toroid", [False, True])
def test_valleys_part_the_map_and_hang_together_whatever_the_units(lattice, toroid):
    codebook = np.random.default_rng(0).normal(size=(6, 8, 3))
    m = a_map(codebook, lattice=lattice, toroid=toroid)
    found = valleys(m)
    assert found.shape == (6, 8)
    assert set(found.ravel()) == set(range(found.max() + 1))
    assert valley(m, 9) == set(np.flatnonzero(found.ravel() == found[1, 1]))
    larger = valleys(a_map(1_000 * codebook + 7, lattice=lattice, toroid=toroid))
    np.testing.assert_array_equal(larger, found)


def test_one_cell_and_equal_cells_are_one_valley():
    assert valley(a_map(np.zeros((1, 1, 2))), 0) == {0}
    assert valley(a_map(np.ones((3, 4, 2))), 5) == set(range(12))


@pytest.mark.parametrize("node", [-1, 12])
def test_a_cell_that_is_not_on_the_map_has_no_valley(node):
    with pytest.raises(AtlasError, match="nodes 0 to 11"):
        valley(a_map(np.ones((3, 4, 2))), node)
