"""Groups united and split by hand, and found again after saving."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core import AtlasError, Regions, prepare, regions, suggest_settings, train
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table


@pytest.fixture(scope="module")
def three():
    random = np.random.default_rng(0)
    centres = np.array([[0, 0], [9, 0], [0, 9]])[np.repeat([0, 1, 2], [120, 100, 80])]
    x, y = centres.T + random.normal(size=(2, 300))
    table = a_table({"x": x, "y": y})
    prepared = prepare(table, Recipe((ColumnRecipe(name="x"), ColumnRecipe(name="y"))))
    m = train(prepared, suggest_settings(prepared))
    return m, regions(m, 3)


def test_united_groups_are_one_and_numbered_by_their_rows(three):
    m, found = three
    one = found.united([1, 2])
    assert (one.k, one.is_by_hand) == (2, True)
    assert [len(one.rows(m, label)) for label in range(2)] == [180, 120]
    assert set(one.rows(m, 0)) == set(found.rows(m, 1)) | set(found.rows(m, 2))
    assert "by hand" in one.reason


def test_a_group_is_split_where_the_tree_cuts_it(three):
    _, found = three
    assert_array_equal(found.at(2).split(0).node_labels, found.node_labels)
    four = found.split(0)
    assert four.k == 4
    assert set(found.marks[1:]) < set(four.marks)  # the others stay as they were


def test_uniting_what_was_split_gives_the_same_groups_back(three):
    _, found = three
    parts = found.split(1)
    new = [label for label, mark in enumerate(parts.marks) if mark not in found.marks]
    assert set(parts.united(new).marks) == set(found.marks)


def test_groups_by_hand_are_kept_and_the_tree_with_them(three):
    _, found = three
    one = found.united([0, 2]).named(["a", "b"])
    again = Regions.from_json(one.to_json())
    assert_array_equal(again.node_labels, one.node_labels)
    assert (again.names, again.is_by_hand) == (("a", "b"), True)
    assert_array_equal(again.at(3).node_labels, found.node_labels)
    assert not again.at(3).is_by_hand


def test_groups_can_be_given_by_their_cells(three):
    m, found = three
    nodes = np.full(found.node_labels.shape, -1)
    nodes[found.node_labels == 2] = 7
    nodes[found.node_labels == 0] = 9
    two = found.with_labels(nodes)
    assert (two.k, two.is_by_hand, two.names) == (2, True, ("group 1", "group 2"))
    assert [len(two.rows(m, label)) for label in (-1, 0, 1)] == [100, 120, 80]
    assert_array_equal(two.with_labels(two.node_labels).node_labels, two.node_labels)


def test_cells_of_another_map_or_no_group_at_all_are_refused(three):
    _, found = three
    with pytest.raises(AtlasError, match="a whole number for each"):
        found.with_labels([[0, 1]])
    with pytest.raises(AtlasError, match="No cell is in a group"):
        found.with_labels(np.full(found.node_labels.shape, -1))


def test_what_cannot_be_is_refused(three):
    _, found = three
    with pytest.raises(AtlasError, match="two or more"):
        found.united([1])
    whole = found.at(found.most)
    with pytest.raises(AtlasError, match="can't be split"):
        whole.split(0)
