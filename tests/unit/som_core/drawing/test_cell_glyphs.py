"""A small chart in each cell."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from som_core.drawing.cell_glyphs import MOST_BARS, level_pies, mean_bars
from som_core.drawing.palette import LEVELS
from som_core.errors import AtlasError
from testing.maps import a_map

# Four cells: the first has rows 0 to 2, the second row 3, the third none, the fourth rows 4 and 5.
MAP = a_map([[[0], [10], [20], [30]]], [[0], [0], [0], [10], [30], [30]])


def test_a_pie_counts_the_levels_of_the_cells_rows():
    pies = level_pies(MAP, pd.Series(["b", "a", "b", "a", None, "b"], name="kind"))
    assert (pies.names, pies.colours) == (("b", "a"), LEVELS[:2])
    assert pies.values.tolist() == [[2, 1], [0, 1], [0, 0], [1, 0]]
    assert pies.title == "Share of kind"


def test_a_cell_with_gaps_only_has_no_pie():
    pies = level_pies(MAP, pd.Series(["b", "a", "b", None, None, None], name="kind"))
    assert pies.values[1:].sum() == 0


def test_a_bar_is_the_percentile_of_the_cells_mean():
    low_to_high = pd.Series([1.0, 2, 3, 4, 1_000, 1_000], name="low to high")
    bars = mean_bars(MAP, [low_to_high, -low_to_high.rename("high to low")])
    # Means 2, 4, none and 1,000: a row as high as the mean counts as half below it.
    assert_allclose(bars.values[:, 0], [1.5 / 6, 3.5 / 6, np.nan, 5 / 6])
    assert_allclose(bars.values[:, 1], 1 - bars.values[:, 0])
    assert bars.names == ("low to high", "high to low")


def test_missing_values_count_in_no_bar_and_dates_do():
    days = pd.to_datetime(pd.Series(["2024-01-01", None, "2024-01-03", "2024-01-09", None, None]))
    bars = mean_bars(MAP, [days.rename("day")])
    assert_allclose(bars.values[:, 0], [1 / 3, 2.5 / 3, np.nan, np.nan])


def test_more_bars_than_can_be_told_apart_are_refused():
    columns = [pd.Series(np.arange(6.0), name=f"c{k}") for k in range(MOST_BARS + 1)]
    with pytest.raises(AtlasError, match="from 1 to 6"):
        mean_bars(MAP, columns)
