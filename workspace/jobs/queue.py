"""The line of jobs: one row a job in a SQLite file that the web and the worker share.

The web adds jobs and takes back those that still wait; everything else is written by the worker.
What a job has to do and how far it is stands in files of the job (order.py, progress.py). So a line
that is damaged or gone loses nothing: it is set aside and made anew from the orders that wait.
"""

import logging
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from som_core.errors import AtlasError
from som_core.wording import counted
from workspace.files import DiskFull, locked
from workspace.jobs.order import waiting_orders

State = Literal["queued", "running", "finished", "cancelled", "failed"]

_FILE = "jobs.sqlite"
_VERSION = 2  # of the table; 1 knew trainings only, and had no number
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of the line
    id TEXT NOT NULL UNIQUE,
    workspace TEXT NOT NULL,                   -- name of its folder
    kind TEXT NOT NULL DEFAULT 'training',
    map TEXT NOT NULL DEFAULT '',              -- id of the map that it works on, if there is one
    state TEXT NOT NULL,
    submitted REAL NOT NULL,
    ended REAL,
    interruptions INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT ''           -- what the analyst should know of what happened
)
"""
_SINCE_VERSION_1 = (
    "ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'training'",
    "ALTER TABLE jobs ADD COLUMN map TEXT NOT NULL DEFAULT ''",
)
_COLUMNS = "id, workspace, kind, map, state, submitted, ended, interruptions, message"
_WAIT_FOR_LOCK = 10.0  # seconds
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
logger = logging.getLogger("som_atlas.jobs")


@dataclass(frozen=True)
class Job:
    """One piece of work that was asked for."""

    id: str
    workspace: str
    kind: str
    map: str
    state: State
    submitted: float
    ended: float | None
    interruptions: int
    message: str

    @property
    def kind_in_words(self) -> str:
        return self.kind.replace("_", " ")

    def folder(self, data: Path) -> Path:
        """Return the folder of its order and progress."""
        return data / "workspaces" / self.workspace / "jobs" / self.id


def new_job_id() -> str:
    return secrets.token_hex(8)


def add(
    data: Path, job_id: str, workspace: str, at_most: int, *, kind: str = "training", map: str = ""
) -> Job:
    """Put a job at the end of the line.

    Raises
    ------
    AtlasError
        If the workspace already has `at_most` jobs of its kind that wait or run.
    """
    with _changing(data) as database:
        unfinished = database.execute(
            "SELECT count(*) FROM jobs WHERE workspace = ? AND kind = ? AND id != ? "
            "AND state IN ('queued', 'running')",
            [workspace, kind, job_id],
        ).fetchone()[0]
        if unfinished >= at_most:
            jobs = counted(unfinished, kind.replace("_", " "))
            raise AtlasError(
                f"This workspace already has {jobs} waiting or running, and may have {at_most}. "
                "Wait until one is finished, or cancel one."
            )
        _insert(database, job_id, workspace, kind, map, time.time())
        return _one(database, "id = ?", job_id)


def latest(
    data: Path, workspace: str, kind: str = "training", map: str | None = None
) -> Job | None:
    """Return the job of a workspace and a kind, and of a map if one is named, asked for last."""
    with _reading(data) as database:
        return _first(
            database,
            "workspace = ?1 AND kind = ?2 AND (?3 IS NULL OR map = ?3) "
            "ORDER BY number DESC LIMIT 1",
            workspace,
            kind,
            map,
        )


def place_in_line(data: Path, job: Job) -> int:
    """Return 1 for the job that starts next, 2 for the one after, …"""
    with _reading(data) as database:
        [place] = database.execute(
            "SELECT count(*) FROM jobs WHERE state = 'queued' AND number <= "
            "(SELECT number FROM jobs WHERE id = ?)",
            [job.id],
        ).fetchone()
        return int(place)


def take_back(data: Path, job: Job, message: str) -> bool:
    """Cancel a job that still waits; return whether it did."""
    with _changing(data) as database:
        changed = database.execute(
            "UPDATE jobs SET state = 'cancelled', ended = ?, message = ? "
            "WHERE id = ? AND state = 'queued'",
            [time.time(), message, job.id],
        )
        return changed.rowcount == 1


def start_next(data: Path) -> Job | None:
    """Mark the first job in the line as running and return it."""
    if not _all(data, "state = 'queued'"):
        return None  # asked 20 times a second: without the lock that a change takes
    with _changing(data) as database:
        job = _first(database, "state = 'queued' ORDER BY number LIMIT 1")
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


def _one(database: sqlite3.Connection, condition: str, *values: str) -> Job:
    [row] = database.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {condition}", values).fetchall()
    return Job(*row)


def _first(database: sqlite3.Connection, condition: str, *values: str | None) -> Job | None:
    row = database.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {condition}", values).fetchone()
    return None if row is None else Job(*row)


def _insert(
    database: sqlite3.Connection, job_id: str, workspace: str, kind: str, map_id: str, when: float
) -> None:
    """Add a job, unless whoever made the line anew has taken it from its order already."""
    database.execute(
        "INSERT OR IGNORE INTO jobs (id, workspace, kind, map, state, submitted) "
        "VALUES (?, ?, ?, ?, 'queued', ?)",
        [job_id, workspace, kind, map_id, when],
    )


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
    with _said_in_words(data):
        database = _connected(data)
        try:
            _bring_up_to_date(database, data)
            yield database
        finally:
            database.close()  # undoes what was not committed


def _connected(data: Path) -> sqlite3.Connection:
    """Open the database, or a new one where it isn't one any more."""
    for _ in range(2):
        database = _connection(data)
        try:
            database.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as problem:
            database.close()
            if not _is_damage(problem):
                raise
            _set_aside(data)
        else:
            return database
    return _connection(data)


def _connection(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(data / _FILE, timeout=_WAIT_FOR_LOCK, isolation_level=None)


def _bring_up_to_date(database: sqlite3.Connection, data: Path) -> None:
    """Make the table where there is none, from the orders that wait, or add what it lacks."""
    if database.execute("PRAGMA user_version").fetchone()[0] >= _VERSION:
        return
    database.execute("BEGIN IMMEDIATE")
    columns = [column for _, column, *_ in database.execute("PRAGMA table_info(jobs)")]
    if not columns:
        database.execute(_SCHEMA)
        for waiting in waiting_orders(data):
            _insert(database, *waiting)
    elif "kind" not in columns:
        for step in _SINCE_VERSION_1:
            database.execute(step)
    database.execute(f"PRAGMA user_version = {_VERSION}")
    database.execute("COMMIT")


@contextmanager
def _said_in_words(data: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode in _NO_ROOM:
            raise DiskFull from problem
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise AtlasError(
                "The line of trainings doesn't answer at the moment. Try again in a minute."
            ) from problem
        if _is_damage(problem):
            _set_aside(data)
            raise AtlasError(
                "The line of trainings was damaged, and was made anew from what waited in it. "
                "Try again."
            ) from problem
        raise


def _set_aside(data: Path) -> None:
    """Put a damaged database out of the way, unless another process did so already."""
    with locked(data / "jobs.lock"):
        if _is_whole(data):
            return
        aside = f"damaged-{time.time_ns()}"
        (data / f"{_FILE}-journal").unlink(missing_ok=True)  # else it would change the new one
        (data / _FILE).replace(data / f"{_FILE}.{aside}")
    logger.error("line of jobs was damaged", extra={"reason": "set aside and made anew"})


def _is_whole(data: Path) -> bool:
    if not (data / _FILE).exists():
        return True
    database = _connection(data)
    try:
        [[verdict]] = database.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as problem:
        return not _is_damage(problem)
    else:
        return bool(verdict == "ok")
    finally:
        database.close()


def _is_damage(problem: sqlite3.DatabaseError) -> bool:
    return problem.sqlite_errorcode & 0xFF in _DAMAGE  # the rest says where
