"""What the worker does with a job that no longer answers."""

import multiprocessing
import os
import signal
import time

import pytest

from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.progress import ALIVE, REPORT, Report
from workspace.jobs.rounds import Child, Worker
from workspace.jobs.status import job_status
from workspace.jobs.submission import cancel
from workspace.store import create

LONG_AGO = -3600.0


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    workspace = create()
    workspace.put_upload(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(9)), "t.csv")
    workspace.keep_recipe(Recipe((ColumnRecipe(name="a"), ColumnRecipe(name="b"))))
    return workspace


@pytest.fixture
def worker(workspace):
    worker = Worker(Configuration.from_environment(), lock=-1)
    worker.has_begun = True
    yield worker
    for child in worker.children.values():
        child.process.kill()
        child.process.join()


@pytest.fixture
def child(workspace, worker):
    """A training that learns, and stands still as if it hung."""
    submit_training(workspace, MapSettings(height=2, width=2, sigma=1), (9, 2))
    job = queue.start_next(worker.config.data)
    folder = job.folder(worker.config.data)
    process = multiprocessing.get_context("spawn").Process(target=signal.pause)
    process.start()
    os.kill(process.pid, signal.SIGSTOP)
    REPORT.note(folder, Report(fraction=0.5))
    (folder / ALIVE).touch()
    child = Child(job, process, folder, last_sign=(folder / ALIVE).stat().st_mtime)
    worker.children[job.id] = child
    return child


def test_a_cancelled_job_that_gives_no_sign_for_a_minute_is_killed_and_says_so(
    workspace, worker, child
):
    cancel(workspace, child.job)
    child.heard = time.monotonic() + LONG_AGO
    worker._round()
    assert child.killed_because
    child.process.join()
    assert child.process.exitcode == -signal.SIGKILL
    worker._round()
    assert worker.children == {}
    status = job_status(workspace)
    assert (status.state, status.map_id) == ("cancelled", None)
    assert status.message == (
        "The training was cancelled but didn't answer for a minute, so its process was ended."
    )


def test_a_cancelled_job_that_gave_a_sign_has_time_to_end(workspace, worker, child):
    cancel(workspace, child.job)
    child.heard = time.monotonic() + LONG_AGO
    child.last_sign = 0.0  # so the one that is there is new
    worker._round()
    assert child.process.is_alive() and worker.children


def test_a_job_that_nobody_cancelled_is_never_killed(workspace, worker, child):
    child.heard = time.monotonic() + LONG_AGO
    worker._round()
    assert child.process.is_alive() and worker.children
    assert job_status(workspace).state == "running"
