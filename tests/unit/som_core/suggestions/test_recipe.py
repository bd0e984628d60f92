from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from som_core.preparation import prepare
from som_core.profiling import profile
from som_core.reading import Dialect, Table, read_table
from som_core.suggestions.recipe import suggest_recipe
from testing.paths import SAMPLES


def table_of(columns) -> Table:
    return Table(pd.DataFrame(columns), "table.csv", Dialect())


def normal(seed=0, size=200):
    return np.random.default_rng(seed).normal(size=size)


@pytest.mark.slow
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_the_suggestion_for_a_sample_has_reasons_and_leaves_nothing_missing(sample):
    table = read_table(sample, sample.name)
    recipe = suggest_recipe(table)
    assert [column.name for column in recipe.columns] == list(table.frame.columns)
    assert all(column.reason for column in recipe.columns)
    prepared = prepare(table, recipe)
    assert np.isfinite(prepared.matrix).all()
    assert len(prepared.rows) > 0.98 * len(table.frame)


def test_the_measures_alone_draw_the_map_of_penguins():
    recipe = suggest_recipe(read_table(SAMPLES / "penguins.csv", "penguins.csv"))
    trained = [column.name for column in recipe.trained]
    assert trained == ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    assert {column.missing for column in recipe.trained} == {"drop_row"}  # two birds lack all
    species = recipe.column("species")
    assert species.role == "describe"
    assert "3 levels" in species.reason and "Set it to train" in species.reason
    assert "years" in recipe.column("year").reason


@pytest.mark.parametrize(
    ("values", "role", "reason"),
    [
        ([7] * 200, "drop", "same value"),
        ([None] * 200, "drop", "no value"),
        (range(200), "drop", "numbers the rows"),
        ([f"K-{number:04}" for number in range(200)], "drop", "Hardly two rows share a value"),
        (["ab"[n % 2] + "cdefgh" * (n + 1) for n in range(200)], "describe", "Free text"),
        ([chr(97 + n // 26) + chr(97 + n % 26) for n in range(200)], "describe", "names the rows"),
        ([f"street {number // 5}" for number in range(200)], "describe", "40 levels"),
        (["yes", "no"] * 100, "describe", "2 levels"),
        ([f"2024-01-{1 + n % 28:02}" for n in range(200)], "describe", "A date"),
        ([1990 + n % 30 for n in range(200)], "describe", "calendar years"),
        ([None] * 101 + list(normal(size=99)), "describe", "50% of it is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_tells_nothing_of_likeness_does_not_train(values, role, reason):
    recipe = suggest_recipe(table_of({"measure": normal(), "column": list(values)}))
    assert recipe.column("measure").role == "train"
    assert recipe.column("column").role == role
    assert reason in recipe.column("column").reason


def test_a_long_tail_is_drawn_in():
    tail = np.exp(normal())
    recipe = suggest_recipe(table_of({"tail": tail, "from 0": tail - tail.min(), "even": normal()}))
    assert recipe.column("tail").transform == "log"
    assert "long tail" in recipe.column("tail").reason
    assert recipe.column("from 0").transform == "yeo-johnson"
    assert recipe.column("even").transform == "none"


@pytest.mark.parametrize("least", [0, 1])
def test_small_counts_are_not_torn_apart(least):
    counts = np.random.default_rng(0).negative_binomial(1, 0.2, 400) + least
    recipe = suggest_recipe(table_of({"complaints": counts, "even": np.resize(normal(), 400)}))
    assert recipe.column("complaints").transform == "none"
    assert "rows with the same count look like a group" in recipe.column("complaints").reason


def test_amounts_of_which_many_are_zero_are_drawn_in():
    spent = np.exp(normal())
    spent[::5] = 0
    recipe = suggest_recipe(table_of({"spent": spent, "even": normal()}))
    assert recipe.column("spent").transform == "yeo-johnson"


def test_counts_beside_siblings_with_long_tails_are_not_torn_apart():
    tails = {f"spent on {k}": np.exp(normal(k)) for k in range(4)}
    counts = np.random.default_rng(0).negative_binomial(1, 0.2, 200)
    recipe = suggest_recipe(table_of({**tails, "spent days": counts}))
    assert recipe.column("spent on 1").transform == "yeo-johnson"
    assert recipe.column("spent days").transform == "none"


def test_a_lopsided_column_that_no_transform_evens_out_stays_as_it_is():
    recipe = suggest_recipe(table_of({"doors": [2] * 180 + [3] * 20, "even": normal()}))
    assert recipe.column("doors").transform == "none"


def test_a_slip_of_the_pen_is_clipped_and_other_outliers_are_kept():
    values = normal()
    recipe = suggest_recipe(table_of({"slip": [1e6, *values], "few": [4.5, *values]}))
    assert recipe.column("slip").outliers == "clip"
    assert "look at them first" in recipe.column("slip").reason
    assert recipe.column("few").outliers == "keep"
    assert "are kept" in recipe.column("few").reason


def test_a_few_missing_values_become_the_median_and_many_come_from_neighbours():
    few, many = normal(1), normal(2)
    few[:5], many[:50] = np.nan, np.nan
    recipe = suggest_recipe(table_of({"few": few, "many": many, "whole": normal()}))
    assert recipe.column("few").missing == "median"
    assert recipe.column("many").missing == "knn"
    assert "(50)" in recipe.column("many").reason


def test_a_column_that_nearly_repeats_another_is_kept_and_noted():
    values = normal()
    table = {"mm": values, "other": normal(1), "inch": -values / 25.4 + 1e-4 * normal(2)}
    recipe = suggest_recipe(table_of(table))
    assert {column.role for column in recipe.columns} == {"train"}
    assert "nearly repeats “mm” (r = -1.000)" in recipe.column("inch").reason
    assert "repeats" not in recipe.column("mm").reason + recipe.column("other").reason


@pytest.mark.parametrize(
    ("table", "trained"),
    [
        ({"colour": ["red", "blue"] * 20, "name": [f"n{n}" for n in range(40)]}, ["colour"]),
        ({"row": range(40), "name": [f"n{n}" for n in range(40)]}, ["row"]),
        ({"name": [f"n{n}" for n in range(40)], "same": ["x"] * 40}, ["name"]),
        ({"paid": [0, 1] * 20}, ["paid"]),
    ],
)
def test_without_a_measure_something_else_trains(table, trained):
    table = table_of(table)
    recipe = suggest_recipe(table)
    assert [column.name for column in recipe.trained] == trained
    assert "no other column is a number" in recipe.column(trained[0]).reason
    assert len(prepare(table, recipe).rows) == 40


def test_a_long_table_gets_its_suggestion_from_a_part_of_its_rows():
    table = table_of({"tail": np.exp(normal(size=60_000)), "even": normal(1, size=60_000)})
    assert suggest_recipe(table) == suggest_recipe(table)
    assert suggest_recipe(table).column("tail").transform == "log"


def test_a_row_of_totals_says_nothing_of_the_columns():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(50, 5, (60, 4)).round(1), columns=list("abcd"))
    rows["d"] = (100 - rows["a"] * 0.4 + rng.normal(0, 5, 60)).round(1)
    rows.insert(0, "shop", [f"shop {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)])
    total = {"shop": "Total", **rows.drop(columns="shop").sum().round(1)}
    with_total = pd.concat([rows, pd.DataFrame([total])])
    table = read_table(with_total.to_csv(index=False).encode(), "shops.csv")
    assert [remark.kind for remark in table.remarks] == ["totals"]
    without = read_table(rows.to_csv(index=False).encode(), "shops.csv")
    steps = [replace(column, reason="") for column in suggest_recipe(table).columns]
    assert steps == [replace(column, reason="") for column in suggest_recipe(without).columns]
    assert "repeats" not in " ".join(column.reason for column in suggest_recipe(table).columns)


def test_a_reason_counts_the_missing_values_that_are_filled_with_those_in_a_row_of_totals():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(50, 5, (60, 3)).round(1), columns=list("abc"))
    rows.insert(0, "shop", [f"shop {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)])
    rows.loc[:1, "a"] = np.nan
    total = pd.DataFrame([{"shop": "Total", "b": rows["b"].sum(), "c": rows["c"].sum()}])
    table = read_table(pd.concat([rows, total]).to_csv(index=False).encode(), "shops.csv")
    recipe = suggest_recipe(table)
    assert "Missing values (3)" in recipe.column("a").reason
    assert suggest_recipe(table, profile(table)) == recipe, "known profiles change nothing"
    assert any("“a” (3)" in str(remark) for remark in prepare(table, recipe).remarks)


def test_siblings_take_the_same_transform():
    rng = np.random.default_rng(0)
    things = ["food", "rent", "travel", "health", "clothes", "media", "sport", "other"]
    # About the limit from which on a tail counts as long: some are above, some are below.
    columns = {f"spend_{name}": np.exp(rng.normal(4, 0.45, 400)) for name in things}
    alone = [
        suggest_recipe(table_of({name: values})).columns[0] for name, values in columns.items()
    ]
    assert len({column.transform for column in alone}) > 1
    recipe = suggest_recipe(table_of(columns | {"age": normal(size=400)}))
    assert len({recipe.column(name).transform for name in columns}) == 1
    assert recipe.column("age").transform == "none"


def test_a_column_unlike_its_siblings_says_why():
    rng = np.random.default_rng(0)
    spent = {f"spend_{name}": np.exp(rng.normal(3, 1, 400)) for name in ("food", "rent", "travel")}
    even = 60 - np.exp(rng.normal(2, 0.8, 400)).clip(max=55)
    recipe = suggest_recipe(table_of(spent | {"spend_cap": even, "age": normal(size=400)}))
    assert recipe.column("spend_cap").transform == "none"
    assert "Its siblings" in recipe.column("spend_cap").reason
    assert {recipe.column(name).transform for name in spent} == {"log"}


def test_columns_of_different_size_are_no_siblings():
    rng = np.random.default_rng(0)
    columns = {
        "house area": np.exp(rng.normal(9, 1, 300)),
        "house rooms": rng.normal(4, 1, 300),
        "house age": rng.normal(40, 9, 300),
    }
    recipe = suggest_recipe(table_of(columns))
    assert [column.transform for column in recipe.columns] == ["log", "none", "none"]
    assert "sibling" not in " ".join(column.reason for column in recipe.columns)


@pytest.mark.parametrize("name", ["__index_level_0__", "__null_dask_index__"])
def test_an_index_that_a_data_frame_was_saved_with_does_not_train(name):
    rows = np.random.default_rng(1).permutation(5_000)[:200]  # as of `df.sample(200)`
    recipe = suggest_recipe(table_of({"x": normal(), name: rows}))
    assert [column.name for column in recipe.trained] == ["x"]
    assert "numbers the rows" in recipe.column(name).reason
