"""What tests do with the worker of a data folder."""

import os
import signal

from testing.waiting import wait_until
from workspace.jobs import worker_lives


def worker_pid(config):
    return int((config.data / "worker.lock").read_text())


def stop_worker(config):
    if worker_lives(config):
        os.kill(worker_pid(config), signal.SIGTERM)
        wait_until(lambda: not worker_lives(config))
