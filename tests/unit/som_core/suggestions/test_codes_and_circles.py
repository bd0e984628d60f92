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
DAYS_OF_MONTHS = pd.date_range("2023-01-01", periods=N_ROWS).day.to_numpy()


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


@pytest.mark.slow
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


@pytest.mark.slow
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
        ("mday", of(*range(1, 32)), 31),
        ("day", DAYS_OF_MONTHS, 31),
        ("Day", of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), 7),
        ("opened", of("Monday", "TUESDAY", "wednesday", "Friday"), 7),
        ("Wochentag", of("Mo", "Di", "Mi", "Do", "Fr", "Sa.", "So."), 7),
        ("jour", of("lundi", "mardi", "mercredi", "jeudi", "vendredi"), 7),
        ("when", of("jan", "mar", "may", "jul", "sep", "nov"), 12),
        ("Monat", of("Januar", "März", "Juni", "Oktober", "Dezember"), 12),
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


def test_names_of_weekdays_lie_on_their_circle_and_can_be_a_category_again():
    _, table = suggested("day", np.resize(["Sat", "Sun", "Mon", "Tue", "Wed"], N_ROWS))
    prepared = prepare(table, suggest_recipe(table))
    days = prepared.fitted.plane(prepared.matrix, "day")
    np.testing.assert_allclose(days[:5], [5, 6, 0, 1, 2], atol=1e-9)
    (remark,) = [remark for remark in prepared.remarks if remark.kind == "circle"]
    assert remark.remedy.words == "Take “day” as a category without a circle"
    taken_back = prepare(table, suggest_recipe(table).changed(remark.remedy.changes))
    assert "day = Mon" in taken_back.features


def test_a_circle_of_names_takes_rows_of_another_table_as_they_are():
    _, table = suggested("day", np.resize(["Sat", "Sun", "Mon", "Tue", "Wed"], N_ROWS))
    fitted = prepare(table, suggest_recipe(table)).fitted
    again = type(fitted).from_json(fitted.to_json())
    few = read_table(b"a,day,b\n1,Monday,2\n2,noon,3\n3,Sunday,1\n", "few.csv")
    days = again.plane(again.transform(few).matrix, "day")
    np.testing.assert_allclose(days[[0, 2]], [0, 6], atol=1e-9)
    assert np.isfinite(days[1])  # no day, so as a missing one


@pytest.mark.parametrize(
    "values",
    [
        of("Sat", "Sun"),
        of("Mon", "Tue", "Wed", "Holiday"),
        of("mon", "lun", "jan", "sol"),
        of("May", "June", "April", "August"),
        of("Max", "Jan", "Tom", "Eve"),
    ],
    ids=str,
)
def test_words_that_go_no_way_around_stay_levels(values):
    column, _ = suggested("word", values)
    assert (column.role, column.encoding) == ("describe", "plain")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("day", np.resize(np.arange(1, 31), N_ROWS)),
        ("day", np.resize(np.arange(1, 32), 310)[:N_ROWS]),
        ("days", DAYS_OF_MONTHS),
        ("day of trial", RNG.integers(1, 32, N_ROWS)),
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
