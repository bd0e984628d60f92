"""What may follow in a condition is offered, and each offer can be read where it is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.analyses.completion import completions
from som_core.analyses.conditions import Column
from som_core.analyses.rows_by_condition import rows_where
from som_core.groups import Group
from som_core.reading import read_table
from testing.maps import a_table
from testing.payloads import HOSTILE_TEXTS

SHOP = read_table(
    b"income,region,body mass,date\n"
    b"50000,north,1.5,2024-01-05\n"
    b"30000,south,2.5,2023-12-31\n"
    b",north,3.5,2024-12-31\n"
    b"70000,north-west,4.5,2025-01-01\n",
    "shop.csv",
)


def words(text, groups=()):
    return [way.word for way in completions(SHOP, text, groups)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("in", ["income"]),
        ("INC", ["income"]),
        ("mass", ["`body mass`"]),
        ("`bo", ["`body mass`"]),
        ("income > 3 and re", ["region"]),
        ("not (da", ["date"]),
        ("x", []),
        ("income", [">", "<", "in top 10 %", "is missing"]),
        ("income ", [">", "<", "in top 10 %", "is missing"]),
        ("region ", ["=", "!=", "in (", "contains"]),
        ("`body mass` ", [">", "<", "in top 10 %"]),
        ("date ", [">", "<", "in top 10 %"]),
        ("region = ", ['"north"', '"south"', '"north-west"']),
        ("region = so", ['"south"']),
        ('region = "NOR', ['"north"', '"north-west"']),
        ('region = "north w', []),
        ("region != “so", ['"south"']),
        ("region in (", ['"north"', '"south"', '"north-west"']),
        ('region not in ("south", no', ['"north"', '"north-west"']),
        ("region in ", ['"north"', '"south"', '"north-west"']),
        ("income = ", []),
        ("income > 3", []),
        ("income > 3 ", []),
        ('region = "north"', []),
        ("unknown = ", []),
        ("(", []),
        ("= ", []),
        ("and = ", []),
    ],
)
def test_what_may_follow_is_offered(text, expected):
    assert words(text) == expected


def test_the_whole_text_is_given_with_what_was_begun_replaced():
    assert completions(SHOP, "income > 3 and RE")[0].text == "income > 3 and region "
    assert completions(SHOP, 'region = "so')[0].text == 'region = "south" '
    assert completions(SHOP, "income")[0].text == "income > "


def test_groups_are_offered_by_name():
    groups = [Group("large orders", [0]), Group('say "late"', [1])]
    assert words("gro", groups) == ["group"]
    assert words("gro") == []
    assert words("group", groups) == ["=", "in ("]
    assert words("group = la", groups) == ['"large orders"', '"say ""late"""']


@pytest.mark.slow
@given(
    st.text(st.characters(codec="utf-8"), min_size=1)
    | st.sampled_from([*HOSTILE_TEXTS.values(), "and", "`", "group"])
)
def test_a_column_and_a_level_of_any_name_are_offered_so_that_they_are_read(name):
    table = a_table({name: ["a", name]})
    whole = completions(table, f"{Column(name)} = ", at_most=2)
    assert {rows_where(table, way.text)[0] for way in whole} == ({0, 1} if name != "a" else {0})


@given(st.text(alphabet=st.sampled_from("region inct><=()\"'`%,“”and") | st.characters()))
def test_any_text_may_be_begun(text):
    for way in completions(SHOP, text):
        assert way.text.endswith(f"{way.word} ")
