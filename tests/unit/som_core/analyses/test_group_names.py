"""Names of groups: planted traits are found, in words, and no name comes twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from som_core.analyses.group_names import AVERAGE, group_names, group_traits
from testing.maps import a_table


def segments(n=200, seed=0):
    """Return a table of three segments with planted traits, and the rows of each."""
    random = np.random.default_rng(seed)
    age = np.concatenate([random.normal(m, 4, n) for m in (25, 45, 70)])
    income = np.concatenate([random.normal(m, 5, n) for m in (20, 60, 40)])
    channel = np.concatenate(
        [random.choice(["app", "shop"], n, p=[p, 1 - p]) for p in (0.93, 0.4, 0.02)]
    )
    noise = random.normal(size=3 * n)
    table = a_table({"age": age, "income": income, "channel": channel, "noise": noise})
    return table, [np.arange(k * n, (k + 1) * n) for k in range(3)]


def test_planted_traits_come_in_words():
    table, groups = segments()
    first, second, third = group_names(table, groups)
    assert set(first.split(", ")) == {"low income", "low age", "nearly all app"}
    assert "high income" in second
    assert "high age" in third
    assert "noise" not in first + second + third


def test_the_column_shifted_in_one_group_comes_first():
    random = np.random.default_rng(1)
    columns = {name: random.normal(size=1000) for name in "abcde"}
    columns["c"][:150] += 2
    traits = group_traits(a_table(columns), np.arange(150))
    assert [trait.words for trait in traits] == ["high c"]


def test_a_group_like_all_others_is_average():
    random = np.random.default_rng(2)
    table = a_table({"a": random.normal(size=600)})
    assert group_names(table, [np.arange(0, 600, 2)]) == ("average",)


def test_most_of_the_rows_lie_higher_or_lower_than_the_others():
    random = np.random.default_rng(6)
    online = np.concatenate([random.normal(75, 8, 500), random.normal(20, 8, 300)])
    table = a_table({"online": online, "noise": random.normal(size=800)})
    names = group_names(table, [np.arange(500), np.arange(500, 800)])
    assert names == ("higher online", "low online")


def test_a_group_that_keeps_together_in_the_middle_says_so():
    values = np.random.default_rng(7).permutation(300)
    third = [np.flatnonzero((values >= 100 * n) & (values < 100 * (n + 1))) for n in range(3)]
    names = group_names(a_table({"value": values.astype(float) + 0.5}), third)
    assert names == ("low value", "medium value", "high value")


def test_equal_names_get_the_column_that_parts_them():
    random = np.random.default_rng(3)
    a = np.concatenate([random.normal(3, 0.2, 400), random.normal(0, 0.2, 800)])
    b = np.concatenate(
        [random.normal(0.2, 0.5, 200), random.normal(-0.2, 0.5, 200), random.normal(0, 0.5, 800)]
    )
    table = a_table({"a": a, "b": b})
    names = group_names(table, [np.arange(200), np.arange(200, 400)])
    assert names == ("high a, higher b", "high a, lower b")


def test_of_columns_that_say_the_same_one_is_named():
    random = np.random.default_rng(4)
    a = np.concatenate([random.normal(3, 1, 200), random.normal(0, 1, 600)])
    table = a_table({"metres": a, "feet": 3.28 * a})
    (name,) = group_names(table, [np.arange(200)])
    assert name.count("metres") + name.count("feet") == 1


def test_short_levels_are_named_with_their_column():
    churned = np.array(["yes"] * 180 + ["no"] * 20 + ["yes"] * 60 + ["no"] * 740)
    (name,) = group_names(a_table({"churned": churned}), [np.arange(200)])
    assert name == "nearly all churned: yes"


def test_a_column_that_few_rows_have_a_value_of_names_nothing():
    remark = np.array([None] * 200, dtype=object)
    remark[:5], remark[100:130] = "good", "bad"
    rating = np.full(200, np.nan)
    rating[:5], rating[100:] = 9, np.arange(100) / 20
    table = a_table({"remark": remark, "rating": rating, "n": np.arange(200.0) // 2})
    assert [trait.column for trait in group_traits(table, np.arange(100))] == ["n"]


def test_what_a_few_rows_may_share_by_chance_names_nothing():
    rng = np.random.default_rng(0)
    side, x = np.where(np.arange(200) % 3 == 0, "left", "right"), rng.permutation(200) / 7
    few = np.array([0, 3, 6, 1])  # three of four are left, as one of three is elsewhere
    x[few] = np.sort(x)[[190, 180, 150, 60]]
    table = a_table({"side": side, "x": x})
    assert group_names(table, [few]) == (AVERAGE,)
    many = np.concatenate([3 * np.arange(30), 3 * np.arange(10) + 1])  # three of four, too
    assert group_names(table, [many]) == ("mostly left",)


def test_all_are_all_rows_and_not_only_those_with_a_value():
    species = np.array(["owl"] * 97 + [None] * 3 + ["ant"] * 100, dtype=object)
    table = a_table({"species": species})
    assert group_names(table, [np.arange(100), np.arange(100, 200)]) == (
        "nearly all owl",
        "all ant",
    )


def test_columns_left_out_name_nothing():
    table, groups = segments()
    names = group_names(table, groups, leave_out=["age"])
    assert not any("age" in name.split() for name in names)


def test_an_identifier_names_nothing():
    random = np.random.default_rng(5)
    table = a_table({"customer_id": np.arange(300), "x": random.normal(size=300)})
    assert group_names(table, [np.arange(100)]) == ("average",)


@given(
    arrays(np.int64, 60, elements=st.integers(0, 5)),
    arrays(float, (60, 3), elements=st.integers(0, 3)),
)
@settings(max_examples=60, deadline=None)
def test_no_name_comes_twice(labels, values):
    table = a_table(dict(zip("abc", values.T, strict=True)))
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    names = group_names(table, [*groups, groups[0]])  # the last is the first again
    assert len(set(names)) == len(names)
