import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from som_core.errors import AtlasError
from som_core.layers.layer import DAYS, HOURS
from som_core.layers.mean import mean_layer
from testing.maps import a_map

THREE_CELLS = [[[0], [10], [20]]]
FIVE_ROWS = [[1], [2], [3], [11], [12]]


def test_a_cell_shows_the_mean_of_its_own_rows_and_one_without_rows_stays_empty():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    layer = mean_layer(m, pd.Series([1.0, 2, 6, 10, 20], name="age"))
    assert_allclose(layer.values, [[3, 15, np.nan]])
    assert layer.name == "Mean of age"
    assert "“age”" in layer.description


@pytest.mark.parametrize("gap", [np.nan, np.inf])
def test_a_missing_value_does_not_count_and_a_cell_of_them_stays_empty(gap):
    m = a_map(THREE_CELLS, FIVE_ROWS)
    assert_allclose(mean_layer(m, [gap, 2, 4, gap, gap]).values, [[3, np.nan, np.nan]])


def test_a_column_of_the_whole_table_gives_the_rows_on_the_map_their_values():
    m = a_map(THREE_CELLS, FIVE_ROWS, rows=[0, 2, 4, 6, 8])
    column = pd.Series(np.arange(10.0), name="place")
    assert_allclose(mean_layer(m, column).values, [[2, 7, np.nan]])


@pytest.mark.parametrize(
    ("written", "unit", "means"),
    [
        (pd.to_datetime(["1970-01-02"] * 3 + ["1970-01-03", "1970-01-04"]), DAYS, [1, 2.5]),
        (["02/01/1970"] * 3 + ["13/01/1970", "15/01/1970"], DAYS, [1, 13]),
        (["06:30"] * 3 + ["12:00", "18:00"], HOURS, [6.5, 15]),
    ],
)
def test_dates_and_times_have_a_mean_also_where_they_are_text(written, unit, means):
    layer = mean_layer(a_map(THREE_CELLS, FIVE_ROWS), pd.Series(written, name="when"))
    assert_allclose(layer.values, [[*means, np.nan]])
    assert layer.unit == unit


def test_texts_have_no_mean_and_the_way_out_is_said():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    with pytest.raises(AtlasError, match=r"“animal” holds texts, such as “owl”.*most frequent"):
        mean_layer(m, pd.Series(["owl", "ant", "owl", "bee", "ant"], name="animal"))


def test_a_column_of_another_table_is_refused():
    m = a_map(THREE_CELLS, FIVE_ROWS, rows=[0, 2, 4, 6, 8])
    with pytest.raises(AtlasError, match="There are 7 values for 5 rows"):
        mean_layer(m, np.arange(7.0))


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=12, max_size=12))
def test_weighted_by_hits_the_means_are_the_mean_of_the_column(values):
    matrix = np.arange(12.0)[:, None]
    m = a_map([[[0], [4], [9]]], matrix)
    means, hits = mean_layer(m, values).values.ravel(), m.hits.ravel()
    assert_allclose((means * hits).sum() / 12, np.mean(values), atol=1e-6)
