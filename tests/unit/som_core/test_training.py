from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest
from minisom import MiniSom
from numpy.testing import assert_allclose, assert_array_equal

from som_core import training
from som_core.engines.initialisation import initial_codebook
from som_core.engines.online import som
from som_core.errors import AtlasError
from som_core.geometry import best_matching
from som_core.geometry.best_matching import best_two
from som_core.settings import MapSettings
from som_core.training import Checkpoint, train
from testing.maps import as_prepared

BATCH = MapSettings(height=4, width=6, sigma=2, epochs=8)
ONLINE = replace(BATCH, algorithm="online", epochs=3)
BOTH = pytest.mark.parametrize("chosen", [BATCH, ONLINE], ids=["batch", "online"])


def clusters(n_rows=120, n_features=3, seed=0):
    random = np.random.default_rng(seed)
    middles = random.normal(size=(4, n_features)) * 5
    return as_prepared(
        middles[random.integers(4, size=n_rows)] + random.normal(size=(n_rows, n_features))
    )


class Watcher:
    """Keeps every report; stops the training after so many looks at `should_stop`."""

    def __init__(self, *, looks=None):
        self.reports = []
        self.looks_left = looks

    def __call__(self, progress):
        self.reports.append(progress)

    def should_stop(self):
        if self.looks_left is None:
            return False
        self.looks_left -= 1
        return self.looks_left < 0


@BOTH
@pytest.mark.parametrize("initialisation", ["pca", "random", "sample"])
def test_the_same_seed_gives_the_same_map(chosen, initialisation):
    prepared = clusters()
    chosen = replace(chosen, initialisation=initialisation, seed=3)

    first, second = train(prepared, chosen), train(prepared, chosen)

    assert_array_equal(first.codebook, second.codebook)
    assert_array_equal(first.bmu, second.bmu)


@BOTH
def test_another_seed_gives_another_map_from_a_random_start(chosen):
    chosen = replace(chosen, initialisation="random")

    first, second = (train(clusters(), replace(chosen, seed=seed)) for seed in (1, 2))

    assert np.abs(first.codebook - second.codebook).max() > 0.01


def test_a_weight_counts_like_so_many_equal_rows():
    prepared, settings = clusters(), replace(BATCH, initialisation="random")
    weights = np.random.default_rng(1).integers(1, 4, 120)
    repeated = as_prepared(np.repeat(prepared.matrix, weights, axis=0))

    weighted, expected = train(prepared, settings, row_weights=weights), train(repeated, settings)

    assert_allclose(weighted.codebook, expected.codebook, atol=1e-9)
    for ours, theirs in zip(weighted.history, expected.history, strict=True):
        assert ours.quantization_error == pytest.approx(theirs.quantization_error)


def test_a_few_weighty_rows_of_a_long_table_are_not_missed():
    prepared = clusters(n_rows=20_000)
    weights = np.zeros(20_000)
    weights[:3] = 1

    m = train(prepared, BATCH, row_weights=weights)

    assert m.history[-1].quantization_error < 0.1
    assert best_two(prepared.matrix[:3], m.codebook).distance.max() < 0.3


@pytest.mark.parametrize(
    ("chosen", "weights", "sentence"),
    [
        (ONLINE, np.ones(120), "Choose batch training"),
        (BATCH, np.ones(119), "120 row weights are needed"),
        (BATCH, np.full(120, np.nan), "finite"),
        (BATCH, np.full(120, -1.0), "at least 0"),
        (BATCH, np.zeros(120), "above 0"),
    ],
)
def test_weights_that_mean_nothing_are_refused_with_a_sentence(chosen, weights, sentence):
    with pytest.raises(AtlasError, match=sentence):
        train(clusters(), chosen, row_weights=weights)


@BOTH
def test_every_row_is_at_its_nearest_node(chosen):
    prepared = clusters()

    m = train(prepared, chosen)

    expected = best_two(prepared.matrix, m.codebook)
    assert_array_equal(m.bmu, expected.bmu)
    assert_array_equal(m.second_bmu, expected.second_bmu)
    assert_array_equal(m.distance, expected.distance)
    assert_array_equal(m.rows, prepared.rows)
    assert m.fitted is prepared.fitted
    assert m.hits.sum() == 120


@BOTH
@pytest.mark.parametrize("toroid", [False, True])
@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
def test_training_brings_nodes_nearer_to_the_rows(chosen, lattice, toroid):
    prepared = clusters(200)
    chosen = replace(chosen, height=8, width=10, lattice=lattice, toroid=toroid)
    chosen = replace(chosen, initialisation="random")

    m = train(prepared, chosen)

    assert m.history[-1].quantization_error < 0.8 * m.history[0].quantization_error
    assert m.history[-1].quantization_error == m.distance.mean()


def test_the_history_of_batch_training_has_every_epoch():
    m = train(clusters(), BATCH)

    assert [point.epoch for point in m.history] == list(range(9))
    seconds = [point.seconds for point in m.history]
    assert seconds == sorted(seconds)


@BOTH
def test_cells_that_are_missing_train_too(chosen):
    prepared = clusters(300)
    full = train(prepared, chosen)
    prepared.matrix[::3, 1] = np.nan

    m = train(prepared, chosen)

    assert np.isfinite(m.codebook).all()
    assert np.isfinite(m.distance).all()
    assert m.distance.mean() < 1.5 * full.distance.mean()


@BOTH
def test_a_cancelled_training_keeps_what_it_learned(chosen):
    watcher = Watcher(looks=8)
    chosen = replace(chosen, epochs=1_000_000)

    m = train(clusters(), chosen, should_stop=watcher.should_stop)

    start = initial_codebook(clusters().matrix, chosen)
    assert watcher.looks_left == -1
    assert np.abs(m.codebook - start).max() > 0.01
    assert m.history[-1].epoch < 1_000_000
    assert len(m.bmu) == 120


@BOTH
def test_a_training_can_be_cancelled_before_it_has_looked_at_a_row(chosen):
    watcher = Watcher()

    m = train(clusters(), chosen, on_progress=watcher, should_stop=lambda: True)

    assert_array_equal(m.codebook, initial_codebook(clusters().matrix, chosen))
    assert watcher.reports[-1].fraction == 1.0
    assert [point.epoch for point in m.history] == [0]


def test_whether_to_stop_is_asked_after_each_part_of_the_work(monkeypatch):
    """How much work that is, is measured in benchmarks/stopping.py."""
    n_rows, rows_in_part = 5_000, 100
    prepared = clusters(n_rows)
    weights = BATCH.n_nodes * prepared.matrix.shape[1]
    monkeypatch.setattr(best_matching, "_PART", rows_in_part * weights)
    looks = []

    train(prepared, replace(BATCH, epochs=1), should_stop=lambda: bool(looks.append("look")))

    assert len(looks) >= n_rows / rows_in_part


@BOTH
def test_a_resumed_training_ends_as_if_it_had_never_stopped(chosen, tmp_path, monkeypatch):
    monkeypatch.setattr(som, "_SECONDS_BETWEEN_YIELDS", 0.001)
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(training, "_SECONDS_OF_SILENCE", 0.0)
    prepared = clusters(2_000)
    chosen = replace(chosen, height=12, width=15, epochs=6)
    watcher = Watcher()
    whole = train(prepared, chosen, on_progress=watcher)
    checkpoints = [report.checkpoint for report in watcher.reports]
    checkpoint = next(checkpoint for checkpoint in checkpoints if checkpoint.epoch > 0)
    assert checkpoint.epoch < 6
    checkpoint.save(tmp_path / "checkpoint.npz")

    resumed = train(prepared, chosen, resume=Checkpoint.load(tmp_path / "checkpoint.npz"))

    assert_array_equal(resumed.codebook, whole.codebook)
    assert_array_equal(resumed.bmu, whole.bmu)
    assert resumed.history[-1].quantization_error == whole.history[-1].quantization_error
    assert resumed.history[: len(checkpoint.history) - 1] == checkpoint.history[:-1]


def test_a_checkpoint_from_the_middle_of_an_epoch_is_good_too():
    prepared = clusters(2_000)
    chosen = replace(BATCH, epochs=4)
    reports = Watcher()
    whole = train(prepared, chosen, on_progress=reports)

    resumed = train(prepared, chosen, resume=reports.reports[0].checkpoint)

    assert_array_equal(resumed.codebook, whole.codebook)


def test_a_checkpoint_leaves_one_whole_file(tmp_path):
    Checkpoint(2, np.ones((2, 2, 1))).save(tmp_path / "checkpoint")
    Checkpoint(3, np.zeros((2, 2, 1))).save(tmp_path / "checkpoint")

    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    assert Checkpoint.load(tmp_path / "checkpoint").epoch == 3


@BOTH
def test_the_last_report_is_of_the_whole_training(chosen):
    watcher = Watcher()

    m = train(clusters(500), replace(chosen, epochs=20), on_progress=watcher)

    last = watcher.reports[-1]
    assert (last.fraction, last.epoch, last.epochs, last.seconds_left) == (1.0, 20, 20, 0.0)
    assert_array_equal(last.codebook, m.codebook)
    assert last.checkpoint.history == m.history


@pytest.mark.parametrize("milliseconds", [1, 9, 13, 24, 26, 30, 49])
def test_reports_come_every_twenty_to_fifty_milliseconds(milliseconds, monkeypatch):
    """However long steps are, and though some take less time or none, as parts end in pairs."""
    clock, moments = [0.0], []
    steps = cycle([milliseconds / 1000, 0.0, 0.8 * milliseconds / 1000])
    monkeypatch.setattr(training, "monotonic", lambda: clock[0])

    def should_stop():
        clock[0] += next(steps)
        return False

    chosen = replace(BATCH, epochs=40)
    train(
        clusters(500),
        chosen,
        on_progress=lambda _: moments.append(clock[0]),
        should_stop=should_stop,
    )

    gaps = np.diff(moments).round(9)
    assert len(gaps) > 1
    assert gaps[:-1].min() >= 0.02  # the end is told at once
    assert gaps.max() <= 0.05


def test_progress_goes_on_while_rows_look_for_their_nodes_in_the_end(monkeypatch):
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_REPORTS", 0.0)
    monkeypatch.setattr(training, "_SECONDS_OF_SILENCE", 0.0)
    monkeypatch.setattr(training, "_SHARE_OF_TIME", np.inf)
    prepared = clusters(60_000)
    watcher = Watcher(looks=2)

    train(prepared, BATCH, on_progress=watcher, should_stop=watcher.should_stop)

    stopped_at = watcher.reports[1].checkpoint.epoch
    matching = [report for report in watcher.reports[2:-1]]
    assert len(matching) > 2
    assert all(report.checkpoint.epoch == stopped_at for report in matching)
    fractions = [report.fraction for report in watcher.reports[1:]]
    assert fractions == sorted(fractions)
    assert fractions[-2] > 0.9  # what is left is told of this map, not of all epochs


def test_a_large_map_is_reported_less_often(monkeypatch):
    monkeypatch.setattr(training, "_SHARE_OF_TIME", 1e-9)
    watcher = Watcher()

    train(clusters(20_000), replace(BATCH, epochs=40), on_progress=watcher)

    assert len(watcher.reports) == 2  # the first and the last


@BOTH
def test_what_is_done_with_a_reported_codebook_does_not_change_the_map(chosen):
    def spoil(progress):
        progress.codebook[:] = np.nan

    m = train(clusters(), chosen, on_progress=spoil)

    assert_array_equal(m.codebook, train(clusters(), chosen).codebook)


def test_fractions_grow_from_zero_to_one():
    watcher = Watcher()
    train(clusters(3_000), replace(BATCH, epochs=60), on_progress=watcher)

    fractions = [report.fraction for report in watcher.reports]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] == 1
    assert all(report.seconds_left >= 0 for report in watcher.reports)


@BOTH
@pytest.mark.parametrize("initialisation", ["pca", "random", "sample"])
@pytest.mark.parametrize(
    "matrix",
    [[[1.0]], [[1.0, 2.0]], [[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]], [[1.0], [5.0]]],
    ids=["one cell", "one row", "all equal", "fewer rows than nodes"],
)
def test_the_smallest_tables_train(chosen, initialisation, matrix):
    m = train(as_prepared(matrix), replace(chosen, initialisation=initialisation, epochs=30))

    assert np.isfinite(m.codebook).all()
    assert m.distance.max() < 1


@BOTH
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5), (6, 1), (6, 2)])
def test_maps_of_any_shape_train(chosen, height, width):
    m = train(clusters(), replace(chosen, height=height, width=width, sigma=1))

    assert m.codebook.shape == (height, width, 3)
    assert m.hits.shape == (height, width)


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        (np.empty((0, 2)), "no rows"),
        ([[1.0, np.inf]], "infinite"),
        ([[1.0, 2.0], [np.nan, np.nan]], "1 of 2 rows have no value at all"),
    ],
)
def test_tables_that_cannot_train_are_refused_with_a_sentence(matrix, sentence):
    prepared = clusters(2, 2)
    prepared = replace(prepared, matrix=np.array(matrix))

    with pytest.raises(AtlasError, match=sentence):
        train(prepared, BATCH)


def test_online_training_is_that_of_minisom():
    prepared = clusters()
    codebook = initial_codebook(prepared.matrix, ONLINE)
    minisom = MiniSom(
        6,
        4,
        3,
        sigma=2,
        learning_rate=0.5,
        topology="hexagonal",
        decay_function="linear_decay_to_zero",
        sigma_decay_function="linear_decay_to_one",
        random_seed=0,
    )
    minisom.get_weights()[...] = codebook.transpose(1, 0, 2)
    minisom.train(prepared.matrix, 3, random_order=True, use_epochs=True)

    m = train(prepared, ONLINE)

    assert_allclose(m.codebook, minisom.get_weights().transpose(1, 0, 2), atol=1e-9)


def test_a_long_table_gives_as_good_a_map_though_early_epochs_take_samples():
    prepared = clusters(30_000, 4)
    chosen = replace(BATCH, height=8, width=10, sigma=3, epochs=15)
    looks = []

    m = train(prepared, chosen, on_progress=looks.append)

    shorter = replace(prepared, matrix=prepared.matrix[:9_000], rows=prepared.rows[:9_000])
    all_rows = train(shorter, chosen)
    assert m.distance.mean() == pytest.approx(all_rows.distance.mean(), rel=0.02)


@BOTH
def test_a_training_of_another_shape_is_not_gone_on_with(chosen):
    prepared = clusters(300)
    other = Checkpoint(0, np.zeros((20, 30, prepared.matrix.shape[1])))
    with pytest.raises(AtlasError, match=r"of 20 × 30 × \d+ .*, but 5 × 6 × \d+ are asked for"):
        train(prepared, replace(chosen, height=5, width=6), resume=other)
