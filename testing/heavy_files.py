"""What heavy files take: calls in the place of seconds, and memory, in a process of its own.

Seconds would be those of the machine and of whoever works beside. How often functions call each
other is the same on every machine, and grows as the time does where work is done once too often.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testing.corpus import corpus
from testing.odd_files import OddFile

MEMORY = 1_000_000_000  # bytes

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc"
)


def calls(work: Callable[[], object]) -> int:
    """Return how many calls of functions, Python's and C's, some work takes."""
    counted = 0

    def count(_frame: object, event: str, _of: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def assert_little_memory(module: str) -> None:
    """Run a module that calls `report`, and fail if it takes too much memory."""
    child = subprocess.run(
        [sys.executable, "-W", "error", "-m", module], capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) < MEMORY


def report(work: Callable[[OddFile, bytes], object]) -> None:
    """Do some work with each heavy file, and print the peak of memory in bytes."""
    for file in corpus():
        if file.is_heavy:
            work(file, file.content)
    # Not resource.getrusage, whose peak includes that of the process that started this one.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    print(int(peak[1]) * 1024)
