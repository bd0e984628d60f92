"""How a job stands, for the pages."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint
from som_core.wording import duration_in_words
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.kinds import all_kinds, training
from workspace.jobs.order import GO, order_of
from workspace.jobs.progress import ALIVE, latest_report, read_codebook
from workspace.jobs.queue import Job, State
from workspace.jobs.submission import check_owner
from workspace.jobs.watch import ensure_worker, worker_lives
from workspace.maps import SavedMap
from workspace.store import Workspace

_ROOM_TO_WORK = 50_000_000  # bytes; less than that counts as a full disk
_SECONDS_OF_SILENCE = 60.0  # after which a job that runs is said not to answer


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """How a job of a workspace stands, to be shown as it is."""

    job: Job
    state: State
    place_in_line: int | None  # 1 starts next; None unless it waits
    fraction: float  # 0 to 1
    seconds_left: float | None
    message: str  # what the analyst should know; often empty
    result: Path | None  # the folder of its result, once there is one
    # What only trainings have:
    epoch: int
    epochs: int
    quantization_error: float | None
    history: tuple[HistoryPoint, ...]
    settings: MapSettings | None  # of the map that waits or trains; None once that is over

    @property
    def is_over(self) -> bool:
        return self.state in ("finished", "cancelled", "failed")

    @property
    def map_id(self) -> str | None:
        """The id of the saved map, once there is one."""
        return None if self.result is None else self.job.map or self.job.id


def job_status(
    workspace: Workspace, kind: str = training.KIND.name, saved: SavedMap | None = None
) -> JobStatus | None:
    """Return how the latest job of a kind stands in a workspace; None if there never was one.

    Parameters
    ----------
    kind : its name
    saved : the map that it must be of; any if not given
    """
    data = workspace.config.data
    ensure_worker(workspace.config)
    job = queue.latest(data, workspace.folder.name, kind, None if saved is None else saved.id)
    if job is None:
        return None
    report = latest_report(job.folder(data))
    result = all_kinds()[kind].result(workspace.folder, job)
    return JobStatus(
        job=job,
        state=job.state,
        place_in_line=queue.place_in_line(data, job) if job.state == "queued" else None,
        fraction=1.0 if job.state == "finished" else report.fraction,
        seconds_left=report.seconds_left if job.state == "running" else None,
        message=_message(job, workspace.config),
        result=result if result.exists() else None,
        epoch=report.epoch,
        epochs=report.epochs,
        quantization_error=report.quantization_error,
        history=report.history,
        settings=_settings(job, data),
    )


def latest_codebook(workspace: Workspace, job: Job) -> NDArray[np.float64] | None:
    """Return a training's codebook as it was a moment ago, (height, width, n_features)."""
    check_owner(workspace, job)
    return read_codebook(job.folder(workspace.config.data))


def _settings(job: Job, data: Path) -> MapSettings | None:
    order = order_of(job.folder(data))
    if order is None or order.kind != training.KIND.name:
        return None
    try:
        return training.KIND.work_of(order).settings
    except AtlasError:
        return None  # the job itself says what is wrong with it


def _message(job: Job, config: Configuration) -> str:
    if job.state == "queued" and not (worker_lives(config) and queue.running(config.data)):
        return f"{job.message} The training process is getting ready.".strip()
    if job.state != "running":
        return job.message
    kind, folder = job.kind_in_words, job.folder(config.data)
    silence = _silence(folder)
    if silence > _SECONDS_OF_SILENCE:
        what_now = "It is stopped if that goes on for a minute"
        if (folder / GO).exists():
            what_now = "Cancel it if that goes on; what it had saved is kept"
        return f"The {kind} has not answered for {duration_in_words(silence)}. {what_now}."
    if shutil.disk_usage(config.data).free < _ROOM_TO_WORK:
        return (
            f"The server's disk is full. The {kind} goes on, and its result is saved as soon as "
            "there is room."
        )
    if not (folder / GO).exists():
        return f"The {kind} is stopping. What it has found is saved."
    return job.message


def _silence(folder: Path) -> float:
    """Return for how many seconds the process of a job has given no sign of life."""
    try:
        return time.time() - (folder / ALIVE).stat().st_mtime
    except FileNotFoundError:
        return 0.0
