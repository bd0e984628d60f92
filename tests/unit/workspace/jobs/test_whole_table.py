"""All rows of a table of the server train, or are counted and copied on, a map of a sample."""

import shutil
from dataclasses import replace
from multiprocessing import Pipe

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.reading import Limits, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train
from testing.cluster import local_cluster
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.child import run_job
from workspace.jobs.kinds import training
from workspace.jobs.kinds.copy_of_all_rows import bytes_of_copy, copy_of, submit_copy
from workspace.jobs.kinds.counting_of_all_rows import count_id, count_of, submit_count
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.order import GO
from workspace.jobs.prediction import refuse_all_rows_beyond_limits
from workspace.jobs.progress import Reporter, Teller
from workspace.server_tables import server_tables
from workspace.store import create

SETTINGS = MapSettings(height=3, width=4, sigma=1, epochs=3)
RECIPE = Recipe(
    (ColumnRecipe(name="x"), ColumnRecipe(name="y"), ColumnRecipe(name="code", role="describe"))
)


@pytest.fixture
def many(tmp_path):
    """Return the rows of a table of the server that is too large, and its folder."""
    random = np.random.default_rng(0)
    codes = np.where(random.random(900) < 0.2, -999.0, random.normal(5, 1, 900))
    frame = pd.DataFrame(
        {"x": random.normal(size=900), "y": random.normal(50, 9, 900), "code": codes}
    )
    folder = tmp_path / "tables" / "many"
    folder.mkdir(parents=True)
    frame.to_parquet(folder / "part.parquet")
    return frame, folder


@pytest.fixture
def workspace(tmp_path, monkeypatch, many):
    """Return a workspace with a map of a sample; no worker takes its jobs."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    monkeypatch.setenv("SOM_ATLAS_TABLES", str(tmp_path / "tables"))
    monkeypatch.setenv("SOM_ATLAS_ROWS", "500")
    monkeypatch.setenv("SOM_ATLAS_SAMPLE_ROWS", "300")
    made = create()
    [offered] = server_tables(Configuration.from_environment())
    made.put_server_table(offered.address)
    made.keep_recipe(RECIPE)
    shape = prepare(made.table(), RECIPE).matrix.shape
    submit_training(made, SETTINGS, shape)
    assert done(made) == "finished"
    assert done(made) == "finished"  # the groups
    return made


def done(workspace) -> str:
    """Do the next job in line as a child of the worker would; return how it ended."""
    job = queue.start_next(workspace.config.data)
    reading, _writing = Pipe(duplex=False)
    run_job(job, workspace.config, reading)
    refused = (job.folder(workspace.config.data) / "refusal.json").exists()
    queue.end(workspace.config.data, job, "failed" if refused else "finished", "")
    return "failed" if refused else "finished"


def refusal(workspace) -> str:
    [path] = workspace.folder.glob("jobs/*/refusal.json")
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_each_cell_knows_its_rows_their_means_and_what_sets_them_apart(workspace, many):
    frame, _ = many
    [saved] = workspace.maps()
    m = workspace.trained_map(saved)
    assert count_of(workspace, saved) is None

    submit_count(workspace, saved)
    assert done(workspace) == "finished"

    found = count_of(workspace, saved)
    whole = read_table(frame.to_csv(index=False).encode(), "all.csv", limits=Limits())
    nodes, _ = m.project(m.fitted.transform(whole).matrix)
    assert_array_equal(found.counts, np.bincount(nodes, minlength=12))
    assert found.counts.sum() == 900
    means = frame.groupby(nodes)[["x", "y"]].mean().reindex(range(12))
    for name in ("x", "y"):
        assert_allclose(found.numbers[name].means, means[name], rtol=1e-9)
    assert "code" not in found.numbers  # -999 is no value in the sample, but one in the files
    assert count_id(workspace, saved)


@pytest.mark.slow
def test_a_count_that_is_damaged_is_as_none(workspace):
    saved = workspace.maps()[0]
    submit_count(workspace, saved)
    done(workspace)
    [path] = workspace.folder.glob("maps/*/counting_of_all_rows/*/aggregates.npz")
    path.write_bytes(path.read_bytes()[:100])

    assert count_of(workspace, saved) is None


def test_it_stops_where_nobody_wants_it_any_more(workspace, monkeypatch):
    saved = workspace.maps()[0]
    submit_count(workspace, saved)
    [go] = workspace.folder.glob(f"jobs/*/{GO}")
    go.unlink()  # as `cancel` does

    assert done(workspace) == "finished"
    assert count_of(workspace, saved) is None


def test_a_table_that_has_other_rows_now_is_not_counted(workspace, many):
    frame, folder = many
    frame[:800].to_parquet(folder / "part.parquet")
    submit_count(workspace, workspace.maps()[0])

    assert done(workspace) == "failed"
    assert "has 800 rows, but had 900 when the sample was drawn" in refusal(workspace)


@pytest.mark.slow
def test_a_table_whose_rows_changed_is_not_counted(workspace, many):
    frame, folder = many
    frame[::-1].to_parquet(folder / "part.parquet")
    submit_count(workspace, workspace.maps()[0])

    assert done(workspace) == "failed"
    assert "gives other rows than the sample has" in refusal(workspace)
    assert count_of(workspace, workspace.maps()[0]) is None


@pytest.mark.slow
def test_a_table_that_is_no_longer_offered_is_not_counted(workspace, many):
    _, folder = many
    shutil.rmtree(folder)
    submit_count(workspace, workspace.maps()[0])

    assert done(workspace) == "failed"
    assert "“many” is no longer offered" in refusal(workspace)


@pytest.mark.slow
def test_a_copy_holds_all_rows_of_each_cell_beside_the_quota_of_the_workspace(
    workspace, many, monkeypatch
):
    frame, _ = many
    saved, of = workspace.maps()[0], workspace.table().sample_of
    n_bytes = bytes_of_copy(workspace, saved, of)
    with pytest.raises(AtlasError, match="take 0 bytes of the 0 bytes that they may"):
        submit_copy(workspace, saved, n_bytes)
    before = workspace.bytes_used()
    allowing = replace(workspace, config=replace(workspace.config, copy_bytes=2 * n_bytes))

    submit_copy(allowing, saved, n_bytes)
    assert done(workspace) == "finished"

    copy = copy_of(workspace, saved)
    assert copy.rows(range(12)).index.tolist() == list(range(900))
    assert_allclose(copy.rows(range(12))["code"], frame["code"])
    assert workspace.bytes_used() - before < copy.n_bytes
    with pytest.raises(AtlasError, match="Delete maps with copies"):
        submit_copy(allowing, saved, 2 * n_bytes)
    workspace.delete_map(saved)
    assert copy_of(workspace, saved) is None


def test_a_copy_that_is_stopped_leaves_nothing(workspace, monkeypatch):
    saved = workspace.maps()[0]
    allowing = replace(workspace, config=replace(workspace.config, copy_bytes=10**9))
    submit_copy(allowing, saved, 1_000)

    def stop(self, share):
        if share > 0.5:
            self.folder.joinpath(GO).unlink(missing_ok=True)  # as `cancel` does

    monkeypatch.setattr(Teller, "__call__", stop)

    assert done(workspace) == "finished"
    assert copy_of(workspace, saved) is None
    assert list(workspace.folder.glob("maps/*/copy_of_all_rows/*")) == []


def ask_for_all_rows(workspace) -> None:
    shape = prepare(workspace.table(), RECIPE).matrix.shape
    submit_training(workspace, SETTINGS, shape, "of all", on_all_rows=True)


@pytest.fixture(params=["the server", "a cluster"])
def trains(request, monkeypatch):
    """Let all rows be trained on the server, or on a Dask cluster and not on the server."""
    if request.param == "the server":
        yield
        return
    monkeypatch.setattr(training, "_CELLS_FOR_CLUSTER", 1)
    monkeypatch.setattr(training, "train_on_all_rows", None)
    with local_cluster() as cluster:
        monkeypatch.setenv("SOM_ATLAS_DASK", cluster.scheduler_address)
        yield


@pytest.mark.slow
def test_a_map_is_trained_on_all_rows_and_shows_those_of_the_sample(trains, workspace, many):
    frame, _ = many
    sample = prepare(workspace.table(), RECIPE)

    ask_for_all_rows(workspace)
    assert done(workspace) == "finished"

    [saved] = [saved for saved in workspace.maps() if saved.name == "of all"]
    m = workspace.trained_map(saved)
    whole = read_table(frame.to_csv(index=False).encode(), "all.csv", limits=Limits())
    in_memory = train(sample.transform(whole), SETTINGS)
    assert_allclose(m.codebook, in_memory.codebook, rtol=0, atol=1e-9)
    assert_array_equal(m.rows, sample.rows)
    nodes, distance = m.project(sample.matrix)
    assert_array_equal(m.bmu, nodes)
    assert saved.n_trained == m.n_trained == 900
    assert saved.quality.n_rows == 300
    assert saved.quality.quantization_error == pytest.approx(distance.mean())
    assert m.history[-1].quantization_error == pytest.approx(distance.mean())
    assert saved.complete


@pytest.mark.slow
def test_all_rows_can_be_counted_on_a_map_that_they_trained(workspace):
    ask_for_all_rows(workspace)
    assert done(workspace) == "finished"
    assert done(workspace) == "finished"  # the groups
    [saved] = [saved for saved in workspace.maps() if saved.name == "of all"]

    submit_count(workspace, saved)
    assert done(workspace) == "finished"
    assert count_of(workspace, saved).counts.sum() == 900


@pytest.mark.slow
def test_a_training_on_all_rows_stops_where_nobody_wants_it(workspace):
    ask_for_all_rows(workspace)
    [go] = workspace.folder.glob(f"jobs/*/{GO}")
    go.unlink()  # as `cancel` does

    assert done(workspace) == "finished"
    assert [saved.name for saved in workspace.maps()] == ["3 × 4, 3 epochs"]


@pytest.mark.slow
def test_a_training_on_all_rows_stops_before_its_first_epoch(workspace, monkeypatch):
    ask_for_all_rows(workspace)
    tell, told = Teller.__call__, []

    def stop(teller, share):
        tell(teller, share)
        told.append(share)
        if share >= 0.5:  # all is prepared
            teller.folder.joinpath(GO).unlink(missing_ok=True)

    monkeypatch.setattr(Teller, "__call__", stop)

    assert done(workspace) == "finished"
    assert told == sorted(told) and told[0] < 0.5 <= told[-1]
    assert [saved.name for saved in workspace.maps()] == ["3 × 4, 3 epochs"]


@pytest.mark.slow
def test_a_training_on_all_rows_that_is_stopped_later_keeps_what_it_learned(workspace, monkeypatch):
    ask_for_all_rows(workspace)
    report = Reporter.__call__

    def stop(reporter, progress):
        report(reporter, progress)
        reporter.folder.joinpath(GO).unlink(missing_ok=True)

    monkeypatch.setattr(Reporter, "__call__", stop)

    assert done(workspace) == "finished"
    [saved] = [saved for saved in workspace.maps() if saved.name == "of all"]
    assert not saved.complete
    assert saved.n_trained == 900
    assert len(workspace.trained_map(saved).rows) == 300


@pytest.mark.slow
def test_a_table_that_has_other_rows_now_does_not_train(workspace, many):
    frame, folder = many
    frame[:800].to_parquet(folder / "part.parquet")
    ask_for_all_rows(workspace)

    assert done(workspace) == "failed"
    assert "has 800 rows, but had 900 when the sample was drawn" in refusal(workspace)


@pytest.mark.slow
def test_a_table_whose_rows_changed_does_not_train(workspace, many):
    frame, folder = many
    frame[::-1].to_parquet(folder / "part.parquet")
    ask_for_all_rows(workspace)

    assert done(workspace) == "failed"
    assert "gives other rows than the sample has" in refusal(workspace)


@pytest.mark.slow
def test_a_table_that_is_no_sample_has_no_other_rows_to_train_on(workspace):
    workspace.put_upload(b"x,y\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(9)), "t.csv")
    workspace.keep_recipe(RECIPE.only({"x", "y"}))

    with pytest.raises(AtlasError, match="no sample of a larger one"):
        submit_training(workspace, SETTINGS, (9, 2), on_all_rows=True)


@pytest.mark.slow
def test_a_training_on_all_rows_is_refused_beforehand_where_it_would_take_too_long(workspace):
    shape = prepare(workspace.table(), RECIPE).matrix.shape
    config = replace(workspace.config, training_seconds=2)
    refuse_all_rows_beyond_limits(shape, 900, SETTINGS, config)

    with pytest.raises(AtlasError, match="this server allows 2 s"):
        refuse_all_rows_beyond_limits(shape, 900_000_000, SETTINGS, config)
    with pytest.raises(AtlasError, match="Choose batch training"):
        online = replace(SETTINGS, algorithm="online")
        refuse_all_rows_beyond_limits(shape, 900, online, workspace.config)
