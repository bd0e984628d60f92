import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from som_core.columns.levels import level_counts


def test_the_most_frequent_level_comes_first_and_ties_go_by_the_alphabet():
    column = pd.Series(["owl", "bee", "ant", "owl", None, "ant", "bee", "owl"])
    assert list(level_counts(column).items()) == [("owl", 3), ("ant", 2), ("bee", 2)]


def test_levels_that_read_the_same_are_one():
    assert level_counts([1, "1", 2.0, np.nan]) == {"1": 2, "2": 1}


def test_a_column_of_gaps_has_no_level():
    assert level_counts([None, None]) == level_counts([]) == {}


@given(st.lists(st.sampled_from(["a", "b", "c", None])), st.randoms())
def test_the_order_of_rows_changes_nothing(labels, shuffler):
    shuffled = list(labels)
    shuffler.shuffle(shuffled)
    assert list(level_counts(shuffled).items()) == list(level_counts(labels).items())
