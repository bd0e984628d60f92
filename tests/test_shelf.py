"""The shelf: large things at hand in a bounded part of memory."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shelf import NEWEST, Shelf


def standing(shelf: Shelf, keys) -> set:
    """Return which of the keys need not be made anew, looking from the newest on."""
    anew = []
    for key in keys:
        shelf.take(key, lambda key=key: anew.append(key), lambda _: 1)
    return set(keys) - set(anew)


def test_a_thing_is_made_once():
    made = []
    shelf = Shelf(100)
    for _ in range(3):
        assert shelf.take("table", lambda: made.append(1) or "rows", lambda _: 10) == "rows"
    assert made == [1]


def test_what_was_not_asked_for_longest_makes_room():
    shelf = Shelf(50)
    for key in (*range(5), 0, 5):
        shelf.take(key, lambda: "thing", lambda _: 10)
    assert standing(shelf, [0, 2, 3, 4, 5]) == {0, 2, 3, 4, 5}
    assert standing(shelf, [1]) == set()


def test_the_newest_things_stay_however_large_they_are():
    shelf = Shelf(1)
    for key in range(NEWEST + 1):
        shelf.take(key, lambda: "thing", lambda _: 10**9)
    assert standing(shelf, range(1, NEWEST + 1)) == set(range(1, NEWEST + 1))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 40)), max_size=60))
def test_all_things_together_stay_within_the_room_or_are_few(asked):
    shelf = Shelf(100)
    for key, size in asked:
        shelf.take(key, lambda: "thing", lambda _, size=size: size)
        assert shelf.size <= 100 or shelf.n_things <= NEWEST


def test_who_comes_while_a_thing_is_made_waits_for_it():
    shelf, begun, go_on, made = Shelf(100), threading.Event(), threading.Event(), []

    def slowly():
        begun.set()
        go_on.wait(5)
        made.append(1)
        return "rows"

    with ThreadPoolExecutor(2) as people:
        first = people.submit(shelf.take, "table", slowly, lambda _: 10)
        assert begun.wait(5)
        second = people.submit(shelf.take, "table", slowly, lambda _: 10)
        go_on.set()
        assert (first.result(5), second.result(5)) == ("rows", "rows")
    assert made == [1]


def test_a_thing_that_could_not_be_made_can_be_asked_for_again():
    shelf = Shelf(100)
    with pytest.raises(ValueError, match="refused"):
        shelf.take("table", _refuse, lambda _: 10)
    assert shelf.take("table", lambda: "rows", lambda _: 10) == "rows"


def _refuse():
    raise ValueError("refused")


def test_things_may_be_made_of_other_things():
    shelf = Shelf(100)
    matrix = shelf.take(
        "matrix", lambda: 2 * shelf.take("table", lambda: 21, lambda _: 10), lambda _: 10
    )
    assert (matrix, shelf.size) == (42, 20)
