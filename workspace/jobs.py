"""Trainings as the pages see them: ask for one, watch it, cancel it."""

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint
from workspace import queue
from workspace.config import Configuration
from workspace.files import discard, locked
from workspace.log import goes_on_with_a_log_line
from workspace.order import Order, read_order
from workspace.prediction import refuse_beyond_limits
from workspace.progress import read_codebook, read_report
from workspace.queue import Job, State
from workspace.quota import check_room
from workspace.service_time import SERVER_BEAT
from workspace.store import ReadOnly, Workspace

LOCK = "worker.lock"  # held by the worker as long as it lives; its pid is inside
BEAT = "worker.beat"  # its time is that of the worker's last round
_TURN = "worker.turn"  # the lock of a server that looks whether there is a worker

_SECONDS_OF_SILENCE = 60.0  # after which a worker that holds its lock counts as hung
_SECONDS_BETWEEN_LOOKS = 2.0
_ROOM_TO_WORK = 50_000_000  # bytes; less than that counts as a full disk
_ROOT = Path(__file__).resolve().parent.parent
logger = logging.getLogger("som_atlas.jobs")


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """How the training of a workspace stands, to be shown as it is."""

    job: Job
    state: State
    place_in_line: int | None  # 1 starts next; None unless it waits
    fraction: float  # 0 to 1
    epoch: int
    epochs: int
    quantization_error: float | None
    seconds_left: float | None
    history: tuple[HistoryPoint, ...]
    message: str  # what the analyst should know; often empty
    map_id: str | None  # of the saved map, once there is one
    settings: MapSettings | None  # of the map that waits or trains; None once that is over

    @property
    def is_over(self) -> bool:
        return self.state in ("finished", "cancelled", "failed")


def submit_training(
    workspace: Workspace, settings: MapSettings, shape: tuple[int, int], name: str = ""
) -> Job:
    """Put a training of the workspace's table and recipe at the end of the line.

    Parameters
    ----------
    settings : of the map to train; kept as the workspace's settings
    shape : (n_rows, n_features) of the prepared matrix, for the limits
    name : of the map, for the analyst; by default it says size and epochs

    Raises
    ------
    AtlasError
        If there is no table or recipe, the training is beyond a limit, the workspace has its
        share of trainings, or there is no room for the map.
    """
    if workspace.read_only:
        raise ReadOnly
    source, recipe = workspace.source, workspace.recipe
    if source is None or recipe is None:
        raise AtlasError("There is nothing to train on yet. Choose a table, then prepare it.")
    refuse_beyond_limits(shape, settings, workspace.config)
    map_bytes = 8 * (settings.n_nodes * shape[1] + 4 * shape[0])
    check_room(workspace.config, workspace.folder, 3 * map_bytes)  # map, checkpoint, live view
    workspace.keep_settings(settings)
    standard_name = f"{settings.height} × {settings.width}, {settings.epochs} epochs"
    # Before the job is in line: a worker that hangs may hold the lock of the queue.
    ensure_worker(workspace.config)
    return _put_in_line(workspace, Order(name or standard_name, source, recipe, settings))


def _put_in_line(workspace: Workspace, order: Order) -> Job:
    data, at_most = workspace.config.data, workspace.config.trainings_per_workspace
    with locked(workspace.folder / "lock"):
        needed = {job.id for job in queue.unfinished(data)}
        for old in (workspace.folder / "jobs").iterdir():
            if old.name not in needed:
                discard(old)
        job_id = queue.new_job_id()
        folder = workspace.folder / "jobs" / job_id
        folder.mkdir()
        order.write(folder)
        (folder / "go").touch()
        return queue.add(data, job_id, workspace.folder.name, at_most)


def job_status(workspace: Workspace) -> JobStatus | None:
    """Return how the latest training of a workspace stands; None if there never was one."""
    data = workspace.config.data
    ensure_worker(workspace.config)
    job = queue.latest(data, workspace.folder.name)
    if job is None:
        return None
    folder = job.folder(data)
    report, order = read_report(folder), read_order(folder)
    saved = (workspace.folder / "maps" / job.id).exists()
    return JobStatus(
        job=job,
        state=job.state,
        place_in_line=queue.place_in_line(data, job) if job.state == "queued" else None,
        fraction=1.0 if job.state == "finished" else report.fraction if report else 0.0,
        epoch=report.epoch if report else 0,
        epochs=report.epochs if report else 0,
        quantization_error=report.quantization_error if report else None,
        seconds_left=report.seconds_left if report and job.state == "running" else None,
        history=report.history if report else (),
        message=_message(job, workspace.config),
        map_id=job.id if saved else None,
        settings=order.settings if order else None,
    )


def latest_codebook(workspace: Workspace, job: Job) -> NDArray[np.float64] | None:
    """Return the codebook as it was at most a moment ago, (height, width, n_features)."""
    _check_owner(workspace, job)
    return read_codebook(job.folder(workspace.config.data))


def cancel(workspace: Workspace, job: Job) -> None:
    """Stop a training; what it has learned so far becomes a map."""
    if workspace.read_only:
        raise ReadOnly
    _check_owner(workspace, job)
    (job.folder(workspace.config.data) / "go").unlink(missing_ok=True)
    queue.take_back(workspace.config.data, job)


def _check_owner(workspace: Workspace, job: Job) -> None:
    if job.workspace != workspace.folder.name:
        raise AtlasError("This training belongs to another workspace.")


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
    worker.stdin.close()


def _message(job: Job, config: Configuration) -> str:
    if job.state == "queued" and not (worker_lives(config) and queue.running(config.data)):
        return f"{job.message} The training process is getting ready.".strip()
    if job.state == "running" and shutil.disk_usage(config.data).free < _ROOM_TO_WORK:
        return (
            "The server's disk is full. The training goes on, and its map is saved as soon as "
            "there is room."
        )
    if job.state == "running" and not (job.folder(config.data) / "go").exists():
        return "The training is stopping. What it has learned is measured and saved."
    return job.message
