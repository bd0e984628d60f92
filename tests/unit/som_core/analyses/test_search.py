import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core import find_rows
from som_core.analyses.search import columns_that_mention, rows_that_mention, written_rows
from testing.maps import a_table

FRAME = pd.DataFrame({"name": ["Ana (1)", "Bob", None], "size": [1.5, 21.0, 3.0]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", [True, False, False]),
        ("21", [False, True, False]),
        ("(1)", [True, False, False]),
        ("nobody", [False, False, False]),
    ],
)
def test_rows_are_found_by_any_column_in_any_case(text, found):
    assert rows_that_mention(FRAME, text).tolist() == found


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("tRUE", pd.Series([True, False, None], dtype="boolean")),
        ("2024-01", pd.Series(pd.to_datetime(["2024-01-31", "2023-01-31", None]))),
        ("é", pd.Series(["CAFÉ", "cafe", ""])),
        (".5", pd.Series([0.5, 5, np.nan])),
        ("017", pd.Series([2**53 + 25, 17, 2])),
        ("low", pd.Series(["low", "high", None], dtype="category")),
        ("a.b", pd.Series(["a.b", "axb", 1], dtype=object)),
    ],
)
def test_columns_of_every_kind_are_searched_as_they_are_shown(text, column):
    assert rows_that_mention(column.to_frame("any"), text).tolist() == [True, False, False]


def test_the_columns_that_hold_a_text_are_named():
    assert columns_that_mention(FRAME, "1") == ("name", "size")
    assert columns_that_mention(FRAME, "BOB") == ("name",)
    assert columns_that_mention(FRAME, "nobody") == ()


def test_an_empty_table_has_no_rows_to_find():
    assert len(rows_that_mention(FRAME.iloc[:0], "a")) == 0


def test_positions_of_the_rows_are_given_of_a_table():
    assert find_rows(a_table(FRAME), "an").tolist() == [0]


letters = st.sampled_from("abAB\x1f 1ſßİσΣς.-") | st.characters()


@given(
    st.lists(st.tuples(st.none() | st.text(letters), st.none() | st.integers()), min_size=1),
    st.text(letters, max_size=2),
)
def test_rows_that_were_written_out_before_are_found_alike(cells, text):
    table = a_table(
        {
            "word": pd.Series([word for word, _ in cells], dtype="str"),
            "number": pd.Series([number for _, number in cells], dtype="float64"),
        }
    )
    found = find_rows(table, text, written=written_rows(table))
    assert found.tolist() == find_rows(table, text).tolist()
