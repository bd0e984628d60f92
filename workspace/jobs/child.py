"""One job from start to end, in a process of its own that may die at any moment.

In the job's folder, `job.json` says what to do. It goes on while the file `go` exists: to remove
a file needs no room on the disk, so a job can always be cancelled. What it leaves behind is its
result, or `refusal.json` with a sentence, or nothing if it died.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.documents import DocumentType, Fields
from workspace.files import locked
from workspace.jobs import queue
from workspace.jobs.kinds import all_kinds
from workspace.jobs.order import Order, order_of
from workspace.jobs.progress import ALIVE
from workspace.jobs.queue import Job
from workspace.jobs.submission import put_in_line

_SECONDS_BETWEEN_SIGNS = 1.0
_MOST_THAT_FOLLOW = 10  # jobs of one kind in a workspace that nobody asked for


@dataclass(frozen=True)
class Refusal:
    """Why a job can't be done."""

    message: str


def _from_fields(fields: Fields) -> Refusal:
    return Refusal(fields.text("message"))


REFUSAL = DocumentType[Refusal](
    file="refusal.json",
    title="Why it can't be done",
    to_value=lambda refusal: {"message": refusal.message},
    from_value=_from_fields,
)


def run_job(job: Job, config: Configuration, worker_lives: Connection) -> None:
    """Do a job and leave its result, or say why there is none.

    Parameters
    ----------
    worker_lives : the end of a pipe whose other end only the worker holds: it can be read from
        as soon as the worker is dead, and then this process stops, for the next worker will do it
    """
    folder = job.folder(config.data)
    _give_signs_of_life(folder / ALIVE)
    try:
        # A process that outlived its worker may still be at it: wait until the kernel frees its
        # lock.
        with locked(folder / "lock"):
            _do(job, folder, config, worker_lives)
    except FileNotFoundError:
        if folder.exists():
            raise
        # Its workspace was deleted meanwhile: nobody waits for the result.


def _do(job: Job, folder: Path, config: Configuration, worker_lives: Connection) -> None:
    workspace = folder.parent.parent
    kind = all_kinds().get(job.kind)
    order = order_of(folder)
    try:
        if kind is None:
            raise AtlasError(f"This version of SOM Atlas knows no {job.kind_in_words}.")
        if not kind.result(workspace, job).exists():
            if order is None:
                raise AtlasError(
                    f"What the {job.kind_in_words} has to do can't be read, as a file on the "
                    "server is damaged. Ask for it again."
                )
            kind.carry_out(job, order, config, is_abandoned=worker_lives.poll)
    except AtlasError as problem:
        REFUSAL.keep(folder, Refusal(str(problem)))
    except FileNotFoundError:
        if not job.map or (workspace / "maps" / job.map).exists():
            raise
        REFUSAL.keep(folder, Refusal("Its map was deleted meanwhile."))
    else:
        _put_what_follows_in_line(job, workspace, config)


def _put_what_follows_in_line(job: Job, workspace: Path, config: Configuration) -> None:
    for kind in all_kinds().values():
        order = kind.follows(workspace, job) if kind.follows is not None else None
        if order is not None:
            _put_in_line_once(order, workspace, config)


def _put_in_line_once(order: Order, workspace: Path, config: Configuration) -> None:
    """Put an order in line, unless another process did so before it was killed."""
    with locked(workspace / "lock"):
        wanted = (workspace.name, order.kind, order.map)
        unfinished = queue.unfinished(config.data)
        if wanted in [(job.workspace, job.kind, job.map) for job in unfinished]:
            return
        with suppress(AtlasError):  # there are too many, or no room: nobody asked for this one
            put_in_line(config, workspace, order, at_most=_MOST_THAT_FOLLOW)


def _give_signs_of_life(path: Path) -> None:
    """Touch a file every second from now on: whoever is stopped, or stuck, no longer does."""

    def give() -> None:
        while path.parent.exists():
            with suppress(OSError):  # it is deleted at this very moment
                path.touch()
            time.sleep(_SECONDS_BETWEEN_SIGNS)

    threading.Thread(target=give, daemon=True).start()
