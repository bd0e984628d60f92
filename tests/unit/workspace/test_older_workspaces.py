"""A workspace of yesterday opens with today's code, and nothing of it is lost.

The folder `written_in_format_1` was written by the last code of that format: a table read in a
chosen way, a recipe, settings, two sets of rows, two maps, a read-only link, and a training that
waits in line.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.groups import Group
from som_core.settings import MapSettings
from testing.waiting import wait_until
from testing.workers import stop_worker
from workspace.config import Configuration
from workspace.jobs.status import job_status
from workspace.store import open_workspace

WRITTEN = Path(__file__).parent / "written_in_format_1"
OWNER = "uUlwVS-spuYXtS_HS8ocXDyHIBbBooGo"
READER = "YSS6EXqueAUscjh-YDYKaM8P_3KJjP3a"


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    shutil.copytree(WRITTEN, tmp_path / "data")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    yield Configuration.from_environment()


@pytest.mark.parametrize("address", [OWNER, READER])
def test_everything_is_there(address):
    workspace = open_workspace(address)
    assert workspace.read_only == (address == READER)
    assert (workspace.source.name, workspace.source.dialect.delimiter) == (
        "pénguins “old”.csv",
        ";",
    )
    assert list(workspace.table().frame.columns) == ["name", "mass", "flipper"]
    assert [(column.name, column.role) for column in workspace.recipe.columns] == [
        ("name", "describe"),
        ("mass", "train"),
        ("flipper", "train"),
    ]
    assert workspace.recipe.column("mass").reason == "because"
    assert workspace.settings == MapSettings(height=3, width=2, sigma=1, epochs=4)
    assert workspace.groups() == (
        Group("heavy “ones”", np.array([5, 6, 7]), "set"),
        Group("light", np.array([0, 2]), "set"),
    )
    assert workspace.ui_state == {"theme": "dark"}
    assert workspace.share_id() == READER if address == OWNER else True

    second, first = workspace.maps()
    assert (first.name, second.name) == ("2 × 3, 5 epochs", "second")
    assert workspace.current_map == first, "the one that was chosen"
    assert first.complete and first.source == workspace.source
    trained = workspace.trained_map(first)
    assert_array_equal(trained.bmu, [3, 3, 3, 0, 3, 2, 2, 2, 5, 5])
    assert trained.codebook.sum() == pytest.approx(0.7369488224219882)
    assert workspace.remarks() == ()


@pytest.mark.slow
def test_a_training_that_waited_through_the_upgrade_is_done(config, monkeypatch):
    workspace = open_workspace(OWNER)
    assert job_status(workspace).state == "queued"
    monkeypatch.setenv("SOM_ATLAS_WORKER", "own")
    workspace = open_workspace(OWNER)
    try:
        wait_until(lambda: job_status(workspace).is_over)
        assert job_status(workspace).state == "finished"
        assert workspace.current_map.name == "waiting"
        assert len(workspace.trained_map(workspace.current_map).bmu) == 10
    finally:
        stop_worker(workspace.config)
