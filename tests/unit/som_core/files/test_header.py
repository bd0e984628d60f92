"""Names are told from rows by how they differ from what stands below them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.files.header import HeaderPlace, header_place, joined_names

few_examples = settings(max_examples=100, deadline=None)
NUMBERS = [[f"{i}.5", f"{90 - i}", f"{i * i % 17}"] for i in range(20)]


@pytest.mark.parametrize(
    ("above", "place"),
    [
        ([["a", "b", "c"]], HeaderPlace(0, 1)),
        ([["x", "X", "2020"]], HeaderPlace(0, 1)),
        ([["title"], ["a", "b", "c"]], HeaderPlace(1, 1)),
        ([["a", "b", "c"], ["kg", "m", "s"]], HeaderPlace(0, 1, 1)),
        ([["a", "b", "c"], ["kg", "", ""]], HeaderPlace(0, 1, 1)),
        ([["a", "b", "c"], ["kg", "", "5"]], HeaderPlace(0, 1)),
        ([["p", "", "q"], ["a", "b", "b"]], HeaderPlace(0, 2)),
        ([["2023", "", "2024"], ["n", "mean", "n"]], HeaderPlace(0, 2)),
        ([["2019", "2020", "2021"]], HeaderPlace(0, 1)),
        ([["0–5", "5–10", "10–20"]], HeaderPlace(0, 1)),
        ([["900.5", "901.5", "902.5"]], HeaderPlace(0, 1)),
        ([["# a", "b", "c"]], HeaderPlace(0, 1)),
        ([["1", "2", "3"], ["a", "b", "c"]], HeaderPlace(1, 1)),
        ([], HeaderPlace(0, 0)),
        ([["1.5", "2", "5"]], HeaderPlace(0, 0)),
        ([["", "2", "5"]], HeaderPlace(0, 0)),
    ],
    ids=str,
)
def test_names_are_found_above_numbers(above, place):
    assert header_place([*above, *NUMBERS]) == place


@few_examples
@given(
    seed=st.integers(0, 1000),
    n_rows=st.integers(2, 40),
    n_columns=st.integers(1, 8),
    sort=st.booleans(),
)
def test_numbers_alone_have_no_names(seed, n_rows, n_columns, sort):
    values = np.random.default_rng(seed).normal(size=(n_rows, n_columns)).round(3)
    if sort:
        values = np.sort(np.sort(values, axis=0), axis=1)
    assert header_place(values.astype(str).tolist()) == HeaderPlace(0, 0)


@few_examples
@given(
    names=st.lists(st.text("abcdefgh", min_size=1), min_size=1, max_size=6, unique=True),
    n_rows=st.integers(1, 30),
    seed=st.integers(0, 1000),
)
def test_words_above_numbers_are_names(names, n_rows, seed):
    values = np.random.default_rng(seed).normal(size=(n_rows, len(names))).round(3)
    assert header_place([names, *values.astype(str).tolist()]) == HeaderPlace(0, 1)


def test_a_group_is_carried_on_to_the_next_name():
    together = joined_names([["", "before", "", "after"], ["id", "x", "y", "x"]])
    assert together == ["id", "before x", "before y", "after x"]
