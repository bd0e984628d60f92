"""Selections are gone back to and forth in the order in which they were made."""

import numpy as np
import pytest

from ui import history
from ui.history import History
from ui.selection import Selection


def rows(*places):
    return Selection(rows=np.array(places, dtype=np.int64))


FIRST, SECOND, THIRD = rows(), rows(1), rows(1, 2)


def test_what_was_undone_can_be_redone_until_something_else_is_selected():
    made = History().gone_on(FIRST).gone_on(SECOND)  # the third is there
    assert made.past == (FIRST, SECOND)
    back = made.undone(THIRD)
    assert (back.past, back.future) == ((FIRST,), (THIRD,))
    assert back.undone(SECOND).future == (SECOND, THIRD)
    assert back.redone(SECOND) == made or back.redone(SECOND).past == made.past
    assert back.gone_on(SECOND).future == ()


def test_the_browsers_back_undoes_and_its_forward_redoes():
    made = History().gone_on(FIRST).gone_on(SECOND)
    back = made.followed(THIRD, rows(1))
    assert (back.past, back.future) == ((FIRST,), (THIRD,))
    forth = back.followed(SECOND, rows(1, 2))
    assert (forth.past, forth.future) == ((FIRST, SECOND), ())
    far_back = made.followed(THIRD, rows())
    assert (far_back.past, far_back.future) == ((), (SECOND, THIRD))


def test_a_tab_begins_with_the_selection_of_its_address():
    begun = History().followed(Selection(), SECOND)
    assert (begun.past, begun.future) == ((), ())


def test_back_beyond_a_reload_and_forth_again():
    begun = History().followed(Selection(), THIRD)
    back = begun.followed(THIRD, SECOND)  # of before the reload
    assert (back.past, back.future) == ((), (THIRD,))
    forth = back.followed(SECOND, THIRD)
    assert (forth.past, forth.future) == ((SECOND,), ())


def test_a_group_that_is_gone_leaves_its_rows():
    kept = Selection(rows=np.array([1]), group="a1")
    made = History(past=(kept, SECOND), future=(kept,)).without_group("a1")
    assert [selection.group for selection in (*made.past, *made.future)] == ["", "", ""]
    assert made.past[0].rows.tolist() == [1]


@pytest.mark.parametrize(("size", "left"), [(1, history.MOST), (history.MOST_ROWS // 2, 2)])
def test_it_stays_small_and_has_always_the_latest(size, left):
    made = History()

    large = Selection(rows=np.zeros(size, dtype=np.int64))
    for _ in range(history.MOST + 3):
        made = made.gone_on(large)
    assert len(made.past) == left
    huge = Selection(rows=np.zeros(history.MOST_ROWS + 1, dtype=np.int64))
    assert made.gone_on(huge).past == (huge,)
