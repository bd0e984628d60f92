"""How much of a file is read, told from wherever it is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Shares of the time that a large file takes, as the steps of reading end.
UNPACKED, PARSED, UNDERSTOOD = 0.1, 0.7, 0.9


@dataclass
class _Reading:
    """What is known of the reading that goes on in this thread."""

    on_progress: Callable[[float], None]
    n_lines: int = 0
    n_rows: int = 0  # parsed already


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading_told_to(on_progress: Callable[[float], None]) -> Iterator[None]:
    """Tell of files that are read inside, by this thread, how much is done, each from 0 to 1.

    A context rather than an argument: whoever waits for a file is far above whoever parses rows.
    """
    token = _reading.set(_Reading(on_progress))
    try:
        yield
    finally:
        _reading.reset(token)


def note_lines(n_lines: int) -> None:
    """Tell that the file is unpacked, and how many lines there are to be parsed."""
    if reading := _reading.get():
        reading.n_lines, reading.n_rows = n_lines, 0
        reading.on_progress(UNPACKED)


def note_rows(n_rows: int) -> None:
    """Tell that so many more rows are parsed. They may be parsed twice, so it can stand still."""
    if reading := _reading.get():
        reading.n_rows = min(reading.n_rows + n_rows, reading.n_lines)
        share = reading.n_rows / max(1, reading.n_lines)
        reading.on_progress(UNPACKED + share * (PARSED - UNPACKED))


def note_step(share: float) -> None:
    """Tell that a step has ended: PARSED, UNDERSTOOD or, at the end, 1."""
    if reading := _reading.get():
        reading.on_progress(share)
