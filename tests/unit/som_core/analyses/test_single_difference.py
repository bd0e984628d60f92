"""Two groups that one column alone tells apart are named by it."""

import numpy as np
import pytest

from som_core import ColumnRecipe, Recipe, prepare
from som_core.analyses.single_difference import single_differences
from testing.maps import a_table, as_prepared

LABELS = np.arange(600) % 2


def noise(n_columns=3):
    return np.random.default_rng(0).normal(size=(600, n_columns))


def test_a_column_in_which_alone_two_groups_differ_is_named():
    rows = noise()
    rows[:, 1] += 3 * LABELS
    assert single_differences(as_prepared(rows, ["a", "b", "c"]), {2: LABELS}) == {2: "b"}


def test_groups_that_differ_in_two_columns_or_in_none_are_not():
    rows = noise()
    assert single_differences(as_prepared(rows), {2: LABELS}) == {}
    rows[:, :2] += 3 * LABELS[:, None]
    assert single_differences(as_prepared(rows), {2: LABELS}) == {}


def test_of_few_columns_it_says_nothing():
    rows = noise(2)
    rows[:, 1] += 3 * LABELS
    assert single_differences(as_prepared(rows), {2: LABELS}) == {}


def test_one_pair_of_several_groups_is_enough_and_every_division_is_asked():
    rows, three = noise(), np.arange(600) % 3
    rows[three > 0] += 4
    rows[three == 2, 2] += 5
    halves = np.minimum(three, 1)
    prepared = as_prepared(rows, ["a", "b", "c"])
    assert single_differences(prepared, {2: halves, 3: three}) == {3: "c"}


def test_a_missing_value_and_a_row_in_no_group_say_nothing():
    rows, labels = noise(), LABELS.copy()
    rows[:, 1] += 3 * labels
    rows[::3, 1] = np.nan
    rows[labels == 0, 2] = np.nan  # known on one side only
    labels[::5] = -1
    rows[labels == -1] = 100
    assert single_differences(as_prepared(rows, ["a", "b", "c"]), {2: labels}) == {2: "b"}


@pytest.mark.parametrize(("share", "expected"), [(0.5, {2: "level"}), (0.2, {})])
def test_levels_differ_by_their_shares(share, expected):
    levels = np.where((LABELS == 1) & (np.arange(600) < 600 * share), "x", "y")
    table = a_table({"a": noise()[:, 0], "b": noise()[:, 1], "level": levels})
    recipe = Recipe(tuple(ColumnRecipe(name=name) for name in table.frame))
    assert single_differences(prepare(table, recipe), {2: LABELS}) == expected
