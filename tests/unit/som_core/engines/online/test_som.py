import pickle
import re
import sys

import minisom
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minisom import MiniSom
from numpy.testing import assert_allclose, assert_array_equal

from som_core.engines.online import compilation, compiled_training
from som_core.engines.online.som import Som

NEIGHBOURHOODS = ["gaussian", "mexican_hat", "bubble", "triangle"]
TOPOLOGIES = ["rectangular", "hexagonal"]
DISTANCES = ["euclidean", "cosine", "manhattan", "chebyshev"]
MODES = {
    "in order": {},
    "at random": {"random_order": True},
    "in epochs": {"use_epochs": True},
    "in epochs at random": {"use_epochs": True, "random_order": True},
    "with fixed points": {"random_order": True, "fixed_points": {3: (1, 2), 0: (4, 0)}},
}

pytestmark = pytest.mark.filterwarnings(
    "ignore:triangle neighborhood function does not", "ignore:Warning. sigma might be too high"
)


@pytest.fixture(autouse=True, scope="module")
def compiled_kernels():
    compilation.warm_up().join()
    assert compilation.kernels() is not None


def some_rows(n_rows, n_features, seed=0):
    return np.random.default_rng(seed).normal(size=(n_rows, n_features))


def largest_difference(x, w):
    return np.abs(np.subtract(x, w)).max(axis=-1)


def both(*size, activation_distance="euclidean", **options):
    """A MiniSom and the Som that should do as it does."""
    right = largest_difference if activation_distance == "chebyshev" else activation_distance
    return (
        MiniSom(*size, random_seed=5, activation_distance=right, **options),
        Som(*size, random_seed=5, activation_distance=activation_distance, **options),
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("neighbourhood", NEIGHBOURHOODS)
def test_training_gives_minisoms_weights_to_the_last_bit(neighbourhood, topology, distance, mode):
    rows = some_rows(40, 10)
    theirs, ours = both(
        5,
        6,
        10,
        sigma=2,
        neighborhood_function=neighbourhood,
        topology=topology,
        activation_distance=distance,
    )
    n = 3 if "epochs" in mode else 70
    theirs.train(rows, n, **MODES[mode])
    ours.train(rows, n, **MODES[mode])
    assert_array_equal(ours.get_weights(), theirs.get_weights())


@pytest.mark.parametrize(
    "sigma_decay", ["asymptotic_decay", "inverse_decay_to_one", "linear_decay_to_one"]
)
@pytest.mark.parametrize(
    "decay", ["asymptotic_decay", "inverse_decay_to_zero", "linear_decay_to_zero"]
)
@pytest.mark.parametrize("neighbourhood", NEIGHBOURHOODS)
def test_decays_are_minisoms_to_the_last_bit(neighbourhood, decay, sigma_decay):
    rows = some_rows(30, 3)
    theirs, ours = both(
        7,
        4,
        3,
        sigma=3,
        neighborhood_function=neighbourhood,
        decay_function=decay,
        sigma_decay_function=sigma_decay,
    )
    theirs.train(rows, 90)
    ours.train(rows, 90)
    assert_array_equal(ours.get_weights(), theirs.get_weights())


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 100, 129, 300]),
    st.sampled_from(TOPOLOGIES),
    st.sampled_from(DISTANCES),
    st.booleans(),
    st.integers(0, 1000),
)
def test_maps_and_rows_of_any_size_train_as_in_minisom(
    x, y, n_features, topology, distance, use_epochs, seed
):
    rows = some_rows(12, n_features, seed)
    theirs, ours = both(
        x, y, n_features, sigma=0.7, topology=topology, activation_distance=distance
    )
    theirs.train(rows, 3, random_order=True, use_epochs=use_epochs)
    ours.train(rows, 3, random_order=True, use_epochs=use_epochs)
    assert_array_equal(ours.get_weights(), theirs.get_weights())


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(DISTANCES), st.integers(2, 40), st.integers(0, 1000))
def test_ties_go_to_the_node_that_minisom_chooses(distance, n_features, seed):
    # Yes/no columns, scaled: many nodes are as far from a row as others, but for the rounding.
    random = np.random.default_rng(seed)
    scales = random.permutation(np.resize([0.1, 0.7, 0.3], n_features))
    rows, nodes = random.integers(0, 2, size=(2, 400, n_features)) * scales
    theirs, ours = both(20, 20, n_features, activation_distance=distance)
    for som in (theirs, ours):
        som.get_weights()[...] = nodes.reshape(20, 20, n_features)
    assert ours.win_map(rows, return_indices=True) == theirs.win_map(rows, return_indices=True)


def test_random_numbers_after_a_training_are_minisoms():
    rows = some_rows(20, 3)
    theirs, ours = both(4, 4, 3)
    for som in (theirs, ours):
        som.random_weights_init(rows)
        som.train(rows, 50, random_order=True)
        som.train(rows, 2, random_order=True, use_epochs=True)
    assert theirs._random_generator.rand() == ours._random_generator.rand()


@pytest.mark.parametrize(
    "rows",
    [
        some_rows(20, 3).tolist(),
        some_rows(20, 3).astype(np.float32),
        np.asfortranarray(some_rows(20, 3)),
        some_rows(40, 3)[::2],
        (10 * some_rows(20, 3)).astype(int),
        some_rows(20, 3) > 0,
        some_rows(20, 3).astype(np.longdouble),
    ],
    ids=["lists", "float32", "columns", "every second", "integers", "booleans", "long"],
)
@pytest.mark.parametrize("distance", ["euclidean", "cosine"])
def test_rows_may_come_in_any_form_that_minisom_takes(rows, distance):
    if isinstance(rows, np.ndarray) and rows.dtype == np.float64:
        rows.flags.writeable = False
    theirs, ours = both(4, 5, 3, activation_distance=distance)
    theirs.train(rows, 50)
    ours.train(rows, 50)
    assert_array_equal(ours.get_weights(), theirs.get_weights())


def test_custom_functions_take_minisoms_own_path():
    rows = some_rows(20, 3)
    custom = {
        "activation_distance": lambda x, w: np.abs(np.subtract(x, w)).sum(axis=-1) ** 2,
        "decay_function": lambda rate, t, max_iter: rate / (1 + t),
    }
    theirs, ours = (som(4, 5, 3, random_seed=1, **custom) for som in (MiniSom, Som))
    theirs.train(rows, 50)
    ours.train(rows, 50)
    assert_array_equal(ours.get_weights(), theirs.get_weights())


def test_an_infinite_cell_spoils_the_map_as_it_does_in_minisom():
    rows = some_rows(20, 3)
    rows[7, 1] = np.inf
    theirs, ours = both(4, 5, 3)
    with np.errstate(invalid="ignore"):
        theirs.train(rows, 50)
        ours.train(rows, 50)
    assert np.isnan(theirs.get_weights()).any()
    assert_array_equal(ours.get_weights(), theirs.get_weights())


def test_a_pickled_map_trains_on_as_before():
    rows = some_rows(20, 3)
    som = Som(4, 5, 3, random_seed=1)
    copy = pickle.loads(pickle.dumps(som))
    for each in (som, copy):
        each.train(rows, 50, random_order=True)
    assert_array_equal(copy.get_weights(), som.get_weights())


@pytest.mark.parametrize(
    "call",
    [
        lambda som: som.train([[1, 2]], 1),
        lambda som: som.train([[1, 2, 3]], 0),
        lambda som: som.train_batch_offline([[1, 2]], 1),
        lambda som: som.train_batch_offline([[1, 2, 3]], 0),
        lambda som: som.train([[1, 2, 3]], 1, fixed_points={1: (0, 0)}),
        lambda som: som.train([[1, 2, 3]], 1, fixed_points={0: (4, 0)}),
        lambda som: som.train([[1, 2, 3]], 1, fixed_points={"a": (0, 0)}),
        lambda som: som.labels_map([[1, 2, 3]], ["a", "b"]),
        lambda som: som.distance_map(scaling="puppies"),
        lambda som: som.quantization([[1, 2]]),
        lambda som: som.win_map([[1, 2]]),
    ],
)
def test_mistakes_meet_minisoms_errors(call):
    theirs, ours = both(4, 5, 3)
    with pytest.raises((ValueError, TypeError)) as expected:
        call(theirs)
    with pytest.raises(expected.type, match=re.escape(str(expected.value))):
        call(ours)


def test_verbose_prints_minisoms_status_line(capsys, monkeypatch):
    monkeypatch.setattr(
        minisom, "stdout", sys.stdout
    )  # MiniSom holds on to the one it was born with
    rows = some_rows(20, 3)
    theirs, ours = both(4, 5, 3)
    theirs.train(rows, 130, verbose=True)
    expected = capsys.readouterr().out
    ours.train(rows, 130, verbose=True)
    written = capsys.readouterr().out
    start = "\r [   0 / 130 ]   0% - ? it/s"
    assert expected.startswith(start) and written.startswith(start)
    status = r"\r \[ 130 / 130 \] 100% - 0:00:00 left \n quantization error: [\d.]+\n$"
    assert re.search(status, expected)[0] == re.search(status, written)[0]


def test_steps_count_up_to_the_end():
    som = Som(20, 20, 30, sigma=5, random_seed=0)
    steps = list(som.train_steps(some_rows(20_000, 30), 3, use_epochs=True))
    assert steps == sorted(set(steps))
    assert len(steps) > 2
    assert steps[-1] == 60_000


def minisom_after(n_steps, rows, n, *, use_epochs):
    """A MiniSom whose training in random order was stopped after so many steps."""
    som = MiniSom(8, 9, rows.shape[1], sigma=3, random_seed=1)
    order = np.arange(len(rows)) if use_epochs else np.arange(n) % len(rows)
    som._random_generator.shuffle(order)
    for step in range(n_steps):
        row = rows[order[step % len(order)]]
        som.update(row, som.winner(row), step // len(rows) if use_epochs else step, n)
    return som


@pytest.mark.parametrize("use_epochs", [True, False])
def test_whoever_stops_keeps_the_map_learned_so_far(use_epochs):
    rows = some_rows(1000, 100)
    n = 100 if use_epochs else 100_000
    som = Som(8, 9, 100, sigma=3, random_seed=1)
    done = next(som.train_steps(rows, n, use_epochs=use_epochs, random_order=True))
    assert 0 < done < 10_000
    expected = minisom_after(done, rows, n, use_epochs=use_epochs)
    assert_array_equal(som.get_weights(), expected.get_weights())


def test_the_weights_of_a_training_that_goes_on_are_those_learned_so_far():
    rows = some_rows(1000, 100)
    som = Som(8, 9, 100, sigma=3, random_seed=1)
    for done in som.train_steps(rows, 100, use_epochs=True, random_order=True):
        expected = minisom_after(done, rows, 100, use_epochs=True)
        assert_array_equal(som.get_weights(), expected.get_weights())
        if done > 2_000:
            break


@pytest.mark.parametrize("first_step", [17, 40, 80])
@pytest.mark.parametrize("use_epochs", [True, False])
def test_a_training_goes_on_where_it_stopped(first_step, use_epochs):
    rows = some_rows(20, 3)
    n = 6 if use_epochs else 120
    mode = {"use_epochs": use_epochs, "random_order": True}
    after = Som(8, 9, 3, sigma=3, random_seed=1)
    before = minisom_after(first_step, rows, n, use_epochs=use_epochs)
    after.get_weights()[...] = before.get_weights()
    *_, done = after.train_steps(rows, n, first_step=first_step, **mode)
    assert done == 120
    whole = MiniSom(8, 9, 3, sigma=3, random_seed=1)
    whole.train(rows, n, **mode)
    assert_array_equal(after.get_weights(), whole.get_weights())


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("neighbourhood", ["gaussian", "bubble", "triangle"])
def test_batch_training_gives_minisoms_weights(neighbourhood, topology, distance):
    rows = some_rows(60, 7)
    theirs, ours = both(
        5,
        6,
        7,
        sigma=2,
        neighborhood_function=neighbourhood,
        topology=topology,
        activation_distance=distance,
    )
    theirs.train_batch_offline(rows, 10)
    ours.train_batch_offline(rows.tolist(), 10)
    assert_allclose(ours.get_weights(), theirs.get_weights(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("n_features", [4, 20])
def test_batch_training_in_parts_gives_minisoms_weights(monkeypatch, n_features):
    monkeypatch.setattr(compiled_training, "rows_in_part", lambda *_, gaps: 1)
    monkeypatch.setattr(compiled_training, "_PRODUCT_FROM", 0)
    rows = some_rows(60, n_features).round()  # many ties, whose first node wins
    theirs, ours = both(5, 6, n_features, sigma=2)
    theirs.train_batch_offline(rows, 5)
    ours.train_batch_offline(rows, 5)
    assert_allclose(ours.get_weights(), theirs.get_weights(), rtol=0, atol=1e-9)


def test_batch_training_tells_nodes_apart_that_are_alike_in_single_precision(monkeypatch):
    monkeypatch.setattr(compiled_training, "_PRODUCT_FROM", 0)
    rows = some_rows(200, 20)
    theirs, ours = both(2, 2, 20, sigma=0.5)
    for som in (theirs, ours):
        som._weights[1] = som._weights[0] + 1e-9 * some_rows(2, 20)
        som.train_batch_offline(rows, 1)
    assert_allclose(ours.get_weights(), theirs.get_weights(), rtol=0, atol=1e-9)


def test_batch_training_leaves_nodes_that_a_mexican_hat_pushes_away():
    rows = some_rows(60, 7)
    theirs, ours = both(5, 6, 7, sigma=2, neighborhood_function="mexican_hat")
    theirs.train_batch_offline(rows, 1)
    ours.train_batch_offline(rows, 1)
    assert_allclose(ours.get_weights(), theirs.get_weights(), rtol=1e-9)


def test_batch_training_counts_no_gap():
    rows = with_gaps(some_rows(60, 4))
    som = Som(1, 1, 4, learning_rate=1.0)
    som.train_batch_offline(rows, 1)
    assert_allclose(som.get_weights()[0, 0], np.nanmean(rows, axis=0))


def test_batch_training_in_verbose_prints_minisoms_lines(capsys, monkeypatch):
    monkeypatch.setattr(minisom, "stdout", sys.stdout)
    rows = some_rows(20, 3)
    theirs, ours = both(4, 5, 3)
    theirs.train_batch_offline(rows, 3, verbose=True)
    expected = capsys.readouterr().out
    ours.train_batch_offline(rows, 3, verbose=True)
    # MiniSom writes its first line twice, over itself.
    assert capsys.readouterr().out == expected.replace("\r [ 0 / 3 ]   0% - ? it/s", "", 1)


def test_chebyshev_is_the_largest_difference_in_either_direction():
    ours = Som(1, 2, 2, activation_distance="chebyshev")
    ours.get_weights()[...] = [[[5.0, 5.0], [1.0, 1.0]]]
    assert_array_equal(ours.activate(np.zeros(2)), [[5.0, 1.0]])
    assert ours.winner(np.zeros(2)) == (0, 1)
    theirs = MiniSom(1, 2, 2, activation_distance="chebyshev")
    theirs.get_weights()[...] = ours.get_weights()
    assert theirs.winner(np.zeros(2)) == (0, 0)  # −5 is its smallest "distance"


@pytest.fixture(params=[(topology, distance) for topology in TOPOLOGIES for distance in DISTANCES])
def trained(request):
    """A trained MiniSom, a Som with its weights, and rows that neither has seen."""
    topology, distance = request.param
    theirs, ours = both(6, 5, 4, sigma=2, topology=topology, activation_distance=distance)
    theirs.train(some_rows(100, 4), 300)
    ours.get_weights()[...] = theirs.get_weights()
    return theirs, ours, some_rows(80, 4, seed=1)


def test_winners_and_what_is_counted_of_them_are_minisoms(trained):
    theirs, ours, rows = trained
    labels = ["ab"[i % 2] for i in range(len(rows))]
    assert [ours.winner(x) for x in rows] == [theirs.winner(x) for x in rows]
    assert_array_equal(ours.activation_response(rows), theirs.activation_response(rows))
    assert ours.win_map(rows, return_indices=True) == theirs.win_map(rows, return_indices=True)
    assert ours.labels_map(rows, labels) == theirs.labels_map(rows, labels)
    expected = theirs.win_map(rows)
    assert list(ours.win_map(rows)) == list(expected)
    for node, won in ours.win_map(rows).items():
        assert_array_equal(won, expected[node])


def test_errors_and_distances_are_minisoms(trained):
    theirs, ours, rows = trained
    assert_array_equal(ours.quantization(rows), theirs.quantization(rows))
    assert ours.quantization_error(rows) == theirs.quantization_error(rows)
    assert ours.quantization_error(rows.tolist()) == theirs.quantization_error(rows.tolist())
    assert ours.topographic_error(rows) == pytest.approx(theirs.topographic_error(rows), abs=1e-12)
    assert ours.distortion_measure(rows) == pytest.approx(theirs.distortion_measure(rows), rel=1e-9)
    for scaling in ("sum", "mean"):
        assert_allclose(ours.distance_map(scaling), theirs.distance_map(scaling), rtol=1e-12)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("size", [(2, 2), (1, 5), (5, 1), (3, 4), (4, 3)])
def test_distance_map_is_minisoms_on_maps_of_any_shape(size, topology):
    theirs, ours = both(*size, 3, topology=topology)
    for scaling in ("sum", "mean"):
        assert_allclose(ours.distance_map(scaling), theirs.distance_map(scaling), rtol=1e-12)


def test_a_map_of_one_node_has_no_topographic_error():
    with pytest.warns(UserWarning, match="not defined for a 1-by-1 map"):
        assert np.isnan(Som(1, 1, 2, sigma=1).topographic_error([[1.0, 2.0]]))


def with_gaps(rows, seed=0):
    gaps = np.random.default_rng(seed).random(rows.shape) < 0.2
    gaps[:, 0] = False  # a row without any number is far from nowhere
    return np.where(gaps, np.nan, rows)


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("n_features", [3, 11, 40])
def test_gaps_neither_count_nor_pull(distance, n_features):
    rows = with_gaps(some_rows(30, n_features))
    som = Som(4, 5, n_features, sigma=1.5, activation_distance=distance, random_seed=2)
    weights = som.get_weights().copy()
    away = {
        "euclidean": lambda x, w: np.sqrt(((x - w) ** 2).sum(axis=-1)),
        "manhattan": lambda x, w: np.abs(x - w).sum(axis=-1),
        "chebyshev": largest_difference,
        "cosine": lambda x, w: 1 - w @ x / (np.linalg.norm(w, axis=-1) * np.linalg.norm(x) + 1e-8),
    }[distance]
    for epoch in range(3):
        rate = 0.5 / (1 + epoch / 1.5)
        sigma = 1.5 / (1 + epoch / 1.5)
        for row in rows:
            present = ~np.isnan(row)
            distances = away(row[present], weights[..., present])
            x, y = np.unravel_index(distances.argmin(), distances.shape)
            for i in range(4):
                for j in range(5):
                    pull = rate * np.exp(-((i - x) ** 2 + (j - y) ** 2) / (2 * sigma**2))
                    towards = row[present] - weights[i, j, present]
                    weights[i, j, present] += pull * towards
    som.train(rows, 3, use_epochs=True)
    assert_allclose(som.get_weights(), weights, rtol=0, atol=1e-9)
    assert not np.array_equal(som.get_weights(), Som(4, 5, n_features, random_seed=2).get_weights())


def test_measures_of_rows_with_gaps_go_by_what_is_known_scaled_up_to_all_features():
    som = Som(1, 2, 2)
    som.get_weights()[...] = [[[0.0, 9.0], [6.0, 0.0]]]
    rows = np.array([[1.0, np.nan], [6.0, 3.0]])
    expected = (np.sqrt(2) * 1 + 3) / 2  # one of two features is known
    assert som.quantization_error(rows) == pytest.approx(expected)

    full, gapped = some_rows(80, 4), with_gaps(some_rows(80, 4))
    som = Som(6, 5, 4, sigma=2, random_seed=0)
    som.train(gapped, 400)
    strengths = [som.neighborhood(som.winner(row), 2) for row in gapped]
    nodes = som.get_weights()
    expected = 0.0
    for row, strength in zip(gapped, strengths, strict=True):
        known = ~np.isnan(row)
        away = ((nodes[..., known] - row[known]) ** 2).sum(axis=-1) * 4 / known.sum()
        expected += (strength * np.sqrt(away)).sum()
    assert som.distortion_measure(gapped) == pytest.approx(expected)
    assert np.isfinite(som.quantization_error(gapped))
    assert som.quantization_error(full) != som.quantization_error(gapped)


@pytest.mark.parametrize("start", ["random_weights_init", "pca_weights_init"])
def test_a_gap_takes_the_mean_of_its_feature_at_the_start(start):
    rows = with_gaps(some_rows(60, 4))
    theirs, ours = both(5, 4, 4)
    getattr(theirs, start)(np.where(np.isnan(rows), np.nanmean(rows, axis=0), rows))

    getattr(ours, start)(rows)

    assert_allclose(ours.get_weights(), theirs.get_weights(), rtol=0, atol=1e-12)


def test_a_data_frame_is_taken_as_its_rows():
    rows = some_rows(40, 3)
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], index=np.arange(100, 140))
    by_frame, by_array = (Som(4, 5, 3, random_seed=1) for _ in range(2))
    for som, data in ((by_frame, frame), (by_array, rows)):
        som.random_weights_init(data)
        som.train(data, 50, random_order=True)
        som.train_batch_offline(data, 3)
    assert_array_equal(by_frame.get_weights(), by_array.get_weights())
    for ask in (
        "quantization_error",
        "topographic_error",
        "distortion_measure",
        "activation_response",
        "quantization",
    ):
        assert_array_equal(getattr(by_frame, ask)(frame), getattr(by_array, ask)(rows))
    won = [
        som.win_map(data, return_indices=True)
        for som, data in ((by_frame, frame), (by_array, rows))
    ]
    assert won[0] == won[1]
    labels = ["ab"[row % 2] for row in range(40)]
    assert by_frame.labels_map(frame, labels) == by_array.labels_map(rows, labels)


def test_a_missing_cell_of_a_data_frame_is_a_gap():
    frame = pd.DataFrame({"a": pd.array([1, 2, None], dtype="Int64"), "b": [0.5, 1.5, 2.5]})
    som = Som(2, 2, 2, random_seed=1)
    som.train(frame, 30)
    assert np.isfinite(som.get_weights()).all()


@pytest.mark.parametrize("far_away", [0, 1e8])
@pytest.mark.parametrize("n_features", [2, 20])
def test_rows_as_far_from_one_node_as_from_another_are_won_by_minisoms(
    n_features, far_away, monkeypatch
):
    """Halfway between nodes only the last digits decide."""
    monkeypatch.setattr(compiled_training, "_PRODUCT_FROM", 0)
    theirs, ours = both(6, 5, n_features)
    rng = np.random.default_rng(1)
    theirs._weights = ours._weights = rng.integers(-2, 3, (6, 5, n_features)) + far_away
    nodes = ours._weights.reshape(30, -1)
    rows = (nodes[rng.integers(30, size=400)] + nodes[rng.integers(30, size=400)]) / 2
    assert list(ours.win_map(rows)) == list(theirs.win_map(rows))
    assert_array_equal(ours.activation_response(rows), theirs.activation_response(rows))


def test_winner_of_a_row_with_gaps_is_the_nearest_by_what_is_known():
    som = Som(1, 2, 2)
    som.get_weights()[...] = [[[0.0, 9.0], [2.0, 0.0]]]
    assert som.winner(np.array([0.1, np.nan])) == (0, 0)
    assert som.winner([np.nan, 1.0]) == (0, 1)
    assert som.win_map(np.array([[0.1, np.nan]]), return_indices=True) == {(0, 0): [0]}
