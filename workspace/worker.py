"""The worker: `python -m workspace.worker`. It keeps the line of jobs moving.

It loads all libraries and compiled kernels once and then forks one child for each job, so that
a job begins within milliseconds and its crash costs nothing but itself.
"""

import argparse
import fcntl
import logging
import os
import sys

from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.jobs.rounds import Worker
from workspace.jobs.watch import LOCK
from workspace.log import configure_logging, ends_with_a_log_line

logger = logging.getLogger("som_atlas.worker")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Do the long work of SOM Atlas.")
    arguments.add_argument(
        "--lock", type=int, help="used by the web server, which hands over the lock it took"
    )
    lock: int | None = arguments.parse_args().lock
    configure_logging("worker")
    try:
        config = Configuration.from_environment()
        config.check_data_folder()
    except AtlasError as problem:
        sys.exit(f"SOM Atlas's worker can't start. {problem}")
    owned = lock is not None
    if lock is None:
        lock = os.open(config.data / LOCK, os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for its turn while another worker lives
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
    with ends_with_a_log_line(logger):
        Worker(config, lock).run(sys.stdin.fileno() if owned else None)


if __name__ == "__main__":
    main()
