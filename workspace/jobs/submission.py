"""Asking for a job and taking it back."""

from pathlib import Path

from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.files import discard, locked, room_needed
from workspace.jobs import queue
from workspace.jobs.order import GO, ORDER, Order
from workspace.jobs.progress import CHECKPOINT
from workspace.jobs.queue import Job
from workspace.jobs.watch import ensure_worker
from workspace.store import Workspace


def submit(workspace: Workspace, order: Order, *, at_most: int) -> Job:
    """Put an order into the line, and see to it that there is a worker.

    Raises
    ------
    AtlasError
        If the workspace has `at_most` jobs of this kind already, or there is no room on the disk.
    """
    workspace.check_may_change()
    # Before the job is in line: a worker that hangs may hold the lock of the queue.
    ensure_worker(workspace.config)
    with locked(workspace.folder / "lock"):
        return put_in_line(workspace.config, workspace.folder, order, at_most=at_most)


def put_in_line(config: Configuration, workspace: Path, order: Order, *, at_most: int) -> Job:
    """Put an order into the line; whoever calls this holds the workspace's lock."""
    unfinished = {job.id for job in queue.unfinished(config.data)}
    for old in (workspace / "jobs").iterdir():
        if old.name not in unfinished:
            discard(old)
    job_id = queue.new_job_id()
    folder = workspace / "jobs" / job_id
    with room_needed():
        folder.mkdir()
        ORDER.keep(folder, order)
        (folder / GO).touch()
    return queue.add(config.data, job_id, workspace.name, at_most, kind=order.kind, map=order.map)


def cancel(workspace: Workspace, job: Job) -> None:
    """Stop a job; what a training has learned so far becomes a map."""
    workspace.check_may_change()
    check_owner(workspace, job)
    folder = job.folder(workspace.config.data)
    (folder / GO).unlink(missing_ok=True)
    # One that was interrupted and waits to go on has learned something: it goes on, and stops.
    if not (folder / CHECKPOINT).exists():
        message = f"The {job.kind_in_words} was cancelled before it began."
        queue.take_back(workspace.config.data, job, message)


def check_owner(workspace: Workspace, job: Job) -> None:
    """Raise AtlasError if a job isn't one of this workspace."""
    if job.workspace != workspace.folder.name:
        raise AtlasError(f"This {job.kind_in_words} belongs to another workspace.")
