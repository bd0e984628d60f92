from dataclasses import replace

from som_core.recipe import ColumnRecipe, Recipe
from testing.saved_maps import A_SAVED_MAP
from ui.map_names import differences, map_names
from workspace.table_source import TableSource

AGE, SEX = ColumnRecipe(name="age"), ColumnRecipe(name="sex")
FIRST = A_SAVED_MAP


def changed(settings=None, recipe=None, **values):
    settings = replace(FIRST.settings, **(settings or {}))
    return replace(FIRST, id="2", settings=settings, recipe=recipe or FIRST.recipe, **values)


def test_maps_of_one_name_are_told_apart_by_what_differs():
    names = map_names([changed({"sigma": 2.0, "seed": 7}), FIRST])
    assert names == {
        "2": "2 · 6 × 8, 20 epochs · sigma 2, seed 7",
        "1": "1 · 6 × 8, 20 epochs · sigma 3, seed 0",
    }


def test_what_the_name_says_already_is_not_said_again():
    other = changed({"epochs": 40}, name="6 × 8, 40 epochs")
    assert differences([other, FIRST]) == {"2": "", "1": ""}


def test_columns_that_only_one_map_has_and_steps_that_differ_are_told():
    robust = ColumnRecipe(name="age", scale="robust")
    other = changed(recipe=Recipe((robust, replace(SEX, role="drop"))))
    told = differences([other, FIRST])
    assert told["2"] == "“age” scale: robust"
    assert "“age” scale: zscore" in told["1"]
    assert "with “sex”" in told["1"]
    assert "“sex”" not in told["1"].replace("with “sex”", "")  # none of its steps beside it


def test_maps_of_different_tables_say_theirs():
    other = changed(source=TableSource("b", "animals.csv"))
    assert differences([other, FIRST]) == {"2": "animals.csv", "1": "people.csv"}


def test_equal_maps_are_told_apart_by_the_moment_of_their_making():
    first, second = map_names([changed(created=3600.0), FIRST]).values()
    assert first == "2 · 6 × 8, 20 epochs · 01 January, 01:00:00"
    assert second == "1 · 6 × 8, 20 epochs · 01 January, 00:00:00"
