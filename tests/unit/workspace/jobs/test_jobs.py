"""Trainings go on in processes of their own: in line, watched, cancelled."""

import os
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train
from testing.waiting import wait_until
from testing.workers import child_pids, command_of, stop_worker, worker_pid
from workspace.config import Configuration
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.status import JobStatus, job_status, latest_codebook
from workspace.jobs.submission import cancel
from workspace.jobs.watch import ensure_worker
from workspace.store import ReadOnly, create, open_workspace

SHORT = MapSettings(height=4, width=5, sigma=2, epochs=20)
ENDLESS = MapSettings(height=6, width=6, sigma=2, epochs=1_000_000)
SHAPE = (200, 2)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One data folder with its worker, which runs one training at a time."""
    with pytest.MonkeyPatch.context() as environment:
        data = tmp_path_factory.mktemp("data")
        environment.setenv("SOM_ATLAS_DATA", str(data))
        environment.setenv("SOM_ATLAS_FREE_BYTES", "1")
        environment.setenv("SOM_ATLAS_TRAININGS", "1")
        config = Configuration.from_environment()
        ensure_worker(config)
        yield config
        stop_worker(config)


@pytest.fixture
def workspace(server):
    with a_workspace() as workspace:
        yield workspace


@contextmanager
def a_workspace():
    """A workspace with 200 rows to train on; a training that still runs at the end is cancelled."""
    workspace = create()
    rows = np.random.default_rng(0).normal(size=SHAPE).round(6)
    text = "\n".join(["a,b", *(f"{a},{b}" for a, b in rows)])
    workspace.put_upload(text.encode(), "rows.csv")
    workspace.keep_recipe(Recipe((ColumnRecipe(name="a"), ColumnRecipe(name="b"))))
    yield workspace
    status = job_status(workspace)
    if status is not None and not status.is_over:
        cancel(workspace, status.job)
        wait_until(lambda: job_status(workspace).is_over)


def finished(workspace) -> JobStatus:
    wait_until(lambda: job_status(workspace).is_over)
    return job_status(workspace)


def learning(workspace):
    wait_until(lambda: job_status(workspace).epoch > 0)


def test_a_training_becomes_the_current_map_equal_to_one_trained_in_a_script(workspace):
    job = submit_training(workspace, SHORT, SHAPE, name="My map")
    status = finished(workspace)
    assert (status.state, status.fraction, status.message) == ("finished", 1.0, "")
    assert (status.epoch, status.epochs) == (20, 20)
    assert status.history[-1].quantization_error == status.quantization_error

    saved = open_workspace(workspace.id).current_map
    assert saved.id == job.id == status.map_id
    assert (saved.name, saved.complete, saved.settings) == ("My map", True, SHORT)
    assert saved.source == workspace.source and saved.recipe == workspace.recipe
    assert saved.quality.quantization_error == pytest.approx(status.quantization_error)
    kept = workspace.trained_map(saved)
    direct = train(prepare(workspace.table(), workspace.recipe), SHORT)
    assert_array_equal(kept.codebook, direct.codebook)
    assert_array_equal(kept.bmu, direct.bmu)


@pytest.mark.slow
def test_a_training_is_a_fork_of_the_worker_and_need_not_load_its_libraries(workspace, server):
    submit_training(workspace, ENDLESS, SHAPE)
    learning(workspace)
    [child] = child_pids(server)
    # Pages go first; but the worker must not wait for its turn before anything begins.
    priority = partial(os.getpriority, os.PRIO_PROCESS)
    assert priority(worker_pid(server)) == priority(os.getpid()) < priority(child) == 10
    assert os.getsid(child) == child
    # A process that was started anew has a command of its own, and imports what that needs.
    assert command_of(child) == command_of(worker_pid(server))


HELD_COMPILER = """
import os, sys, time
if "som_core.engines.online.compile_kernels" in sys.orig_argv:
    worker = os.getppid()
    while os.getppid() == worker:
        time.sleep(0.05)
    sys.exit(1)
"""  # a sitecustomize: Python runs it before anything else


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["batch", "online"])
def test_the_first_training_of_all_does_not_wait_for_the_compiler(algorithm, tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "compiled"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text(HELD_COMPILER)
    config = Configuration.from_environment()
    with a_workspace() as workspace:
        submit_training(workspace, replace(SHORT, algorithm=algorithm), SHAPE)
        ensure_worker(config)
        assert finished(workspace).state == "finished"
        assert not list((tmp_path / "compiled").glob("*.compiled"))
    stop_worker(config)


def test_a_running_training_is_watched_live(workspace):
    job = submit_training(workspace, ENDLESS, SHAPE)
    learning(workspace)
    first = job_status(workspace)
    assert first.state == "running" and 0 < first.fraction < 1
    assert first.quantization_error > 0 and first.seconds_left > 0
    assert first.epochs == ENDLESS.epochs and first.place_in_line is None
    before = latest_codebook(workspace, job)
    assert before.shape == (6, 6, 2)
    wait_until(lambda: job_status(workspace).epoch > first.epoch)
    wait_until(lambda: not np.array_equal(latest_codebook(workspace, job), before))


@pytest.mark.slow
def test_a_cancelled_training_keeps_what_it_learned(workspace):
    job = submit_training(workspace, ENDLESS, SHAPE)
    learning(workspace)
    cancel(workspace, job)
    status = finished(workspace)
    assert (status.state, status.map_id) == ("cancelled", job.id)
    assert status.message == "The training was cancelled. What it had learned is kept."
    assert not workspace.current_map.complete
    assert workspace.trained_map(workspace.current_map).hits.sum() == 200


@pytest.mark.slow
def test_two_workspaces_stand_in_line(workspace):
    with a_workspace() as second, a_workspace() as third:
        submit_training(workspace, ENDLESS, SHAPE)
        learning(workspace)
        waiting = submit_training(second, SHORT, SHAPE)
        submit_training(third, SHORT, SHAPE)
        assert job_status(workspace).place_in_line is None
        assert job_status(second).state == job_status(third).state == "queued"
        assert job_status(second).place_in_line == 1
        assert job_status(third).place_in_line == 2

        cancel(second, waiting)
        status = job_status(second)
        assert (status.state, status.map_id) == ("cancelled", None)
        assert "before it began" in status.message
        assert job_status(third).place_in_line == 1

        cancel(workspace, job_status(workspace).job)
        assert finished(third).state == "finished"


def test_a_workspace_has_its_share_of_trainings(workspace):
    submit_training(workspace, ENDLESS, SHAPE)
    with pytest.raises(
        AtlasError, match="already has 1 training waiting or running, and may have 1"
    ):
        submit_training(workspace, SHORT, SHAPE)


@pytest.mark.slow
def test_a_reader_can_watch_but_neither_train_nor_cancel(workspace):
    job = submit_training(workspace, ENDLESS, SHAPE)
    learning(workspace)
    shared = open_workspace(workspace.share_id())
    assert job_status(shared).state == "running"
    assert latest_codebook(shared, job) is not None
    with pytest.raises(ReadOnly):
        cancel(shared, job)
    with pytest.raises(ReadOnly):
        submit_training(shared, SHORT, SHAPE)
    assert job_status(workspace).state == "running"


@pytest.mark.slow
def test_nobody_cancels_the_training_of_someone_else(workspace):
    with a_workspace() as stranger:
        job = submit_training(workspace, ENDLESS, SHAPE)
        learning(workspace)
        with pytest.raises(AtlasError, match="another workspace"):
            cancel(stranger, job)
        assert latest_codebook(workspace, job) is not None
        with pytest.raises(AtlasError, match="another workspace"):
            latest_codebook(stranger, job)
        assert job_status(workspace).state == "running"


@pytest.mark.slow
def test_a_map_keeps_its_table_when_another_file_is_uploaded(workspace):
    submit_training(workspace, SHORT, SHAPE)
    finished(workspace)
    saved = workspace.current_map
    workspace.put_upload(b"other\n1\n2\n", "other.csv")
    assert len(workspace.table(saved.source).frame) == 200
    workspace.delete_map(saved)
    assert workspace.current_map is None
    workspace.restore_map(workspace.deleted_map)
    assert len(workspace.table(workspace.current_map.source).frame) == 200


@pytest.mark.slow
def test_the_chosen_map_is_current_until_a_newer_one_is_trained(workspace):
    for name in ("first", "second"):
        submit_training(workspace, SHORT, SHAPE, name=name)
        finished(workspace)
    second, first = workspace.maps()
    assert (first.name, workspace.current_map) == ("first", second)
    workspace.choose_map(first)
    workspace.rename_map(first, "chosen")
    assert workspace.current_map == replace(first, name="chosen")
    submit_training(workspace, SHORT, SHAPE, name="third")
    finished(workspace)
    assert workspace.current_map.name == "third"


@pytest.mark.slow
def test_a_new_upload_doesnt_disturb_the_training_that_runs(workspace):
    submit_training(workspace, replace(ENDLESS, epochs=3_000), SHAPE)
    workspace.put_upload(b"other\n1\n2\n", "other.csv")
    assert finished(workspace).state == "finished"
    assert len(workspace.trained_map(workspace.current_map).bmu) == 200


@pytest.mark.slow
def test_a_deleted_workspace_stops_its_training(server):
    with a_workspace() as workspace:
        pass
    submit_training(workspace, ENDLESS, SHAPE)
    learning(workspace)
    workspace.delete()
    wait_until(lambda: job_status(workspace).state == "cancelled")
    assert not workspace.folder.exists()


def test_a_table_that_cant_be_trained_on_is_a_sentence(workspace):
    workspace.put_upload(b"a,b\n1,\n2,\n,3\n,4\n", "gaps.csv")
    workspace.keep_recipe(
        Recipe(tuple(ColumnRecipe(name=name, missing="drop_row") for name in "ab"))
    )
    submit_training(workspace, SHORT, SHAPE)
    status = finished(workspace)
    assert (status.state, status.map_id) == ("failed", None)
    assert status.message.endswith(".") and "fault" not in status.message


@pytest.mark.slow
def test_without_a_recipe_there_is_nothing_to_train_on(workspace):
    workspace.put_upload(b"a\n1\n", "x.csv")
    with pytest.raises(AtlasError, match="nothing to train on yet"):
        submit_training(workspace, SHORT, SHAPE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variable", "limit", "sentence"),
    [
        ("NODES", "19", r"4 × 5 has 20 cells, but this server allows 19\. Choose a smaller map"),
        ("TRAINING_BYTES", "1_000", r"need about 350 MB of memory, but .* allows 1 kB"),
        ("TRAINING_SECONDS", "1", r"would take about \d+ s, but .* Choose fewer epochs"),
    ],
)
def test_a_training_beyond_a_limit_is_refused_before_it_waits(
    server, monkeypatch, variable, limit, sentence
):
    monkeypatch.setenv(f"SOM_ATLAS_{variable}", limit)
    with a_workspace() as workspace:
        with pytest.raises(AtlasError, match=sentence):
            submit_training(workspace, replace(SHORT, epochs=10**7), SHAPE)
        assert job_status(workspace) is None
