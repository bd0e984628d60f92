"""Work on parts of a long table in threads: one a processor, and BLAS starts no others."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from threadpoolctl import ThreadpoolController

T = TypeVar("T")
_THREADS = os.cpu_count() or 1
_END = object()


class _BlasAlone:
    """While anyone is inside, BLAS starts no threads; whoever leaves last gives them back."""

    def __init__(self) -> None:
        self._libraries = ThreadpoolController()
        self._lock = Lock()
        self._n_inside = 0

    def __enter__(self) -> None:
        with self._lock:
            if self._n_inside == 0:
                self._limit = self._libraries.limit(limits=1, user_api="blas")
            self._n_inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_inside -= 1
            if self._n_inside == 0:
                self._limit.restore_original_limits()


_blas_alone = _BlasAlone()  # of the process, as the threads of BLAS are


@contextmanager
def one_blas_thread_each(n_threads: int | None = None) -> Iterator[Executor]:
    """Give threads to work in, one a processor unless told, each without threads of its own."""
    with _blas_alone, ThreadPoolExecutor(n_threads or _THREADS) as pool:
        yield pool


def in_order(
    work: Callable[[slice], T], parts: Sequence[slice], pool: Executor
) -> Iterator[tuple[slice, T]]:
    """Do the work on all parts; yield each part with its result, in the order of the parts.

    Only a few results wait at a time. Who stops listening waits for the parts at work, and no
    others are begun.
    """
    if len(parts) == 1:
        yield parts[0], work(parts[0])
        return
    ahead: deque[tuple[slice, Future[T]]] = deque()
    try:
        for part in parts:
            ahead.append((part, pool.submit(work, part)))
            if len(ahead) > 2 * _THREADS:
                yield _done(*ahead.popleft())
        while ahead:
            yield _done(*ahead.popleft())
    finally:
        for _, job in ahead:
            job.cancel()


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the same items, while a thread already makes the next one."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = beside.submit(next, items, _END)
            yield item  # type: ignore[misc]


def _done(part: slice, job: Future[T]) -> tuple[slice, T]:
    return part, job.result()
