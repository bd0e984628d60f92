"""Training of a data set on a disk, against the same matrix in memory."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core import training
from som_core.columns import on_disk
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.preparation import Prepared, prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.suggestions.settings import suggest_settings
from som_core.trained_map import TrainedMap
from som_core.training import train

MAP = MapSettings(height=4, width=6, sigma=2, epochs=6)


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    monkeypatch.setattr(table_on_disk, "_BLOCK_ROWS", 1_000)
    monkeypatch.setattr(on_disk, "_BLOCK_CELLS", 9_000)


@pytest.fixture(scope="module", params=["median", "keep"])
def both(request, tmp_path_factory):
    """The same rows prepared on a disk and in memory, without gaps and with."""
    random, n_rows = np.random.default_rng(0), 15_000
    frame = pd.DataFrame(random.normal(size=(n_rows, 4)), columns=list("abcd"))
    frame["kind"] = random.choice(["x", "y", "z"], n_rows)
    frame.loc[::9, "a"] = np.nan
    folder = tmp_path_factory.mktemp("rows")
    for number, places in enumerate(np.array_split(np.arange(n_rows), 4)):
        frame.iloc[places].to_parquet(folder / f"{number}.parquet", row_group_size=1_700)
    recipe = Recipe(tuple(ColumnRecipe(name=name, missing=request.param) for name in frame))
    found = prepare(open_dataset(folder), recipe)
    matrix = np.concatenate(list(found.matrix.blocks()))
    rows = np.asarray(found.rows)
    return found, Prepared(matrix, found.features, rows, found.remarks, found.fitted)


@pytest.mark.slow
@pytest.mark.parametrize("initialisation", ["pca", "random", "sample"])
def test_the_map_is_that_of_the_same_rows_in_memory(both, initialisation):
    on_a_disk, in_memory = both
    chosen = replace(MAP, initialisation=initialisation)

    found, expected = train(on_a_disk, chosen), train(in_memory, chosen)

    assert_allclose(found.codebook, expected.codebook, rtol=0, atol=1e-9)
    assert_array_equal(found.bmu, expected.bmu)
    assert_array_equal(found.second_bmu, expected.second_bmu)
    assert_allclose(found.distance, expected.distance, rtol=0, atol=1e-9)
    assert [p.epoch for p in found.history] == [p.epoch for p in expected.history]
    errors = [p.quantization_error for p in found.history]
    assert_allclose(errors, [p.quantization_error for p in expected.history], rtol=1e-9)


@pytest.mark.slow
def test_row_weights_count_as_in_memory(both):
    on_a_disk, in_memory = both
    weights = np.random.default_rng(1).uniform(0, 3, 15_000)

    found = train(on_a_disk, MAP, row_weights=weights)
    expected = train(in_memory, MAP, row_weights=weights)

    assert_allclose(found.codebook, expected.codebook, rtol=0, atol=1e-9)
    assert found.history[-1].quantization_error == pytest.approx(
        expected.history[-1].quantization_error, rel=1e-9
    )


def test_suggested_settings_are_those_of_the_rows_in_memory(both):
    assert suggest_settings(both[0]) == suggest_settings(both[1])


@pytest.mark.slow
def test_it_stops_when_told_and_goes_on_from_there_to_the_same_map(both, monkeypatch):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(training, "_SECONDS_OF_SILENCE", 0.0)
    on_a_disk, _ = both
    reports = []

    def is_two_epochs_in():
        return bool(reports) and reports[-1].epoch >= 2

    stopped = train(on_a_disk, MAP, on_progress=reports.append, should_stop=is_two_epochs_in)
    resumed = train(on_a_disk, MAP, resume=reports[-1].checkpoint)

    assert stopped.history[-1].epoch < MAP.epochs
    assert_allclose(resumed.codebook, train(on_a_disk, MAP).codebook, rtol=0, atol=1e-12)
    assert reports[-1].fraction == 1


def test_it_tells_how_far_it_is_also_while_rows_are_gathered(both, monkeypatch):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(training, "_SECONDS_OF_SILENCE", 0.0)
    reports = []

    train(both[0], MAP, on_progress=reports.append)

    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.2
    assert reports[0].epoch == 0
    assert fractions[-1] == 1


@pytest.mark.slow
def test_what_is_kept_of_a_row_lies_on_the_disk_and_can_be_saved(both, tmp_path):
    m = train(both[0], MAP)

    assert m.bmu.dtype == m.second_bmu.dtype == np.int32
    assert all(isinstance(kept, np.memmap) for kept in (m.bmu, m.second_bmu, m.distance))
    m.save(tmp_path)
    assert_array_equal(TrainedMap.load(tmp_path).bmu, m.bmu)


def test_online_training_is_refused_with_a_way_out(both):
    with pytest.raises(AtlasError, match="Choose batch training"):
        train(both[0], replace(MAP, algorithm="online"))


def without_rows_of_before(found):
    """Return prepared rows that keep none of those that were asked for last."""
    return replace(found, matrix=replace(found.matrix, _taken=[]))


@pytest.mark.slow
@pytest.mark.parametrize("initialisation", ["pca", "sample"])
def test_it_tells_how_far_it_is_before_the_first_epoch(both, initialisation):
    told: list[float] = []
    before_progress = []

    train(
        without_rows_of_before(both[0]),
        replace(MAP, initialisation=initialisation),
        on_start=told.append,
        on_progress=lambda _: before_progress.append(len(told)),
    )

    assert len(told) >= 10
    assert told[-1] == 1.0
    assert set(before_progress) == {len(told)}
    if initialisation == "pca":
        assert told == sorted(told)


def test_it_stops_before_the_first_epoch_without_a_map(both):
    told: list[float] = []

    with pytest.raises(AtlasError, match="before its first epoch, so there is no map yet"):
        train(
            without_rows_of_before(both[0]),
            MAP,
            on_start=told.append,
            should_stop=lambda: len(told) == 2,
        )
    assert told[-1] < 0.5


@pytest.mark.slow
def test_only_empty_cells_of_rows_drawn_for_the_start_take_a_pass_more(both):
    told: list[float] = []
    settings = replace(MAP, initialisation="sample")

    train(without_rows_of_before(both[0]), settings, on_start=told.append)

    # An empty cell takes the mean, for which other rows are read.
    assert told.count(1.0) == (2 if both[0].matrix.gaps else 1)
