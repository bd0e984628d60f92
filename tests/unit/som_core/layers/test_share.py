import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from som_core.errors import AtlasError
from som_core.layers.share import share_layer
from testing.maps import a_map

THREE_CELLS = [[[0], [10], [20]]]
FIVE_ROWS = [[1], [2], [3], [11], [12]]


def test_a_cell_shows_the_share_of_its_rows_that_have_the_level():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    layer = share_layer(m, pd.Series(["yes", "no", "no", "yes", "yes"], name="churned"), "yes")
    assert_allclose(layer.values, [[1 / 3, 1, np.nan]])
    assert layer.name == "Share of churned = yes"
    assert layer.unit == "share"


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_missing_value_counts_neither_as_the_level_nor_as_another(missing):
    m = a_map(THREE_CELLS, FIVE_ROWS)
    column = pd.Series(["yes", "no", missing, missing, missing], dtype=object)
    assert_allclose(share_layer(m, column, "yes").values, [[1 / 2, np.nan, np.nan]])


def test_the_shares_of_all_levels_are_one_together():
    rng = np.random.default_rng(0)
    matrix = rng.uniform(0, 20, (200, 1))
    m = a_map(THREE_CELLS, matrix)
    column = pd.Series(rng.choice(list("abc"), 200), name="kind")
    shares = [share_layer(m, column, level).values for level in "abc"]
    assert_allclose(sum(shares), [[1, 1, 1]])


def test_numbers_can_be_levels_and_only_rows_on_the_map_count():
    m = a_map(THREE_CELLS, FIVE_ROWS, rows=[0, 2, 4, 6, 8])
    column = pd.Series([1, 0, 0, 0, 1, 0, 1, 0, 1, 0], name="flag")
    assert_allclose(share_layer(m, column, 1).values, [[2 / 3, 1, np.nan]])


def test_a_level_that_does_not_occur_is_refused_with_those_that_do():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    column = pd.Series(["yes", "no", "no", "yes", "yes"], name="churned")
    with pytest.raises(AtlasError, match=r"“churned” has no “maybe”.*“yes”, “no”"):
        share_layer(m, column, "maybe")
