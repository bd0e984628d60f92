"""Rows counted in a range of bins are those that its condition finds, whatever the column holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.analyses.brushing import brush_condition, brushed_rows
from som_core.analyses.column_bins import MISSING, MOST_BINS, bin_counts, column_bins
from som_core.analyses.rows_by_condition import rows_where
from testing.maps import a_map, a_shop, a_table
from testing.payloads import HOSTILE_TEXTS

SHOP = a_shop(400)


def a_map_of(table, rows=None):
    rows = np.arange(len(table.frame)) if rows is None else np.asarray(rows)
    return a_map([[[0.0], [1.0]]], np.zeros((len(rows), 1)), rows=rows)


def binned(table, name, m=None):
    return column_bins(m or a_map_of(table), table, name)


def names_of(column):
    return [first for first, _ in column.ends]


def check_ranges(table, name, m=None):
    """Check that bins and condition agree on ranges that begin and end anywhere."""
    m = m or a_map_of(table)
    column = binned(table, name, m)
    n_bins = len(column.ends)
    assert 1 <= n_bins <= MOST_BINS
    for first in range(n_bins):
        for last in {first, min(first + 3, n_bins - 1), n_bins - 1}:
            condition = brush_condition([column], {name: (first, last)})
            if (first, last) == (0, n_bins - 1):
                assert condition == ""
                continue
            found = np.isin(m.rows, rows_where(table, condition))
            assert found.tolist() == brushed_rows([column], {name: (first, last)}).tolist()


@pytest.mark.parametrize("name", ["income", "age", "region", "date", "at"])
def test_a_range_of_bins_is_its_condition(name):
    check_ranges(SHOP, name)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.none()
        | st.floats(-1e6, 1e6)
        | st.integers(-50, 50).map(float)
        | st.floats(-1e-6, 1e-6)
        | st.floats(1e15, 1e20),
        min_size=2,
        max_size=30,
    ).filter(lambda cells: any(cell is not None for cell in cells))
)
def test_numbers_of_any_size_lie_in_the_bins_that_their_condition_says(cells):
    check_ranges(a_table({"x": pd.Series(cells, dtype=float)}), "x")


@pytest.mark.slow
@given(st.lists(st.none() | st.sampled_from([*HOSTILE_TEXTS, "a", 'b"', "c`"]), min_size=1))
def test_levels_from_anywhere_are_only_compared(cells):
    table = a_table({"x": pd.Series([*cells, "a"], dtype="str")})
    table = type(table)(table.frame, "t", table.dialect, known_kinds={"x": "category"})
    check_ranges(table, "x")


@pytest.mark.parametrize("days", [0.5, 3, 20, 100, 900, 9_000, 90_000])
def test_dates_fall_into_bins_of_a_calendar(days):
    moments = pd.date_range("1871-05-03", periods=70, freq=f"{int(days * 1234)}s", unit="s")
    texts = pd.Series(moments.strftime("%Y-%m-%d %H:%M:%S").tolist(), dtype="str")
    check_ranges(a_table({"x": texts}), "x")


def test_edges_are_round_numbers_and_conditions_can_be_read():
    table = a_table({"income": np.linspace(12_345, 61_234, 500) + 0.5, "age": np.arange(500) % 80})
    income, age = binned(table, "income"), binned(table, "age")
    assert income.ends[:2] == (("12,000", "14,000"), ("14,000", "16,000"))
    assert brush_condition([income], {"income": (4, 8)}) == "income >= 20000 and income < 30000"
    assert age.ends[:2] == (("0", "4"), ("5", "9"))
    assert brush_condition([age], {"age": (4, 5)}) == "age in 20..29"
    assert brush_condition([age], {"age": (0, 5)}) == "age <= 29"
    assert brush_condition([age], {"age": (4, 15)}) == "age >= 20"


def test_dates_and_levels_are_said_as_people_say_them():
    date = binned(SHOP, "date")
    assert date.ends[0] == ("2020-01", "2020-03")
    assert brush_condition([date], {"date": (1, 2)}) == "date in 2020-04..2020-09"
    region = binned(SHOP, "region")
    assert names_of(region) == ["east", "north", "south"]
    assert brush_condition([region], {"region": (0, 1)}) == 'region in ("east", "north")'


def test_a_few_wild_values_leave_bins_for_the_others():
    values = np.append(np.linspace(0, 10, 1000), [1e6, -1e6])
    column = binned(a_table({"x": values}), "x")
    assert np.count_nonzero(bin_counts(column, np.ones(1002, dtype=bool))) > 10
    assert (column.ends[0][0], column.ends[-1][1]) == ("", "")  # they hold the wild ones, too
    check_ranges(a_table({"x": values}), "x")


@pytest.mark.slow
def test_rare_levels_share_the_last_bin():
    levels = [f"level {k}" for k in range(60)] * 2 + ["often"] * 9
    table = a_table({"x": pd.Series([*levels, None], dtype="str")})
    table = type(table)(table.frame, "t", table.dialect, known_kinds={"x": "category"})
    column = binned(table, "x")
    names = names_of(column)
    assert (names[0], names[-1], len(names)) == ("often", "other", 40)
    check_ranges(table, "x")


def test_codes_of_classes_are_compared_as_numbers():
    table = a_table({"x": pd.Series([1, 2, 3, 3] * 10)})
    table = type(table)(table.frame, "t", table.dialect, known_kinds={"x": "category"})
    assert names_of(binned(table, "x")) == ["3", "1", "2"]
    check_ranges(table, "x")


def test_rows_that_are_not_on_the_map_do_not_count():
    m = a_map_of(SHOP, rows=np.arange(5, 300, 3))
    column = binned(SHOP, "income", m)
    assert len(column.codes) == len(m.rows)
    check_ranges(SHOP, "income", m)


def test_a_column_without_values_has_no_bins():
    assert binned(a_table({"x": [np.nan, np.nan]}), "x") is None


def test_missing_values_are_in_no_bin():
    assert (binned(SHOP, "region").codes[3::4] == MISSING).all()
