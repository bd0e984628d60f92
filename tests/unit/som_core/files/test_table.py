"""What a table knows of its columns once it is read: kinds and dates."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from som_core import component_plane, contrast, prepare, profile, read_table, suggest_recipe, train
from som_core.reading import Dialect, Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from testing.paths import SAMPLES

N_ROWS = 60


def with_last_day(day: str) -> Table:
    """Return a table of contracts, of which the last ones end on a day far away."""
    days = pd.date_range("2020-01-01", periods=N_ROWS).strftime("%Y-%m-%d").tolist()
    lines = [f"{day},{i},{i * i % 7}" for i, day in enumerate([*days[:-10], *[day] * 10])]
    return read_table("\n".join(["until,v,w", *lines]).encode(), "contracts.csv")


far_days = pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1500-06-30"])


@far_days
def test_a_date_of_any_year_is_a_date(day):
    table = with_last_day(day)
    assert table.kinds["until"] == "date"
    assert table.dates["until"].dtype == "datetime64[us]"
    assert table.dates["until"].iloc[-1] == np.datetime64(day, "us")
    assert table.frame["until"].iloc[-1] == day


def test_some_rows_of_a_table_have_its_dates_and_kinds():
    table = with_last_day("2024-01-01")
    part = table.of_rows([59, 3])
    assert part.frame["v"].tolist() == [59, 3]
    assert part.dates["until"].tolist() == table.dates["until"].iloc[[59, 3]].tolist()
    assert part.kinds == table.kinds  # “w” would be another kind if two rows were asked
    fitted = prepare(table, suggest_recipe(table)).fitted
    whole = fitted.transform(table)
    np.testing.assert_array_equal(fitted.transform(part).matrix, whole.matrix[[59, 3]])


@far_days
def test_a_date_of_any_year_goes_the_whole_way(day):
    table = with_last_day(day)
    recipe = suggest_recipe(table)
    recipe = Recipe(tuple(replace(column, role="train") for column in recipe.columns))
    prepared = prepare(table, recipe)
    m = train(prepared, MapSettings(height=3, width=4, sigma=1.5, epochs=3))
    plane = component_plane(m, "until").values
    days = table.dates["until"].to_numpy("datetime64[D]").astype(float)
    assert days.min() - 1 <= plane.min() <= plane.max() <= days.max() + 1
    last = contrast(table, np.arange(N_ROWS - 10, N_ROWS)).set_index("column").loc["until"]
    assert last["kind"] == "date"
    assert f"{day} here" in last["in_words"]
    assert prepared.transform(table).matrix == pytest.approx(prepared.matrix)


def test_dates_are_settled_in_reading_and_cells_stay_as_they_are_written():
    table = read_table(SAMPLES / "air_quality.csv", "air quality")
    assert list(table.dates.columns) == ["Date", "Time"]
    assert set(map(str, table.dates.dtypes)) == {"datetime64[us]"}
    assert table.date_formats == {"Date": "%d/%m/%Y", "Time": "%H.%M.%S"}
    assert (table.frame["Date"].iloc[0], table.frame["Time"].iloc[0]) == ("10/03/2004", "18.00.00")
    assert table.dates.iloc[0].tolist() == [
        pd.Timestamp("2004-03-10"),
        pd.Timestamp("1970-01-01 18:00"),
    ]
    assert table.column("Time").iloc[0] == 18.0
    assert len(table.dates) == len(table.frame)


def test_the_kinds_of_a_table_are_those_of_its_profile():
    for name in ("air_quality.csv", "penguins.csv", "cia_factbook.csv"):
        table = read_table(SAMPLES / name, name)
        assert table.kinds == {column.name: column.kind for column in profile(table)}
        assert [name for name, kind in table.kinds.items() if kind == "date"] == list(table.dates)


def test_days_written_as_numbers_are_dates_too():
    table = Table(pd.DataFrame({"day": [20240131, 20240301, None]}), "t", Dialect())
    days = [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-03-01")]
    assert table.dates["day"].tolist()[:2] == days
    assert table.dates["day"].isna().tolist() == [False, False, True]


def test_a_zone_is_taken_into_account():
    texts = ["2024-01-31T10:30:00+02:00", "2024-01-31T10:30:00-01:00"]
    table = Table(pd.DataFrame({"at": texts}), "t", Dialect())
    assert table.dates["at"].dt.hour.tolist() == [8, 11]


def test_dates_that_are_no_text_are_dates():
    frame = pd.DataFrame({"on": pd.to_datetime(["2024-01-31", None, "2024-02-29"], utc=True)})
    table = Table(frame, "t", Dialect())
    assert table.dates["on"].dtype == "datetime64[us]"
    assert table.dates["on"].iloc[2] == pd.Timestamp("2024-02-29")


def test_a_table_without_dates_says_so():
    table = read_table(b"a,b\n1.5,x\n2.5,y\n", "t")
    assert table.dates.shape == (2, 0)
    assert table.date_formats == {}


@pytest.mark.parametrize("word", ["today", "now"])
def test_a_word_for_the_moment_of_reading_is_no_date(word):
    days = [f"2024-01-{day:02d}" for day in range(1, 29)]
    table = read_table("\n".join(["day", *days, word]).encode(), "days.csv")
    assert table.kinds["day"] == "date"
    assert pd.isna(table.dates["day"].iloc[-1])
    assert table.frame["day"].iloc[-1] == word
