"""Runs of pages take turns: many at once only hinder each other.

Python works for one thread at a time, and each run of a page, or of a part of one, is a thread.
Where many run at once they take the processor from each other every few milliseconds, in the middle
of what they do, and wait for it again after each message that they send: on two processors eight
analysts who clicked at once took half as much again of processor time for each click, and waited
twice as long. Here one runs after the other, in the order in which they came.

A run that takes long, as where a file is read, holds nobody up for more than a moment: then the
next one runs beside it.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

MOMENT = 0.3  # seconds that a run holds up those that came after it


class Turns:
    """Whose turn it is."""

    def __init__(self, moment: float = MOMENT) -> None:
        """Let each hold up the next one for a moment at most, in seconds."""
        self._moment = moment
        self._lock = Lock()
        self._line: deque[Condition] = deque()  # by which each of them is told to look again
        self._at_work: tuple[Condition, float] | None = None  # who, and since when

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for one's turn, and have it until the end of the block."""
        me = Condition(self._lock)
        with self._lock:
            self._line.append(me)
            while self._line[0] is not me:
                me.wait()
            while (wait := self._still_to_wait()) > 0:
                me.wait(wait)
            self._line.popleft()
            self._at_work = me, time.monotonic()
            self._tell_next()  # who now knows how long to wait
        try:
            yield
        finally:
            with self._lock:
                if self._at_work is not None and self._at_work[0] is me:
                    self._at_work = None
                    self._tell_next()

    def _tell_next(self) -> None:
        """Wake up the first in line, and nobody else: each would take Python for a moment."""
        if self._line:
            self._line[0].notify()

    def _still_to_wait(self) -> float:
        """Return for how many seconds whoever is at work may still hold up the next one."""
        if self._at_work is None:
            return 0.0
        return self._at_work[1] + self._moment - time.monotonic()


def let_runs_take_turns() -> None:
    """Let all runs of this process do as said above; call it once, when the server starts."""
    turns, run_script = Turns(), ScriptRunner._run_script

    def run(runner: ScriptRunner, rerun_data: RerunData) -> None:
        with turns.taken():
            run_script(runner, rerun_data)

    ScriptRunner._run_script = run  # type: ignore[method-assign, assignment]
