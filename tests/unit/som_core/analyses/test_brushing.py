"""What is brushed is a condition, and a condition is shown with its own bounds, row for row."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.analyses.brushing import (
    AskedRange,
    brush_condition,
    brushed_ranges,
    brushed_rows,
    drawn_ranges,
    range_condition,
)
from som_core.analyses.column_bins import bin_counts, column_bins
from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.rows_by_condition import rows_where
from som_core.errors import AtlasError
from testing.maps import a_map, a_shop, a_table
from testing.payloads import HOSTILE_TEXTS

N_ROWS = 300
SHOP = a_shop(N_ROWS)
M = a_map([[[0.0], [1.0]]], np.zeros((N_ROWS, 1)), rows=np.arange(N_ROWS))
INCOME, AGE, REGION, DATE, AT = COLUMNS = [column_bins(M, SHOP, name) for name in SHOP.frame]


def shown(asked):
    return brushed_ranges(M, SHOP, COLUMNS, asked)


def check_rows(asked):
    """Check that what is shown of a condition holds just its rows."""
    found = np.flatnonzero(brushed_rows(COLUMNS, shown(asked)))
    assert found.tolist() == rows_where(SHOP, asked).tolist()


def test_ranges_on_several_columns_combine_by_and():
    ranges = {"age": (2, 5), "region": (1, 1)}
    condition = brush_condition(COLUMNS, ranges)
    assert condition == 'age in 22..29 and region in "north"'
    found = np.flatnonzero(brushed_rows(COLUMNS, ranges))
    assert found.tolist() == rows_where(SHOP, condition).tolist()
    counts = bin_counts(REGION, brushed_rows(COLUMNS, ranges))
    assert counts.tolist() == [0, len(found), 0]


@pytest.mark.slow
@given(
    st.dictionaries(
        st.sampled_from(["income", "age", "region", "date"]), st.tuples(*[st.integers(0, 2)] * 2)
    )
)
def test_a_condition_gives_its_ranges_back(ranges):
    in_order = {name: (min(bins), max(bins)) for name, bins in ranges.items()}
    parts = {name: bins for name, bins in in_order.items() if (name, bins) != ("region", (0, 2))}
    assert shown(brush_condition(COLUMNS, parts)) == parts


def test_a_range_that_ends_in_empty_bins_comes_back_as_long_as_it_was():
    table = a_table({"x": [0.0, 1.0, 2.0, 50.0, 98.0, 99.0, 100.0]})
    m = a_map([[[0.0]]], np.zeros((7, 1)))
    x = column_bins(m, table, "x")
    middle = (5, len(x.ends) - 6)  # the one value in the middle, and nothing around it
    asked = brush_condition([x], {"x": middle})
    assert brushed_ranges(m, table, [x], asked) == {"x": middle}


@pytest.mark.parametrize(
    "asked",
    ["north", "age > 20 or region = 'north'", "age is missing", "nothing = 3", "age > 1000"],
)
def test_what_can_not_be_shown_on_columns_gives_none(asked):
    assert shown(asked) == {}


def test_missing_values_are_shown_on_their_column_though_they_have_no_bin():
    (one,) = shown("income is missing").values()
    assert (one.bins, one.words, one.bounds) == (None, "is missing", ("", ""))
    check_rows("income is missing")


def test_a_condition_typed_by_hand_is_shown_where_bins_say_the_same():
    typed = "age >= 20 and not (age > 29) and region = 'north'"
    assert shown(typed) == {"age": (1, 5), "region": (1, 1)}


@pytest.mark.parametrize(
    ("asked", "bounds", "words"),
    [
        ("income > 30", ("> 30", ""), "> 30"),  # 30 is the edge of a bin, and not in it
        ("income >= 30.25", ("30.25", ""), ">= 30.25"),
        ("income <= 7", ("", "7"), "<= 7"),
        ("income < 12.1 and income > 3.5", ("> 3.5", "< 12.1"), "< 12.1 and > 3.5"),
        ("age in 21..44", ("21", "44"), "in 21..44"),
        ("age = 33", ("33", "33"), "= 33"),
        ("date >= 2021-02-03", ("2021-02-03", ""), ">= 2021-02-03"),
        ("date in 2021", ("2021", "2021"), "in 2021"),
        ("at in 06:30..07:10", ("06:30", "07:10"), "in 06:30..07:10"),
        ("income in top 10 %", ("", ""), "in top 10 %"),
        ("age in (20..29, 40)", ("", ""), "in (20..29, 40)"),
        ("age != 30", ("", ""), "!= 30"),
        ('region in ("east", "south")', ("", ""), 'in ("east", "south")'),
        ("income > 40 or income is missing", ("", ""), "income > 40 or income is missing"),
    ],
)
def test_a_condition_is_shown_with_its_own_bounds_and_its_own_rows(asked, bounds, words):
    (one,) = shown(asked).values()
    assert isinstance(one, AskedRange)
    assert (one.bounds, one.words) == (bounds, words)
    check_rows(asked)


def test_bounds_of_its_own_stand_beside_ranges_of_bins():
    asked = "income > 30.1 and age in 20..29 and region = 'north'"
    found = shown(asked)
    assert found["income"].bounds == ("> 30.1", "")
    assert (found["age"], found["region"]) == ((1, 5), (1, 1))
    check_rows(asked)


@pytest.mark.parametrize(
    ("column", "ends", "condition"),
    [
        (INCOME, ("30.5", ""), "income >= 30.5"),
        (INCOME, (" > 30.5 ", "≤40"), "income > 30.5 and income <= 40"),
        (INCOME, ("", "<40"), "income < 40"),
        (INCOME, ("12", "40.5"), "income in 12..40.5"),
        (INCOME, (0, "40.5"), "income <= 40.5"),  # from the first bin on: open
        (INCOME, (5, "40.5"), f"income in {INCOME.ends[5][0]}..40.5"),
        (INCOME, ("-1,234.5", 7), f"income >= -1234.5 and income < {INCOME.ends[7][1]}"),
        (AGE, ("1,000", 5), "age in 1000..29"),
        (INCOME, ("30,5", "5.000,125"), "income in 30.5..5000.125"),
        (INCOME, ("-5000,1234", ""), "income >= -5000.1234"),
        (AGE, ("20", "29"), "age in 20..29"),
        (DATE, ("2021", "2022-03"), "date in 2021..2022-03"),
        (AT, ("6:30", ""), "at >= 6:30"),
        (AGE, ("", ""), None),
        (AGE, (0, len(AGE.ends) - 1), None),
        (AGE, (0, ""), None),
    ],
)
def test_bounds_that_are_typed_are_a_condition(column, ends, condition):
    found = range_condition(column, ends)
    assert (None if found is None else str(found)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "5 or age = 3",
        "1,5,7",
        "= 5",
        ">",
        "30 40",
        "5) or (age = 3",
        *HOSTILE_TEXTS.values(),
    ],
)
def test_what_is_no_bound_is_refused_and_never_becomes_more_of_the_condition(text):
    if not text.strip():
        pytest.skip("an open end")
    with pytest.raises(AtlasError, match="is no bound of “age”"):
        range_condition(AGE, ("20", text))


def test_a_sign_stands_on_its_own_side():
    with pytest.raises(AtlasError, match="“>=” or “>”"):
        range_condition(AGE, ("< 20", ""))
    with pytest.raises(AtlasError, match="“<=” or “<”"):
        range_condition(AGE, ("", "> 20"))


@pytest.mark.slow
@given(st.tuples(st.floats(-10, 70), st.floats(-10, 70)).map(sorted), st.booleans(), st.booleans())
def test_rows_between_bounds_are_those_that_pandas_finds(bounds, without_low, without_high):
    low, high = bounds
    ends = (f"{'>' * without_low}{low:.3f}", f"{'<' * without_high}{high:.3f}")
    condition = brush_condition(COLUMNS, {"income": ends})
    low, high, income = round(low, 3), round(high, 3), SHOP.frame["income"].astype(float)
    meets = (income > low) if without_low else (income >= low)
    meets &= (income < high) if without_high else (income <= high)
    assert rows_where(SHOP, condition).tolist() == np.flatnonzero(meets).tolist()
    if meets.any():
        check_rows(condition)


def test_what_a_browser_sends_while_it_drags_is_drawn_with_its_rows():
    sent = {"income": parse_condition("income > 30.1"), "age": (2, 5), "at": ("", "")}
    found = drawn_ranges(M, SHOP, COLUMNS, sent)
    assert found.keys() == {"income", "age"}
    expected = rows_where(SHOP, brush_condition(COLUMNS, sent))
    assert np.flatnonzero(brushed_rows(COLUMNS, found)).tolist() == expected.tolist()


def test_levels_from_anywhere_are_only_compared():
    table = a_table({"x": pd.Series([*HOSTILE_TEXTS.values(), "a", "a"], dtype="str")})
    table = type(table)(table.frame, "t", table.dialect, known_kinds={"x": "category"})
    m = a_map([[[0.0]]], np.zeros((len(table.frame), 1)))
    x = column_bins(m, table, "x")
    for place in range(len(x.ends)):
        found = brushed_ranges(m, table, [x], brush_condition([x], {"x": (place, place)}))
        assert found == {"x": (place, place)}
