"""How rows were selected: told in a sentence, kept as JSON, and repeated."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.selection_steps import (
    Asked,
    Combined,
    Pointed,
    Turned,
    combined,
    found_before,
    found_on,
    from_value,
    is_question,
    joined_otherwise,
    keys_of,
    part_at,
    parts_of,
    questions,
    rows_found,
    to_value,
    turned,
    with_part,
    without_part,
)

N_ROWS = 8
ANSWERS = {"a": [0, 1, 2, 3], "b": [2, 3, 4], "c > 1 or d": [7]}
texts = st.lists(st.text(), max_size=2).map(tuple)
pointed = st.builds(
    lambda words, rows, *asked: Pointed(words, np.unique(np.array(rows, np.int64)), *asked),
    st.text(),
    st.lists(st.integers(0, N_ROWS + 2)),
    texts,
    texts,
)
leaves = pointed | st.builds(Asked, st.sampled_from([*ANSWERS]), texts)
steps = st.recursive(
    leaves,
    lambda part: (
        st.builds(Turned, part)
        | st.builds(
            Combined,
            st.sampled_from(["and", "or"]),
            st.lists(part, min_size=2, max_size=3).map(tuple),
        )
    ),
    max_leaves=8,
)


def found(step):
    return set(rows_found(step, N_ROWS, lambda text: np.array(ANSWERS[text])).tolist())


CELLS = Pointed("2 cells of “4 × 4”", np.array([1, 2, 5]))


def test_rows_are_combined_as_sets_are():
    a, b = set(ANSWERS["a"]), set(ANSWERS["b"])
    assert found(combined(Asked("a"), "and", Asked("b"))) == a & b
    assert found(combined(Asked("a"), "or", Asked("b"))) == a | b
    assert found(combined(Asked("a"), "without", Asked("b"))) == a - b
    assert found(combined(Asked("a"), "new", Asked("b"))) == b
    assert found(combined(None, "without", Asked("b"))) == b
    assert found(combined(CELLS, "and", Asked("a"))) == {1, 2}


@pytest.mark.slow
@given(steps, steps)
def test_what_goes_with_a_selection_reads_and_finds_the_same(before, new):
    assert found(combined(before, "and", new)) == found(before) & found(new)
    assert found(combined(before, "or", new)) == found(before) | found(new)
    assert found(combined(before, "without", new)) == found(before) - found(new)
    assert found(turned(before)) == set(range(N_ROWS)) - found(before)


@given(steps)
def test_a_step_comes_back_from_json(step):
    assert from_value(json.loads(json.dumps(to_value(step)))) == step
    assert hash(from_value(to_value(step))) == hash(step)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        3,
        {"asked": 3},
        {"asked": "a", "keys": "b"},
        {"pointed": "x", "rows": [0.5], "once": []},
        {"pointed": "x", "rows": [-1], "once": []},
        {"pointed": "x", "rows": [True], "once": []},
        {"pointed": "x", "rows": [2**80], "once": []},
        {"and": []},
        {"and": [{"asked": "a"}]},
        {"not": None},
        {"xor": [{"asked": "a"}, {"asked": "b"}]},
    ],
)
def test_other_values_are_no_step(value):
    assert from_value(value) is None


def test_steps_that_are_nested_for_ever_are_none():
    value = {"asked": "a"}
    for _ in range(400):
        value = {"not": value}
    assert from_value(value) is None


def test_a_step_is_a_sentence():
    step = combined(combined(CELLS, "and", Asked("income > 40000")), "or", Asked("a or b"))
    assert str(step) == "(2 cells of “4 × 4” and income > 40000) or (a or b)"
    assert str(Turned(Asked("a and b"))) == "not (a and b)"
    assert str(Turned(CELLS)) == "not 2 cells of “4 × 4”"


def test_a_part_is_turned_or_taken_out():
    step = Combined("and", (Asked("a"), Asked("b"), CELLS))
    other = with_part(step, (1,), turned(part_at(step, (1,))))
    assert other == Combined("and", (Asked("a"), Turned(Asked("b")), CELLS))
    assert with_part(other, (1, 0), CELLS) == Combined("and", (Asked("a"), Turned(CELLS), CELLS))
    assert without_part(step, (0,)) == Combined("and", (Asked("b"), CELLS))
    assert without_part(Combined("or", (Asked("a"), CELLS)), (1,)) == Asked("a")
    assert without_part(other, (1, 0)) == Combined("and", (Asked("a"), CELLS))
    assert without_part(CELLS, ()) is without_part(Turned(CELLS), (0,)) is None
    assert with_part(CELLS, (), Turned(CELLS)) == Turned(CELLS)
    assert joined_otherwise(joined_otherwise(step)) == step
    assert joined_otherwise(step).joiner == "or"
    assert parts_of(CELLS) == ()


def test_a_bracket_goes_when_it_says_nothing_any_more():
    step = Combined("and", (Combined("or", (Asked("a"), Asked("b"))), CELLS))
    assert without_part(step, (0, 1)) == Combined("and", (Asked("a"), CELLS))
    inner = part_at(step, (0,))
    assert with_part(step, (0,), joined_otherwise(inner)) == Combined(
        "and", (Asked("a"), Asked("b"), CELLS)
    )
    assert with_part(Turned(step), (0,), Turned(CELLS)) == CELLS


def paths(step):
    """Return the paths to all parts of a step, itself among them."""
    inner = [(place, *path) for place, part in enumerate(parts_of(step)) for path in paths(part)]
    return [(), *inner]


@pytest.mark.slow
@given(steps, steps, st.data())
def test_a_part_is_changed_wherever_it_stands(step, new, data):
    path = data.draw(st.sampled_from(paths(step)))
    assert found(with_part(step, path, part_at(step, path))) == found(step)
    assert found(with_part(step, path, new)) == found(literally_with(step, path, new))


def literally_with(step, path, new):
    """Return the step with another part, every bracket as it was."""
    if not path:
        return new
    parts = list(parts_of(step))
    parts[path[0]] = literally_with(parts[path[0]], path[1:], new)
    return Combined(step.joiner, tuple(parts)) if isinstance(step, Combined) else Turned(*parts)


def test_only_what_points_at_no_rows_can_be_asked_of_others():
    assert is_question(Combined("and", (Asked("a"), Turned(Asked("b")))))
    assert not is_question(Combined("and", (Asked("a"), Turned(CELLS))))
    assert not is_question(CELLS)
    assert not is_question(None)


def test_it_is_known_what_was_asked():
    kept = Pointed("group “rich”", np.array([1]), ("income > 40000",))
    step = Combined("and", (Turned(Asked("a")), Combined("or", (kept, Asked("a"), Asked("b")))))
    assert questions(step) == ("a", "income > 40000", "b")
    assert questions(None) == questions(CELLS) == ()


def test_what_was_asked_keeps_the_keys_of_its_joins():
    rich = Asked("gdp > 3", ("country",))
    here = found_on(Asked("cell = 3 and gdp > 3", ("land",)), "4 × 4", np.array([1]))
    step = Combined("or", (Turned(rich), here, Asked("a"), rich))
    assert keys_of(step) == ("country", "land")
    assert keys_of(from_value(to_value(step))) == ("country", "land")
    before = found_before(step, np.array([2]))
    assert (keys_of(before), questions(before)) == (keys_of(step), questions(step))
    assert keys_of(None) == keys_of(CELLS) == ()
    assert from_value({"asked": "gdp > 3"}) == Asked("gdp > 3"), "as it was kept before"
