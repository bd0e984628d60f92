from concurrent.futures import ThreadPoolExecutor
from threading import Event

from threadpoolctl import threadpool_info, threadpool_limits

from som_core.geometry.distances import slices
from som_core.geometry.parallel import in_order, one_blas_thread_each

PARTS = slices(1_000_000, 10_000)


def blas_threads():
    """How many threads each BLAS of the process may start."""
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_results_come_in_the_order_of_the_parts_though_the_first_is_done_last():
    second_is_done = Event()

    def work(part):
        if part == PARTS[1]:
            second_is_done.set()
        if part == PARTS[0]:
            second_is_done.wait()
        return part.start

    with ThreadPoolExecutor(2) as pool:
        found = list(in_order(work, PARTS, pool))

    assert found == [(part, part.start) for part in PARTS]


def test_who_stops_listening_need_not_wait_for_all_parts():
    begun = []
    with one_blas_thread_each() as pool:
        results = in_order(begun.append, PARTS, pool)
        next(results)
        results.close()

    assert len(begun) < 20  # of 100 parts


def test_whoever_leaves_last_gives_blas_its_threads_back():
    with threadpool_limits(2, "blas"):
        first, second = one_blas_thread_each(), one_blas_thread_each()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)
        assert blas_threads() == {2}
