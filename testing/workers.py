"""What tests do with the worker of a data folder."""

import os
import signal
import time

from workspace.jobs import worker_lives


def wait_until(condition, seconds=120.0):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.01)


def worker_pid(config):
    return int((config.data / "worker.lock").read_text())


def stop_worker(config):
    if worker_lives(config):
        os.kill(worker_pid(config), signal.SIGTERM)
        wait_until(lambda: not worker_lives(config))
