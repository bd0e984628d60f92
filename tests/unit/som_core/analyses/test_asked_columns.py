import numpy as np
import pytest

from som_core import explain, suggest_recipe
from som_core.analyses.asked_columns import asked_columns, join_asked_for
from som_core.analyses.explanation import CHOSEN_BY
from som_core.analyses.joining import joined
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import Asked, Combined, Pointed
from testing.maps import a_table

TABLE = a_table({"age": [20, 30, 40], "home": ["Oslo", "Rome", "Oslo"], "born": ["Oslo", "", "x"]})


def once(*asked):
    """Return rows that some questions found."""
    return Pointed("rows", np.array([0, 2]), asked)


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ([], ()),
        (['home = "Oslo" and age > 1'], ("age", "home")),
        (["oslo"], ("home", "born")),
        (["cell in 3..7"], ()),
        (["cell in 3..7 and age > 1"], ("age",)),
        (["by hand"], ()),
        (["oslo", "age > 1"], ("age", "home", "born")),
    ],
)
def test_the_columns_by_which_rows_were_found_are_known(asked, columns):
    assert asked_columns(TABLE, np.array([0, 2]), once(*asked)) == columns


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ("gdp > 3 and age > 1", ("age", "home", "gdp")),
        ('home = "Oslo"', ("home", "gdp", "continent")),
        ("europe", ("home", "continent")),
        ("age > 1", ("age",)),
    ],
)
def test_the_key_of_a_join_and_what_is_joined_by_it_choose_alike(asked, columns):
    homes = a_table({"home": ["Oslo", "Rome"], "gdp": [5, 3], "continent": ["Europe", "Europe"]})
    table = joined(TABLE, homes, "home", "home")
    assert asked_columns(table, np.array([0, 2]), once(asked)) == columns


@pytest.mark.parametrize(
    ("asked", "rows", "columns"),
    [
        ("gdp > 3", [0, 1, 4, 5], ("home",)),
        ("gdp > 3 and age > 1", [0, 1, 4, 5], ("home", "age")),
        ("gdp > 3", [0, 1, 4], ()),
        ("cell in 3..7", [0, 1, 4, 5], ()),
    ],
)
def test_a_key_that_decided_is_found_where_a_set_was_kept_before_it_knew_its_key(
    asked, rows, columns
):
    homes = ["Oslo", "Oslo", "Rome", "Rome", "Bonn", "Bonn"]
    table = a_table({"home": homes, "age": range(6), "sex": ["f", "m"] * 3})
    assert asked_columns(table, np.array(rows), once(asked)) == columns


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ("gdp > 3 and age > 1", ("home",)),
        ('home = "Oslo"', ("home",)),
        ("europe", ("home",)),
        ("age > 1", ()),
        ("20", ()),
    ],
)
def test_a_question_about_joined_columns_asks_for_their_key(asked, keys):
    homes = a_table({"home": ["Oslo", "Rome"], "gdp": [5, 3], "continent": ["Europe", "Europe"]})
    rows = np.array([0, 2])
    assert join_asked_for(joined(TABLE, homes, "home", "home"), rows, asked) == keys
    assert join_asked_for(TABLE, rows, asked) == ()


def test_the_key_has_no_q_when_what_was_joined_by_it_and_chose_with_another_column_is_gone():
    rng = np.random.default_rng(0)
    land, age = rng.integers(0, 8, 400), rng.integers(20, 60, 400)
    names = [f"land {one}" for one in land]
    table = a_table({"land": names, "age": age, "x": rng.normal(size=400)})
    rows = np.flatnonzero((land >= 5) & (age > 40))
    recipe = suggest_recipe(table).changed({"land": {"role": "describe"}})
    step = Combined("and", (Asked("gdp > 4", ("land",)), Asked("age > 40")))
    kept = Group.from_json(Group("rich", rows, "set", GroupRecipe.of_step(step)).to_json())
    chosen = asked_columns(table, rows, kept.recipe.step)
    assert chosen == ("land", "age")
    effects = explain(table, rows, recipe=recipe, drawn_by=chosen).effects.set_index("column")
    assert np.isnan(effects.loc["land", "q"])
    assert effects.loc["land", "caution"] == CHOSEN_BY
    unaware = explain(table, rows, recipe=recipe, drawn_by=("age",)).effects.set_index("column")
    assert unaware.loc["land", "q"] < 0.001
