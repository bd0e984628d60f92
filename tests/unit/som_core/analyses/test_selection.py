import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from som_core.analyses.selection import nearest_rows, nodes_held_by, nodes_of, rows_of
from som_core.errors import AtlasError
from testing.maps import a_map

THREE_CELLS = [[[0], [10], [20]]]


def test_the_rows_of_some_cells_are_positions_in_the_table():
    m = a_map(THREE_CELLS, [[11], [1], [2], [19]], rows=[2, 3, 5, 8])
    assert_array_equal(rows_of(m, [0, 2]), [3, 5, 8])


@pytest.mark.parametrize("nodes", [[2, 0], {0, 2}, np.array([0, 0, 2]), frozenset([2, 0])])
def test_rows_come_in_the_order_of_the_table_however_cells_are_given(nodes):
    m = a_map(THREE_CELLS, [[11], [1], [2], [19]], rows=[8, 5, 2, 3])
    assert_array_equal(rows_of(m, nodes), [2, 3, 5])


def test_no_cells_have_no_rows():
    rows = rows_of(a_map(THREE_CELLS), [])
    assert len(rows) == 0
    assert rows.dtype == np.int64


@pytest.mark.parametrize("node", [-1, 3])
def test_an_unknown_cell_is_refused(node):
    with pytest.raises(AtlasError, match="nodes 0 to 2"):
        rows_of(a_map(THREE_CELLS), [0, node])


def test_a_row_that_was_dropped_has_no_cell():
    m = a_map(THREE_CELLS, [[11], [1]], rows=[2, 3])
    assert_array_equal(nodes_of(m, [3, 0, 2, -1, 99]), [0, -1, 1, -1, -1])


def test_no_rows_have_no_cells():
    assert len(nodes_of(a_map(THREE_CELLS), [])) == 0


@given(st.integers(0, 1000), st.sets(st.integers(0, 11)))
@settings(max_examples=50, deadline=None)
def test_cells_and_rows_lead_to_each_other(seed, nodes):
    rng = np.random.default_rng(seed)
    rows = rng.choice(100, size=40, replace=False)
    m = a_map(rng.normal(size=(3, 4, 2)), rng.normal(size=(40, 2)), rows=rows)
    found = rows_of(m, nodes)
    assert set(nodes_of(m, found)) <= nodes
    others = rows_of(m, set(range(12)) - nodes)
    assert_array_equal(np.sort(np.concatenate([found, others])), np.sort(rows))


def test_a_cell_is_held_by_rows_that_are_at_least_half_of_its_own():
    m = a_map(THREE_CELLS, [[1], [1], [11], [11], [11]], rows=[0, 2, 4, 6, 8])
    cells = nodes_of(m, [0, 4])
    assert_array_equal(nodes_held_by(m, [0]), cells[:1])  # one of two
    assert_array_equal(nodes_held_by(m, [4]), [])  # one of three
    assert_array_equal(nodes_held_by(m, [0, 4, 6, 99]), np.sort(cells))
    assert_array_equal(nodes_held_by(m, []), [])


def test_the_rows_nearest_to_a_cell_come_first():
    m = a_map(THREE_CELLS, [[2], [1], [11], [-3], [0.5]], rows=[10, 11, 12, 13, 14])
    assert_array_equal(nearest_rows(m), [[14, 11, 10], [12, -1, -1], [-1, -1, -1]])
    assert_array_equal(nearest_rows(m, per_node=1), [[14], [12], [-1]])


def test_of_equally_near_rows_the_first_in_the_table_comes_first():
    m = a_map(THREE_CELLS, [[1], [1], [-1]], rows=[7, 5, 6])
    assert_array_equal(nearest_rows(m, per_node=2)[0], [5, 6])
