from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from serving.turns import Turns
from testing.waiting import PATIENCE, wait_until

FOR_EVER = 3600.0  # seconds


@pytest.fixture
def pool():
    with ThreadPoolExecutor(10) as pool:
        yield pool


def test_one_runs_after_the_other(pool):
    turns, inside = Turns(moment=FOR_EVER), Lock()

    def run(k):
        with turns.taken():
            alone = inside.acquire(blocking=False)
            sum(range(10_000))  # long enough for the others to come
            if alone:
                inside.release()
        return alone

    assert all(pool.map(run, range(500)))


def test_who_came_first_runs_first(pool):
    turns, in_line, order = Turns(moment=FOR_EVER), [], []

    def run(k):
        with turns.taken():
            order.append(k)

    with turns.taken():
        for k in range(8):
            in_line.append(pool.submit(run, k))
            wait_until(lambda k=k: len(turns._line) > k)
    for waiting in in_line:
        waiting.result(PATIENCE)
    assert order == list(range(8))


def test_a_long_run_holds_nobody_up_for_long(pool):
    turns, is_over, others = Turns(moment=0.01), Event(), []

    def long_run():
        with turns.taken():
            return is_over.wait(PATIENCE)

    def run(k):
        with turns.taken():
            others.append(k)

    long = pool.submit(long_run)
    for waiting in [pool.submit(run, k) for k in range(5)]:
        waiting.result(PATIENCE)
    assert sorted(others) == list(range(5))
    assert not long.done()
    is_over.set()
    assert long.result(PATIENCE)


def test_the_end_of_a_long_run_leaves_the_turn_to_whose_it_is(pool):
    turns, long_is_over, is_over, at_work = Turns(moment=0.01), Event(), Event(), Event()

    def long_run():
        with turns.taken():
            at_work.set()
            long_is_over.wait(PATIENCE)

    def another():
        with turns.taken():
            turns._moment = FOR_EVER
            long_is_over.set()
            long.result(PATIENCE)
            return pool.submit(third), is_over.wait(PATIENCE)

    def third():
        with turns.taken():
            return is_over.is_set()

    long = pool.submit(long_run)
    at_work.wait(PATIENCE)
    second = pool.submit(another)
    long.result(PATIENCE)
    wait_until(lambda: turns._line)  # the third has come
    is_over.set()
    last, _ = second.result(PATIENCE)
    assert last.result(PATIENCE)


def test_a_fault_gives_the_turn_to_the_next(pool):
    turns = Turns(moment=FOR_EVER)
    with pytest.raises(OSError, match="the disk"), turns.taken():
        raise OSError("the disk is full")
    with turns.taken():
        pass
