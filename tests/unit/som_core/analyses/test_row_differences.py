"""Two rows side by side: in units of the table, and by what is usual there."""

import numpy as np
import pandas as pd
import pytest

from som_core.analyses.row_differences import difference_in_words, row_differences
from som_core.reading import read_table
from testing.maps import a_table

SHOP = read_table(
    b"income,region,date,at,name\n"
    b"50000,north,2024-01-05,08:30,Ann\n"
    b"30000,south,2023-12-31,09:00,Bob\n"
    b",north,2024-12-31,10:15,Cem\n"
    b"70000,,2025-01-01,23:45,Dan\n"
    b"60000,north,2024-03-01,00:15,Eve\n",
    "shop.csv",
)


def compared(table, one, other, **how):
    found = row_differences(table, table.of_rows([one]), table.of_rows([other]), **how)
    return found.set_index("column")


def test_numbers_differ_in_their_units_in_deviations_and_by_their_place():
    found = compared(SHOP, 0, 1).loc["income"]
    assert (found["here"], found["there"]) == ("50,000", "30,000")
    assert found["difference"] == -20_000
    incomes = np.array([50, 30, 70, 60]) * 1000
    assert found["deviations"] == pytest.approx(-20_000 / incomes.std())
    assert (found["place_here"], found["place_there"]) == (0.375, 0.125)


def test_dates_differ_in_days_and_times_in_hours():
    found = compared(SHOP, 0, 1)
    assert found.loc["date", "difference"] == -5
    assert (found.loc["date", "here"], found.loc["at", "here"]) == ("2024-01-05", "08:30")
    assert found.loc["at", "difference"] == pytest.approx(0.5)


def test_around_a_circle_the_shorter_way_counts():
    assert compared(SHOP, 3, 4).loc["at", "difference"] == pytest.approx(-23.5)
    around = compared(SHOP, 3, 4, circles={"at": 24.0}).loc["at"]
    assert around["difference"] == pytest.approx(0.5)


def test_levels_differ_or_not_and_missing_values_say_nothing():
    assert compared(SHOP, 0, 1).loc["region", "differs"] > 0
    assert compared(SHOP, 0, 2).loc["region", "differs"] == 0
    missing = compared(SHOP, 0, 3).loc["region"]
    assert missing["there"] == "–"
    assert np.isnan(missing["differs"])
    assert compared(SHOP, 0, 2).loc["income", ["difference", "place_here"]].isna().all()


def test_what_differs_most_beside_other_rows_comes_first():
    table = a_table({"wide": [0.0, 1000.0, 500.0, -500.0], "narrow": [0.0, 0.1, 5.0, 5.1]})
    assert compared(table, 0, 1).index.tolist() == ["wide", "narrow"]
    assert compared(table, 0, 2).index.tolist()[0] == "narrow"


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("income", "income −20,000"),
        ("region", "region south"),
        ("date", "date −5 days"),
        ("at", "at +0.5 h"),
    ],
)
def test_a_difference_is_said_in_a_few_words(column, words):
    one, other = SHOP.of_rows([0]), SHOP.of_rows([1])
    assert difference_in_words(SHOP, column, one, other) == words
    assert difference_in_words(SHOP, column, one, one) == ""


def test_codes_of_classes_are_levels():
    codes = pd.Series([1, 2, 3, 1, 2, 3] * 20)
    table = a_table({"class": codes, "x": np.linspace(0, 1, 120)})
    table = type(table)(
        table.frame, "t", table.dialect, known_kinds={"class": "category", "x": "number"}
    )
    assert difference_in_words(table, "class", table.of_rows([0]), table.of_rows([1])) == "class 2"
