"""A condition is written as it is read, whatever stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import (
    KEYWORDS,
    And,
    Column,
    Comparison,
    Containing,
    Extreme,
    Missing,
    Not,
    Or,
    Range,
    Value,
    Within,
    columns_of,
    single_tests,
    values_in,
)
from som_core.errors import AtlasError
from testing.payloads import HOSTILE_TEXTS

names = st.text() | st.sampled_from(
    [*KEYWORDS, "contains", *HOSTILE_TEXTS.values(), "cell", "a.b", "`"]
)
columns = st.builds(Column, names)
numbers = st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(str)
dates = st.times().map(lambda time: f"{time:%H:%M}") | st.dates().map(str)
values = st.builds(Value, numbers | dates, st.just(False)) | st.builds(
    Value, st.text() | st.sampled_from([*HOSTILE_TEXTS.values()]), st.just(True)
)
ranges = st.builds(Range, values, values) | values.map(lambda value: Range(value, value))
signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
tests = (
    st.builds(Comparison, columns, signs, values)
    | st.builds(Within, columns, st.lists(ranges, min_size=1, max_size=3).map(tuple))
    | st.builds(
        Extreme,
        columns,
        st.sampled_from(["top", "bottom"]),
        st.builds(Value, numbers, st.just(False)),
    )
    | st.builds(Containing, columns, values)
    | st.builds(Missing, columns)
)


def _joined(part):
    parts = st.lists(part, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, part) | st.builds(And, parts) | st.builds(Or, parts)


@given(st.recursive(tests, _joined, max_leaves=8))
def test_what_is_written_reads_as_the_same_condition(condition):
    assert parse_condition(str(condition)) == condition


def test_a_condition_knows_the_columns_that_it_asks_for():
    condition = parse_condition("b > 1 and not (a is missing or b in top 5 %) and `c d` in 1..2")
    assert columns_of(condition) == ("b", "a", "c d")


def test_a_condition_knows_its_comparisons_and_what_they_compare_with():
    condition = parse_condition('a = 1 or not (b in ("x", 3..7) and a is missing) or c in top 5 %')
    assert [str(test) for test in single_tests(condition)] == [
        "a = 1", 'b in ("x", 3..7)', "a is missing", "c in top 5 %",
    ]  # fmt: skip
    values = [[value.text for value in values_in(test)] for test in single_tests(condition)]
    assert values == [["1"], ["x", "x", "3", "7"], [], ["5"]]


@given(st.text(alphabet=st.sampled_from("ab1. =<>()\"'`%,“”#;\n-:T") | st.characters()))
def test_any_text_is_a_condition_or_is_refused_in_a_sentence(text):
    try:
        parse_condition(text)
    except AtlasError as problem:
        assert str(problem).endswith((".", '."', '".'))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("income>40000 AND region='north'", 'income > 40000 and region = "north"'),
        ("a == 1 or b <> 2 and c ≥ 3", "a = 1 or (b != 2 and c >= 3)"),
        ("not a = 1 and b = 2", "not (a = 1) and b = 2"),
        ("date not in 2023..2024", "not (date in 2023..2024)"),
        ('name CONTAINS "land"', 'name contains "land"'),
        ("name not contains 'land'", 'not (name contains "land")'),
        ("contains contains 'a' or contains = 1", 'contains contains "a" or contains = 1'),
        ("nitrate is NOT missing", "not (nitrate is missing)"),
        ("income in top 10%", "income in top 10 %"),
        ("x in (1, 3..7,-2.5e3)", "x in (1, 3..7, -2.5e3)"),
        ("`body mass` < 1 and `a``b` = 2", "`body mass` < 1 and `a``b` = 2"),
        ("`größe`=3", "größe = 3"),
        ("a = “say \"hi\"”", 'a = "say ""hi"""'),
        ("a in („x“, „y”, «z», ‘it»s’)", 'a in ("x", "y", "z", "it»s")'),
        ("((a = 1))", "a = 1"),
    ],
)  # fmt: skip
def test_there_are_several_ways_to_type_and_one_to_write(typed, written):
    assert str(parse_condition(typed)) == written


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "ends too early: the name of a column is needed"),
        ("income", "ends too early: a comparison, such as .* is needed after “income”"),
        ("income >", "ends too early: a number, a date, or a text in quotation marks is needed"),
        ("income = 1 )", r"“\)” \(character 12\) can't stand here: “and”, “or” or the end"),
        ("(income = 1", r"ends too early: “\)” is needed"),
        ("income > 40,000", r"“,” \(character 12\) can't stand here.*: 40000 or 40\.000\."),
        ("income > 4,800.5", r"decimals: 4800\.5\."),
        ("income > 4.800,5 and x > 1", r"decimals: 4800\.5\."),
        ("income > -1,234,567", r"decimals: -1234567\."),
        ("income > 1.234.567,8", r"decimals: 1234567\.8\."),
        ("income > 12 %", r"“%” \(character 13\) can't .* Leave out the sign: 12\."),
        ("height > 1,8", r"“,” \(character 11\) can't stand here.* decimals: 1\.8\."),
        ("height > 1,", r"can't stand here.* a number such as 40000 or 0\.5"),
        ("region = north", r"“north” \(character 10\) needs quotation marks .*: \"north\"\."),
        ("body mass > 1", r"“mass” \(character 6\) can't stand here.* stands in `backticks`"),
        ('"body mass" > 1', r"“\"body mass\"” \(character 1\) can't .* stands in `backticks`"),
        ("3d > 1", r"“3d” \(character 1\) can't be read.* in `backticks`"),
        ("a = 1 ; drop", r"“;” \(character 7\) can't be read"),
        ('a = "x', "The quotation mark at character 5 is never closed"),
        ("a in top 5", "ends too early: “%” is needed"),
        ("a in top x %", r"“x” \(character 10\) can't stand here: a number of percent"),
        ("a is empty", r"“empty” \(character 6\) can't stand here: “missing” is needed"),
        ("a not > 1", r"“>” \(character 7\) can't stand here: “in” or “contains” is needed"),
        ("a contains", "ends too early: a number, a date, or a text"),
        ("a contains land", r"“land” \(character 12\) needs quotation marks"),
        ("a = 1 and", "ends too early: the name of a column is needed"),
        ("(" * 60, r"nested too deep at “\(” \(character 51\): at most 50"),
        ("not " * 60, r"nested too deep at “not” \(character 201\)"),
        ("a = 1 or " * 2_000, "has 18,000 characters; at most 10,000 are read"),
    ],
)
def test_a_fault_is_named_with_its_place_and_the_way_out(text, sentence):
    with pytest.raises(AtlasError, match=sentence):
        parse_condition(text)
