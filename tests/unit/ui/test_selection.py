import numpy as np

from testing.maps import a_map
from ui.selection import Selection, fingerprint, selection_by_nodes

FOUR_CELLS = a_map([[[0], [10], [20], [30]]], [[1], [2], [11], [12], [21]])
TWO_CELLS = a_map([[[5], [25]]], [[1], [2], [11], [12], [21]])


def test_cells_chosen_on_one_map_are_rows_on_another():
    selection = selection_by_nodes("four", FOUR_CELLS, frozenset({1}))
    assert selection.rows.tolist() == [2, 3]
    assert selection.nodes_on("four", FOUR_CELLS) == {1}
    assert selection.nodes_on("two", TWO_CELLS) == {0}


def test_a_chosen_cell_without_rows_is_selected_all_the_same():
    selection = selection_by_nodes("four", FOUR_CELLS, frozenset({3}))
    assert len(selection.rows) == 0
    assert not selection.is_empty
    assert selection.nodes_on("four", FOUR_CELLS) == {3}


def test_no_cells_are_no_selection():
    assert selection_by_nodes("four", FOUR_CELLS, frozenset()).is_empty
    assert Selection().is_empty


def test_equal_rows_have_one_fingerprint_and_others_another():
    assert fingerprint(np.array([1, 2])) == fingerprint(np.array([1, 2]))
    assert fingerprint(np.array([1, 2])) != fingerprint(np.array([1, 3]))
    assert fingerprint(np.array([1])) != fingerprint(np.array([1, 0]))
