"""Training over Dask, on two processes of this machine, against training in memory."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core import training
from som_core.distributed import DaskSom
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.training import train
from testing.maps import a_matrix, as_prepared
from testing.paths import ROOT

MAP = MapSettings(height=4, width=6, sigma=2, epochs=6)
RAGGED = ((5_000, 0, 1, 6_000, 0, 1_999), (2, 3))


def assert_same_map(som, expected):
    assert_allclose(som.codebook_, expected.codebook, rtol=0, atol=1e-9)
    assert [p.epoch for p in som.history_] == [p.epoch for p in expected.history]
    errors = [point.quantization_error for point in som.history_]
    assert_allclose(errors, [p.quantization_error for p in expected.history], rtol=1e-9)
    assert isinstance(som.labels_, da.Array)
    assert_array_equal(som.labels_.compute(), expected.bmu)


@pytest.mark.parametrize(
    ("chosen", "gaps"),
    [
        (MAP, False),
        (replace(MAP, toroid=True, initialisation="random"), True),
        (replace(MAP, lattice="rectangular", distance="manhattan", initialisation="sample"), True),
    ],
)
def test_a_cluster_finds_the_map_of_one_machine_with_ragged_and_empty_blocks(client, chosen, gaps):
    matrix = a_matrix(gaps=gaps)

    som = DaskSom(chosen, client).fit(da.from_array(matrix, chunks=RAGGED))

    assert_same_map(som, train(as_prepared(matrix), chosen))
    assert som.n_features_in_ == 5


def test_row_weights_count_as_on_one_machine(client):
    matrix = a_matrix(3_000)
    weights = np.random.default_rng(1).uniform(0, 3, 3_000)
    rows = da.from_array(matrix, chunks=((1_000, 0, 2_000), (5,)))

    som = DaskSom(MAP, client).fit(rows, sample_weight=weights)

    assert_same_map(som, train(as_prepared(matrix), MAP, row_weights=weights))


class Reports:
    """Keeps what a training reports of itself, each time it could."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
        monkeypatch.setattr(training, "_SECONDS_OF_SILENCE", 0.0)
        self.all = []

    def __call__(self, progress):
        self.all.append(progress)


def test_a_worker_that_is_killed_in_an_epoch_costs_no_more_than_its_blocks(client, monkeypatch):
    matrix = a_matrix()
    reports, killed = Reports(monkeypatch), []

    def kill_one(progress):
        reports(progress)
        if progress.epoch == MAP.epochs - 1 and not killed:  # the one that all rows take part in
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    rows = da.from_array(matrix, chunks=(500, 5))
    som = DaskSom(MAP, client).fit(rows, on_progress=kill_one)

    assert killed
    assert_same_map(som, train(as_prepared(matrix), MAP))
    client.wait_for_workers(2, timeout=60)


def test_it_stops_between_blocks_and_goes_on_from_there_to_the_same_map(client, monkeypatch):
    matrix = a_matrix()
    rows = da.from_array(matrix, chunks=(1_000, 5))
    reports = Reports(monkeypatch)

    def is_in_the_last_epoch():
        return bool(reports.all) and reports.all[-1].epoch == MAP.epochs - 1

    stopped = DaskSom(MAP, client).fit(rows, on_progress=reports, should_stop=is_in_the_last_epoch)
    resumed = DaskSom(MAP, client).fit(rows, resume=reports.all[-1].checkpoint)

    assert stopped.history_[-1].epoch < MAP.epochs
    assert stopped.labels_.compute().shape == (13_000,)
    assert_same_map(resumed, train(as_prepared(matrix), MAP))


def test_stopped_before_there_is_a_map_it_says_so(client):
    with pytest.raises(AtlasError, match="no map yet"):
        DaskSom(MAP, client).fit(a_matrix(), should_stop=lambda: True)


def test_the_rows_stay_with_the_workers(client):
    """100 MB of rows, of which none comes here but the few of sampled epochs."""
    rows = da.random.default_rng(0).normal(size=(1_250_000, 10), chunks=(125_000, 10))
    peak = f"""
import resource
import dask.array as da
from distributed import Client
from som_core.distributed import DaskSom, train_on_cluster
from som_core.settings import MapSettings

client = Client({client.scheduler.address!r})
rows = da.random.default_rng(0).normal(size=(1_250_000, 10), chunks=(125_000, 10))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
DaskSom(MapSettings(height=4, width=6, sigma=2, epochs=3), client).fit(rows)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", peak], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert rows.nbytes == 100_000_000
    assert int(done.stdout) * 1_024 < 60_000_000


# Without a cluster


def test_without_a_client_the_threads_of_this_machine_do_it():
    matrix = a_matrix(gaps=True)

    som = DaskSom(MAP).fit(da.from_array(matrix, chunks=RAGGED))

    assert_same_map(som, train(as_prepared(matrix), MAP))


@pytest.mark.parametrize("kind", ["numpy", "dask data frame", "pandas data frame"])
def test_it_takes_other_tables_of_numbers(kind):
    matrix = a_matrix(600)
    frame = pd.DataFrame(matrix, columns=list("abcde"))
    rows = {
        "numpy": matrix,
        "dask data frame": dd.from_pandas(frame, npartitions=3),
        "pandas data frame": frame,
    }[kind]

    som = DaskSom(MAP).fit(rows)

    assert_same_map(som, train(as_prepared(matrix), MAP))
    assert_array_equal(som.predict(rows).compute(), som.labels_.compute())


@pytest.mark.parametrize("gaps", [False, True])
def test_transform_gives_the_distance_to_each_node_and_is_lazy(gaps):
    matrix = a_matrix(500, gaps=gaps)
    som = DaskSom(MAP).fit(matrix)

    found = som.transform(da.from_array(matrix, chunks=(200, 5)))

    assert isinstance(found, da.Array)
    assert found.shape == (500, 24)
    assert_array_equal(found.compute().argmin(axis=1), som.labels_.compute())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (da.ones((4, 2))[da.ones(4) > 0], r"compute_chunk_sizes\(\)"),
        (da.ones(4), "1 dimensions"),
        (np.array([["a"], ["b"]]), "matrix of numbers"),
        (np.empty((0, 3)), "no rows"),
        (np.array([[1.0, np.inf], [0.0, 2.0]]), "infinite"),
        (np.array([[1.0, 2.0], [np.nan, np.nan]]), "no value at all"),
    ],
)
def test_what_it_cannot_train_with_is_refused_in_words(rows, says):
    with pytest.raises(AtlasError, match=says):
        DaskSom(MAP).fit(rows)


def test_other_columns_than_those_trained_with_are_refused():
    som = DaskSom(MAP).fit(a_matrix(100))

    with pytest.raises(AtlasError, match="trained on 5"):
        som.predict(np.ones((3, 4)))


def test_an_untrained_map_says_what_to_do_first():
    with pytest.raises(AtlasError, match="Call fit first"):
        DaskSom(MAP).predict(a_matrix(10))


def test_online_training_is_refused_with_a_way_out():
    with pytest.raises(AtlasError, match="Choose batch training"):
        DaskSom(replace(MAP, algorithm="online")).fit(a_matrix(10))
