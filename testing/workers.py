"""What tests do with the worker of a data folder."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from testing.waiting import wait_until
from workspace.config import Configuration
from workspace.jobs.watch import worker_lives


def worker_pid(config: Configuration) -> int:
    return int((config.data / "worker.lock").read_text())


def child_pids(config: Configuration) -> list[int]:
    """Return the processes that the worker started for its jobs: one a training that runs."""
    worker = worker_pid(config)
    started = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    return [pid for pid in map(int, started) if not _compiles(pid)]


def kill_children(config: Configuration) -> None:
    """Kill the jobs that run; one that ends at this very moment is as dead."""
    for child in child_pids(config):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def command_of(pid: int) -> bytes:
    """Return what a process was started with; a fork has that of its parent."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _compiles(pid: int) -> bool:
    """Return whether a process compiles kernels, as one does on a machine that has none yet."""
    try:
        return b"compile_kernels" in command_of(pid)
    except (FileNotFoundError, ProcessLookupError):
        return False


def stop_worker(config: Configuration) -> None:
    if worker_lives(config):
        os.kill(worker_pid(config), signal.SIGTERM)
        wait_until(lambda: not worker_lives(config))
