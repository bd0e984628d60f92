"""A map of some rows of another map: what it was trained on, and what is known of its parent."""

from multiprocessing import Pipe

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core import Group, prepare, suggest_settings, train
from som_core.groups import GroupRecipe
from testing.workspaces import workspace_with_maps
from workspace.jobs import queue
from workspace.jobs.child import run_job
from workspace.jobs.kinds.grouping import proposal
from workspace.jobs.kinds.training import submit_drilling
from workspace.maps import Parent
from workspace.store import open_workspace

pytestmark = pytest.mark.slow

ROWS = [f"{i % 7},{(i * 13) % 11},{i % 5}" for i in range(200)]
CHOSEN = Group("small x", np.arange(0, 200, 2), "condition", GroupRecipe("x < 4"))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    return workspace_with_maps("\n".join(["x,y,z", *ROWS]).encode(), "rows.csv")


def drilled(workspace, parent, chosen=CHOSEN):
    """Train a map of some rows and look for its groups, as the worker would; return the map."""
    prepared = prepare(workspace.table(), parent.recipe, chosen.rows)
    settings = suggest_settings(prepared)
    submit_drilling(workspace, parent, chosen, settings, prepared.matrix.shape)
    for _ in ("training", "grouping"):
        job = queue.start_next(workspace.config.data)
        reading, _writing = Pipe(duplex=False)
        run_job(job, workspace.config, reading)
        queue.end(workspace.config.data, job, "finished", "")
    return workspace.maps()[0]


def test_it_is_of_the_chosen_rows_alone_and_knows_where_they_are_from(workspace):
    [parent] = workspace.maps()
    kept_settings, recipe = workspace.settings, workspace.recipe
    saved = drilled(workspace, parent)
    m = workspace.trained_map(saved)
    alone = train(prepare(workspace.table(), parent.recipe, CHOSEN.rows), saved.settings)
    assert m.codebook.tobytes() == alone.codebook.tobytes()
    assert_array_equal(m.chosen, CHOSEN.rows)
    assert saved.name == "small x"
    assert saved.parent == Parent(map=parent.id, name=parent.name, chosen_by="x < 4", n_rows=100)
    assert saved.quality.n_rows == 100
    assert proposal(workspace, saved) is not None
    assert (workspace.settings, workspace.recipe) == (kept_settings, recipe), "its own stay"


def test_it_stays_when_its_parent_is_deleted(workspace):
    [parent] = workspace.maps()
    saved = drilled(workspace, parent)
    workspace.delete_map(parent)
    again = open_workspace(workspace.id)
    assert [found.id for found in again.maps()] == [saved.id]
    assert again.maps()[0].parent.name == parent.name
    assert_array_equal(again.trained_map(saved).chosen, CHOSEN.rows)


def test_a_second_map_of_the_same_rows_has_another_name(workspace):
    [parent] = workspace.maps()
    assert [drilled(workspace, parent).name for _ in range(2)] == ["small x", "small x (2)"]
