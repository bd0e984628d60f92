"""Large trainings go to the Dask cluster that whoever runs the server names."""

import numpy as np
import pytest

from som_core import MapSettings, suggest_recipe, train
from som_core.preparation import prepare
from testing.cluster import local_cluster
from workspace.config import Configuration
from workspace.jobs.kinds import training
from workspace.jobs.kinds.training import KIND, submit_training
from workspace.jobs.order import order_of
from workspace.store import create

MAP = MapSettings(height=4, width=5, sigma=2, epochs=5)
SHAPE = (500, 2)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")  # the test does the job itself
    made = create()
    rows = np.random.default_rng(0).normal(size=SHAPE).round(6)
    made.put_upload("\n".join(["a,b", *(f"{a},{b}" for a, b in rows)]).encode(), "rows.csv")
    made.keep_recipe(suggest_recipe(made.table()))
    return made


def map_of_job(workspace):
    job = submit_training(workspace, MAP, SHAPE)
    config = Configuration.from_environment()
    order = order_of(job.folder(config.data))
    KIND.carry_out(job, order, config, is_abandoned=lambda: False)
    return workspace.trained_map(workspace.current_map)


def test_the_map_of_a_cluster_is_the_map_of_the_server(workspace, monkeypatch):
    monkeypatch.setattr(training, "_CELLS_FOR_CLUSTER", 1)
    monkeypatch.setattr(training, "train", None)  # it is not trained here
    with local_cluster() as cluster:
        monkeypatch.setenv("SOM_ATLAS_DASK", cluster.scheduler_address)
        there = map_of_job(workspace)
    here = train(prepare(workspace.table(), workspace.recipe), MAP)
    np.testing.assert_allclose(there.codebook, here.codebook, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(there.bmu, here.bmu)


def test_small_tables_are_trained_on_the_server_whether_the_cluster_is_there_or_not(
    workspace, monkeypatch
):
    monkeypatch.setenv("SOM_ATLAS_DASK", "tcp://127.0.0.1:1")
    assert len(map_of_job(workspace).bmu) == SHAPE[0]
