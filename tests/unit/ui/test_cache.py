"""The cache: large things at hand in a bounded part of memory."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.waiting import PATIENCE
from ui.cache import NEWEST, Cache, counted_size


def is_at_hand(cache: Cache, key) -> bool:
    return cache.take(key, lambda: "made anew", lambda _: 1) != "made anew"


def test_a_thing_is_made_once():
    made = []
    cache = Cache(100)
    for _ in range(3):
        assert cache.take("table", lambda: made.append(1) or "rows", lambda _: 10) == "rows"
    assert made == [1]


def filled(room: int, *things) -> Cache:
    """Return a cache that was asked for things, each a key and a size."""
    cache = Cache(room)
    for key, size in things:
        cache.take(key, lambda: "thing", lambda _, size=size: size)
    return cache


def test_of_things_of_one_size_that_unused_for_longest_makes_room():
    cache = filled(50, *((key, 10) for key in (0, 1, 2, 3, 4, 0, 5)))
    assert is_at_hand(cache, 0)
    assert not is_at_hand(cache, 1)


def test_a_large_thing_makes_room_before_small_ones_that_are_older():
    cache = filled(150, ("small", 5), ("large", 100), *((key, 10) for key in range(NEWEST + 1)))
    assert is_at_hand(cache, "small")
    assert not is_at_hand(cache, "large")


def test_the_newest_things_stay_however_large_they_are():
    cache = filled(1, *((key, 10**9) for key in range(NEWEST + 1)))
    assert all(is_at_hand(cache, key) for key in range(1, NEWEST + 1))


def test_what_lies_in_files_makes_room_late_but_has_an_end():
    in_memory, in_files = counted_size((), in_memory=10), counted_size((), in_files=10)
    assert in_memory > 5 * in_files > 0
    assert counted_size([10**9]) > 10**7


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 40)), max_size=60))
def test_all_things_together_stay_within_the_room_or_are_the_newest(asked):
    assert filled(100, *asked).size <= max(100, 40 * NEWEST)


def test_who_comes_while_a_thing_is_made_waits_for_it():
    cache, begun, go_on, made = Cache(100), threading.Event(), threading.Event(), []

    def slowly():
        begun.set()
        go_on.wait(PATIENCE)
        made.append(1)
        return "rows"

    with ThreadPoolExecutor(2) as people:
        first = people.submit(cache.take, "table", slowly, lambda _: 10)
        assert begun.wait(PATIENCE)
        second = people.submit(cache.take, "table", slowly, lambda _: 10)
        go_on.set()
        assert (first.result(PATIENCE), second.result(PATIENCE)) == ("rows", "rows")
    assert made == [1]


def test_a_thing_that_could_not_be_made_can_be_asked_for_again():
    cache = Cache(100)
    with pytest.raises(ValueError, match="refused"):
        cache.take("table", _refuse, lambda _: 10)
    assert cache.take("table", lambda: "rows", lambda _: 10) == "rows"


def _refuse():
    raise ValueError("refused")


def test_things_may_be_made_of_other_things():
    cache = Cache(100)
    matrix = cache.take(
        "matrix", lambda: 2 * cache.take("table", lambda: 21, lambda _: 10), lambda _: 10
    )
    assert (matrix, cache.size) == (42, 20)
