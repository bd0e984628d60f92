import numpy as np
from numpy.testing import assert_allclose

from som_core.analyses.carried_names import carried_names, jaccard_matrix


def test_a_name_follows_its_rows_whatever_the_order_of_groups():
    named = {"young": np.arange(100), "old": np.arange(100, 200)}
    carried = carried_names(named, [np.arange(105, 200), np.arange(95)])
    assert carried.names == ("old", "young")
    assert carried.lost == ()


def test_a_group_that_changed_too_much_loses_its_name_and_says_so():
    named = {"young": np.arange(100), "old": np.arange(100, 200)}
    carried = carried_names(named, [np.arange(140), np.arange(140, 200)])
    assert carried.names == (None, None)
    assert carried.lost == ("young", "old")


def test_no_name_is_given_twice():
    carried = carried_names({"all": np.arange(10)}, [np.arange(10), np.arange(9)])
    assert carried.names == ("all", None)


def test_jaccard_is_the_share_in_both_of_the_rows_in_either():
    assert_allclose(jaccard_matrix([[0, 1, 2]], [[2, 1], [5], []]), [[2 / 3, 0, 0]])
