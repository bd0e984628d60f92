import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from som_core import AtlasError, explain, joined, prepare, suggest_recipe
from som_core.analyses.explanation import BY_KEY, SHAPED
from som_core.analyses.joining import likeliest_keys, matches, rows_without_match
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table

CUSTOMERS = a_table({"name": ["Ana", "Bob", "Cy", "Dee"], "from": ["NO", "SE", "NO", None]})
COUNTRIES = a_table(
    {
        "code": ["SE", "NO", "FI"],
        "people": [10, 5, 6],
        "since": ["0970-01-01", "1814-05-17", "1917-12-06"],
        "name": ["Sweden", "Norway", "Finland"],
    }
)


def test_each_row_gets_the_columns_of_its_key():
    both = joined(CUSTOMERS, COUNTRIES, "from", "code")
    merged = CUSTOMERS.frame.merge(
        COUNTRIES.frame, how="left", left_on="from", right_on="code", suffixes=("", " (map)")
    ).drop(columns="code")
    assert_frame_equal(both.frame, merged)
    assert both.name == CUSTOMERS.name


def test_dates_and_kinds_come_along():
    both = joined(CUSTOMERS, COUNTRIES, "from", "code")
    assert both.kinds["since"] == "date"
    assert both.dates["since"].tolist()[:3] == [
        pd.Timestamp("1814-05-17"),
        pd.Timestamp("0970-01-01"),
        pd.Timestamp("1814-05-17"),
    ]
    assert pd.isna(both.dates["since"][3])
    assert both.kinds["from"] == CUSTOMERS.kinds["from"]


def test_what_found_no_row_is_counted_and_named():
    (remark,) = joined(CUSTOMERS, COUNTRIES, "from", "code").remarks
    assert str(remark) == (
        "“a table” is joined by “from”: 3 of 4 rows found their row there, by 2 keys. 1 row has "
        "no “from”: the added columns are missing there. 1 row of it belongs to no row here."
    )


@pytest.mark.parametrize(
    ("keys", "other_keys", "found"),
    [
        ([7, 8], ["007", "8"], [False, True]),  # as they are written
        (["7", "8"], [7, 8], [True, True]),
        ([7.0, np.nan], [7, 8], [True, False]),
        (["a", "b"], ["b", "A"], [False, True]),
        ([1, 2], [np.nan, 2.0], [False, True]),
    ],
)
def test_kinds_of_keys_are_matched(keys, other_keys, found):
    both = joined(a_table({"k": keys}), a_table({"k2": other_keys, "v": [1, 2]}), "k", "k2")
    assert both.frame["v"].notna().tolist() == found


def test_a_key_in_several_rows_is_refused():
    with pytest.raises(AtlasError, match=r"“from” of “a table” holds “NO” 2 times"):
        joined(COUNTRIES, CUSTOMERS, "code", "from")


def test_keys_that_never_match_are_shown():
    with pytest.raises(
        AtlasError, match=r"“Ana”, “Bob” and “Cy” here and “SE”, “NO” and “FI” there"
    ):
        joined(CUSTOMERS, COUNTRIES, "name", "code")


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(AtlasError, match=r"no column “country”. It has “name”, “from”"):
        joined(CUSTOMERS, COUNTRIES, "country", "code")


def test_the_joined_table_can_be_mapped():
    rng = np.random.default_rng(0)
    rows = a_table({"k": rng.integers(0, 5, 100), "x": rng.normal(size=100)})
    facts = a_table({"k": range(5), "fact": [1.5, 2.5, 0.5, 3.5, 2.0]})
    both = joined(rows, facts, "k", "k")
    assert np.array_equal(both.frame["fact"], facts.frame["fact"].to_numpy()[rows.frame["k"]])
    assert "fact" in prepare(both, suggest_recipe(both)).features


def test_what_would_match_is_known_before():
    found = matches(CUSTOMERS, COUNTRIES, "from", "code")
    assert (found.n_rows, found.n_keys, found.n_unused, found.as_written) == (4, 2, 1, True)
    assert found.rows_without.tolist() == [3]
    assert found.keys_without.empty, "the row has no key"
    found = matches(a_table({"k": [7, 8, 8, 9]}), a_table({"k": [7, 1], "v": [1, 2]}), "k", "k")
    assert found.keys_without.to_dict() == {8: 2, 9: 1}
    assert not found.as_written
    assert found.in_words == (
        "1 of 4 rows found their row there, by 1 key. 3 rows with “8” and “9” found none: the "
        "added columns are missing there. 1 row of it belongs to no row here."
    )


def test_a_row_of_the_other_table_without_a_key_belongs_to_no_row():
    found = matches(
        CUSTOMERS, a_table({"code": ["NO", None, None], "v": [1, 2, 3]}), "from", "code"
    )
    assert "2 rows of it belong to no row here" in found.in_words


def test_rows_without_a_key_are_told_apart_from_those_whose_key_is_not_there():
    lands = a_table({"land": ["NO"] + 3 * ["Narnia"] + [None, None]})
    found = matches(lands, a_table({"code": ["NO"], "v": [1]}), "land", "code")
    assert "3 rows with “Narnia” found none; 2 rows have no “land”: the added" in found.in_words
    many = a_table({"land": [f"land {k:02}" for k in range(12)] + ["NO"]})
    found = matches(many, a_table({"code": ["NO"], "v": [1]}), "land", "code")
    assert "12 rows with “land 00”, “land 01”, “land 02” and 9 more found none" in found.in_words


@pytest.mark.parametrize(
    ("keys", "other_keys", "said"),
    [
        (["norway", "peru", "x"], ["Norway", "Peru", "y"],
         "2 keys differ only by capitals, such as “norway” and “Norway”."),
        (["Peru ", "x"], ["Peru", "y"],
         "1 key differs only by blanks at the ends, such as “Peru”."),
        (["Co\u0302te d'Ivoire"], ["C\u00f4te d'Ivoire"],
         "1 key differs only by how accents are encoded, such as “Co\u0302te d'Ivoire”."),
        (["007", "010", "x"], [7, 10, 0],
         "2 keys differ only by zeros in front, such as “007” and “7”."),
        (["PERU ", "x"], ["Peru", "y"],
         "1 key differs only by capitals, blanks and the like at once, such as “PERU” and “Peru”."),
    ],
)  # fmt: skip
def test_keys_that_look_equal_are_named_with_what_they_differ_by(keys, other_keys, said):
    other = a_table({"k": other_keys, "v": range(len(other_keys))})
    found = matches(a_table({"k": keys}), other, "k", "k")
    assert found.near_misses == (said,)
    assert said in found.in_words
    with pytest.raises(AtlasError, match=said.rstrip(".")):
        joined(a_table({"k": keys}), other, "k", "k")


def test_keys_that_are_there_miss_nothing():
    other = a_table({"k": ["Peru", "peru"], "v": [1, 2]})
    assert matches(a_table({"k": ["Peru", "x"]}), other, "k", "k").near_misses == ()


def test_the_likeliest_keys_are_those_by_which_most_rows_match():
    assert likeliest_keys(CUSTOMERS, COUNTRIES) == ("from", "code")
    people = a_table({"children": [0, 1, 2, 1], "land": ["NO", "SE", "NO", "XX"]})
    lands = a_table({"rank": [0, 1, 2], "land": ["SE", "NO", "FI"]})
    assert likeliest_keys(people, lands) == ("land", "land"), "of equal names"
    assert likeliest_keys(people, a_table({"v": [8, 9]})) is None
    no_key = a_table({"land": ["NO", "NO"], "v": [8, 9]})
    assert likeliest_keys(CUSTOMERS, no_key) is None, "no country stands once there"


def test_columns_of_equal_names_are_the_keys_even_where_they_cannot_be_joined():
    lands = [f"land {k:02}" for k in range(10)]
    rows = a_table({"children": [*range(5)] * 20, "Land": lands * 10})
    twice = a_table({"gdp": [*range(11)], "land": [*lands, lands[0]]})
    assert likeliest_keys(rows, twice) == ("Land", "land")
    with pytest.raises(AtlasError, match="“land 00” 2 times"):
        matches(rows, twice, "Land", "land")
    branches = a_table(
        {"children": [*range(1, 11)] * 11, "branch": [f"{k:03}" for k in range(1, 12)] * 10}
    )
    numbers = a_table({"branch": [*range(1, 8)], "size": [30.5 + k for k in range(7)]})
    assert likeliest_keys(branches, numbers) == ("branch", "branch")
    assert matches(branches, numbers, "branch", "branch").n_keys == 0
    few = a_table({"land": lands[:3], "rank": [1, 2, 3]})
    assert likeliest_keys(rows, few) == ("Land", "land"), "texts don't match by chance"


def test_keys_that_can_be_joined_come_before_columns_of_equal_names_that_repeat():
    lands = [f"land {k:02}" for k in range(10)]
    rows = a_table({"continent": ["east", "west"] * 10, "from": lands * 2, "id": range(20)})
    facts = a_table({"code": lands, "continent": ["east", "west"] * 5, "id": range(50, 60)})
    assert likeliest_keys(rows, facts) == ("from", "code")


def test_noise_that_matches_few_rows_is_no_key():
    rows = a_table({"and": [*range(10)] * 10})
    assert likeliest_keys(rows, a_table({"gdp": [1, 2, 77]})) is None


def test_a_joined_table_knows_what_it_was_joined_of():
    both = joined(CUSTOMERS, COUNTRIES, "from", "code")
    assert both.joined_columns == ("people", "since", "name (map)")
    assert both.joined_from.table is CUSTOMERS
    assert both.joined_from.other is COUNTRIES
    assert rows_without_match(both).tolist() == [3]
    assert CUSTOMERS.joined_columns == ()
    assert rows_without_match(CUSTOMERS).tolist() == []


def test_values_that_repeat_with_a_key_get_no_q():
    rng = np.random.default_rng(0)
    rows = a_table({"k": rng.integers(0, 9, 300), "x": rng.normal(size=300)})
    facts = a_table({"k": range(9), "fact": rng.normal(size=9)})
    both = joined(rows, facts, "k", "k")
    here = np.flatnonzero(rows.frame["k"] < 4)
    recipe = suggest_recipe(rows).changed({"k": {"role": "drop"}})
    effects = explain(both, here, recipe=recipe).effects.set_index("column")
    assert np.isnan(effects.loc["fact", "q"])
    assert effects.loc["fact", "caution"] == BY_KEY
    assert effects.loc["k", "q"] < 0.05
    shaped = Recipe((ColumnRecipe(name="fact"),))
    effects = explain(both, here, recipe=shaped).effects.set_index("column")
    assert effects.loc[["fact", "k"], "q"].isna().all()
    assert effects.loc["k", "caution"] == SHAPED, "it settles what stands in the column that did"
    assert pd.notna(effects.loc["x", "q"])
