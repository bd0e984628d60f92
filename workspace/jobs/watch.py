"""The watch over the worker: as long as a server lives, one worker does too."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from workspace.config import Configuration
from workspace.files import locked
from workspace.log import goes_on_with_a_log_line
from workspace.service_time import SERVER_BEAT

LOCK = "worker.lock"  # held by the worker as long as it lives; its pid is inside
BEAT = "worker.beat"  # its time is that of the worker's last round
_TURN = "worker.turn"  # the lock of a server that looks whether there is a worker

_SECONDS_OF_SILENCE = 60.0  # after which a worker that holds its lock counts as hung
_SECONDS_BETWEEN_LOOKS = 2.0
_ROOT = Path(__file__).resolve().parent.parent.parent
logger = logging.getLogger("som_atlas.jobs")


def keep_worker_running(config: Configuration) -> None:
    """Ensure a worker for as long as this process lives; call it once, when the server starts."""

    def look_after() -> None:
        while True:
            look_after_worker(config)
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    threading.Thread(target=look_after, daemon=True).start()


def look_after_worker(config: Configuration) -> None:
    """Ensure a worker if that is possible now; it may be the next time."""
    with goes_on_with_a_log_line(logger, "worker not started"):  # such as no memory, or no room
        config.data.mkdir(parents=True, exist_ok=True)
        (config.data / SERVER_BEAT).touch()
        ensure_worker(config)


def ensure_worker(config: Configuration) -> None:
    """Start a worker if this server should have one and none lives. Quick: call it often.

    Whoever gets the worker's lock starts the worker and hands the lock over to it, so that
    several web processes never start two.
    """
    if config.worker == "external":
        return
    config.data.mkdir(parents=True, exist_ok=True)
    with _worker_lock(config) as (lock, is_free):
        if is_free:
            _start_worker(config, lock)
        elif _seconds_since_beat(config) > _SECONDS_OF_SILENCE:
            logger.error("worker hangs")
            _kill_who_holds(lock)
            (config.data / BEAT).touch()  # time to die; a later call starts another


def _kill_who_holds(lock: IO[str]) -> None:
    """Kill the worker whose number is in its lock file, if that process really has it open.

    A number is given to another process once its first one is dead. The process is held by a
    handle of its own, so that what is looked at is what is killed.
    """
    lock.seek(0)
    number = lock.read().strip()
    if not number.isdecimal() or not hasattr(os, "pidfd_open"):
        return  # another system than Linux: whoever runs the server sees the log
    with suppress(OSError):  # it is dead, or not ours
        process = os.pidfd_open(int(number))
        try:
            if _has_open(int(number), lock):
                signal.pidfd_send_signal(process, signal.SIGKILL)
        finally:
            os.close(process)


def _has_open(pid: int, file: IO[str]) -> bool:
    """Return whether a process has a file open."""
    wanted = os.fstat(file.fileno())
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            if os.path.samestat(handle.stat(), wanted):
                return True
    return False


def worker_lives(config: Configuration) -> bool:
    """Return whether a worker holds its lock, which the kernel frees when it dies."""
    if not (config.data / LOCK).exists():
        return False
    with _worker_lock(config) as (_, is_free):
        return not is_free


@contextmanager
def _worker_lock(config: Configuration) -> Iterator[tuple[IO[str], bool]]:
    """Yield the worker's lock, and whether it was free and so is ours now.

    Servers take turns. Who looks holds the lock for a moment, and who starts a worker has yet to
    note its beat and pid: both would look like the worker before, hanging.
    """
    with locked(config.data / _TURN), (config.data / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lock, False
        else:
            yield lock, True


def _seconds_since_beat(config: Configuration) -> float:
    try:
        return time.time() - (config.data / BEAT).stat().st_mtime
    except FileNotFoundError:  # a worker that somebody started by hand just now
        return 0.0


def _start_worker(config: Configuration, lock: IO[str]) -> None:
    (config.data / BEAT).touch()
    logger.info("starting a worker")
    worker = subprocess.Popen(
        [sys.executable, "-m", "workspace.worker", "--lock", str(lock.fileno())],
        cwd=_ROOT,
        env=os.environ | {"SOM_ATLAS_DATA": str(config.data)},
        stdin=subprocess.PIPE,  # closed by our death, whatever way: then the worker may go as well
        stdout=subprocess.DEVNULL,
        pass_fds=[lock.fileno()],
        start_new_session=True,
    )
    lock.truncate(0)
    lock.write(str(worker.pid))
    threading.Thread(target=_take_note_of_its_end, args=[worker], daemon=True).start()


def _take_note_of_its_end(worker: subprocess.Popen[bytes]) -> None:
    """Wait for a worker, or it would stay in the process table as a zombie."""
    worker.wait()
    if worker.stdin is not None:
        worker.stdin.close()
