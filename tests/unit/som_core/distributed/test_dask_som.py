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
from distributed import Client
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_without_a_client_the_threads_of_this_machine_do_it():
    matrix = a_matrix(gaps=True)

    som = DaskSom(MAP).fit(da.from_array(matrix, chunks=RAGGED))

    assert_same_map(som, train(as_prepared(matrix), MAP))


@pytest.mark.slow
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


@pytest.mark.slow
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
        (da.ones(4), r"shape \(4,\), but a matrix is needed"),
        ([1.0, 2.0, 3.0], r"shape \(3,\), but a matrix is needed"),
        (pd.Series([1.0, 2.0]), r"shape \(2,\), but a matrix is needed"),
        (np.ones((3, 0)), "at least one column of numbers"),
        ([[1.0, 2.0], [3.0]], "different lengths"),
        (np.array([["a"], ["b"]]), r"rows hold <U1, but numbers are needed.*\.astype\(float\)"),
        (
            dd.from_pandas(pd.DataFrame({"x": [1.0, 2.0], "y": ["1", "2"]}), npartitions=2),
            r"hold str\w* in “y”, but numbers are needed",
        ),
        (np.empty((0, 3)), "no rows"),
        (np.array([[1.0, np.inf], [0.0, 2.0]]), "infinite"),
        (np.array([[1.0, 2.0], [np.nan, np.nan]]), "no value at all"),
        (
            da.from_array(np.array([[1.0, 2.0], *[[np.nan, np.nan]] * 3]), chunks=(2, 2)),
            "3 of 4 rows have no value at all",
        ),
    ],
)
def test_what_it_cannot_train_with_is_refused_in_words(rows, says):
    with pytest.raises(AtlasError, match=says):
        DaskSom(MAP).fit(rows)


def test_a_block_of_another_shape_than_declared_is_refused_in_words():
    rows = da.ones((8, 2), chunks=(4, 2))
    short = rows.map_blocks(lambda block: block[:-1], chunks=rows.chunks)
    with pytest.raises(AtlasError, match=r"rows has the shape \(3, 2\), where \(4, 2\) was decl"):
        DaskSom(MAP).fit(short)
    with pytest.raises(AtlasError, match=r"weights has the shape \(3,\), where \(4,\) was"):
        DaskSom(MAP).fit(rows, sample_weight=short[:, 0])


@pytest.mark.parametrize("weights", [["a"] * 10, pd.Series(["1"] * 10), da.from_array(["a"] * 10)])
def test_text_is_no_row_weight(weights):
    with pytest.raises(AtlasError, match=r"row weights hold .*, but numbers are needed"):
        DaskSom(MAP).fit(a_matrix(10), sample_weight=weights)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Float64", "double[pyarrow]"])
@pytest.mark.parametrize("is_dask", [False, True])
def test_nullable_columns_train_as_those_with_nan(kind, is_dask):
    frame = pd.DataFrame(a_matrix(600, gaps=True), columns=list("abcde"))
    frame["a"] = (frame["a"] * 3).round()
    weights = pd.Series(np.arange(600) % 3)
    rows = frame.astype(kind).astype({"a": "Int64"})
    rows = rows.assign(b=rows["b"].where(frame["b"].notna()))
    given = weights.astype("Int64")
    if is_dask:
        rows, given = (dd.from_pandas(one, npartitions=3) for one in (rows, given))

    som = DaskSom(MAP).fit(rows, sample_weight=given)

    expected = train(as_prepared(frame.to_numpy()), MAP, row_weights=weights.to_numpy(float))
    assert_same_map(som, expected)
    assert_array_equal(som.predict(rows).compute(), expected.bmu)


def test_what_it_is_made_with_is_refused_in_words():
    client = Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None)
    client.close()
    for som, says in (
        (DaskSom({"height": 4, "width": 6}), "type dict, but MapSettings are needed"),
        (DaskSom(MAP, "tcp://dask.example:8786"), "type str, but one of Dask is needed"),
        (DaskSom(MAP, client), "The client is closed"),
    ):
        with pytest.raises(AtlasError, match=says):
            som.fit(a_matrix(10))


def test_a_client_that_is_closed_while_it_trains_is_told_in_words():
    client = Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None)
    rows = da.from_array(a_matrix(2_000), chunks=(100, -1))

    with pytest.raises(AtlasError, match=r"was closed while the map was trained\. Train again"):
        DaskSom(MAP, client).fit(rows, on_progress=lambda _: client.close())


def test_cells_too_large_for_distances_are_refused():
    with pytest.raises(AtlasError, match=r"beyond 1e100, .* Scale the columns"):
        DaskSom(MAP).fit(-1e154 * np.arange(40.0).reshape(20, 2))


def test_other_columns_than_those_trained_with_are_refused():
    som = DaskSom(MAP).fit(a_matrix(100))

    with pytest.raises(AtlasError, match="trained on 5"):
        som.predict(np.ones((3, 4)))


def test_an_untrained_map_says_what_to_do_first():
    with pytest.raises(AtlasError, match="Call fit first"):
        DaskSom(MAP).predict(a_matrix(10))


@pytest.mark.slow
def test_online_training_is_refused_with_a_way_out():
    with pytest.raises(AtlasError, match="Choose batch training"):
        DaskSom(replace(MAP, algorithm="online")).fit(a_matrix(10))


@pytest.mark.slow
def test_columns_in_another_order_or_by_other_names_are_refused():
    frame = pd.DataFrame(a_matrix(600), columns=list("abcde"))
    som = DaskSom(MAP).fit(dd.from_pandas(frame, npartitions=2))

    for other in (frame[list("edcba")], frame.rename(columns={"a": "z"})):
        for use in (som.predict, som.transform):
            with pytest.raises(AtlasError, match=r"was trained on “a”, “b”"):
                use(dd.from_pandas(other, npartitions=2))
    in_order = frame[list("edcba")][list(som.feature_names_in_)]
    assert_array_equal(som.predict(in_order).compute(), som.labels_.compute())
    som.predict(frame.to_numpy())  # without names nothing can be compared
