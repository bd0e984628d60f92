"""What is asked is answered on the map that is shown, and stays those rows on every other."""

from types import SimpleNamespace

import numpy as np
import pytest

from som_core.groups import Group
from som_core.selection_steps import Asked, Combined, combined, is_question
from testing.maps import a_map, a_table
from ui import questions, session
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
    ask._answer(FOUR, "x > 1")
    ask._answer(FOUR, "x > 10")  # written on
    ask._answer(FOUR, "x < 12")  # changed
    assert state.selection.step == Combined("and", (cells, Asked("x < 12")))
    ask._answer(FOUR, "y < 20")
    assert state.selection.step == Combined("and", (cells, Asked("x < 12"), Asked("y < 20")))
    assert state.selection.rows.tolist() == [1, 2]


def test_an_emptied_box_lets_go_of_what_it_asked(state):
    ask._answer(FOUR, "cell = 0")
    assert state.selection.rows.tolist() == [0, 1]
    ask._let_go()
    assert state.selection.is_like(Selection())
