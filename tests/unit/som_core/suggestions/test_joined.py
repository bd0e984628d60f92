import numpy as np

from som_core import joined, suggest_recipe
from som_core.suggestions.joined import completed, joined_recipe
from testing.maps import a_table

RANDOM = np.random.default_rng(0)
ROWS = a_table({"k": np.arange(200) % 8, "x": RANDOM.normal(size=200)})
FACTS = a_table({"k": range(8), "fact": RANDOM.normal(size=8), "kind": list("aabbccdd")})
BOTH = joined(ROWS, FACTS, "k", "k")


def test_joined_columns_describe_and_all_others_stay_as_they_were():
    before = suggest_recipe(ROWS)
    recipe = joined_recipe(before, BOTH)
    assert recipe.columns[: len(before.columns)] == before.columns
    assert [column.name for column in recipe.columns] == list(BOTH.frame.columns)
    assert recipe.column("fact").role == "describe"
    assert "Joined from another file" in recipe.column("fact").reason


def test_what_was_chosen_for_a_joined_column_stays():
    suggested = joined_recipe(suggest_recipe(ROWS), BOTH)
    chosen = suggested.changed({"fact": {"role": "train"}})
    assert completed(chosen, suggested) == chosen
    assert completed(suggest_recipe(ROWS), chosen) == chosen
    assert chosen.only(ROWS.frame.columns) == suggest_recipe(ROWS)
