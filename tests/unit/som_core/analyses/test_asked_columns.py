import numpy as np
import pytest

from som_core.analyses.asked_columns import asked_columns
from som_core.analyses.joining import joined
from testing.maps import a_table

TABLE = a_table({"age": [20, 30, 40], "home": ["Oslo", "Rome", "Oslo"], "born": ["Oslo", "", "x"]})


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ([], ()),
        (['home = "Oslo" and age > 1'], ("age", "home")),
        (["oslo"], ("home", "born")),
        (["cell in 3..7"], ()),
        (["cell in 3..7 and age > 1"], ("age",)),
        (["by hand"], ()),
        (["oslo", "age > 1"], ("age", "home", "born")),
    ],
)
def test_the_columns_by_which_rows_were_found_are_known(asked, columns):
    assert asked_columns(TABLE, np.array([0, 2]), asked) == columns


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ("gdp > 3 and age > 1", ("age", "home", "gdp")),
        ('home = "Oslo"', ("home", "gdp", "continent")),
        ("europe", ("home", "continent")),
        ("age > 1", ("age",)),
    ],
)
def test_the_key_of_a_join_and_what_is_joined_by_it_choose_alike(asked, columns):
    homes = a_table({"home": ["Oslo", "Rome"], "gdp": [5, 3], "continent": ["Europe", "Europe"]})
    table = joined(TABLE, homes, "home", "home")
    assert asked_columns(table, np.array([0, 2]), [asked]) == columns


@pytest.mark.parametrize(
    ("asked", "rows", "columns"),
    [
        ("gdp > 3", [0, 1, 4, 5], ("home",)),
        ("gdp > 3 and age > 1", [0, 1, 4, 5], ("home", "age")),
        ("gdp > 3", [0, 1, 4], ()),
        ("cell in 3..7", [0, 1, 4, 5], ()),
    ],
)
def test_a_key_that_decided_is_known_after_what_was_joined_by_it_is_gone(asked, rows, columns):
    homes = ["Oslo", "Oslo", "Rome", "Rome", "Bonn", "Bonn"]
    table = a_table({"home": homes, "age": range(6), "sex": ["f", "m"] * 3})
    assert asked_columns(table, np.array(rows), [asked]) == columns
