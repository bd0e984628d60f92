"""Whatever dies, and whenever: no finished work is lost, and the page says what happened."""

import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.preparation import prepare
from som_core.reading import read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import Checkpoint, train
from testing.paths import ROOT
from testing.waiting import PATIENCE, wait_until
from testing.workers import child_pids, kill_children, stop_worker, worker_pid
from workspace.config import Configuration
from workspace.files import locked
from workspace.jobs import watch
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.status import job_status
from workspace.jobs.submission import cancel
from workspace.jobs.watch import ensure_worker, worker_lives
from workspace.store import create, open_workspace

SHAPE = (300, 3)
ENDLESS = MapSettings(height=8, width=8, sigma=3, epochs=1_000_000)


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A data folder of its own; its worker is stopped at the end."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    config = Configuration.from_environment()
    yield config
    stop_worker(config)


@pytest.fixture
def halting_worker(config):
    """The number of a worker whose trainings halt once they saved how far they are."""
    with subprocess.Popen(
        [sys.executable, "-m", "testing.halting_worker"], cwd=ROOT, start_new_session=True
    ) as worker:
        try:
            wait_until(lambda: (config.data / "worker.beat").exists())
            yield worker.pid
        finally:
            worker.terminate()


@pytest.fixture(scope="module")
def uninterrupted():
    """A map that was trained in one go, and long enough to be halted before its end."""
    recipe = Recipe(tuple(ColumnRecipe(name=name) for name in "abc"))
    prepared = prepare(read_table(ROWS, "rows.csv"), recipe)
    return train(prepared, replace(ENDLESS, epochs=3_000))


def a_workspace():
    workspace = create()
    workspace.put_upload(ROWS, "rows.csv")
    workspace.keep_recipe(Recipe(tuple(ColumnRecipe(name=name) for name in "abc")))
    return workspace


def rows():
    lines = np.random.default_rng(0).normal(size=SHAPE).round(6)
    return "\n".join(["a,b,c", *(",".join(map(str, line)) for line in lines)]).encode()


ROWS = rows()


def wait_for_checkpoint(workspace, newer_than=0.0):
    def is_there():
        ensure_worker(workspace.config)
        saved = list(workspace.folder.glob("jobs/*/checkpoint.npz"))
        return saved and saved[0].stat().st_mtime > newer_than

    wait_until(is_there)


def finished(workspace):
    wait_until(lambda: job_status(workspace).is_over)
    return job_status(workspace)


def assert_equal_maps(workspace, uninterrupted):
    kept = workspace.trained_map(workspace.current_map)
    assert_array_equal(kept.codebook, uninterrupted.codebook)
    assert_array_equal(kept.bmu, uninterrupted.bmu)
    assert [point.quantization_error for point in kept.history] == [
        point.quantization_error for point in uninterrupted.history
    ]


@pytest.mark.slow
def test_a_killed_training_and_a_killed_worker_go_on_to_an_equal_map(
    config, halting_worker, uninterrupted
):
    workspace = a_workspace()
    submit_training(workspace, uninterrupted.settings, SHAPE)
    wait_for_checkpoint(workspace)
    [child] = child_pids(config)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: "stopped from outside" in job_status(workspace).message)
    assert "goes on from where it was last saved" in job_status(workspace).message
    checkpoint = next(workspace.folder.glob("jobs/*/checkpoint.npz"))
    saved, saved_at = Checkpoint.load(checkpoint).epoch, checkpoint.stat().st_mtime
    reached = job_status(workspace).epoch
    epochs = [reached]
    wait_until(lambda: epochs.append(job_status(workspace).epoch) or epochs[-1] > reached)
    assert min(set(epochs) - {reached}) >= saved > 0, "it didn't begin anew"

    wait_for_checkpoint(workspace, newer_than=saved_at)
    os.kill(halting_worker, signal.SIGKILL)
    status = finished(workspace)  # asking is enough to start a new worker

    assert status.state == "finished"
    assert "process that does the work was stopped" in status.message
    assert worker_pid(config) != halting_worker
    assert_equal_maps(workspace, uninterrupted)


@pytest.mark.slow
def test_a_stop_is_heard_whatever_the_worker_is_at(config):
    """Even while Python clears an object away, when an exception would be lost."""
    script = """
import os, signal
from workspace.jobs.rounds import Worker
from workspace.worker import main

class Told:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

def round(self):
    Told()

Worker._round = round
main()
"""
    stopped = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=PATIENCE
    )
    assert stopped.returncode == 0
    assert b"Exception ignored" not in stopped.stderr
    assert not worker_lives(config)


@pytest.mark.slow
def test_no_training_outlives_its_worker(config):
    workspace = a_workspace()
    submit_training(workspace, ENDLESS, SHAPE)
    wait_until(lambda: job_status(workspace).epoch > 0)
    [child] = child_pids(config)
    os.kill(worker_pid(config), signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{child}").exists())
    cancel(workspace, job_status(workspace).job)
    assert finished(workspace).state == "cancelled"


@pytest.mark.slow
def test_a_training_that_dies_three_times_is_given_up_with_a_sentence(config):
    workspace = a_workspace()
    submit_training(workspace, ENDLESS, SHAPE)
    for deaths in (1, 2, 3):
        wait_until(lambda: job_status(workspace).state == "running" and child_pids(config))
        kill_children(config)
        wait_until(lambda deaths=deaths: deaths in (3, job_status(workspace).job.interruptions))
    status = finished(workspace)
    assert (status.state, status.map_id) == ("failed", None)
    assert "That happened 3 times, so it was given up" in status.message
    submit_training(workspace, MapSettings(height=3, width=3, sigma=1, epochs=5), SHAPE)
    assert finished(workspace).state == "finished", "the worker goes on"


@pytest.mark.slow
def test_children_killed_at_random_moments_never_lose_the_map(config):
    """Also while a map is being written, and while the queue takes note of an end."""
    chance = np.random.default_rng(0)
    settings = MapSettings(height=5, width=5, sigma=2, epochs=60)
    workspace = a_workspace()
    for maps in range(1, 9):
        submit_training(workspace, settings, SHAPE)
        wait_until(lambda: job_status(workspace).state != "queued")
        for _ in range(chance.integers(20)):
            job_status(workspace)  # while it goes on
        kill_children(config)
        assert finished(workspace).state == "finished"
        assert len(workspace.maps()) == maps
        workspace.trained_map(workspace.current_map)


@pytest.mark.slow
def test_workers_killed_at_random_moments_never_lose_the_map(config):
    chance = np.random.default_rng(1)
    settings = MapSettings(height=5, width=5, sigma=2, epochs=60)
    workspace = a_workspace()
    for maps in (1, 2):
        submit_training(workspace, settings, SHAPE)
        wait_until(lambda: job_status(workspace).state != "queued")
        for _ in range(chance.integers(20)):
            job_status(workspace)  # while it goes on
        os.kill(worker_pid(config), signal.SIGKILL)
        assert finished(workspace).state == "finished"
        assert len(workspace.maps()) == maps
        workspace.trained_map(workspace.current_map)


@pytest.mark.slow
def test_a_worker_that_hangs_is_replaced(config):
    workspace = a_workspace()
    ensure_worker(config)
    hanging = worker_pid(config)
    os.kill(hanging, signal.SIGSTOP)
    long_ago = time.time() - 3600
    os.utime(config.data / "worker.beat", (long_ago, long_ago))
    submit_training(workspace, MapSettings(height=3, width=3, sigma=1), SHAPE)
    assert finished(workspace).state == "finished"
    assert worker_pid(config) != hanging


def test_a_worker_that_only_begins_is_not_taken_for_the_one_before(config, monkeypatch):
    """The last worker died long ago, and its number belongs to some other process today."""
    bystander = subprocess.Popen(["sleep", "600"])
    (config.data / "worker.lock").write_text(str(bystander.pid))
    (config.data / "worker.beat").touch()
    os.utime(config.data / "worker.beat", (0, 0))
    start_worker, locked, at_the_door = watch._start_worker, watch.locked, []

    def start_when_all_wait(config, lock):
        wait_until(lambda: len(at_the_door) == 3)
        start_worker(config, lock)

    def locked_one_by_one(path):
        at_the_door.append(path)
        return locked(path)

    monkeypatch.setattr(watch, "_start_worker", start_when_all_wait)
    monkeypatch.setattr(watch, "locked", locked_one_by_one)
    with ThreadPoolExecutor(3) as servers:
        assert list(servers.map(ensure_worker, [config] * 3)) == [None] * 3
    assert bystander.poll() is None
    assert worker_lives(config)
    bystander.kill()
    bystander.wait()


def test_a_worker_without_a_beat_has_just_been_started_by_hand(config):
    (config.data / "worker.lock").touch()
    with locked(config.data / "worker.lock"):
        ensure_worker(config)
        assert worker_lives(config)
    assert not worker_lives(config)


@pytest.mark.parametrize("number", ["bystander", "", "one", "-1", "999999999", "0"])
def test_only_a_process_that_holds_the_workers_lock_is_killed_as_a_hanging_worker(config, number):
    """The lock is held by someone whose number isn't in it, and nobody beats."""
    with subprocess.Popen(["sleep", "600"]) as bystander:
        lock, beat = config.data / "worker.lock", config.data / "worker.beat"
        lock.touch()
        beat.touch()
        with locked(lock):
            lock.write_text(str(bystander.pid) if number == "bystander" else number)
            os.utime(beat, (0, 0))
            ensure_worker(config)
            assert bystander.poll() is None
        bystander.kill()


@pytest.mark.slow
def test_a_worker_started_by_hand_that_hangs_is_known_and_replaced(config):
    """Its lock file had the number of a worker before it, which is another process by now."""
    with subprocess.Popen(["sleep", "600"]) as bystander:
        (config.data / "worker.lock").write_text(f"{bystander.pid}\n and more than a number")
        by_hand = subprocess.Popen([sys.executable, "-m", "workspace.worker"], cwd=ROOT)
        wait_until(lambda: (config.data / "worker.beat").exists())
        assert worker_pid(config) == by_hand.pid
        by_hand.send_signal(signal.SIGSTOP)
        os.utime(config.data / "worker.beat", (0, 0))
        ensure_worker(config)
        assert by_hand.wait() == -signal.SIGKILL
        wait_until(lambda: ensure_worker(config) or worker_pid(config) != by_hand.pid)
        assert bystander.poll() is None
        bystander.kill()


@pytest.mark.parametrize("fault", [OSError("Cannot allocate memory"), ValueError(), KeyError()])
def test_a_server_that_cant_start_a_worker_goes_on_looking(config, monkeypatch, caplog, fault):
    def start_worker(*_):
        raise fault

    monkeypatch.setattr(logging.getLogger("som_atlas"), "propagate", True)
    with monkeypatch.context() as poor:
        poor.setattr(watch, "_start_worker", start_worker)
        watch.look_after_worker(config)
    assert caplog.messages == ["worker not started"]
    watch.look_after_worker(config)
    assert worker_lives(config)


@pytest.mark.slow
@pytest.mark.usefixtures("config")
def test_a_planned_stop_of_the_worker_is_no_interruption(halting_worker, uninterrupted):
    workspace = a_workspace()
    submit_training(workspace, uninterrupted.settings, SHAPE)
    wait_for_checkpoint(workspace)
    os.kill(halting_worker, signal.SIGTERM)
    status = finished(workspace)
    assert (status.state, status.message, status.job.interruptions) == ("finished", "", 0)
    assert_equal_maps(workspace, uninterrupted)


@pytest.mark.slow
def test_the_web_server_may_die_and_the_training_is_finished(config):
    """Several servers start one worker; it leaves when its server is dead and all is done."""
    workspace = a_workspace()
    script = """
import sys
from som_core.settings import MapSettings
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.watch import ensure_worker
from workspace.store import open_workspace
workspace = open_workspace(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
ensure_worker(workspace.config)
if sys.argv[2] == "trains":
    settings = MapSettings(height=8, width=8, sigma=3, epochs=500)
    submit_training(workspace, settings, (300, 3))
print("done", flush=True)
sys.stdin.readline()
"""
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", script, workspace.id, does],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for does in ("trains", "waits", "waits")
    ]
    for server in servers:
        server.stdout.readline()
    for server in servers:
        server.stdin.write(b"go\n")
        server.stdin.flush()
    for server in servers:
        server.stdout.readline()
    assert len(workers_of(config)) == 1
    for server in servers:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stdout.close()

    again = open_workspace(workspace.id)
    wait_until(lambda: again.maps())
    wait_until(lambda: not workers_of(config))
    assert job_status(again).state == "finished"


def workers_of(config):
    """Processes that run the worker's module on this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
            parent = (process / "stat").read_text().rsplit(")")[1].split()[1]
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if b"workspace.worker" in command and str(config.data).encode() in environment:
            found.append((int(process.name), int(parent)))
    pids = {pid for pid, _ in found}
    return [pid for pid, parent in found if parent not in pids]


@pytest.mark.slow
def test_a_full_disk_delays_a_training_but_loses_nothing(tmp_path, monkeypatch, capfd):
    """On a disk of 3 MB, filled up while the training runs."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("only root can make a small disk")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(disk))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    config = Configuration.from_environment()
    try:
        workspace = a_workspace()
        submit_training(workspace, ENDLESS, SHAPE)
        wait_for_checkpoint(workspace)
        filling = disk / "filling"
        with filling.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        job = job_status(workspace).job
        assert "disk is full" in job_status(workspace).message
        cancel(workspace, job)  # needs no room
        wait_until(lambda: "no room" in capfd.readouterr().err)  # what the worker logs
        assert not workspace.maps()
        assert job_status(workspace).state == "running"
        filling.unlink()
        status = finished(workspace)
        assert (status.state, status.map_id) == ("cancelled", job.id)
        assert workspace.trained_map(workspace.current_map).hits.sum() == 300
    finally:
        try:
            stop_worker(config)
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)
