import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA

import som_core.geometry.principal_axes as module
from som_core.geometry.principal_axes import principal_axes
from som_core.geometry.sampling import sampled_rows


def test_axes_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(200, 5)) @ random.normal(size=(5, 5)) + 3
    expected = PCA(2).fit(matrix)

    axes = principal_axes(matrix)

    assert_allclose(axes.mean, expected.mean_)
    assert_allclose(axes.spreads, np.sqrt(expected.explained_variance_ * 199 / 200))
    assert_allclose(np.abs((axes.directions * expected.components_).sum(axis=1)), 1)


def test_a_table_of_more_features_than_rows_has_the_same_axes():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(6, 40))
    expected = PCA(2).fit(matrix)

    axes = principal_axes(matrix)

    assert_allclose(axes.spreads, np.sqrt(expected.explained_variance_ * 5 / 6))
    assert_allclose(np.abs((axes.directions * expected.components_).sum(axis=1)), 1)


@pytest.mark.parametrize("n_rows", [1, 2])
def test_what_has_no_second_direction_gets_none(n_rows):
    axes = principal_axes(np.array([[1.0, 2, 3], [2.0, 4, 6]])[:n_rows])

    assert_allclose(axes.spreads[1], 0, atol=1e-9)
    assert_allclose(axes.directions[1], 0)


def test_an_axis_points_where_its_largest_part_is_positive():
    axes = principal_axes(np.array([[0.0, 0.0], [-3.0, 1.0]]))

    assert_allclose(axes.directions[0], np.array([3, -1]) / np.sqrt(10))


def test_one_feature_has_one_axis():
    axes = principal_axes(np.array([[1.0], [5.0]]))

    assert_allclose(axes.spreads, [2, 0])
    assert_allclose(axes.directions, [[1], [0]])


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_differ_in_every_direction_alike_have_two_axes(seed):
    order = np.random.default_rng(seed).permutation(400)

    axes = principal_axes(np.eye(400)[order] / 20)

    assert_allclose(axes.spreads, 1 / 400)
    assert_allclose(axes.directions @ axes.directions.T, np.eye(2), atol=1e-9)


def test_missing_cells_count_as_the_mean():
    matrix = np.array([[1.0, 0.0], [5.0, np.nan], [np.nan, 2.0]])

    axes = principal_axes(matrix)

    filled = principal_axes(np.array([[1.0, 0.0], [5.0, 1.0], [3.0, 2.0]]))
    assert_allclose(axes.mean, [3, 1])
    assert_allclose(axes.spreads, filled.spreads)


def test_a_wide_table_too_long_is_represented_by_more_rows_than_its_width_alone_would_allow(
    monkeypatch,
):
    matrix = np.random.default_rng(1).normal(size=(30, 40))
    monkeypatch.setattr(module, "_MOST_WORK", 10**2 * 40)  # a product of rows with rows

    axes = principal_axes(matrix)

    assert_allclose(axes.mean, matrix[sampled_rows(30, 10, seed=0)].mean(axis=0))


@pytest.mark.parametrize(("limit", "most"), [("_MOST_WORK", 10 * 4**2), ("_MOST_CELLS", 10 * 4)])
def test_a_table_too_long_is_represented_by_some_of_its_rows(monkeypatch, limit, most):
    matrix = np.random.default_rng(1).normal(size=(30, 4))
    monkeypatch.setattr(module, limit, most)

    axes = principal_axes(matrix)

    assert_allclose(axes.mean, matrix[sampled_rows(30, 10, seed=0)].mean(axis=0))
