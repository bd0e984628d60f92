import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from som_core.errors import AtlasError
from som_core.geometry import parallel
from som_core.geometry.best_matching import Matches, best_two, check_rows, match_two
from som_core.geometry.parallel import one_blas_thread_each

DISTANCES = ["euclidean", "cosine", "manhattan", "chebyshev"]


def table_of_distances(matrix, nodes, distance):
    """Every distance, one feature at a time, by the definition: shape (n_rows, n_nodes)."""
    result = np.empty((len(matrix), len(nodes)))
    for place, row in enumerate(matrix):
        present = ~np.isnan(row)
        x, w = row[present], nodes[:, present]
        scale = len(row) / present.sum()
        result[place] = {
            "euclidean": lambda x, w, s: np.sqrt(((w - x) ** 2).sum(axis=1) * s),
            "manhattan": lambda x, w, s: np.abs(w - x).sum(axis=1) * s,
            "chebyshev": lambda x, w, s: np.abs(w - x).max(axis=1),
            "cosine": lambda x, w, s: 1 - w @ x / (np.linalg.norm(w, axis=1) * np.linalg.norm(x)),
        }[distance](x, w, scale)
    return result


@pytest.mark.parametrize("n_features", [3, 25])  # the second is screened in single precision
@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("distance", DISTANCES)
def test_the_two_best_nodes_are_those_of_the_definition(distance, gaps, n_features):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(300, n_features))
    if gaps:
        matrix[random.random(matrix.shape) < 0.3] = np.nan
        matrix[:, :2] = random.normal(size=(300, 2))  # by one feature alone, cosines are all equal
    nodes = random.normal(size=(40, n_features))
    expected = table_of_distances(matrix, nodes, distance)

    matches = best_two(matrix, nodes.reshape(5, 8, n_features), distance)

    order = np.argsort(expected, axis=1)
    assert_array_equal(matches.bmu, order[:, 0])
    assert_array_equal(matches.second_bmu, order[:, 1])
    assert_allclose(matches.distance, expected.min(axis=1), atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    arrays(float, (7, 3), elements=st.floats(-100, 100)),
    arrays(float, (6, 3), elements=st.floats(-100, 100)),
)
def test_no_node_is_nearer_than_the_best(matrix, nodes):
    expected = table_of_distances(matrix, nodes, "euclidean")

    matches = best_two(matrix, nodes)

    assert_allclose(matches.distance, expected.min(axis=1), rtol=1e-12, atol=1e-6)
    second = np.take_along_axis(expected, matches.second_bmu[:, None], axis=1)[:, 0]
    assert_allclose(second, np.sort(expected, axis=1)[:, 1], rtol=1e-12, atol=1e-6)
    assert (matches.bmu != matches.second_bmu).all()


@pytest.mark.parametrize("distance", DISTANCES)
def test_how_many_rows_are_done_is_told_up_to_the_last(distance):
    random = np.random.default_rng(2)
    rows, nodes = random.normal(size=(9_000, 3)), random.normal(size=(5, 3))
    found = Matches.empty(9_000)

    with one_blas_thread_each() as pool:
        told = list(match_two(rows, nodes, distance, found, pool, gaps=False))

    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 9_000


@pytest.mark.parametrize("count", [2, 3, 10])
def test_rows_between_several_nodes_find_those_of_the_definition(count):
    """So near each other that rounding in single precision could decide among them."""
    random = np.random.default_rng(3)
    n_features = 25
    nodes = random.normal(size=(40, n_features)) * 10
    nodes[:count] = nodes[0] + 1e-6 * random.normal(size=(count, n_features))
    matrix = nodes[0] + 0.1 * random.normal(size=(300, n_features))
    expected = np.argsort(table_of_distances(matrix, nodes, "euclidean"), axis=1)

    matches = best_two(matrix, nodes)

    assert_array_equal(matches.bmu, expected[:, 0])
    assert_array_equal(matches.second_bmu, expected[:, 1])


def test_nodes_that_single_precision_cannot_tell_apart_are_told_apart():
    random = np.random.default_rng(1)
    middle = random.normal(size=20)
    nodes = middle + 1e-9 * random.normal(size=(50, 20))
    matrix = middle + 1e-9 * random.normal(size=(200, 20)) + np.eye(20)[0]
    expected = table_of_distances(matrix, nodes, "euclidean")

    matches = best_two(matrix, nodes)

    chosen = np.take_along_axis(expected, matches.bmu[:, None], axis=1)[:, 0]
    assert_allclose(chosen - expected.min(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("n_features", [2, 20])
def test_distances_far_from_the_origin_keep_their_digits(n_features):
    random = np.random.default_rng(2)
    matrix, nodes = random.normal(size=(50, n_features)), random.normal(size=(9, n_features))
    near, far = best_two(matrix, nodes), best_two(matrix + 1e8, nodes + 1e8)

    assert_array_equal(far.bmu, near.bmu)
    assert_allclose(far.distance, near.distance, rtol=1e-6)


def test_numbers_too_large_for_single_precision_are_matched():
    nodes = np.diag(np.full(20, 1e30))

    matches = best_two(nodes[::-1].copy(), nodes)

    assert_array_equal(matches.bmu, np.arange(20)[::-1])


def test_a_row_between_two_nodes_goes_to_the_first():
    matches = best_two(np.array([[0.0]]), np.array([[5.0], [1.0], [-1.0]]))

    assert (matches.bmu, matches.second_bmu, matches.distance) == (1, 2, 1.0)


def test_on_a_map_of_one_node_the_second_best_is_the_same():
    matches = best_two(np.array([[3.0], [4.0]]), np.array([[0.0]]))

    assert_array_equal(matches.bmu, [0, 0])
    assert_array_equal(matches.second_bmu, [0, 0])
    assert_array_equal(matches.distance, [3, 4])


def test_a_distance_over_half_the_features_is_scaled_up_to_all():
    matrix = np.array([[3.0, np.nan, 4.0, np.nan]])
    nodes = np.zeros((1, 4))

    assert best_two(matrix, nodes, "euclidean").distance == pytest.approx(5 * np.sqrt(2))
    assert best_two(matrix, nodes, "manhattan").distance == pytest.approx(7 * 2)
    assert best_two(matrix, nodes, "chebyshev").distance == 4


def test_no_rows_have_no_matches():
    matches = best_two(np.empty((0, 3)), np.zeros((2, 2, 3)))

    assert [len(part) for part in (matches.bmu, matches.second_bmu, matches.distance)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        ([[1.0, np.nan], [np.nan, np.nan]], "1 of 2 rows have no value at all"),
        ([[1.0, np.inf]], "infinite"),
        ([[np.nan, -np.inf]], "infinite"),
        ([[np.inf, -np.inf]], "infinite"),
        ([[np.nan, 1.0], [np.nan, np.nan], [2.0, np.nan]], "1 of 3 rows have no value at all"),
        ([[1.0, 2.0, 3.0]], "3 features"),
    ],
)
def test_rows_that_have_no_place_are_refused_with_a_sentence(matrix, sentence):
    with pytest.raises(AtlasError, match=sentence):
        best_two(np.array(matrix), np.zeros((4, 2)))


def test_rows_too_large_to_be_added_up_have_a_place():
    check_rows(np.full((3, 2), 1e308))


def test_matches_do_not_depend_on_the_number_of_threads(monkeypatch):
    random = np.random.default_rng(3)
    matrix, nodes = random.normal(size=(20_000, 20)), random.normal(size=(100, 20))
    found = []
    for n_threads in (1, 4):
        monkeypatch.setattr(parallel, "_THREADS", n_threads)
        found.append(best_two(matrix, nodes))

    for name in ("bmu", "second_bmu", "distance"):
        assert_array_equal(getattr(found[0], name), getattr(found[1], name))


@pytest.mark.parametrize("distance", ["euclidean", "cosine"])
def test_memory_stays_small_however_long_the_table(distance):
    random = np.random.default_rng(4)
    matrix, nodes = random.normal(size=(60_000, 20)), random.normal(size=(900, 20))
    tracemalloc.start()
    best_two(matrix, nodes, distance)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 60e6  # the distances of all rows to all nodes would take 432 MB
