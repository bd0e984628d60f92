"""The shelf: large things at hand in a bounded part of memory."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shelf import NEWEST, Shelf


def is_at_hand(shelf: Shelf, key) -> bool:
    return shelf.take(key, lambda: "made anew", lambda _: 1) != "made anew"


def test_a_thing_is_made_once():
    made = []
    shelf = Shelf(100)
    for _ in range(3):
        assert shelf.take("table", lambda: made.append(1) or "rows", lambda _: 10) == "rows"
    assert made == [1]


def filled(room: int, *things) -> Shelf:
    """Return a shelf that was asked for things, each a key and a size."""
    shelf = Shelf(room)
    for key, size in things:
        shelf.take(key, lambda: "thing", lambda _, size=size: size)
    return shelf


def test_of_things_of_one_size_that_unused_for_longest_makes_room():
    shelf = filled(50, *((key, 10) for key in (0, 1, 2, 3, 4, 0, 5)))
    assert is_at_hand(shelf, 0)
    assert not is_at_hand(shelf, 1)


def test_a_large_thing_makes_room_before_small_ones_that_are_older():
    shelf = filled(150, ("small", 5), ("large", 100), *((key, 10) for key in range(NEWEST + 1)))
    assert is_at_hand(shelf, "small")
    assert not is_at_hand(shelf, "large")


def test_the_newest_things_stay_however_large_they_are():
    shelf = filled(1, *((key, 10**9) for key in range(NEWEST + 1)))
    assert all(is_at_hand(shelf, key) for key in range(1, NEWEST + 1))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 40)), max_size=60))
def test_all_things_together_stay_within_the_room_or_are_the_newest(asked):
    assert filled(100, *asked).size <= max(100, 40 * NEWEST)


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
