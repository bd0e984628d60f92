"""The line outlives its own file: damaged, empty or gone, it is made anew from what waits."""

import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workers import stop_worker
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.status import job_status
from workspace.jobs.submission import cancel
from workspace.maps import MAP
from workspace.store import create, open_workspace

SETTINGS = MapSettings(height=3, width=3, sigma=1, epochs=5)
ROWS = "a,b\n" + "\n".join(f"{a},{b}" for a, b in np.random.default_rng(0).normal(size=(40, 2)))


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    return Configuration.from_environment()


def a_training():
    workspace = create()
    workspace.put_upload(ROWS.encode(), "rows.csv")
    workspace.keep_recipe(Recipe((ColumnRecipe(name="a"), ColumnRecipe(name="b"))))
    return workspace, submit_training(workspace, SETTINGS, (40, 2))


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def first_page_only(path):
    path.write_bytes(path.read_bytes()[:4096])


def empty(path):
    path.write_bytes(b"")


def no_database(path):
    path.write_bytes(b"this was a database once" * 400)


def broken_inside(path):
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)


def gone(path):
    path.unlink()


HARM = (half, first_page_only, empty, no_database, broken_inside, gone)


def settled(read):
    """Return what is read once whoever met the damage has put it aside."""
    try:
        return read()
    except queue.AtlasError as problem:
        assert "made anew" in str(problem)
        return read()


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARM)
def test_jobs_that_wait_keep_their_turn_when_the_line_is_damaged(config, harm):
    jobs = [a_training()[1] for _ in range(3)]
    cancelled, job = a_training()
    cancel(cancelled, job)
    harm(config.data / "jobs.sqlite")
    settled(lambda: queue.unfinished(config.data))
    assert [job.id for job in queue.unfinished(config.data)] == [job.id for job in jobs]
    assert queue.start_next(config.data).id == jobs[0].id
    kept = list(config.data.glob("jobs.sqlite.damaged-*"))
    assert len(kept) == (0 if harm in (empty, gone) else 1)


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARM)
def test_trainings_go_on_after_the_line_was_damaged(config, monkeypatch, harm):
    """Real processes: one training runs while its line is damaged, the other one waits."""
    monkeypatch.setenv("SOM_ATLAS_TRAININGS", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "own")
    first, _ = a_training()
    second, _ = a_training()
    first = open_workspace(first.id)
    wait_until(lambda: job_status(first).state != "queued")
    harm(config.data / "jobs.sqlite")

    def is_done(workspace):
        try:
            job_status(workspace)
        except queue.AtlasError:
            return False
        return len(workspace.maps()) == 1

    try:
        wait_until(lambda: is_done(first) and is_done(second))
        submit_training(first, SETTINGS, (40, 2))
        wait_until(lambda: len(first.maps()) == 2)
        wait_until(lambda: job_status(first).state == "finished")
    finally:
        stop_worker(config)


@pytest.mark.slow
def test_many_processes_that_meet_the_damage_make_one_line(config):
    jobs = [a_training()[1] for _ in range(3)]
    no_database(config.data / "jobs.sqlite")
    script = """
from workspace.config import Configuration
from workspace.jobs import queue
data = Configuration.from_environment().data
print(*(job.id for job in queue.unfinished(data)))
"""
    readers = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    told = [reader.communicate()[0].decode().split() for reader in readers]
    assert told == [[job.id for job in jobs]] * 4
    assert len(list(config.data.glob("jobs.sqlite.damaged-*"))) == 1


def test_a_line_of_the_first_version_goes_on(config):
    """It knew trainings only."""
    with sqlite3.connect(config.data / "jobs.sqlite") as database:
        database.execute(
            "CREATE TABLE jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
            "workspace TEXT NOT NULL, state TEXT NOT NULL, submitted REAL NOT NULL, ended REAL, "
            "interruptions INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '')"
        )
        database.execute(
            "INSERT INTO jobs (id, workspace, state, submitted) VALUES ('one', 'w', 'queued', 1.5)"
        )
    database.close()
    [job] = queue.unfinished(config.data)
    assert (job.id, job.kind, job.map, job.state) == ("one", "training", "", "queued")
    assert queue.add(config.data, "two", "w", 2, kind="training").id == "two"
    assert queue.place_in_line(config.data, job) == 1


@pytest.mark.slow
def test_damaged_small_files_stop_nobody_elses_training(config, monkeypatch):
    """One worker meets them all: an order, a map, a link, and how far a training was."""
    monkeypatch.setenv("SOM_ATLAS_WORKER", "own")
    without_order, with_map, with_link, with_checkpoint = (a_training() for _ in range(4))
    half(without_order[1].folder(config.data) / "job.json")
    other = with_map[0].folder / "maps" / ("0" * 16)
    (other / "trained").mkdir(parents=True)
    (other / MAP.file).write_text('{"name": "ha')
    (config.data / "shares").mkdir()
    (config.data / "shares" / ("0" * 32)).write_text("{")
    (with_checkpoint[1].folder(config.data) / "checkpoint.npz").write_bytes(b"PK half a zip file")
    trainings = without_order, with_map, with_link, with_checkpoint, a_training()
    workspaces = [open_workspace(workspace.id) for workspace, _ in trainings]
    try:
        wait_until(lambda: all(job_status(workspace).is_over for workspace in workspaces))
    finally:
        stop_worker(config)
    failed, *others = (job_status(workspace) for workspace in workspaces)
    assert [status.state for status in others] == ["finished"] * 4
    assert failed.state == "failed"
    assert "can't be read, as a file on the server is damaged. Ask for it again" in failed.message
