"""What is asked is answered on the map that is shown, and stays those rows on every other."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import And, Not, Or
from som_core.analyses.joining import joined
from som_core.analyses.rows_by_condition import rows_where
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import (
    Asked,
    Combined,
    Pointed,
    Turned,
    combined,
    is_question,
    keys_of,
    rows_found,
)
from som_core.selection_steps import questions as asked_in
from testing.maps import a_map, a_table
from ui import questions, selecting, session
from ui.sections import ask
from ui.selection import Selection
from ui.session import Session

VALUES = [1.0, 2.0, 11.0, 12.0, 21.0]
TABLE = a_table({"x": VALUES, "y": VALUES[::-1]})


def view_of(name, codebook):
    return SimpleNamespace(
        table=TABLE, m=a_map(codebook, [[x] for x in VALUES]), saved=SimpleNamespace(name=name)
    )


FOUR = view_of("1 × 4", [[[0], [10], [20], [30]]])
TWO = view_of("1 × 2", [[[25], [5]]])


@pytest.fixture(autouse=True)
def state(monkeypatch):
    """Return a session that looks on: nothing is kept."""
    groups = {FOUR.saved.name: [1, 2], TWO.saved.name: [4]}
    monkeypatch.setattr(
        questions, "_groups", lambda view: [Group("mine", np.array(groups[view.saved.name]))]
    )
    workspace = SimpleNamespace(maps=tuple, current_map=None, read_only=True)
    one = Session(workspace)
    monkeypatch.setattr(session, "current", lambda: one)
    return one


def test_rows_of_cells_or_groups_stay_those_rows_on_another_map():
    everything = Asked("x > 0")
    for asked, rows in {"cell = 0 or cell = 2": [0, 1, 4], 'group = "mine"': [1, 2]}.items():
        found = questions.found_by(FOUR, Asked(asked))
        assert found.rows.tolist() == rows
        assert not is_question(found.step)
        both = combined(found.step, "and", everything)
        assert questions.found_by(TWO, both).rows.tolist() == rows
    assert str(questions.found_by(TWO, both).step) == 'group = "mine" on “1 × 4” and x > 0'
    assert str(questions.found_by(FOUR, Asked("cell = 0 or cell = 2")).step) == (
        "(cell = 0 or cell = 2) on “1 × 4”"
    )


def test_a_condition_on_columns_stays_a_question():
    assert questions.found_by(FOUR, Asked("x > 10")).step == Asked("x > 10")


def test_another_question_becomes_one_more_part_and_a_changed_one_stays_one(state):
    state.selection = questions.found_by(FOUR, Asked("cell in 0..1"))
    cells, state.how = state.selection.step, "and"
    questions.ask(FOUR, "x > 1")
    questions.ask(FOUR, "x > 10")  # written on
    questions.ask(FOUR, "x < 12")  # changed
    assert state.selection.step == Combined("and", (cells, Asked("x < 12")))
    questions.ask(FOUR, "y < 20")
    assert state.selection.step == Combined("and", (cells, Asked("x < 12"), Asked("y < 20")))
    assert state.selection.rows.tolist() == [1, 2]


def test_an_emptied_box_lets_go_of_what_it_asked(state):
    questions.ask(FOUR, "cell = 0")
    assert state.selection.rows.tolist() == [0, 1]
    questions.let_go(FOUR)
    assert state.selection.is_like(Selection())


def test_what_is_typed_in_vain_and_taken_back_leaves_what_it_was_to_go_with(state):
    questions.ask(FOUR, "x > 1")
    before = state.selection
    state.how, state.question = "and", None  # as it is chosen on the page
    assert questions.standing_text() == ""
    questions.ask(FOUR, "x > 99")
    assert ask._text() == "x > 99"
    questions.let_go(FOUR)
    assert state.selection is before
    assert ask._text() == ""


def test_each_range_that_is_brushed_is_a_step_for_undo_and_stays_one_part(state):
    state.selection = questions.found_by(FOUR, A)
    state.how = "or"
    questions.ask(FOUR, "y > 20", is_typed=False)
    one = state.selection
    assert one.step == Combined("or", (A, Asked("y > 20")))
    questions.ask(FOUR, "y > 20 and x < 2", is_typed=False)
    assert state.selection.step == Combined("or", (A, Asked("y > 20 and x < 2")))
    selecting.undo()
    assert state.selection.is_like(one)


A, B = Asked("x > 1"), Asked("x < 12")
MIXED = Combined("and", (Combined("or", (A, Asked("y = 21"))), B))


def test_a_part_within_a_bracket_is_written_anew_in_its_place(state):
    state.selection = questions.found_by(FOUR, MIXED)
    assert state.selection.rows.tolist() == [0, 1, 2]
    questions.take_up(state.selection.step, (0, 1))
    assert (ask._text(), questions.how()) == ("y = 21", "or")
    questions.ask(FOUR, "y = 2")
    questions.ask(FOUR, "y = 1")  # changed
    assert state.selection.step == Combined("and", (Combined("or", (A, Asked("y = 1"))), B))
    assert state.selection.rows.tolist() == [1, 2]
    questions.ask(FOUR, "x < 11")  # another question, after all others
    assert str(state.selection.step).endswith(") and x < 12) or x < 11")
    selecting.undo()
    questions.ask(FOUR, "x < 11")
    assert state.selection.step == Asked("x < 11"), "nothing is taken up any more"


def test_the_box_holds_the_last_part_again_once_the_page_is_loaded_anew(state):
    state.selection = questions.found_by(FOUR, Combined("and", (A, Turned(Asked("y = 2")))))
    questions.take_up_last()
    assert (ask._text(), questions.how()) == ("y = 2", "new")
    questions.ask(FOUR, "y = 11")
    assert state.selection.step == Combined("and", (A, Turned(Asked("y = 11"))))
    questions.let_go(FOUR)
    assert state.selection.step == A


def test_nothing_is_put_into_the_box_where_rows_were_pointed_at_last(state):
    cells = Pointed("2 cells", np.array([1, 2]))
    state.selection = questions.found_by(FOUR, Combined("and", (A, cells)))
    questions.take_up_last()
    assert ask._text() == ""


def test_an_emptied_box_takes_out_what_was_taken_up(state):
    state.selection = questions.found_by(FOUR, MIXED)
    questions.take_up(state.selection.step, (0, 1))
    questions.let_go(FOUR)
    assert state.selection.step == Combined("and", (A, B))


def test_what_is_turned_round_is_written_anew_without_its_not(state):
    state.selection = questions.found_by(FOUR, Combined("and", (A, Turned(B))))
    questions.take_up(state.selection.step, (1,))
    assert (ask._text(), questions.how()) == ("x < 12", "without")
    questions.ask(FOUR, "x < 21")
    assert state.selection.step == Combined("and", (A, Turned(Asked("x < 21"))))


def test_a_bracket_and_the_whole_sentence_are_written_anew_as_one_condition(state):
    state.selection = questions.found_by(FOUR, MIXED)
    questions.take_up(state.selection.step, (0,))
    assert ask._text() == "x > 1 or y = 21"
    questions.ask(FOUR, "x > 1 or y > 2")
    assert state.selection.step == Combined("and", (Asked("x > 1 or y > 2"), B))
    questions.take_up(state.selection.step, ())
    assert ask._text() == "(x > 1 or y > 2) and x < 12"
    questions.ask(FOUR, "(x > 1 or y > 2) and x < 11")
    assert state.selection.step == Asked("(x > 1 or y > 2) and x < 11")
    assert state.selection.rows.tolist() == [0, 1]


def test_what_no_condition_says_is_written_anew_part_by_part_only():
    cells = Pointed("2 cells", np.array([1, 2]))
    for other in (cells, Asked("Norway")):
        step = Combined("and", (Combined("or", (A, other)), B))
        assert questions.written(step, ()) is questions.written(step, (0,)) is None
        assert questions.written(step, (0, 0)) == ((0, 0), A.text)
    assert questions.written(step, (0, 1)) == ((0, 1), "Norway")


def together(part):
    parts = st.lists(part, min_size=2, max_size=3).map(tuple)
    return st.builds(Turned, part) | st.builds(Combined, st.sampled_from(["and", "or"]), parts)


conditions = st.sampled_from(
    ["x > 1", "not x < 12", "y < 20 or x = 1", "X in (1, 2) AND y > 1", "y is missing"]
).map(Asked)


@pytest.mark.slow
@given(st.recursive(conditions, together, max_leaves=8))
def test_a_sentence_of_conditions_reads_as_the_condition_that_it_is(step):
    table = a_table({"x": VALUES, "X": VALUES, "y": VALUES[::-1]})

    def answer(text):
        return rows_where(table, text)

    path, text = questions.written(step, ())
    said = Turned(Asked(text)) if path else Asked(text)
    found = rows_found(step, len(VALUES), answer)
    assert rows_found(said, len(VALUES), answer).tolist() == found.tolist()
    assert parse_condition(str(step)) == condition_of(step)


def condition_of(step):
    """Return the condition that a sentence of conditions says, part by part."""
    match step:
        case Turned(part):
            return Not(condition_of(part))
        case Combined(joiner, parts):
            return (And if joiner == "and" else Or)(tuple(map(condition_of, parts)))
        case Asked(text):
            return parse_condition(text)


def test_a_question_about_joined_columns_knows_their_key_when_they_are_gone():
    lands = a_table({"x": VALUES, "gdp": [1, 2, 3, 4, 5]})
    beside = SimpleNamespace(table=joined(TABLE, lands, "x", "x"), m=FOUR.m, saved=FOUR.saved)
    found = questions.found_by(beside, Combined("and", (Asked("gdp > 1"), Asked("y > 1"))))
    assert found.rows.tolist() == [1, 2, 3]
    assert keys_of(found.step) == ("x",)
    of_cells = questions.found_by(beside, Asked("cell = 1 and gdp > 1"))
    assert keys_of(of_cells.step) == ("x",)
    assert keys_of(questions.found_by(beside, Asked("y > 1")).step) == ()


def test_rows_of_cells_that_were_kept_as_a_question_stay_those_rows():
    step = Combined("and", (Asked("cell in 0..1"), Asked("x > 1")))
    kept = Group("selection", np.array([1, 2, 3]), "selection", GroupRecipe.of_step(step))
    again = questions.kept_step(TWO, kept)
    assert str(again) == "(cell in 0..1 and x > 1) when it was kept"
    both = combined(again, "and", Asked("x > 0"))
    assert questions.found_by(TWO, both).rows.tolist() == [1, 2, 3]
    plain = Group("selection", np.array([1]), "selection", GroupRecipe.of_step(Asked("x = 2")))
    assert questions.kept_step(TWO, plain) == Asked("x = 2")
    assert questions.kept_step(TWO, Group("by hand", np.array([1]))) is None


@pytest.mark.parametrize("asked", ['group = "rich" and x > 1', "group is missing"])
def test_rows_of_a_set_that_is_asked_for_were_chosen_by_what_found_it(asked, monkeypatch):
    found_by = GroupRecipe.of_step(Asked("y > 3", ("x",)))
    groups = [Group("rich", np.array([0, 1, 2]), "set", found_by), Group("mine", np.array([0]))]
    monkeypatch.setattr(questions, "_groups", lambda view: groups)
    found = questions.found_by(FOUR, Asked(asked)).step
    assert asked_in(found) == (asked, "y > 3")
    assert keys_of(found) == ("x",)
    assert asked_in(questions.found_by(FOUR, Asked('group = "mine"')).step) == ('group = "mine"',)
