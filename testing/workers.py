"""What tests do with the worker of a data folder."""

import os
import signal
from pathlib import Path

from testing.waiting import wait_until
from workspace.config import Configuration
from workspace.jobs.watch import worker_lives


def worker_pid(config: Configuration) -> int:
    return int((config.data / "worker.lock").read_text())


def child_pids(config: Configuration) -> list[int]:
    """Return the processes that the worker started: one a training that runs."""
    worker = worker_pid(config)
    return [int(pid) for pid in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]


def command_of(pid: int) -> bytes:
    """Return what a process was started with; a fork has that of its parent."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def stop_worker(config: Configuration) -> None:
    if worker_lives(config):
        os.kill(worker_pid(config), signal.SIGTERM)
        wait_until(lambda: not worker_lives(config))
