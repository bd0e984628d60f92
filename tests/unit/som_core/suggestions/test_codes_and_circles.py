"""Which numbers are suggested not to shape the map as they are: codes of classes, and circles."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits, load_iris, load_wine

from som_core.preparation import prepare
from som_core.reading import read_table
from som_core.suggestions.recipe import suggest_recipe

N_ROWS = 300
RNG = np.random.default_rng(0)


def suggested(name, values):
    """Return the suggestion for a column beside two measures."""
    columns = {"a": RNG.normal(size=N_ROWS), name: values, "b": RNG.normal(size=N_ROWS)}
    table = read_table(pd.DataFrame(columns).to_csv(index=False).encode(), "table.csv")
    return suggest_recipe(table).column(name), table


def of(*values):
    return RNG.choice(values, N_ROWS)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("label", of(1, 2, 3, 4, 5, 6)),
        ("digit", of(*range(10))),
        ("target", of(0, 1, 2)),
        ("Class", of(1, 2, 3)),
        ("line", of(1, 2, 3, 4)),
        ("production_line", of(1, 2, 3, 4)),
        ("Dept", of(10, 20, 30, 95)),
        ("StoreType", of(1, 2, 3)),
        ("country_code", of(40, 276, 756)),
        ("Geschlecht", of(1, 2, 9)),
        ("zip", RNG.integers(10_000, 99_999, N_ROWS)),
        ("Kundennummer", RNG.integers(100_000, 999_999, N_ROWS)),
        ("phone number", RNG.integers(1_000_000, 9_999_999, N_ROWS)),
    ],
)
def test_codes_describe_the_map_as_a_category(name, values):
    column, table = suggested(name, values)
    assert (column.role, column.encoding) == ("describe", "levels")
    assert "by their name are codes" in column.reason
    (remark,) = [
        r for r in prepare(table, suggest_recipe(table)).remarks if r.kind == "class codes"
    ]
    assert remark.columns == (name,)
    taken_back = suggest_recipe(table).changed(remark.remedy.changes)
    assert name in prepare(table, taken_back).features


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("class size", of(18, 20, 25, 30)),
        ("n_groups", of(1, 2, 3, 4)),
        ("number of stores", of(1, 2, 3, 4)),
        ("cylinders", of(4, 6, 8)),
        ("rating", of(1, 2, 3, 4, 5)),
        ("children", of(0, 1, 2, 3)),
        ("quality", of(3, 4, 5, 6, 7, 8)),
        ("target", RNG.integers(20, 350, N_ROWS)),
        ("label", RNG.normal(size=N_ROWS)),
        ("octane number", of(91, 95, 98)),
        ("income", RNG.integers(10_000, 99_999, N_ROWS)),
    ],
)
def test_counts_marks_and_amounts_train(name, values):
    column, _ = suggested(name, values)
    assert (column.role, column.encoding) == ("train", "plain")


@pytest.mark.parametrize("load", [load_digits, load_iris, load_wine])
def test_classes_without_a_telling_name_are_known_by_how_they_part_the_other_columns(load):
    frame = load(as_frame=True).frame.rename(columns={"target": "y"})
    table = read_table(frame.to_csv(index=False).encode(), "classes.csv")
    recipe = suggest_recipe(table)
    assert recipe.column("y").role == "describe"
    assert "codes" in recipe.column("y").reason
    plain = [column.name for column in recipe.columns if column.encoding == "plain"]
    assert len(plain) == frame.shape[1] - 1


def test_a_count_that_goes_up_with_the_others_trains():
    size = RNG.normal(size=N_ROWS)
    rooms = np.clip(np.round(3 + 1.2 * size), 1, 6)
    columns = {f"m{n}": size + 0.5 * RNG.normal(size=N_ROWS) for n in range(4)}
    frame = pd.DataFrame({"m": size, "rooms": rooms, **columns})
    table = read_table(frame.to_csv(index=False).encode(), "rooms.csv")
    assert suggest_recipe(table).column("rooms").role == "train"


def test_codes_are_a_category_everywhere():
    _, table = suggested("label", of(1, 2, 3))
    assert table.kinds["label"] == "category"
    assert set(table.column("label").unique()) == {"1", "2", "3"}
    assert pd.api.types.is_numeric_dtype(table.frame["label"].dtype)


@pytest.mark.parametrize(
    ("name", "values", "period"),
    [
        ("hour", of(*range(24)), 24),
        ("Hour_of_day", of(*range(24)), 24),
        ("pickup_hour", of(*range(24)), 24),
        ("month", of(*range(1, 13)), 12),
        ("Monat", of(*range(1, 13)), 12),
        ("weekday", of(*range(7)), 7),
        ("day_of_week", of(*range(1, 8)), 7),
        ("day_of_year", RNG.integers(1, 366, N_ROWS), 366),
        ("wind_dir", RNG.uniform(0, 360, N_ROWS), 360),
        ("Wind Direction (deg)", RNG.uniform(0, 360, N_ROWS), 360),
        ("windDir10m", of(*range(10, 361, 10)), 360),
        ("heading", RNG.uniform(-180, 180, N_ROWS), 360),
        ("aspect", RNG.uniform(0, 359, N_ROWS), 360),
        ("phase", RNG.uniform(-3.14, 3.14, N_ROWS), 2 * np.pi),
        ("season", of(1, 2, 3, 4), 4),
        ("q7", RNG.permutation(np.linspace(0, 359, N_ROWS)), 360),
        ("h", np.resize(np.arange(24), N_ROWS), 24),
    ],
)
def test_what_runs_in_a_circle_lies_on_one(name, values, period):
    column, table = suggested(name, values)
    assert (column.role, column.encoding) == ("train", "cyclic")
    assert column.period == pytest.approx(period)
    assert "circle" in column.reason
    assert prepare(table, suggest_recipe(table)).fitted.circle(name) is not None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hours", of(*range(24))),
        ("months since start", of(*range(1, 13))),
        ("month", RNG.integers(1, 60, N_ROWS)),
        ("hour", of(8, 9, 10)),
        ("angle", RNG.uniform(0, 45, N_ROWS)),
        ("heading", RNG.uniform(10, 40, N_ROWS)),
        ("temperature", RNG.uniform(-10, 35, N_ROWS)),
        ("direction cost", RNG.uniform(0, 1000, N_ROWS)),
    ],
)
def test_how_long_and_how_steep_are_no_circles(name, values):
    column, _ = suggested(name, values)
    assert column.encoding == "plain"
