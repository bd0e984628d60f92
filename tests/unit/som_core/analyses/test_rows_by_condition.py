"""Rows are found by a condition as pandas finds them, and never by running what was typed."""

import operator
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.analyses.conditions import Column
from som_core.analyses.rows_by_condition import number_read_otherwise, rows_where
from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.reading import read_table
from testing.maps import a_map, a_table
from testing.payloads import HOSTILE_TEXTS

SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SHOP = read_table(
    b"income,region,date,at,zip\n"
    b"50000,north,2024-01-05,08:30,007\n"
    b"30000,south,2023-12-31,09:00,7x\n"
    b",north,2024-12-31,10:15,a\n"
    b"70000,,2025-01-01,23:59,\n"
    b"60000,North,,00:00,c\n",
    "shop.csv",
)


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNS)
@given(
    cells=st.lists(st.none() | st.integers(-3, 3) | st.floats(-3, 3), min_size=1),
    value=st.integers(-3, 3) | st.floats(-3, 3),
)
def test_numbers_compare_as_in_pandas_but_for_missing_ones(sign, cells, value):
    column = pd.Series(cells, dtype="float64")
    expected = SIGNS[sign](column, value) & column.notna()
    found = rows_where(a_table({"x": column}), f"x {sign} {value}")
    assert found.tolist() == np.flatnonzero(expected).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNS)
@given(cells=st.lists(st.none() | st.text("aAbz ", max_size=3), min_size=1), value=st.text("aAbz "))
def test_texts_compare_as_in_pandas_but_for_missing_ones(sign, cells, value):
    column = pd.Series([*cells, "a text"], dtype="str")
    expected = SIGNS[sign](column, value) & column.notna()
    found = rows_where(a_table({"x": column}), f'x {sign} "{value}"')
    assert found.tolist() == np.flatnonzero(expected).tolist()


@pytest.mark.parametrize("sign", SIGNS)
def test_days_compare_as_in_pandas(sign):
    days = pd.Series(pd.date_range("2023-12-25", periods=30, freq="7h"))
    table = read_table(pd.DataFrame({"day": days, "n": 1}).to_csv(index=False).encode(), "days.csv")
    expected = SIGNS[sign](days.dt.normalize(), pd.Timestamp("2023-12-31"))
    assert rows_where(table, f"day {sign} 2023-12-31").tolist() == np.flatnonzero(expected).tolist()


@given(
    cells=st.lists(st.none() | st.integers(0, 9), min_size=1),
    ends=st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
)
def test_a_range_has_both_ends_and_a_list_any_of_its_parts(cells, ends):
    low, high = ends
    column = pd.Series(cells, dtype="float64")
    table = a_table({"x": column})
    between = column.between(low, high)
    assert rows_where(table, f"x in {low}..{high}").tolist() == np.flatnonzero(between).tolist()
    listed = column.isin([low, high])
    assert rows_where(table, f"x in ({low}, {high})").tolist() == np.flatnonzero(listed).tolist()
    missing = np.flatnonzero(column.isna()).tolist()
    assert rows_where(table, "x is missing").tolist() == missing


@pytest.mark.parametrize(
    ("asked", "written"),
    [("x in 20..10", "10..20"), ("day in 2024-03..2024-02-28", "2024-02-28..2024-03")],
)
def test_a_range_that_is_upside_down_says_how_to_write_it(asked, written):
    table = read_table(b"x,day\n15,2024-02-29\n16,2024-03-01\n", "days.csv")
    with pytest.raises(AtlasError, match=rf"upside down.*Write .*: {re.escape(written)}\."):
        rows_where(table, asked)
    name = asked.partition(" ")[0]
    assert rows_where(table, f"{name} in {written}").tolist() == [0, 1]


@pytest.mark.slow
@given(
    cells=st.lists(st.none() | st.text("aAbz ", max_size=2), min_size=1),
    listed=st.lists(st.text("aAbz ", max_size=2), min_size=1, max_size=3),
)
def test_a_list_of_texts_is_that_of_pandas_and_not_turns_it(cells, listed):
    column = pd.Series([*cells, "a text"], dtype="str")
    table = a_table({"x": column})
    among = ", ".join(f'"{text}"' for text in listed)
    expected = column.isin(listed)
    assert rows_where(table, f"x in ({among})").tolist() == np.flatnonzero(expected).tolist()
    assert rows_where(table, f"x not in ({among})").tolist() == np.flatnonzero(~expected).tolist()
    known = np.flatnonzero(column.notna()).tolist()
    assert rows_where(table, "x is not missing").tolist() == known


@given(
    cells=st.lists(st.none() | st.text("aAbz%_.* ", max_size=4), min_size=1),
    part=st.text("aAbz%_.*", min_size=1, max_size=2),
)
def test_a_text_contains_another_in_any_case_and_no_sign_means_more_than_itself(cells, part):
    column = pd.Series([*cells, "a text"], dtype="str")
    expected = column.str.contains(part, case=False, regex=False, na=False)
    table = a_table({"x": column})
    found = rows_where(table, f'x contains "{part}"')
    assert found.tolist() == np.flatnonzero(expected).tolist()
    turned = rows_where(table, f'x not contains "{part}"')
    assert turned.tolist() == np.flatnonzero(~expected).tolist()


@given(
    st.lists(st.none() | st.integers(-100, 100), min_size=1).filter(
        lambda cells: any(cell is not None for cell in cells)
    ),
    st.integers(1, 100),
)
def test_the_top_is_what_reaches_the_quantile(cells, percent):
    column = pd.Series(cells, dtype="float64")
    table = a_table({"x": column})
    top = np.flatnonzero(column >= column.quantile(1 - percent / 100) - 1e-6)
    assert rows_where(table, f"x in top {percent} %").tolist() == top.tolist()
    bottom = np.flatnonzero(column <= column.quantile(percent / 100) + 1e-6)
    assert rows_where(table, f"x in bottom {percent} %").tolist() == bottom.tolist()


@pytest.mark.parametrize("value", [0.1, -7.3, 1e-300, 3e99])
def test_equal_values_are_all_in_the_top(value):
    table = a_table({"x": np.full(7, value)})
    assert len(rows_where(table, "x in top 30 %")) == 7
    assert len(rows_where(table, "x in bottom 30 %")) == 7


def test_ten_percent_of_a_hundred_are_ten():
    table = a_table({"x": np.arange(100.0)})
    assert rows_where(table, "x in top 10 %").tolist() == list(range(90, 100))
    assert rows_where(table, "x in bottom 10 %").tolist() == list(range(10))


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ('income > 40000 and region = "north"', [0]),
        ('income > 40000 or region = "north"', [0, 2, 3, 4]),
        ("date in 2024", [0, 2]),
        ("date > 2023-12-31", [0, 2, 3]),
        ("date <= 2023", [1]),
        ("date in 2023-12..2024-01", [0, 1]),
        ('date = "2024-01-05"', [0]),
        ("date in top 50 %", [2, 3]),
        ("at in 8:30..09:00", [0, 1]),
        ("at < 08:30", [4]),
        ("region is missing", [3]),
        ('region contains "OR"', [0, 2, 4]),
        ("income contains 5", [0]),
        ("date contains 12", [1, 2]),
        ("region is not missing", [0, 1, 2, 4]),
        ('zip in ("007", "c")', [0, 4]),
        ('zip = "7"', []),
    ],
)
def test_numbers_texts_dates_and_times_are_asked_alike(condition, rows):
    assert rows_where(SHOP, condition).tolist() == rows


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("income > 40000", [0, 3, 4]),
        ("not income > 40000", [1, 2]),
        ("not not income > 40000", [0, 3, 4]),
        ("income != 50000", [1, 3, 4]),
        ("not income = 50000", [1, 2, 3, 4]),
        ("income not in 0..50000", [2, 3, 4]),
        ("not (income > 40000 and date < 2025)", [1, 2, 3, 4]),
        ('not (income > 40000 or region = "south")', [2]),
        ('income > 40000 or region = "north"', [0, 2, 3, 4]),
        ("not income > 40000 or income is missing", [1, 2]),
    ],
)
def test_a_comparison_with_what_is_missing_is_false_and_not_turns_it(condition, rows):
    assert rows_where(SHOP, condition).tolist() == rows


def test_large_whole_numbers_are_told_apart():
    table = a_table({"id": np.array([2**53, 2**53 + 1, 2**62])})
    assert rows_where(table, f"id = {2**53 + 1}").tolist() == [1]
    assert rows_where(table, f"id < {10**30}").tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series(["True", "b", None], dtype="category"),
        pd.Series(["True", 2, None], dtype=object),
    ],
)
def test_levels_of_any_kind_are_texts(column):
    table = a_table({"x": column})
    assert rows_where(table, 'x = "True"').tolist() == [0]
    assert rows_where(table, 'x != "True"').tolist() == [1]


@given(
    st.text() | st.sampled_from([*HOSTILE_TEXTS.values(), "and", "missing", "cell", "group", "`"])
)
def test_a_column_of_any_name_is_only_a_name(name):
    table = a_table({"other": ["a", "b"], name: [1.0, 2.0]})
    assert rows_where(table, f"{Column(name)} > 1").tolist() == [1]


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values())
def test_a_text_of_any_kind_is_only_a_text(text):
    quoted = text.replace('"', '""')
    assert rows_where(a_table({"x": ["a", text]}), f'x = "{quoted}"').tolist() == [1]


def test_cells_are_those_of_the_map_and_rows_off_it_are_missing():
    m = a_map([[[0.0], [1], [2], [3]]], [[3.0], [0], [2]], rows=[1, 2, 4])
    table = a_table({"x": np.arange(5.0)})
    assert rows_where(table, "cell in 2..3", m=m).tolist() == [1, 4]
    assert rows_where(table, "not cell in 2..3", m=m).tolist() == [0, 2, 3]
    assert rows_where(table, "cell is missing", m=m).tolist() == [0, 3]
    with pytest.raises(AtlasError, match=r"“cell” .* is a number of the map, in which no text"):
        rows_where(table, "cell contains 3", m=m)
    own = a_table({"cell": np.arange(5.0)})
    assert rows_where(own, "cell = 3", m=m).tolist() == [3]
    assert rows_where(own, "`cell (map)` = 3", m=m).tolist() == [1]


def test_rows_are_asked_by_the_groups_that_hold_them():
    table = a_table({"x": np.arange(4.0)})
    groups = [Group("large orders", [1, 2]), Group("late", [2, 3])]
    assert rows_where(table, 'group = "late"', groups=groups).tolist() == [2, 3]
    assert rows_where(table, 'group != "late"', groups=groups).tolist() == [0, 1]
    assert rows_where(table, "group is missing", groups=groups).tolist() == [0]
    assert rows_where(table, "group is missing").tolist() == [0, 1, 2, 3]
    both = rows_where(table, 'group in ("late", "large orders") and x > 1', groups=groups)
    assert both.tolist() == [2, 3]
    with pytest.raises(AtlasError, match=r"no group “lat” \(character 9\). Did you mean “late”"):
        rows_where(table, 'group = "lat"', groups=groups)
    with pytest.raises(AtlasError, match="groups have no order"):
        rows_where(table, 'group > "late"', groups=groups)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("incme > 3", r"There is no column “incme” \(character 1\)\. Did you mean “income”\?"),
        ("at = 9:00 and Region is missing", r"no column “Region” \(character 15\).* “region”\?"),
        ("qqq is missing", "There is no column “qqq” .* There are “income”, “region”, “date”"),
        ('income = "x"', r"“x” \(character 10\) is no number, but “income” holds numbers"),
        ("income < 1e999", "“1e999” .* is no number"),
        ('income < "nan"', "“nan” .* is no number"),
        ("zip = 007", r"“zip” holds texts\. Put “007” \(character 7\) in quotation marks: \"007\""),
        ("date = 2024-13", r"“2024-13” \(character 8\) is no date.* such as 2024-03-31"),
        ('date = "now"', "“now” .* is no date"),
        ("at > 8", "“8” .* is no time, but “at” holds times.* such as 08:30"),
        ("at > 25:00", "“25:00” .* is no time"),
        ("income in top 0 %", "“0” .* is no percentage of rows: give more than 0 and at most 100"),
        ("region in top 5 %", "“region” .* holds texts, which have no top values"),
        ("cell = 3", r"“cell” \(character 1\) asks for the cells of a map, and there is none here"),
        ('group = "a"', "There is no group “a” .* There are none"),
        ("income.__class__ = 1", "There is no column “income.__class__”"),
    ],
)
def test_a_fault_names_the_word_its_place_and_the_way_out(condition, sentence):
    with pytest.raises(AtlasError, match=sentence):
        rows_where(SHOP, condition)


def test_an_empty_table_has_no_rows_to_find():
    table = SHOP.of_rows([])
    for condition in ("income > 1", "income in top 5 %", 'region = "a"', "date in 2024"):
        assert rows_where(table, condition).tolist() == []


GERMAN = read_table(
    b"datum;seit;umsatz;plz\n"
    b"01.06.2024;2/13/2024;1.234,5;10115\n"
    b"03.07.2024;2/3/2024;4.800,0;20095\n"
    b"04.08.2024;5/6/2024;4,5;80331\n",
    "kunden.csv",
)


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("datum = 1.6.2024", [0]),
        ("datum > 01.06.2024", [1, 2]),
        ("datum in 01.07.2024..31.07.2024", [1]),
        ('datum = "03.07.2024"', [1]),
        ("seit = 2/13/2024", [0]),  # as the file has it: the month comes first
        ("seit in (2/3/2024, 06.05.2024)", [1, 2]),  # between points the day does
    ],
)
def test_a_day_may_be_written_as_in_the_file(condition, rows):
    assert rows_where(GERMAN, condition).tolist() == rows


@pytest.mark.parametrize("typed", ["32.01.2024", "1/6/2024"])
def test_what_is_no_day_or_could_be_two_is_refused(typed):
    with pytest.raises(AtlasError, match=r"is no date.* such as 2024-03-31"):
        rows_where(SHOP, f"date = {typed}")


def test_a_point_that_may_part_thousands_in_the_file_is_named():
    said = number_read_otherwise(GERMAN, "umsatz > 4.800 and datum in 2024")
    assert "“4.800” (character 10) was read with a decimal point" in said
    assert "If thousands were meant, write 4800." in said
    assert rows_where(GERMAN, "umsatz > 4.800").tolist() == [0, 1]


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        (GERMAN, "umsatz > 4.8"),
        (GERMAN, "umsatz > 4800"),
        (GERMAN, "umsatz > 0.125"),
        (GERMAN, "umsatz in top 1.125 %"),
        (GERMAN, 'umsatz contains "4.800"'),
        (GERMAN, 'nothing = "4.800"'),
        (SHOP, "income > 4.800"),
    ],
)
def test_what_can_mean_but_one_number_is_not(table, condition):
    assert number_read_otherwise(table, condition) == ""
