"""Seconds and memory that heavy files take, in a process of its own: a peak counts from its start.

Seconds are those of computing, so that waiting for a processor doesn't count, and the least of
several runs, as a processor shared with others also computes more slowly.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from testing.corpus import OddFile, corpus

SECONDS, MEMORY = 10, 1_000_000_000  # bytes
MOST_RUNS = 3

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc"
)


def assert_within_limits(module: str) -> None:
    """Run a module that calls `report`, and fail if a file takes too long or too much memory."""
    least = float("inf")
    for _ in range(MOST_RUNS):
        child = subprocess.run(
            [sys.executable, "-W", "error", "-m", module], capture_output=True, text=True
        )
        assert child.returncode == 0, child.stderr
        seconds, memory = map(float, child.stdout.split())
        assert memory < MEMORY
        least = min(least, seconds)
        if least < SECONDS:
            break
    assert least < SECONDS


def report(work: Callable[[OddFile, bytes], object]) -> None:
    """Do some work with each heavy file; print the longest seconds and the peak of memory."""
    slowest = 0.0
    for file in corpus():
        if file.is_heavy:
            content = file.content
            start = time.process_time()
            work(file, content)
            slowest = max(slowest, time.process_time() - start)
    # Not resource.getrusage, whose peak includes that of the process that started this one.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(slowest, int(peak[1]) * 1024)
