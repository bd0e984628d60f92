"""How much of a file is read, told from wherever it is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Shares of the time that a large file takes, as the steps of reading end.
UNPACKED, PARSED, UNDERSTOOD = 0.1, 0.7, 0.9
_DRAWN = 0.8  # of all, where the file is drawn first from a table that is larger by far


@dataclass
class _Reading:
    """What is known of the reading that goes on in this thread."""

    on_progress: Callable[[float], None]
    n_lines: int = 0
    n_rows: int = 0  # parsed already
    drawn: float = 0.0  # of all that is to be done, where that was the first

    def tell(self, share: float) -> None:
        """Tell how much of the file is read, from 0 to 1."""
        self.on_progress(self.drawn + share * (1 - self.drawn))


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


def note_drawn(share: float) -> None:
    """Tell how much of a larger table is passed, of which the file is to be a sample."""
    if reading := _reading.get():
        reading.drawn = share * _DRAWN
        reading.tell(0.0)


def note_lines(n_lines: int) -> None:
    """Tell that the file is unpacked, and how many lines there are to be parsed."""
    if reading := _reading.get():
        reading.n_lines, reading.n_rows = n_lines, 0
        reading.tell(UNPACKED)


def note_rows(n_rows: int) -> None:
    """Tell that so many more rows are parsed. They may be parsed twice, so it can stand still."""
    if reading := _reading.get():
        reading.n_rows = min(reading.n_rows + n_rows, reading.n_lines)
        share = reading.n_rows / max(1, reading.n_lines)
        reading.tell(UNPACKED + share * (PARSED - UNPACKED))


def note_step(share: float) -> None:
    """Tell that so much is done: where a step ends PARSED, UNDERSTOOD or, at the end, 1."""
    if reading := _reading.get():
        reading.tell(share)
