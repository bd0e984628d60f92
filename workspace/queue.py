"""The queue of trainings: one row a job in a SQLite file that the web and the worker share.

The web adds jobs and takes back those that still wait; everything else is written by the worker.
How far a training is stands in files of the job (training_process.py), not here.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from som_core.errors import AtlasError
from workspace.files import DiskFull

State = Literal["queued", "running", "finished", "cancelled", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of the line
    id TEXT NOT NULL UNIQUE,
    workspace TEXT NOT NULL,                   -- name of its folder
    state TEXT NOT NULL,
    submitted REAL NOT NULL,
    ended REAL,
    interruptions INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT ''           -- what the analyst should know of what happened
)
"""
_COLUMNS = "id, workspace, state, submitted, ended, interruptions, message"
_WAIT_FOR_LOCK = 10.0  # seconds
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}


@dataclass(frozen=True)
class Job:
    """One training that was asked for."""

    id: str
    workspace: str
    state: State
    submitted: float
    ended: float | None
    interruptions: int
    message: str

    def folder(self, data: Path) -> Path:
        return data / "workspaces" / self.workspace / "jobs" / self.id


def new_job_id() -> str:
    return secrets.token_hex(8)


def add(data: Path, job_id: str, workspace: str, at_most: int) -> Job:
    """Put a job at the end of the line.

    Raises
    ------
    AtlasError
        If the workspace already has `at_most` jobs that wait or run.
    """
    with _changing(data) as database:
        unfinished = database.execute(
            "SELECT count(*) FROM jobs WHERE workspace = ? AND state IN ('queued', 'running')",
            [workspace],
        ).fetchone()[0]
        if unfinished >= at_most:
            trainings = "training" if unfinished == 1 else "trainings"
            raise AtlasError(
                f"This workspace already has {unfinished} {trainings} waiting or running, and may "
                f"have {at_most}. Wait until one is finished, or cancel one."
            )
        database.execute(
            "INSERT INTO jobs (id, workspace, state, submitted) VALUES (?, ?, 'queued', ?)",
            [job_id, workspace, time.time()],
        )
        return _one(database, "id = ?", job_id)


def latest(data: Path, workspace: str) -> Job | None:
    """Return the job of a workspace that was asked for last."""
    with _reading(data) as database:
        return _one(database, "workspace = ? ORDER BY number DESC LIMIT 1", workspace)


def place_in_line(data: Path, job: Job) -> int:
    """Return 1 for the job that starts next, 2 for the one after, …"""
    with _reading(data) as database:
        return database.execute(
            "SELECT count(*) FROM jobs WHERE state = 'queued' AND number <= "
            "(SELECT number FROM jobs WHERE id = ?)",
            [job.id],
        ).fetchone()[0]


def take_back(data: Path, job: Job) -> bool:
    """Cancel a job that still waits; return whether it did."""
    with _changing(data) as database:
        changed = database.execute(
            "UPDATE jobs SET state = 'cancelled', ended = ?, "
            "message = 'The training was cancelled before it began.' "
            "WHERE id = ? AND state = 'queued'",
            [time.time(), job.id],
        )
        return changed.rowcount == 1


def start_next(data: Path) -> Job | None:
    """Mark the first job in the line as running and return it."""
    if not _all(data, "state = 'queued'"):
        return None  # asked 20 times a second: without the lock that a change takes
    with _changing(data) as database:
        job = _one(database, "state = 'queued' ORDER BY number LIMIT 1")
        if job is not None:
            database.execute("UPDATE jobs SET state = 'running' WHERE id = ?", [job.id])
        return job


def end(data: Path, job: Job, state: State, message: str) -> None:
    """Note how a job ended."""
    with _changing(data) as database:
        database.execute(
            "UPDATE jobs SET state = ?, message = ?, ended = ? WHERE id = ?",
            [state, message, time.time(), job.id],
        )


def back_in_line(data: Path, job: Job, message: str, *, interruptions: int) -> None:
    """Let a job that ran start again; it keeps its place in line."""
    with _changing(data) as database:
        database.execute(
            "UPDATE jobs SET state = 'queued', message = ?, interruptions = ? "
            "WHERE id = ? AND state = 'running'",
            [message, interruptions, job.id],
        )


def unfinished(data: Path) -> list[Job]:
    """Return all jobs that wait or run, in the order of the line."""
    return _all(data, "state IN ('queued', 'running')")


def running(data: Path) -> list[Job]:
    """Return all jobs that are marked as running."""
    return _all(data, "state = 'running'")


def workspaces(data: Path) -> list[str]:
    """Return the folder names of all workspaces that jobs belong to."""
    with _reading(data) as database:
        return [name for (name,) in database.execute("SELECT DISTINCT workspace FROM jobs")]


def forget(data: Path, workspace: str) -> None:
    """Remove the jobs of a workspace that is gone."""
    with _changing(data) as database:
        database.execute("DELETE FROM jobs WHERE workspace = ?", [workspace])


def _all(data: Path, condition: str) -> list[Job]:
    with _reading(data) as database:
        rows = database.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {condition} ORDER BY number")
        return [Job(*row) for row in rows]


def _one(database: sqlite3.Connection, condition: str, *values: str) -> Job | None:
    row = database.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {condition}", values).fetchone()
    return None if row is None else Job(*row)


@contextmanager
def _changing(data: Path) -> Iterator[sqlite3.Connection]:
    """Yield the database for changes that happen all together or not at all."""
    with _reading(data) as database:
        database.execute("BEGIN IMMEDIATE")
        yield database
        database.execute("COMMIT")


@contextmanager
def _reading(data: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection of its own: none is ever carried into a forked child."""
    data.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(data / "jobs.sqlite", timeout=_WAIT_FOR_LOCK, isolation_level=None)
    try:
        database.execute(_SCHEMA)
        yield database
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode in _NO_ROOM:
            raise DiskFull from problem
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise AtlasError(
                "The queue of trainings doesn't answer at the moment. Try again in a minute."
            ) from problem
        raise
    finally:
        database.close()  # undoes what was not committed
