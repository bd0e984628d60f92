"""What makes a group different: known answers of the statistics, and words that can be trusted."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.stats import false_discovery_control, fisher_exact, mannwhitneyu, norm

from som_core import AtlasError
from som_core.analyses.differences import contrast
from som_core.analyses.effects import difference_interval, share_interval
from som_core.analyses.explanation import explain, explain_all
from som_core.analyses.ranked_table import ranked_table
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table


def trained_on(*trained, described=()) -> Recipe:
    """Return a recipe in which some columns shape the map and others describe it."""
    roles = dict.fromkeys(trained, "train") | dict.fromkeys(described, "describe")
    return Recipe(tuple(ColumnRecipe(name=name, role=role) for name, role in roles.items()))


def line(explanation, column) -> pd.Series:
    return explanation.effects.set_index("column").loc[column]


def test_cliffs_delta_of_two_shifted_normals_is_known():
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(1, 1, 20_000), random.normal(0, 1, 20_000)])
    found = line(explain(a_table({"x": values}), range(20_000)), "x")
    truth = 2 * norm.cdf(1 / np.sqrt(2)) - 1
    assert found.delta == pytest.approx(truth, abs=0.01)
    assert found.low < truth < found.high
    assert found.effect == pytest.approx(1, abs=0.03)


def test_equal_sides_have_a_delta_of_exactly_0_also_with_ties():
    values = [1, 1, 2, 3, 3, 3] * 2
    found = line(explain(a_table({"x": values}), range(6)), "x")
    assert (found.delta, found.effect) == (0, 0)


@given(
    arrays(float, st.integers(30, 60), elements=st.integers(-5, 5) | st.just(np.nan)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_p_and_delta_are_those_of_scipy(values, against_some):
    group, rest = np.arange(len(values) // 2), np.arange(len(values) // 2, len(values))
    rest = rest[:-3] if against_some else rest
    present = [values[rows][~np.isnan(values[rows])] for rows in (group, rest)]
    if min(map(len, present)) == 0 or len(np.unique(values[~np.isnan(values)])) == 1:
        return
    table = a_table({"x": values, "y": np.arange(len(values))})
    other = rest if against_some else None
    found = line(explain(table, group, other, recipe=trained_on("y", described=["x"])), "x")
    by_scipy = mannwhitneyu(*present)
    assert_allclose(found.q, by_scipy.pvalue, rtol=1e-12)  # the only test: q is p
    share = by_scipy.statistic / (len(present[0]) * len(present[1]))
    assert_allclose(found.delta, 2 * share - 1, atol=1e-12)


def test_what_is_the_same_in_all_rows_is_not_compared():
    currency, year = np.full(40, "EUR"), np.where(np.arange(40) % 3, 2024.0, np.nan)
    table = a_table({"x": np.arange(40.0), "currency": currency, "year": year})
    assert explain(table, range(10)).effects["column"].tolist() == ["x"]


@pytest.mark.parametrize("n_rows", [1, 2, 5, 8])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_p_of_few_rows_among_many_is_that_of_all_their_orders(n_rows, shift):
    values = np.random.default_rng(n_rows).normal(size=700)
    values[:n_rows] += shift
    table = a_table({"x": values, "y": np.arange(700)})
    found = line(explain(table, range(n_rows), recipe=trained_on("y", described=["x"])), "x")
    counted = mannwhitneyu(values[:n_rows], values[n_rows:], method="exact").pvalue
    assert_allclose(found.q, counted, rtol=0.021 if counted > 1e-4 else 0.13)


def test_the_lowest_rows_of_a_long_table_are_the_rarest_order_of_all():
    n = 300_000  # counting all orders would take hours
    table = a_table({"x": np.arange(n) / 7, "y": np.arange(n)})
    found = line(explain(table, range(8), recipe=trained_on("y", described=["x"])), "x")
    assert 2 / comb(n, 8) <= found.q < 1e-30


def test_the_interval_of_pairs_is_newcombes():
    # The example of the R package SingleCaseES, whose NAP is this share.
    low, high = share_interval(11 / 12, 6, 7)
    assert_allclose([low, high], [0.5973193600384168, 0.9859976893703788], atol=1e-8)
    assert share_interval(1, 3, 3)[0] < 0.9  # three rows prove little, though all pairs agree


def test_the_interval_of_a_difference_is_newcombes():
    # Newcombe (1998), example a: 56/70 and 48/80.
    assert_allclose(difference_interval(56, 70, 48, 80), (0.0524, 0.3339), atol=5e-5)


def test_a_level_is_compared_by_its_share():
    churned = ["yes"] * 39 + ["no"] * 61 + ["yes"] * 70 + ["no"] * 430
    table = a_table({"churned": churned, "x": np.arange(600)})
    found = line(
        explain(table, range(100), recipe=trained_on("x", described=["churned"])), "churned"
    )
    assert (found.level, found.here, found.elsewhere, found.delta) == ("yes", 0.39, 0.14, 0.25)
    assert found.in_words == "churned is more often “yes”: 39% here, 14% elsewhere"
    assert found.low < 0.25 < found.high
    assert found.q < 1e-6


def test_rare_levels_are_tested_exactly():
    level = ["a"] * 3 + ["b"] * 9 + ["b"] * 3 + ["a"] * 0 + ["b"] * 5
    table = a_table({"level": level, "x": np.arange(20)})
    found = line(explain(table, range(10), recipe=trained_on("x", described=["level"])), "level")
    assert found.q == pytest.approx(fisher_exact([[3, 7], [0, 10]]).pvalue)


@pytest.mark.parametrize(("levels", "n_compared"), [("ab", 1), ("abcd", 4)])
def test_levels_of_few_rows_are_tested_though_all_are_rare(levels, n_compared):
    level = ["a"] * 8 + list(levels) * 100
    table = a_table({"level": level, "x": np.arange(len(level))})
    found = line(explain(table, range(8), recipe=trained_on("x", described=["level"])), "level")
    alone = fisher_exact([[8, 0], [100, 100 * (len(levels) - 1)]]).pvalue
    assert found.q == pytest.approx(n_compared * alone)
    assert found.q < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("n_rows", [6, 14, 30])
def test_levels_that_have_nothing_to_do_with_a_group_are_seldom_told_apart(n_rows):
    random = np.random.default_rng(3)
    table = a_table({"level": random.choice(list("abcd"), 400), "x": np.arange(400)})
    recipe = trained_on("x", described=["level"])
    q = [
        line(explain(table, random.permutation(400)[:n_rows], recipe=recipe), "level").q
        for _ in range(100)
    ]
    assert np.mean(np.less(q, 0.05)) <= 0.1


def test_effects_are_those_of_the_contrast():
    random = np.random.default_rng(1)
    table = a_table({"a": random.normal(size=200), "b": random.choice(["u", "v"], 200)})
    ours = explain(table, range(70)).effects.set_index("column")
    theirs = contrast(table, range(70)).set_index("column")
    for column in ("a", "b"):
        assert ours.effect[column] == pytest.approx(theirs.effect[column])
        assert ours.here[column] == pytest.approx(theirs.here[column])


@pytest.mark.parametrize("far_out", [0, 1e3, 1e9, 1e15])
def test_effects_are_as_exact_where_values_far_out_dwarf_the_rest(far_out):
    values = np.random.default_rng(0).normal(5, 1, 1_000)
    values[3] += far_out
    table = a_table({"x": values})
    against_rest = line(explain(table, range(50)), "x")
    against_same = line(explain(table, range(50), range(50, 1_000)), "x")
    for told in ("elsewhere", "effect"):
        assert_allclose(against_rest[told], against_same[told], rtol=1e-11)


def test_columns_that_shaped_the_map_have_no_q_and_say_why():
    random = np.random.default_rng(2)
    table = a_table({"shaping": random.normal(size=90), "other": random.normal(size=90)})
    found = explain(table, range(30), recipe=trained_on("shaping", described=["other"]))
    shaping, other = line(found, "shaping"), line(found, "other")
    assert np.isnan(shaping.q)
    assert shaping.trained
    assert shaping.caution == "shaped the map"
    assert 0 <= other.q <= 1
    assert not other.trained
    assert any("by construction" in sentence for sentence in found.sentences)


def test_without_a_recipe_nobody_knows_what_shaped_the_map():
    found = explain(a_table({"x": np.arange(40.0)}), range(20)).effects
    assert found.q.isna().all()
    assert found.trained.isna().all()


def test_a_column_that_made_the_selection_is_not_tested_and_not_in_the_rule():
    random = np.random.default_rng(3)
    income = random.normal(size=300)
    table = a_table(
        {"income": income, "y": income + random.normal(size=300), "z": random.normal(size=300)}
    )
    found = explain(
        table,
        np.flatnonzero(income > 0.5),
        recipe=trained_on("z", described=["income", "y"]),
        drawn_by=["income"],
    )
    assert np.isnan(line(found, "income").q)
    assert line(found, "income").caution == "made the selection"
    assert "income" not in found.rule.text


def test_of_several_groups_each_has_columns_of_its_own_that_made_it():
    random = np.random.default_rng(3)
    table = a_table({"income": random.normal(size=300), "z": random.normal(size=300)})
    rich = np.flatnonzero(table.frame["income"] > 0.5)
    explained = explain_all(
        table,
        {"rich": rich, "first": range(100)},
        recipe=trained_on("z", described=["income"]),
        drawn_by={"rich": ["income"]},
    )
    assert np.isnan(line(explained["rich"], "income").q)
    assert line(explained["rich"], "income").caution == "made the selection"
    assert line(explained["first"], "income").q > 0.05


def test_a_near_copy_of_a_trained_column_says_so():
    random = np.random.default_rng(4)
    x = random.normal(size=500)
    table = a_table({"x": x, "copy": x + 0.01 * random.normal(size=500)})
    found = explain(table, np.flatnonzero(x > 1), recipe=trained_on("x", described=["copy"]))
    assert "nearly the same as “x”" in line(found, "copy").caution


def test_rows_in_order_of_time_and_repeated_rows_are_named_as_doubts():
    days = pd.date_range("2024-01-01", periods=60).astype(str)
    table = a_table({"day": days, "x": np.arange(60) % 5, "y": np.arange(60) % 7})
    found = explain(table, range(20), recipe=trained_on("x", described=["y", "day"]))
    assert any("in order of “day”" in sentence for sentence in found.sentences)
    table = a_table({"x": np.arange(60) % 5, "y": np.arange(60) % 5})
    found = explain(table, range(20), recipe=trained_on("x", described=["y"]))
    assert any("are the same as others" in sentence for sentence in found.sentences)


def test_a_group_of_few_rows_is_marked():
    table = a_table({"x": np.arange(50.0), "y": np.arange(50.0) % 3})
    found = explain(table, range(4), recipe=trained_on("x", described=["y"]))
    assert found.rule is None
    assert line(found, "y").caution == "fewer than 10 rows"
    assert any("little is sure" in sentence for sentence in found.sentences)


def test_a_planted_rule_is_found_with_both_bounds():
    random = np.random.default_rng(5)
    a, b, c = random.uniform(0, 3, (3, 4000))
    table = a_table({"a": a, "b": b, "c": c})
    rule = explain(table, np.flatnonzero((a > 1) & (b <= 2))).rule
    bounds = {condition.column: condition for condition in rule.conditions}
    assert set(bounds) == {"a", "b"}
    assert bounds["a"].low == pytest.approx(1, abs=0.03)
    assert bounds["b"].high == pytest.approx(2, abs=0.03)
    assert rule.precision > 0.97
    assert rule.recall > 0.97


def test_a_rule_speaks_of_levels_dates_and_short_numbers():
    random = np.random.default_rng(6)
    channel = random.choice(["app", "web", "shop"], 2000)
    age = random.integers(18, 80, 2000)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, 2000), "D")
    table = a_table({"channel": channel, "age": age, "since": days.astype(str)})
    chosen = (channel == "app") & (age < 30)
    assert set(explain(table, np.flatnonzero(chosen)).rule.text.split(" and ")) == {
        "channel = app", "age < 30",
    }  # fmt: skip
    rule = explain(table, np.flatnonzero(days >= "2025-01-01")).rule
    assert rule.text == "since ≥ 2025-01-01"


@pytest.mark.parametrize("n_rows", [10, 20, 40, 150, 600])
def test_rows_picked_at_random_have_no_rule(n_rows):
    random = np.random.default_rng(7)
    table = a_table({name: random.normal(size=900) for name in "abcdef"})
    found = explain(table, random.permutation(900)[:n_rows])
    assert found.rule is None
    assert not any("A rule:" in sentence for sentence in found.sentences)


def test_a_rule_that_finds_a_part_of_a_small_group_is_told():
    random = np.random.default_rng(7)
    columns = {name: random.normal(size=900) for name in "abc"}
    columns["a"][:12] += 6  # of a group of 20; the others are like any row
    rule = explain(a_table(columns), np.arange(20)).rule
    assert rule.text.startswith("a ≥ ")
    assert 0.3 < rule.recall < 1


def test_q_is_over_all_columns_and_groups_together():
    random = np.random.default_rng(8)
    table = a_table({"t": np.arange(300)} | {name: random.normal(size=300) for name in "abc"})
    recipe = trained_on("t", described="abc")
    groups = {"first": np.arange(100), "second": np.arange(100, 200)}
    explained = explain_all(table, groups, recipe=recipe)
    p = np.concatenate([
        [mannwhitneyu(table.frame[c][rows], table.frame[c].drop(rows)).pvalue for c in "abc"]
        for rows in groups.values()
    ])  # fmt: skip
    q = np.concatenate([[line(found, c).q for c in "abc"] for found in explained.values()])
    assert_allclose(q, false_discovery_control(p), rtol=1e-12)


@pytest.mark.slow
def test_noise_is_hardly_ever_told_as_a_finding():
    random = np.random.default_rng(9)
    noise = {f"n{k}": random.normal(size=200) for k in range(60)}
    table = a_table({"t": np.arange(200)} | noise)
    recipe = trained_on("t", described=list(noise))
    false_alarms = sum(
        (explain(table, random.permutation(200)[:60], recipe=recipe).effects.q < 0.05).any()
        for _ in range(20)
    )
    assert false_alarms <= 4  # one is expected; more than four in 20 comes once in 400 such tests


def test_sentences_name_what_differs_and_what_does_not():
    random = np.random.default_rng(10)
    a = random.normal(size=2000)
    b = 0.9 * a + 0.4 * random.normal(size=2000)
    a[:200] = 3  # a group with high a, in which b is as everywhere
    said = explain(a_table({"a": a, "b": b}), range(200)).sentences
    assert "a is higher" in said[1]
    assert any("“b” is about the same here, though it goes along with “a”" in s for s in said)


@pytest.mark.parametrize(
    ("one_swapped", "said"), [(False, "lower in 100 of 100"), (True, "lower in over 99 of 100")]
)
def test_only_all_pairs_are_100_of_100(one_swapped, said):
    values = np.arange(200.0)
    if one_swapped:
        values[[99, 100]] = values[[100, 99]]
    effects = explain(a_table({"size": values}), range(100)).effects
    assert said in effects["in_words"].iloc[0]


def test_means_that_a_value_far_out_turns_round_do_not_contradict_the_sentence():
    cost = np.concatenate([np.full(20, 3.0), np.full(79, 1.0), [1000.0]])
    found = explain(a_table({"cost": cost}), range(20))
    assert line(found, "cost").in_words == (
        "cost is mostly higher (higher in 99 of 100 pairs), though values far out turn the means "
        "round: 3 here, 13.49 elsewhere"
    )


def test_rows_that_are_alike_though_their_means_differ_are_said_to_be_both():
    cost = np.tile(np.arange(100.0), 3)
    cost[[250, 260, 270]] = 30_000
    found = explain(a_table({"cost": cost}), range(100))
    assert line(found, "cost").in_words.startswith(
        "cost is about the same (lower in 51 of 100 pairs), though the means differ: 49.5 here, "
    )


def test_a_difference_that_may_be_chance_leads_no_sentence():
    x = np.repeat([0.0, 1.0], 100)
    remark = np.array([None] * 200, dtype=object)
    remark[[0, 1, 2, 100, 101, 102]] = ["good", "good", "bad", "bad", "bad", "good"]
    found = explain(
        a_table({"x": x, "remark": remark}),
        range(100),
        recipe=trained_on("x", described=["remark"]),
    )
    assert line(found, "remark").q > 0.05
    assert "x is" in found.sentences[1]
    assert "remark" not in found.sentences[1]
    shuffled = np.random.default_rng(3).permutation(200)[:100]
    said = explain(
        a_table({"x": x, "remark": remark}),
        shuffled,
        recipe=trained_on("x", described=["remark"]),
    ).sentences
    assert said[1] == "What differs may be chance: no q is 0.05 or below."


def test_where_most_rows_have_no_value_it_is_said_how_many_have():
    remark = np.array([None] * 200, dtype=object)
    remark[:10], remark[100:180] = "good", "bad"
    in_words = line(explain(a_table({"remark": remark}), range(100)), "remark").in_words
    assert in_words.startswith("remark is more often “good”: 100% here, 0% elsewhere")
    assert in_words.endswith(", among the 10 of 100 rows here with a value")
    in_words = line(explain(a_table({"remark": remark}), range(100, 200)), "remark").in_words
    assert in_words.endswith(", among the 10 of 100 rows elsewhere with a value")


def test_another_group_is_called_by_its_name():
    table = a_table({"x": np.arange(60.0)})
    found = explain(table, range(20), range(40, 60), other_name="in Gold")
    assert line(found, "x").in_words.startswith("x is lower: 9.5 here, 49.5 in Gold")


def test_nothing_to_compare_with_is_said_and_an_unknown_row_refused():
    table = a_table({"x": np.arange(5.0)})
    assert explain(table, range(5)).effects.empty
    with pytest.raises(AtlasError, match="no row 7"):
        explain(table, [7])


def test_columns_are_ranked_once_for_a_table():
    table = a_table({"x": np.arange(5.0)})
    assert ranked_table(table) is ranked_table(table)


def test_a_rule_for_a_rare_group_is_not_taken_in_by_a_lucky_gap():
    random = np.random.default_rng(11)
    columns = {name: random.normal(size=30_000) for name in "abcdefgh"}
    for name in "abc":  # of one row in 500
        columns[name][:60] += 2
    rule = explain(a_table(columns), np.arange(60)).rule
    assert {condition.column for condition in rule.conditions} <= set("abc")
    assert all(np.isinf(condition.high) for condition in rule.conditions)
    assert rule.precision > 0.1
