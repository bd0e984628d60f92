import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.maps import a_map
from ui.selection import (
    Selection,
    cells_in,
    fingerprint,
    selection_by_nodes,
)

FOUR_CELLS = a_map([[[0], [10], [20], [30]]], [[1], [2], [11], [12], [21]])
TWO_CELLS = a_map([[[5], [25]]], [[1], [2], [11], [12], [21]])
A_LARGE_MAP = a_map(np.arange(10_000.0).reshape(100, 100, 1), [[1], [2]])


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


@given(st.frozensets(st.integers(0, 9_999), min_size=1, max_size=150))
def test_an_address_names_the_cells_of_a_map(nodes):
    cells = selection_by_nodes("a1b2", A_LARGE_MAP, nodes).id
    assert cells == "" or cells_in(cells) == ("a1b2", nodes)
    assert cells or len(nodes) > 100


def test_cells_in_a_row_are_said_shortly():
    valley = frozenset(range(3, 3_000))
    assert selection_by_nodes("a1b2", A_LARGE_MAP, valley).id == "a1b2.3-2999"


@pytest.mark.parametrize(
    "text",
    ["", "3f2a9c", "a1b2.", "a1b2.x", "a1b2.3-", "a1b2.-3", "a1b2.1,2", "a1b2." + "1." * 900 + "1"],
)
def test_other_texts_name_no_cells(text):
    assert cells_in(text) is None


def test_no_text_asks_for_more_cells_than_a_map_has():
    _, nodes = cells_in("a1b2." + ".".join(["0-99999"] * 100))
    assert len(nodes) <= 10_001
