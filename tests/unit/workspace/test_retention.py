"""What nobody uses is deleted after a day's notice, and nothing else."""

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from som_core.groups import Group
from som_core.settings import MapSettings
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workers import stop_worker
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.watch import look_after_worker
from workspace.retention import NOTICE, Notice, sweep, witness_of
from workspace.service_time import SERVICE, ServiceTime, Witness
from workspace.store import WorkspaceMissing, create, open_workspace

DAY = 86_400


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_EXPIRY_DAYS", "30")
    config = Configuration.from_environment()
    config.data.mkdir()
    return config


def days_ago(days):
    return time.time() - days * DAY


def served(config, *spans, noted=0.0):
    """Let the server have run through spans of days, each told by when it began and ended."""
    times = tuple((days_ago(begin), days_ago(end)) for begin, end in spans)
    SERVICE.keep(config.data, ServiceTime(times, noted=days_ago(noted)))


def told(config, workspace, days):
    """Let the notice of a workspace have been given some days ago."""
    NOTICE.keep(config.data, Notice({workspace.folder.name: days_ago(days)}))


def sweep_once(config):
    sweep(config, witness_of(config))


def unused_for(workspace, days):
    os.utime(workspace.folder / "used", (days_ago(days), days_ago(days)))


def full_workspace():
    workspace = create()
    workspace.put_upload(b"a\n1\n2\n", "x.csv")
    return workspace


def is_there(workspace):
    return (workspace.folder / "workspace.json").exists()


def test_a_workspace_unused_for_30_days_goes_with_its_share_link(config):
    old, used = full_workspace(), full_workspace()
    share = old.share_id()
    served(config, (100, 0))
    unused_for(old, 30.01)
    unused_for(used, 29.99)
    told(config, old, 1.01)
    sweep_once(config)
    assert not is_there(old) and is_there(used)
    with pytest.raises(WorkspaceMissing, match="not used for 30 days"):
        open_workspace(old.id)
    with pytest.raises(WorkspaceMissing):
        open_workspace(share)
    assert not list((config.data / "shares").iterdir())


def test_what_will_go_is_announced_a_day_before(config, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("som_atlas"), "propagate", True)
    caplog.set_level(logging.INFO, "som_atlas")
    workspace = full_workspace()
    served(config, (100, 0))
    unused_for(workspace, 45)
    sweep_once(config)
    [line] = [record for record in caplog.records if "will be deleted" in record.getMessage()]
    assert (line.workspace, line.seconds) == (workspace.folder.name[:6], DAY)
    assert is_there(workspace)

    caplog.clear()
    told(config, workspace, 0.9)
    sweep_once(config)
    assert is_there(workspace)
    assert "will be deleted" not in caplog.text, "it was told once"

    told(config, workspace, 1.01)
    sweep_once(config)
    assert not is_there(workspace)


def test_what_readers_by_a_link_selected_goes_after_as_many_days_as_a_workspace(config):
    workspace = full_workspace()
    served(config, (100, 0))
    reader = open_workspace(workspace.share_id())
    old, young = (reader.note_selection(Group("s", np.array([row]))) for row in (0, 1))
    for name, days in ((old, 30.01), (young, 29.99)):
        when = days_ago(days)
        os.utime(workspace.folder / "readers" / f"{name}.json", (when, when))
    sweep_once(config)
    assert reader.selection(old) is None
    assert reader.selection(young).rows.tolist() == [1]


def test_use_after_the_notice_keeps_a_workspace(config):
    workspace = full_workspace()
    served(config, (100, 0))
    unused_for(workspace, 29.5)
    told(config, workspace, 2)
    open_workspace(workspace.id)
    sweep_once(config)
    assert workspace.folder.name not in NOTICE.read(config.data).given
    unused_for(workspace, 30.5)
    sweep_once(config)
    assert is_there(workspace), "it is told anew first"


def test_time_without_a_server_does_not_count(config):
    """The server ran for 25 days, was off for 60, and has been back for two."""
    workspace = full_workspace()
    served(config, (87, 62), (2, 0))
    unused_for(workspace, 87)
    told(config, workspace, 2)
    sweep_once(config)
    assert is_there(workspace)
    served(config, (87, 57), (2, 0))
    told(config, workspace, 2)
    sweep_once(config)
    assert not is_there(workspace)


def test_a_worker_alone_does_not_count_as_a_server(config):
    witness = witness_of(config)
    (config.data / "server.beat").touch()
    os.utime(config.data / "server.beat", (days_ago(1), days_ago(1)))
    for _ in range(3):
        witness.look()
    assert witness.service_time.spans == ()
    (config.data / "server.beat").touch()
    for _ in range(3):
        witness.look()
    [(began, ended)] = witness.service_time.spans
    assert began < ended


@pytest.mark.parametrize("ahead", [DAY, 400 * DAY])
def test_a_clock_that_runs_ahead_while_the_server_runs_counts_nothing(config, monkeypatch, ahead):
    (config.data / "server.beat").touch()
    witness = witness_of(config)
    witness.look()
    with monkeypatch.context() as wrong:
        wrong.setattr(time, "time", lambda now=time.time: now() + ahead)
        os.utime(config.data / "server.beat", (time.time(), time.time()))
        witness.look()
        witness.look()
    assert witness.service_time.total < 60


def test_after_a_clock_was_put_back_nothing_goes_for_a_day(config):
    """Until now it showed a time far ahead; what was used before looks as old as that."""
    workspace = full_workspace()
    served(config, (100, -300), noted=0)
    unused_for(workspace, 90)
    told(config, workspace, 2)
    witness = witness_of(config)
    (config.data / "server.beat").touch()
    witness.look()
    sweep(config, witness)
    assert is_there(workspace)
    assert witness.service_time.total == 0


def test_after_a_restore_nothing_goes_for_a_day_though_all_files_are_old(config, tmp_path):
    workspace = full_workspace()
    link = workspace.share_id()
    served(config, (100, 3), noted=3)
    os.utime(SERVICE.path(config.data), (days_ago(3), days_ago(3)))
    unused_for(workspace, 90)
    told(config, workspace, 80)
    backup = tmp_path / "backup"
    shutil.copytree(config.data, backup)
    shutil.rmtree(config.data)
    shutil.copytree(backup, config.data)
    sweep_once(config)
    assert is_there(workspace)
    assert open_workspace(link).source.name == "x.csv"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"noted": 1}', b"\xff" * 40])
@pytest.mark.parametrize("name", ["service.json", "retention.json"])
def test_a_damaged_note_deletes_nothing(config, name, content):
    workspace = full_workspace()
    served(config, (100, 0))
    unused_for(workspace, 90)
    told(config, workspace, 2)
    (config.data / name).write_bytes(content)
    sweep_once(config)
    assert is_there(workspace)


@pytest.mark.slow
def test_the_worker_notes_its_time_and_keeps_to_it(config):
    """A real worker, and a workspace whose time is over by what a worker before it had noted."""
    old, mine = full_workspace(), full_workspace()
    for workspace in (old, mine):
        unused_for(workspace, 90)
    served(config, (100, 0.0001))
    told(config, old, 2)
    look_after_worker(config)
    try:
        wait_until(lambda: not is_there(old))
        wait_until(lambda: mine.folder.name in NOTICE.read(config.data).given)
        assert is_there(mine)
    finally:
        stop_worker(config)
    spans = SERVICE.read(config.data).spans
    assert len(spans) == 2
    assert days_ago(0.01) < spans[-1][0] < spans[-1][1] <= time.time()


@pytest.mark.slow
def test_the_workers_log_says_beforehand_what_will_go(config):
    workspace = full_workspace()
    served(config, (100, 0))
    unused_for(workspace, 90)
    worker = subprocess.Popen(
        [sys.executable, "-m", "workspace.worker"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = map(json.loads, worker.stderr)
        told = next(line for line in lines if "will be deleted" in line["event"])
        assert told["workspace"] == workspace.folder.name[:6]
        assert next(line for line in lines if line["event"] == "swept")["count"] == 0
    finally:
        worker.terminate()
        worker.wait()
        worker.stderr.close()
    assert is_there(workspace)


def test_opening_a_workspace_counts_as_use():
    workspace = full_workspace()
    unused_for(workspace, 29)
    about_to_go = workspace.expires_at
    assert about_to_go < datetime.now(UTC) + timedelta(days=1.1)
    assert open_workspace(workspace.id).expires_at > datetime.now(UTC) + timedelta(days=29.9)


@pytest.mark.parametrize(
    "write",
    [
        lambda workspace: workspace.put_upload(b"b\n1\n2\n", "y.csv"),
        lambda workspace: workspace.keep_settings(MapSettings(height=2, width=2, sigma=1)),
        lambda workspace: workspace.keep_ui_state({"theme": "dark"}),
        lambda workspace: workspace.share_id(),
    ],
)
def test_a_write_counts_as_use(write):
    workspace = full_workspace()
    unused_for(workspace, 29)
    write(workspace)
    assert workspace.expires_at > datetime.now(UTC) + timedelta(days=29.9)


def test_a_workspace_that_holds_nothing_goes_after_a_day(config):
    empty, fresh = create(), create()
    served(config, (100, 0))
    unused_for(empty, 1.01)
    told(config, empty, 1.01)
    sweep_once(config)
    assert not is_there(empty) and is_there(fresh)


def test_a_workspace_stays_while_its_training_waits_or_runs(config):
    workspace = full_workspace()
    job = queue.add(config.data, queue.new_job_id(), workspace.folder.name, 1)
    served(config, (100, 0))
    unused_for(workspace, 31)
    told(config, workspace, 2)
    sweep_once(config)
    assert is_there(workspace)
    queue.take_back(config.data, job, "It was cancelled.")
    told(config, workspace, 2)
    sweep_once(config)
    assert not is_there(workspace)
    assert queue.latest(config.data, workspace.folder.name) is None


def test_a_deleted_map_goes_for_good_after_a_day(config):
    workspace = full_workspace()
    deleted = workspace.folder / "deleted-maps"
    for name, days in (("0a", 1.1), ("0b", 0.9)):
        (deleted / name).mkdir(parents=True)
        os.utime(deleted / name, (days_ago(days), days_ago(days)))
    served(config, (100, 0))
    sweep_once(config)
    assert [folder.name for folder in deleted.iterdir()] == ["0b"]


@pytest.mark.parametrize("folder", ["deleted-groups", "deleted-notes"])
def test_a_deleted_group_or_note_goes_for_good_after_a_day(config, folder):
    workspace = full_workspace()
    deleted = workspace.folder / folder
    deleted.mkdir()
    for name, days in (("0a.json", 1.1), ("0b.json", 0.9)):
        (deleted / name).touch()
        os.utime(deleted / name, (days_ago(days), days_ago(days)))
    served(config, (100, 0))
    sweep_once(config)
    assert [file.name for file in deleted.iterdir()] == ["0b.json"]


def test_leavings_of_killed_processes_go_after_a_day(config):
    workspace = full_workspace()
    old, fresh = workspace.folder / ".new-aa-ui.json", workspace.folder / "maps" / ".new-bb"
    old.write_text("half a fi")
    fresh.mkdir()
    os.utime(old, (days_ago(1.1), days_ago(1.1)))
    served(config, (100, 0))
    sweep_once(config)
    assert not old.exists() and fresh.exists() and is_there(workspace)


def test_what_is_deleted_during_a_sweep_does_not_stop_it(config, monkeypatch):
    """A folder may be listed in its parent and be gone a moment later, before it is looked into."""
    workspace, going = full_workspace(), full_workspace()
    leaving = workspace.folder / ".new-aa-ui.json"
    leaving.touch()
    os.utime(leaving, (0, 0))
    served(config, (100, 0))
    listed = os.scandir

    def gone_just_before(path):
        if str(path) == str(going.folder / "maps"):
            shutil.rmtree(going.folder, ignore_errors=True)
        return listed(path)

    monkeypatch.setattr(os, "scandir", gone_just_before)
    sweep_once(config)
    assert not leaving.exists() and not going.folder.exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"folder": "../.."}', b"[1]", b"\xff\x00"])
def test_one_damaged_share_does_not_stop_the_sweep(config, content):
    workspace, healthy = full_workspace(), full_workspace()
    served(config, (100, 0))
    damaged = config.data / "shares" / ("0" * 32)
    link = healthy.share_id()
    damaged.write_bytes(content)
    unused_for(workspace, 90)
    told(config, workspace, 2)
    sweep_once(config)
    assert not is_there(workspace)
    assert damaged.exists(), "whoever runs the server may look at it"
    assert open_workspace(link).source.name == "x.csv"


def test_only_as_much_service_time_is_kept_as_matters(tmp_path):
    witness = Witness(tmp_path, memory=10.0)
    SERVICE.keep(tmp_path, ServiceTime(((0, 1), (2, 8), (9, 9), (10, 15))))
    assert SERVICE.read(tmp_path).latest(10).spans == ((2, 8), (10, 15))
    witness.keep()
    assert SERVICE.read(tmp_path).spans == ()
