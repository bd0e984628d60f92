import numpy as np
import pandas as pd

from som_core.layers.catalogue import CATALOGUE
from som_core.profiling import profile
from testing.maps import a_map, a_table
from ui.layer_menu import MOST_LEVELS, layer_menu

PEOPLE = a_table(
    {
        "age": np.linspace(20, 60, 40),
        "joined": pd.Series([f"2024-01-{day:02}" for day in range(1, 21)] * 2, dtype="str"),
        "churned": pd.Series(["no", "no", "no", "yes"] * 10, dtype="str"),
    }
)


def menu_of(table, features=("age",)):
    return layer_menu(features, profile(table), table)


def test_numbers_and_dates_have_a_mean_and_categories_a_rate_for_each_level():
    menu = menu_of(PEOPLE)
    assert {"Mean of age", "Mean of joined", "Most frequent churned"} < set(menu)
    shares = [name for name in menu if name.startswith("Share of")]
    assert shares == ["Share of churned = no", "Share of churned = yes"]  # the most frequent first
    assert "Mean of churned" not in menu


def test_the_menu_is_the_catalogue_and_nothing_else():
    found = {entry.choice.title for entry in menu_of(PEOPLE).values()}
    assert found == {choice.title for choice in CATALOGUE}


def test_what_is_shown_unasked_comes_first():
    is_classic = [entry.choice.is_classic for entry in menu_of(PEOPLE).values()]
    assert is_classic == sorted(is_classic, reverse=True)


def test_a_column_with_the_name_of_a_layer_gets_a_name_of_its_own():
    menu = menu_of(PEOPLE, features=("Hits", "U-matrix", "U-matrix (2)"))
    assert list(menu)[:5] == ["U-matrix", "Hits", "Hits (2)", "U-matrix (2)", "U-matrix (2) (2)"]
    layer = menu["Hits (2)"].layer(a_map([[[0], [1]]], features=["Hits"]), "Hits")
    assert layer.name == "Hits (2)"


def test_of_many_levels_the_most_frequent_are_in_the_menu():
    towns = [f"town {k}" for k in range(30) for _ in range(k + 1)]
    menu = menu_of(a_table({"town": pd.Series(towns, dtype="str")}), features=())
    shares = [name for name in menu if name.startswith("Share of")]
    assert len(shares) == MOST_LEVELS
    assert shares[0] == "Share of town = town 29"
