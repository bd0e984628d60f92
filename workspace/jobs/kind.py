"""A kind of job: what its order holds, how it is done, and where its result lies."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.documents import Fields
from workspace.files import DiskFull, publishing
from workspace.jobs.order import GO, Order
from workspace.jobs.progress import Teller
from workspace.jobs.queue import Job, State
from workspace.table_source import TableSource

_SECONDS_TO_WAIT_FOR_ROOM = 3600.0
logger = logging.getLogger("som_atlas.jobs")

W = TypeVar("W")


@dataclass(frozen=True, kw_only=True)
class Task(Generic[W]):
    """One job as it is given to whoever does it, in a process of its own."""

    job: Job
    order: Order
    work: W  # the order's work, as a value of its kind
    workspace: Path  # folder of the workspace
    folder: Path  # of the job itself, for checkpoints; what is in it goes with the next job
    result: Path  # folder to write, by `save`
    config: Configuration
    is_cancelled: Callable[[], bool]
    is_abandoned: Callable[[], bool]  # the worker is dead, and the next one does it anew
    tell: Callable[[float], None]  # which share of the work is done, from 0 to 1

    def should_stop(self) -> bool:
        """Return whether to stop as soon as that can be."""
        return self.is_cancelled() or self.is_abandoned()

    def save(self, write: Callable[[Path], None]) -> None:
        """Write the result into a folder that is there with all its parts, or not at all.

        On a full disk it is kept in memory, and tried again every second, as the log says once.

        Parameters
        ----------
        write : fills the empty folder that it is given

        Raises
        ------
        DiskFull
            If there was no room for an hour.
        """
        if self.is_abandoned():
            raise SystemExit(1)
        give_up, told = time.monotonic() + _SECONDS_TO_WAIT_FOR_ROOM, False
        while True:
            try:
                # Of a map that was deleted meanwhile nothing must come back.
                self.result.parent.mkdir(parents=not self.order.map, exist_ok=True)
                with publishing(self.result) as folder:
                    write(folder)
            except DiskFull:
                if time.monotonic() > give_up:
                    raise
                if not told:
                    facts = {"workspace": self.job.workspace[:6], "job": self.job.id[:6]}
                    logger.error("no room for a result", extra=facts)
                    told = True
                time.sleep(1.0)
            else:
                return (self.workspace / "used").touch()  # a new result counts as use


@dataclass(frozen=True)
class Ending:
    """How a job with a result ended."""

    state: State = "finished"
    message: str = ""


def _finished(_: Path) -> Ending:
    return Ending()


def with_its_map(workspace: Path, job: Job) -> Path:
    """Return where the result of a job lies that works on a map: it goes when the map goes."""
    return workspace / "maps" / job.map / job.kind / job.id


def in_the_workspace(workspace: Path, job: Job) -> Path:
    """Return where the result of a job lies that works on no map, or on several."""
    return workspace / "results" / job.kind / job.id


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[W]):
    """One kind of job. A file in `kinds/` defines it as KIND; nothing else need know of it."""

    name: str  # as people say it: “training”; in small letters, “_” for a blank
    to_value: Callable[[W], object]  # its work, to what JSON can hold
    from_fields: Callable[[Fields], W]
    do: Callable[[Task[W]], None]  # until done or told to stop; AtlasError says why it can't be
    result: Callable[[Path, Job], Path] = with_its_map  # of a workspace's folder and the job
    ending: Callable[[Path], Ending] = field(default=_finished)  # of the result's folder
    # Asked when a job of any kind ended with a result: the order that follows from it, or None.
    follows: Callable[[Path, Job], Order | None] | None = None

    def order(self, work: W, *, map_id: str = "", sources: tuple[TableSource, ...] = ()) -> Order:
        """Return an order of this kind; see Order for what it may need."""
        return Order(kind=self.name, map=map_id, sources=sources, work=self.to_value(work))

    def work_of(self, order: Order) -> W:
        """Return what an order of this kind asks for.

        Raises
        ------
        AtlasError
            If another version wrote it in a way that this one doesn't know.
        """
        try:
            return self.from_fields(Fields(order.work))
        except (KeyError, TypeError, ValueError) as problem:
            raise AtlasError(
                f"What the {self.name} has to do can't be read. Ask for it again."
            ) from problem

    def carry_out(
        self,
        job: Job,
        order: Order,
        config: Configuration,
        *,
        is_abandoned: Callable[[], bool],
    ) -> None:
        """Do a job in its folder; see Task."""
        folder = job.folder(config.data)
        workspace = folder.parent.parent
        task = Task(
            job=job,
            order=order,
            work=self.work_of(order),
            workspace=workspace,
            folder=folder,
            result=self.result(workspace, job),
            config=config,
            is_cancelled=lambda: not (folder / GO).exists(),
            is_abandoned=is_abandoned,
            tell=Teller(folder),
        )
        self.do(task)
