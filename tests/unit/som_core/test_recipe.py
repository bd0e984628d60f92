import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.errors import AtlasError
from som_core.recipe import ColumnRecipe, Missing, Outliers, Recipe, Role, Scale, Transform

column_recipes = st.builds(
    ColumnRecipe,
    name=st.text(),
    role=st.sampled_from(get_args(Role)),
    missing=st.sampled_from(get_args(Missing)),
    outliers=st.sampled_from(get_args(Outliers)),
    transform=st.sampled_from(get_args(Transform)),
    scale=st.sampled_from(get_args(Scale)),
    weight=st.floats(0, 1_000_000),
    reason=st.text(),
)
recipes = st.lists(column_recipes, max_size=5, unique_by=lambda column: column.name).map(
    lambda columns: Recipe(tuple(columns))
)


@settings(deadline=None, max_examples=50)
@given(recipes)
def test_a_recipe_comes_back_from_json_as_it_was(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        ("role", "training"),
        ("missing", "zero"),
        ("outliers", "winsorise"),
        ("transform", "LOG"),
        ("scale", None),
        ("scale", ["zscore"]),
        ("weight", -0.1),
        ("weight", float("nan")),
        ("weight", float("inf")),
        ("weight", True),
        ("weight", "2"),
        ("name", 7),
        ("reason", None),
    ],
)
def test_a_choice_that_no_column_can_have_is_named_in_the_error(choice, value):
    column = {"name": "price", choice: value}
    with pytest.raises(AtlasError, match=choice):
        ColumnRecipe(**column)
    with pytest.raises(AtlasError, match=choice):
        Recipe.from_json(json.dumps({"version": 1, "columns": [column]}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("name,role\nprice,train", "no JSON"),
        ("[]", "no list of columns"),
        ('{"version": 1}', "no list of columns"),
        ('{"version": 1, "columns": {"name": "price"}}', "no list of columns"),
        ('{"version": 2, "columns": []}', "version 2, but version 1"),
        ('{"columns": []}', "version None"),
        ('{"version": 1, "columns": ["price"]}', "without a name"),
        ('{"version": 1, "columns": [{"role": "train"}]}', "without a name"),
        ('{"version": 1, "columns": [{"name": "price", "colour": "red"}]}', "“colour”"),
        ('{"version": 1, "columns": [{"name": "a"}, {"name": "a"}]}', "“a” twice"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_with_a_sentence(text, said):
    with pytest.raises(AtlasError, match=said):
        Recipe.from_json(text)


def test_a_column_is_found_by_its_name():
    price = ColumnRecipe(name="price", scale="minmax")
    recipe = Recipe((ColumnRecipe(name="colour", role="drop"), price))
    assert recipe.column("price") is price
    with pytest.raises(AtlasError, match="“prize”"):
        recipe.column("prize")


def test_only_columns_that_train_with_a_weight_are_trained():
    trained = ColumnRecipe(name="a", weight=0.5)
    others = [
        ColumnRecipe(name="b", weight=0),
        ColumnRecipe(name="c", role="describe"),
        ColumnRecipe(name="d", role="drop"),
    ]
    assert Recipe((trained, *others)).trained == (trained,)
