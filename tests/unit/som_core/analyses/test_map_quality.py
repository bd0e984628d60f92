from itertools import pairwise

import numpy as np
import pytest
from minisom import MiniSom
from numpy.testing import assert_allclose
from scipy.spatial.distance import cdist
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from som_core.analyses.map_quality import (
    explained_variance,
    quality,
    topographic_error,
    trustworthiness,
)
from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from som_core.settings import MapSettings
from som_core.training import train
from testing.maps import a_map, as_prepared


def measured(codebook, matrix, **settings):
    return quality(a_map(codebook, matrix, **settings), as_prepared(matrix))


def test_quantization_error_is_the_mean_distance_to_the_cell():
    found = measured([[[0], [10]]], [[1], [13], [10], [4]])
    assert found.quantization_error == pytest.approx((1 + 3 + 0 + 4) / 4)
    assert found.centre_error == pytest.approx((6 + 6 + 3 + 3) / 4)  # their mean is 7


# Which two cells touch, by hand: cells are numbered in reading order, rows of hexagons are shifted
# so that the last one stands left.
TOUCHING = [
    # height, width, lattice, toroid, best, second, do they touch?
    (2, 3, "rectangular", False, 0, 4, True),
    (2, 3, "rectangular", False, 0, 2, False),
    (2, 3, "rectangular", True, 0, 2, True),
    (4, 2, "rectangular", False, 0, 6, False),
    (4, 2, "rectangular", True, 0, 7, True),
    (4, 2, "rectangular", True, 0, 4, False),
    (3, 3, "hexagonal", False, 4, 1, True),
    (3, 3, "hexagonal", False, 4, 2, True),
    (3, 3, "hexagonal", False, 4, 0, False),
    (3, 3, "hexagonal", False, 0, 4, False),
    (3, 3, "hexagonal", False, 0, 3, True),
    (2, 4, "hexagonal", False, 1, 5, True),
    (2, 4, "hexagonal", False, 1, 6, True),
    (2, 4, "hexagonal", False, 1, 4, False),
    (2, 4, "hexagonal", False, 3, 4, False),
    (2, 4, "hexagonal", True, 3, 4, True),
    (2, 4, "hexagonal", True, 0, 3, True),
    (1, 4, "rectangular", False, 1, 3, False),
    (1, 4, "rectangular", True, 0, 3, True),
]


@pytest.mark.parametrize(
    ("height", "width", "lattice", "toroid", "best", "second", "touch"), TOUCHING
)
def test_a_row_whose_two_best_cells_touch_is_no_error(
    height, width, lattice, toroid, best, second, touch
):
    # Cells lie far apart in the table, the two best at 0 and 2 with the row near 0.
    values = 100.0 * np.arange(1, height * width + 1)
    values[best], values[second] = 0, 2
    found = measured(values.reshape(height, width, 1), [[0.5]], lattice=lattice, toroid=toroid)
    assert found.topographic_error == (0 if touch else 1)


def test_topographic_error_is_a_share_of_rows():
    line = [[[0], [10], [1], [11]]]  # 0 and 1 do not touch, nor do 10 and 11; 10 and 1 do
    assert measured(line, [[0.2], [0.4], [5.6], [10.8]]).topographic_error == 0.75


@pytest.mark.parametrize("lattice", ["rectangular", "hexagonal"])
@pytest.mark.parametrize(("width", "height"), [(6, 4), (3, 5), (1, 7), (7, 1)])
def test_errors_agree_with_minisom(lattice, width, height):
    som = MiniSom(width, height, 3, topology=lattice, random_seed=1)
    matrix = np.random.default_rng(1).uniform(-1, 1, size=(300, 3))
    found = measured(som.get_weights().transpose(1, 0, 2), matrix, lattice=lattice)
    assert found.quantization_error == pytest.approx(som.quantization_error(matrix))
    assert found.topographic_error == pytest.approx(som.topographic_error(matrix))


def test_a_map_of_one_cell_has_no_topographic_error():
    found = measured([[[0]]], [[1], [2], [3], [4], [5]])
    assert np.isnan(found.topographic_error)
    assert "one cell" in found.in_words["topographic_error"]


def test_explained_variance_is_what_lies_between_cells():
    # Around the mean 5: 4 · 25 + 4 · 1; around the means of the cells: 4 · 1.
    matrix = np.array([[-1.0], [1], [-1], [1], [9], [11], [9], [11]])
    bmu = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    assert explained_variance(matrix, bmu, 3) == pytest.approx(1 - 8 / 208)


def test_explained_variance_leaves_missing_values_out():
    matrix = np.array([[0.0, np.nan], [2, np.nan], [4, np.nan], [6, np.nan]])
    bmu = np.array([0, 0, 1, 1])
    assert explained_variance(matrix, bmu, 2) == explained_variance(matrix[:, :1], bmu, 2)


def test_explained_variance_keeps_its_digits_far_from_zero():
    matrix = 1e8 + np.array([[0.0], [2], [4], [6]])
    assert explained_variance(matrix, np.array([0, 0, 1, 1]), 2) == pytest.approx(1 - 4 / 20)


@pytest.mark.parametrize("distance", ["euclidean", "manhattan", "cosine", "chebyshev"])
def test_trustworthiness_agrees_with_scikit_learn_where_nothing_is_tied(distance):
    rng = np.random.default_rng(0)
    matrix, on_map = rng.normal(size=(250, 4)), rng.normal(size=(250, 2))
    expected = sklearn_trustworthiness(matrix, on_map, n_neighbors=10, metric=distance)
    assert trustworthiness(matrix, cdist(on_map, on_map), distance) == pytest.approx(expected)


def test_rows_in_order_on_the_map_are_trustworthy():
    line = np.arange(30.0)[None, :, None]
    assert measured(line, line[0], lattice="rectangular").trustworthiness == 1


def test_rows_that_share_one_cell_count_as_in_any_order():
    # Five rows, two neighbours trusted: of the other four each is one with even odds. The two
    # farther ones are 1 and 2 places too far, (1 + 2) / 2 a row; the worst a row can be is 3.
    matrix = np.array([[0.0], [1], [2.1], [3.3], [4.6]])
    assert trustworthiness(matrix, np.zeros((5, 5))) == pytest.approx(1 - 1.5 / 3)


def test_equal_rows_are_all_nearest_to_each_other():
    found = measured([[[0, 0], [1, 1]]], np.ones((8, 2)))
    assert found.trustworthiness == 1
    assert np.isnan(found.explained_variance)
    assert "All rows are equal" in found.in_words["explained_variance"]


def test_a_toroid_trusts_neighbours_across_its_edge():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    around = measured(circle[None], circle, toroid=True, lattice="rectangular")
    flat = measured(circle[None], circle, toroid=False, lattice="rectangular")
    assert around.trustworthiness == 1
    assert flat.trustworthiness < 1


@pytest.mark.parametrize("n_rows", [1, 2, 4])
def test_trustworthiness_of_very_few_rows_is_left_open(n_rows):
    found = measured([[[0], [1]]], np.arange(n_rows)[:, None])
    assert np.isnan(found.trustworthiness)
    assert "at least five rows" in found.in_words["trustworthiness"]


@pytest.mark.slow
def test_many_rows_are_judged_by_a_sample_and_it_is_said():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(2_500, 2))
    m, prepared = a_map(rng.normal(size=(4, 4, 2)), matrix), as_prepared(matrix)
    found = quality(m, prepared)
    assert (found.trustworthiness_rows, found.n_rows) == (2_000, 2_500)
    assert "2,000 rows chosen at random" in found.in_words["trustworthiness"]
    assert found == quality(m, prepared)


def test_missing_values_are_left_out_of_every_measure():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(60, 4))
    matrix[rng.random(matrix.shape) < 0.2] = np.nan
    matrix[np.isnan(matrix).all(axis=1)] = 0
    found = measured(rng.normal(size=(3, 4, 4)), matrix)
    for name in (
        "quantization_error",
        "topographic_error",
        "trustworthiness",
        "explained_variance",
    ):
        assert np.isfinite(getattr(found, name))


def test_the_middle_of_all_rows_is_that_of_the_values_they_have():
    found = measured([[[0, 0], [4, 4]]], np.array([[0, 1], [4, 1], [2, np.nan]]))
    assert found.centre_error == pytest.approx((2 + 2 + 0) / 3)


def test_trustworthiness_without_gaps_is_that_of_the_features_that_have_none():
    rng = np.random.default_rng(0)
    full, on_map = rng.normal(size=(40, 2)), rng.normal(size=(40, 2))
    gaps = np.column_stack([full, np.full(40, np.nan)])
    apart = cdist(on_map, on_map)
    assert trustworthiness(gaps, apart) == pytest.approx(trustworthiness(full, apart))


def test_new_rows_are_judged_by_where_they_fall():
    m = a_map([[[0], [10]]], [[0], [10]])
    assert quality(m, as_prepared([[2], [9]])).quantization_error == pytest.approx(1.5)


def test_rows_of_another_recipe_are_refused():
    with pytest.raises(AtlasError, match="features"):
        quality(a_map([[[0], [10]]]), as_prepared([[1, 2]]))


@pytest.mark.parametrize(
    ("matrix", "name", "sentence"),
    [
        ([[1], [13], [10], [4]], "quantization_error", "2 scaled units"),
        ([[1], [11], [9], [1]], "quantization_error", "lies 1 scaled unit from"),
        ([[1], [13], [10], [4]], "quantization_error", "44% of its distance from the middle"),
        (
            [[5.0], [5.5]],
            "quantization_error",
            "would stand for them as well",
        ),
        ([[1], [13], [10], [4]], "topographic_error", "0.0% of rows"),
        ([[1], [13], [10], [4]], "explained_variance", "explains 90% of the variance"),
    ],
)
def test_each_measure_says_what_it_means_for_this_map(matrix, name, sentence):
    assert sentence in measured([[[0], [10]]], matrix).in_words[name]


def test_a_folded_map_is_called_folded():
    folded = measured([[[0], [10], [1], [11]]], [[0.2], [0.4], [5.6], [10.8]])
    assert "folded" in folded.in_words["topographic_error"]


def test_neighbours_of_a_large_map_are_found_in_blocks():
    table = neighbours(1, 70_000, "rectangular", toroid=False)
    best = np.arange(69_999)
    assert topographic_error(best, best + 1, table) == 0
    assert all(second - first == 1 for first, second in pairwise(best[:5]))
    assert_allclose(topographic_error(best[:-1], best[:-1] + 2, table), 1)


def test_a_neighbour_as_near_as_the_second_best_is_the_second_best():
    # Nodes 1 and 3 are equally near to rows at 0; node 0 is best, node 3 isn't beside it.
    rows = np.zeros((5, 1))
    tie = [[[0.0], [5.0], [1.0]], [[9.0], [1.0], [9.0]]]
    assert measured(tie, rows, lattice="rectangular").topographic_error == 0
    second_far_away = [[[0.0], [5.0], [0.99]], [[9.0], [1.0], [9.0]]]
    assert measured(second_far_away, rows, lattice="rectangular").topographic_error == 1


def test_two_groups_of_equal_rows_are_not_folded():
    matrix = np.repeat([[1.5, 2.0, 0.0], [3.0, 4.5, 1.0], [0.0, 1.0, 5.0]], 60, axis=0)
    prepared = as_prepared(matrix)
    m = train(prepared, MapSettings(height=6, width=8, sigma=2.7))
    assert quality(m, prepared).topographic_error < 0.05
