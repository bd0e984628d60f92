"""Rows within their cells."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.analyses.row_places import REACH, row_places
from som_core.geometry.lattice import coordinates
from testing.maps import a_map


def line_of_nodes(**settings):
    """Return a map of 1 × 4 nodes at 0, 1, 2, 3."""
    return a_map(np.arange(4.0).reshape(1, 4, 1), **{"lattice": "rectangular", **settings})


def test_a_row_that_equals_its_node_lies_in_the_middle():
    m = line_of_nodes()
    assert_allclose(row_places(m, m.codebook.reshape(-1, 1)), coordinates(1, 4, "rectangular"))


def test_a_row_between_two_nodes_lies_at_their_border():
    (place,) = row_places(line_of_nodes(), np.array([[1.4999]]))
    assert place[0] == pytest.approx(1 + REACH, abs=0.06)


def test_a_row_a_little_off_lies_a_little_off():
    near, far = row_places(line_of_nodes(), np.array([[1.1], [1.3]]))
    assert 1 < near[0] < far[0] < 1.5


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
@pytest.mark.parametrize("toroid", [False, True])
def test_no_row_leaves_its_cell(lattice, toroid):
    random = np.random.default_rng(0)
    m = a_map(
        random.normal(size=(6, 5, 3)), random.normal(size=(400, 3)), lattice=lattice, toroid=toroid
    )
    matrix = np.random.default_rng(1).normal(size=(400, 3))
    bmu, _ = m.project(matrix)
    offset = row_places(m, matrix) - coordinates(6, 5, lattice)[bmu]
    assert np.linalg.norm(offset, axis=1).max() <= REACH + 1e-12


def test_on_a_toroid_the_way_leads_across_the_edge():
    m = a_map(np.array([0.0, 5, 9, 1]).reshape(1, 4, 1), lattice="rectangular", toroid=True)
    (place,) = row_places(m, np.array([[0.4]]))
    assert place[0] < 0  # towards the last node, which is beside the first


def test_gaps_and_a_map_of_one_node_are_no_trouble():
    m = a_map(np.random.default_rng(2).normal(size=(3, 3, 2)))
    assert np.isfinite(row_places(m, np.array([[np.nan, 0.5]]))).all()
    one = a_map(np.zeros((1, 1, 2)), np.ones((3, 2)))
    assert_allclose(row_places(one, np.ones((3, 2))), 3 * [coordinates(1, 1, "hexagonal")[0]])
