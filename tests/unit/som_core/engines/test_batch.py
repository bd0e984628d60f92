import tracemalloc
from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from minisom import MiniSom
from numpy.testing import assert_allclose, assert_array_equal

from som_core.engines import batch
from som_core.engines.batch import FewRows, NodeSums, add_up, batch_steps, move
from som_core.engines.schedule import Schedule, full_schedule
from som_core.geometry.best_matching import match_best
from som_core.geometry.distances import slices
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import MapSettings

MAP = MapSettings(height=4, width=6, sigma=2)


def trained(matrix, codebook, settings=MAP, *, sigmas=(2.0, 1.4, 1.0), **options):
    """The codebook after one epoch for each sigma, with all rows."""
    schedule = full_schedule(np.array(sigmas), np.ones(len(sigmas)), len(matrix))
    *_, last = batch_steps(matrix, codebook, settings, schedule, **options)
    return last.codebook()


def a_codebook(n_features, settings=MAP, seed=9):
    return np.random.default_rng(seed).normal(size=(settings.height, settings.width, n_features))


@pytest.mark.filterwarnings("ignore:triangle neighborhood:UserWarning")
@pytest.mark.filterwarnings("ignore:sigma should be an integer:UserWarning")
@pytest.mark.parametrize("distance", ["euclidean", "cosine", "manhattan"])
@pytest.mark.parametrize("neighbourhood", ["gaussian", "mexican_hat", "bubble", "triangle"])
@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize(("height", "width"), [(5, 7), (6, 4)])
def test_the_codebook_is_that_of_minisom(height, width, lattice, neighbourhood, distance):
    epochs, sigma, learning_rate = 4, 2.5, 0.5
    matrix = np.random.default_rng(0).normal(size=(80, 4))
    som = MiniSom(
        width,
        height,
        4,
        sigma=sigma,
        learning_rate=learning_rate,
        neighborhood_function=neighbourhood,
        topology=lattice,
        activation_distance=distance,
        random_seed=1,
    )
    codebook = som.get_weights().transpose(1, 0, 2).copy()
    som.train_batch_offline(matrix, epochs)
    shrinking = 1 / (1 + np.arange(epochs) / (epochs / 2))  # MiniSom's asymptotic decay
    schedule = full_schedule(sigma * shrinking, learning_rate * shrinking, len(matrix))

    *_, last = batch_steps(
        matrix,
        codebook,
        MapSettings(
            height=height,
            width=width,
            sigma=sigma,
            lattice=lattice,
            neighbourhood=neighbourhood,
            distance=distance,
        ),
        schedule,
    )

    assert_allclose(last.codebook(), som.get_weights().transpose(1, 0, 2), atol=1e-9)
    assert last.quantization_error > 0


def test_the_order_of_rows_does_not_matter():
    random = np.random.default_rng(2)
    matrix, codebook = random.normal(size=(200, 3)), a_codebook(3)

    shuffled = trained(random.permutation(matrix), codebook)

    assert_allclose(shuffled, trained(matrix, codebook), atol=1e-12)


def test_a_row_of_weight_three_counts_as_three_rows():
    matrix, codebook = np.random.default_rng(3).normal(size=(50, 3)), a_codebook(3)
    weights = np.where(np.arange(50) < 10, 3.0, 1.0)

    weighted = trained(matrix, codebook, row_weights=weights)

    repeated = trained(np.repeat(matrix, weights.astype(int), axis=0), codebook)
    assert_allclose(weighted, repeated, atol=1e-12)


@pytest.mark.parametrize("distance", ["euclidean", "cosine", "manhattan", "chebyshev"])
def test_full_rows_train_alike_beside_rows_with_gaps(distance):
    matrix, codebook = np.random.default_rng(4).normal(size=(60, 3)), a_codebook(3)
    with_gap = np.vstack([matrix, [1.0, np.nan, 2.0]])
    gap_counts_nothing = np.append(np.ones(60), 0.0)
    chosen = replace(MAP, distance=distance)

    found = trained(with_gap, codebook, chosen, row_weights=gap_counts_nothing)

    assert_allclose(found, trained(matrix, codebook, chosen), atol=1e-12)


def test_a_missing_cell_counts_in_no_mean():
    matrix = np.array([[0.0, 1.0], [4.0, np.nan], [8.0, 3.0]])
    one_node = MapSettings(height=1, width=1, sigma=1)

    found = trained(matrix, np.zeros((1, 1, 2)), one_node, sigmas=[1.0])

    assert_allclose(found[0, 0], [4, 2])


def test_a_feature_that_no_row_near_has_stays_as_it_was():
    matrix = np.array([[1.0, np.nan], [2.0, np.nan]])
    codebook = np.full((1, 1, 2), 7.0)

    found = trained(matrix, codebook, MapSettings(height=1, width=1, sigma=1), sigmas=[1.0])

    assert_allclose(found[0, 0], [1.5, 7])


@pytest.mark.parametrize("neighbourhood", ["gaussian", "bubble", "triangle"])
@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
def test_a_toroid_has_no_edge_a_shifted_start_gives_a_shifted_map(lattice, neighbourhood):
    chosen = replace(MAP, lattice=lattice, neighbourhood=neighbourhood, toroid=True)
    matrix, codebook = np.random.default_rng(5).normal(size=(100, 3)), a_codebook(3)

    def shifted(values):
        return np.roll(values, (2, 1), axis=(0, 1))  # by two rows: hexagons interlock in pairs

    found = trained(matrix, shifted(codebook), chosen)

    assert_allclose(found, shifted(trained(matrix, codebook, chosen)), atol=1e-12)
    flat = replace(chosen, toroid=False)
    edges = trained(matrix, shifted(codebook), flat) - shifted(trained(matrix, codebook, flat))
    assert np.abs(edges).max() > 0.01


@settings(max_examples=30, deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 12), st.just(2)), elements=st.floats(-50, 50)),
    st.sampled_from(["gaussian", "bubble", "triangle"]),
    st.floats(0.05, 4),
)
def test_the_codebook_lies_among_the_rows(matrix, neighbourhood, sigma):
    start = np.broadcast_to(matrix[0], (4, 6, 2)).copy()

    found = trained(matrix, start, replace(MAP, neighbourhood=neighbourhood), sigmas=[4.0, sigma])

    assert (found >= matrix.min(axis=0) - 1e-9).all()
    assert (found <= matrix.max(axis=0) + 1e-9).all()


def test_a_node_out_of_every_rows_reach_stays_where_it_was():
    pair = MapSettings(height=1, width=2, sigma=1)
    start = np.array([[[0.0], [7.0]]])

    # One step away, this radius leaves a pull of 1e-321, which has lost its digits.
    found = trained(np.array([[0.3]]), start, pair, sigmas=[0.026])

    assert_array_equal(found, [[[0.3], [7.0]]])


def test_equal_rows_make_a_map_of_equal_nodes():
    matrix = np.full((30, 3), 2.5)

    assert_allclose(trained(matrix, a_codebook(3)), np.full((4, 6, 3), 2.5))


def test_one_row_draws_all_nodes_to_itself():
    assert_allclose(trained(np.array([[1.0, 2.0]]), a_codebook(2))[3, 5], [1, 2])


def test_a_quantization_error_belongs_to_the_codebook_before_the_epoch():
    matrix, codebook = np.array([[3.0, 4.0]]), np.zeros((1, 1, 2))
    schedule = full_schedule(np.ones(2), np.array([0.5, 1]), 1)

    *_, last = batch_steps(matrix, codebook, MapSettings(height=1, width=1, sigma=1), schedule)

    assert (last.quantization_error, last.measured_at) == (2.5, 1)


def test_training_from_an_epoch_on_gives_the_same_map():
    matrix, codebook = np.random.default_rng(6).normal(size=(90, 3)), a_codebook(3)
    schedule = Schedule(np.array([2, 1.5, 1]), np.ones(3), np.array([20, 30, 90]))
    *_, whole = batch_steps(matrix, codebook, MAP, schedule)
    steps = batch_steps(matrix, codebook, MAP, schedule)
    after_one = next(step for step in steps if step.epoch == 1).codebook()

    *_, last = batch_steps(matrix, after_one, MAP, schedule, first_epoch=1)

    assert_array_equal(last.codebook(), whole.codebook())
    assert last.rows_done == whole.rows_done == 140


def test_an_epoch_of_a_sample_looks_at_so_many_rows_and_comes_close():
    random = np.random.default_rng(7)
    matrix, codebook = random.normal(size=(5_000, 3)), a_codebook(3)
    sampled = Schedule(np.array([2.0]), np.ones(1), np.array([1_000]))

    *_, last = batch_steps(matrix, codebook, MAP, sampled)

    everything = trained(matrix, codebook, sigmas=[2.0])
    assert last.rows_done == 1_000
    assert 0 < np.abs(last.codebook() - everything).max() < 0.3


def test_control_comes_back_many_times_in_an_epoch():
    matrix = np.random.default_rng(8).normal(size=(50_000, 20))
    wide = MapSettings(height=30, width=30, sigma=5)
    schedule = full_schedule(np.array([5.0]), np.ones(1), len(matrix))

    steps = list(batch_steps(matrix, a_codebook(20, wide), wide, schedule))

    assert len(steps) > 3
    done = [step.rows_done for step in steps]
    assert done == sorted(done)
    assert done[-1] == len(matrix)


def trained_by_blocks(matrix, codebook, settings, row_weights, blocks, *, gaps):
    """The codebook after one epoch that never sees more than one block of rows."""
    moved, sums = np.empty_like(codebook), NodeSums.zeros(codebook, gaps=gaps)
    with one_blas_thread_each() as pool:
        for block in blocks:
            rows = matrix[block]
            bmu, to_bmu = np.empty(len(rows), dtype=np.int64), np.empty(len(rows))
            deque(match_best(rows, codebook, settings.distance, bmu, to_bmu, pool, gaps=gaps), 0)
            deque(add_up(rows, bmu, row_weights[block], sums, pool), 0)
        deque(move(codebook, sums, settings, 2.0, 1.0, moved, pool), 0)
    return moved


@pytest.mark.slow
@pytest.mark.parametrize("toroid", [False, True])
@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("distance", ["euclidean", "cosine", "manhattan", "chebyshev"])
def test_block_after_block_of_rows_gives_the_codebook_of_all_at_once(distance, gaps, toroid):
    random = np.random.default_rng(10)
    matrix, weights = random.normal(size=(1_000, 20)), random.uniform(0.5, 3, size=1_000)
    if gaps:
        matrix[random.random(matrix.shape) < 0.1] = np.nan
    chosen = replace(MAP, distance=distance, toroid=toroid)
    codebook = a_codebook(20)
    at_once = trained(matrix, codebook, chosen, sigmas=[2.0], row_weights=weights)

    for blocks in ([slice(0, 1_000)], slices(1_000, 300), slices(1_000, 1), [*slices(1_000, 7)]):
        found = trained_by_blocks(matrix, codebook, chosen, weights, blocks, gaps=gaps)
        again = trained_by_blocks(matrix, codebook, chosen, weights, blocks, gaps=gaps)

        assert_allclose(found, at_once, rtol=0, atol=1e-12)
        assert_array_equal(found, again)


def test_a_table_in_one_block_gives_the_very_bits_and_empty_blocks_add_nothing():
    matrix, codebook = np.random.default_rng(11).normal(size=(900, 5)), a_codebook(5)
    blocks = [slice(0, 0), slice(0, 900), slice(900, 900)]

    found = trained_by_blocks(matrix, codebook, MAP, np.ones(900), blocks, gaps=False)

    assert_array_equal(found, trained(matrix, codebook, sigmas=[2.0]))


@pytest.mark.parametrize("gaps", [False, True])
def test_the_map_is_the_same_when_it_moves_a_few_features_at_a_time(gaps, monkeypatch):
    matrix = np.random.default_rng(9).normal(size=(200, 7))
    if gaps:
        matrix[::3, 2] = np.nan
    at_once = trained(matrix, a_codebook(7))

    monkeypatch.setattr(batch, "_SPREADING", 2 * MAP.n_nodes * (MAP.height + MAP.width))

    assert_allclose(trained(matrix, a_codebook(7)), at_once, rtol=0, atol=1e-14)


def test_memory_stays_small_however_long_the_table():
    matrix = np.random.default_rng(8).normal(size=(60_000, 20))
    wide = MapSettings(height=30, width=30, sigma=5)
    codebook = a_codebook(20, wide)
    tracemalloc.start()
    trained(matrix, codebook, wide, sigmas=[5.0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 60e6  # the distances of all rows to all nodes would take 432 MB


@pytest.mark.parametrize("gaps", [False, True])
def test_few_rows_are_summed_as_many_are(gaps):
    random = np.random.default_rng(4)
    matrix, weights = random.normal(size=(400, 5)), random.uniform(0.5, 3, 400)
    if gaps:
        matrix[random.random(matrix.shape) < 0.2] = np.nan
    bmu = random.integers(0, 12, 400)
    expected = NodeSums.zeros(np.zeros((3, 4, 5)), gaps=gaps)
    with one_blas_thread_each() as pool:
        deque(add_up(matrix, bmu, weights, expected, pool), 0)
    sums = FewRows(matrix, weights, 12, gaps=gaps).sums(bmu)
    assert FewRows.are(matrix)
    assert sums.with_gaps == gaps
    np.testing.assert_array_equal(sums.values, expected.values)
    np.testing.assert_array_equal(sums.weights, expected.weights)
