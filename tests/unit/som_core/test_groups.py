"""A group: rows with a name, which stay the same value wherever it is kept."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import Asked, questions

names = st.text(min_size=1).filter(str.strip)
positions = st.lists(st.integers(0, 2**62), max_size=20)


@given(names, positions)
def test_a_group_comes_back_from_json_with_its_rows_ascending_and_each_once(name, rows):
    recipe = GroupRecipe("income above 40,000", '{"column": "income"}')
    group = Group(name, np.array(rows, np.int64), "condition", recipe)
    assert group.rows.tolist() == sorted(set(rows))
    assert len(group) == len(set(rows))
    again = Group.from_json(group.to_json())
    assert again == group and hash(again) == hash(group)


def test_groups_are_equal_by_name_rows_origin_and_recipe():
    group = Group("a", np.array([1, 2]))
    assert group == Group("a", [2, 1, 1])
    assert group != Group("b", [1, 2])
    assert group != Group("a", [1])
    assert group != Group("a", [1, 2], "set")
    assert group != Group("a", [1, 2], recipe=GroupRecipe("by hand"))
    assert group != "a"


def test_nobody_can_write_into_the_rows_of_a_group():
    rows = np.array([3, 1])
    group = Group("a", rows)
    rows[:] = 0
    assert group.rows.tolist() == [1, 3]
    with pytest.raises(ValueError, match="read-only"):
        group.rows[0] = 7


@pytest.mark.parametrize("rows", [[-1], [0.5], ["a"], [[1, 2]], [True], 3])
def test_rows_are_whole_numbers_from_0(rows):
    with pytest.raises(AtlasError, match=r"The rows of “a” must be a list .* whole numbers from 0"):
        Group("a", rows)


@pytest.mark.parametrize("name", ["", "  \t"])
def test_a_group_needs_a_name(name):
    with pytest.raises(AtlasError, match="needs a name, such as “large orders”"):
        Group(name, [1])


def test_an_unknown_origin_and_steps_that_are_no_json_are_refused():
    with pytest.raises(AtlasError, match=r"of “a” is “luck”, but must be one of: region, set, "):
        Group("a", [1], "luck")
    with pytest.raises(AtlasError, match="must be JSON, but are “income > 4”"):
        GroupRecipe("", "income > 4")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"name": "a", "rows": [0], "origin": "set"}',
        '{"name": 3, "rows": [0], "origin": "set", "recipe": {"sentence": "", "steps": {}}}',
    ],
)
def test_what_is_no_group_says_so(text):
    with pytest.raises(AtlasError, match="This isn't a group"):
        Group.from_json(text)


@given(st.text())
def test_what_found_the_rows_of_a_group_comes_back_as_it_was_asked(asked):
    recipe = GroupRecipe.of_step(Asked(asked))
    assert recipe == GroupRecipe(asked, json.dumps({"asked": asked}, ensure_ascii=False))
    assert recipe.step == Asked(asked)
    assert questions(recipe.step) == (asked,)


@pytest.mark.parametrize("steps", ["{}", "[]", "3", '{"asked": 3}', '{"column": "income"}'])
def test_a_group_that_was_found_another_way_was_not_asked_for(steps):
    recipe = GroupRecipe("by hand", steps)
    assert recipe.step is None
    assert GroupRecipe.of_step(None) == GroupRecipe()
