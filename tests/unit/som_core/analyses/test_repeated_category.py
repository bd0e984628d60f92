import numpy as np
import pytest
from scipy.stats.contingency import association

from som_core import ColumnRecipe, Recipe, prepare
from som_core.analyses.repeated_category import cramers_v, repeated_category
from testing.maps import a_table


def rows_with(levels):
    rng = np.random.default_rng(0)
    table = a_table({"x": rng.normal(size=len(levels)), "level": np.array(levels)})
    return prepare(table, Recipe((ColumnRecipe(name="x"), ColumnRecipe(name="level"))))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([0, 0, 1, 1, 2, 2], "level"), ([0, 0, 1, 1, 1, 1], "level"), ([0, 1, 0, 1, 0, 1], None)],
)
def test_groups_repeat_a_category_if_each_has_levels_of_its_own(labels, expected):
    rows = rows_with(["a", "a", "b", "b", "c", "c"])
    assert repeated_category(rows, np.array(labels), np.ones(6)) == expected


def test_outliers_do_not_count():
    rows = rows_with(["a", "a", "a", "b", "b", "b"])
    labels = np.array([0, 0, -1, 1, 1, -1])
    assert repeated_category(rows, labels, np.ones(6)) == "level"


def test_v_agrees_with_scipy():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 3, 400), rng.integers(0, 4, 400)
    other[one == 1] = 2
    table = np.bincount(one * 4 + other, minlength=12).reshape(3, 4)
    assert cramers_v(one, other, np.ones(400)) == pytest.approx(association(table))


def test_v_is_0_where_all_rows_are_of_one_level():
    assert cramers_v(np.array([0, 1]), np.array([5, 5]), np.ones(2)) == 0
