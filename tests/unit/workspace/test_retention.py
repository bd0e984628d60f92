"""What nobody uses is deleted, and nothing else."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from workspace import queue
from workspace.config import Configuration
from workspace.retention import sweep
from workspace.store import WorkspaceMissing, create, open_workspace

DAY = 86_400


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_EXPIRY_DAYS", "30")
    return Configuration.from_environment()


def unused_for(workspace, days):
    then = time.time() - days * DAY
    os.utime(workspace.folder / "used", (then, then))


def full_workspace():
    workspace = create()
    workspace.put_upload(b"a\n1\n2\n", "x.csv")
    return workspace


def is_there(workspace):
    return (workspace.folder / "workspace.json").exists()


def test_a_workspace_unused_for_30_days_goes_with_its_share_link(config):
    old, used = full_workspace(), full_workspace()
    share = old.share_id()
    unused_for(old, 30.01)
    unused_for(used, 29.99)
    sweep(config)
    assert not is_there(old) and is_there(used)
    with pytest.raises(WorkspaceMissing, match="not used for 30 days"):
        open_workspace(old.id)
    with pytest.raises(WorkspaceMissing):
        open_workspace(share)
    assert not list((config.data / "shares").iterdir())


def test_opening_a_workspace_counts_as_use():
    workspace = full_workspace()
    unused_for(workspace, 29)
    about_to_go = workspace.expires_at
    assert about_to_go < datetime.now(UTC) + timedelta(days=1.1)
    assert open_workspace(workspace.id).expires_at > datetime.now(UTC) + timedelta(days=29.9)


def test_a_workspace_that_holds_nothing_goes_after_a_day(config):
    empty, fresh = create(), create()
    unused_for(empty, 1.01)
    sweep(config)
    assert not is_there(empty) and is_there(fresh)


def test_a_workspace_stays_while_its_training_waits_or_runs(config):
    workspace = full_workspace()
    job = queue.add(config.data, queue.new_job_id(), workspace.folder.name, 1)
    unused_for(workspace, 31)
    sweep(config)
    assert is_there(workspace)
    queue.take_back(config.data, job)
    sweep(config)
    assert not is_there(workspace)
    assert queue.latest(config.data, workspace.folder.name) is None


def test_leavings_of_killed_processes_go_after_a_day(config):
    workspace = full_workspace()
    old, fresh = workspace.folder / ".new-aa-ui.json", workspace.folder / "maps" / ".new-bb"
    old.write_text("half a fi")
    fresh.mkdir()
    then = time.time() - 1.1 * DAY
    os.utime(old, (then, then))
    sweep(config)
    assert not old.exists() and fresh.exists() and is_there(workspace)


def test_what_is_deleted_during_a_sweep_does_not_stop_it(config, monkeypatch):
    """A folder may be listed in its parent and be gone a moment later, before it is looked into."""
    workspace, going = full_workspace(), full_workspace()
    leaving = workspace.folder / ".new-aa-ui.json"
    leaving.touch()
    os.utime(leaving, (0, 0))
    listed = os.scandir

    def gone_just_before(path):
        if str(path) == str(going.folder / "maps"):
            shutil.rmtree(going.folder, ignore_errors=True)
        return listed(path)

    monkeypatch.setattr(os, "scandir", gone_just_before)
    sweep(config)
    assert not leaving.exists() and not going.folder.exists()
