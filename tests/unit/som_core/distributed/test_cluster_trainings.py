"""Prepared tables on a cluster, against the same training on one machine."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.analyses.all_rows import prepared_alike
from som_core.datasets import open_dataset, table_on_disk
from som_core.distributed import cluster_trainings, train_all_rows_on_cluster, train_on_cluster
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.reading import read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train, train_on_all_rows
from testing.maps import a_matrix, as_prepared

MAP = MapSettings(height=4, width=6, sigma=2, epochs=6)
RECIPE = Recipe(
    (
        ColumnRecipe(name="x", missing="drop_row"),
        ColumnRecipe(name="y", outliers="clip"),
        ColumnRecipe(name="day"),
        ColumnRecipe(name="colour", missing="mode"),
    )
)


@pytest.mark.slow
def test_a_prepared_table_is_trained_on_a_cluster_as_it_is_here(client):
    prepared = as_prepared(a_matrix(gaps=True))
    told = []
    there = train_on_cluster(
        prepared, MAP, client.scheduler.address, on_progress=lambda done: told.append(done.fraction)
    )
    here = train(prepared, MAP)
    assert_allclose(there.codebook, here.codebook, rtol=0, atol=1e-9)
    assert_array_equal(there.bmu, here.bmu)
    assert_array_equal(there.second_bmu, here.second_bmu)
    assert [point.epoch for point in there.history] == [point.epoch for point in here.history]
    assert told[-1] == 1.0


def test_a_cluster_that_is_not_there_is_said_with_a_way_out(monkeypatch):
    monkeypatch.setattr(cluster_trainings, "_SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(AtlasError, match=r"tcp://127.0.0.1:1 doesn't answer.*on the server itself"):
        train_on_cluster(as_prepared(a_matrix(10)), MAP, "tcp://127.0.0.1:1")


# All rows of a table that the workers read


def a_frame(n_rows: int = 3_000) -> pd.DataFrame:
    random = np.random.default_rng(0)
    days = pd.to_timedelta(random.integers(0, 300, n_rows), "D")
    frame = pd.DataFrame(
        {
            "x": random.normal(size=n_rows),
            "y": random.lognormal(size=n_rows),
            "day": (pd.Timestamp("2024-01-01") + days).strftime("%d.%m.%Y"),
            "colour": random.choice(["red", "blue", "green"], n_rows),
        }
    )
    frame.loc[::7, "x"] = np.nan
    frame.loc[1_000:1_499, "x"] = np.nan  # a part of which no row remains
    frame.loc[::9, "colour"] = None
    return frame


@pytest.fixture(params=["parquet", "csv"])
def folder(request, tmp_path, monkeypatch):
    """Return a folder with 3,000 rows in three files, or in row groups of 250 rows of them."""
    monkeypatch.setattr(table_on_disk, "_BLOCK_ROWS", 500)
    for number in range(3):
        rows = a_frame()[1_000 * number : 1_000 * (number + 1)]
        path = tmp_path / f"{number}.{request.param}"
        if request.param == "csv":
            rows.to_csv(path, index=False)
        else:
            rows.to_parquet(path, index=False, row_group_size=250)
    return tmp_path


@pytest.fixture
def sampled(folder):
    """Return a prepared sample of the rows, and all of them as they are prepared by it."""
    whole = open_dataset(folder)
    table = read_table(whole.sample_as_parquet(800), "sample.parquet")
    sample = prepare(table, RECIPE)
    return sample, prepared_alike(sample, whole, table.sample_of)


@pytest.mark.slow
def test_all_rows_of_a_table_that_the_workers_read_give_the_map_of_one_machine(client, sampled):
    told, starts = [], []
    there = train_all_rows_on_cluster(
        *sampled,
        MAP,
        client.scheduler.address,
        on_progress=lambda done: told.append(done.fraction),
        on_start=starts.append,
    )
    here = train_on_all_rows(*sampled, MAP)
    assert_allclose(there.codebook, here.codebook, rtol=0, atol=1e-9)
    assert_array_equal(there.bmu, here.bmu)
    assert there.n_trained == here.n_trained == len(sampled[1].rows)
    errors = [[point.quantization_error for point in m.history] for m in (there, here)]
    assert_allclose(*errors, rtol=1e-9)
    assert told[-1] == starts[-1] == 1.0
    assert len(starts) > 2  # told part by part


@pytest.mark.slow
def test_the_parts_of_a_table_are_its_rows_in_their_order(sampled):
    parts = sampled[1].matrix.table.parts()
    assert sum(part.n_rows for part in parts) == 3_000
    assert len(parts) >= 3
    x = np.concatenate([block.frame["x"] for part in parts for block in part.blocks(["x"])])
    assert_array_equal(x, a_frame()["x"])


@pytest.mark.slow
def test_a_table_that_the_workers_cannot_read_is_named(client, sampled, folder, monkeypatch):
    parts = sampled[1].matrix.table.parts()
    folder.rename(f"{folder} elsewhere")
    with pytest.raises(AtlasError, match="can't be read"):
        train_all_rows_on_cluster(*sampled, MAP, client.scheduler.address)
    monkeypatch.setattr(table_on_disk.TableOnDisk, "parts", lambda _: parts)  # the server reads it
    with pytest.raises(AtlasError, match="can't be read"):
        train_all_rows_on_cluster(*sampled, MAP, client.scheduler.address)


@pytest.mark.slow
def test_all_rows_are_stopped_while_they_are_read(client, sampled):
    with pytest.raises(AtlasError, match="stopped before its first epoch"):
        train_all_rows_on_cluster(*sampled, MAP, client.scheduler.address, should_stop=lambda: True)
