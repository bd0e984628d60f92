import numpy as np
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA

import som_core.principal_axes as module
from som_core.principal_axes import principal_axes


def test_axes_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(200, 5)) @ random.normal(size=(5, 5)) + 3
    expected = PCA(2).fit(matrix)

    axes = principal_axes(matrix)

    assert_allclose(axes.mean, expected.mean_)
    assert_allclose(axes.spreads, np.sqrt(expected.explained_variance_ * 199 / 200))
    assert_allclose(np.abs((axes.directions * expected.components_).sum(axis=1)), 1)


def test_an_axis_points_where_its_largest_part_is_positive():
    axes = principal_axes(np.array([[0.0, 0.0], [-3.0, 1.0]]))

    assert_allclose(axes.directions[0], np.array([3, -1]) / np.sqrt(10))


def test_one_feature_has_one_axis():
    axes = principal_axes(np.array([[1.0], [5.0]]))

    assert_allclose(axes.spreads, [2, 0])
    assert_allclose(axes.directions, [[1], [0]])


def test_missing_cells_count_as_the_mean():
    matrix = np.array([[1.0, 0.0], [5.0, np.nan], [np.nan, 2.0]])

    axes = principal_axes(matrix)

    filled = principal_axes(np.array([[1.0, 0.0], [5.0, 1.0], [3.0, 2.0]]))
    assert_allclose(axes.mean, [3, 1])
    assert_allclose(axes.spreads, filled.spreads)


def test_a_table_too_long_is_represented_by_rows_at_even_distances(monkeypatch):
    matrix = np.random.default_rng(1).normal(size=(30, 4))
    monkeypatch.setattr(module, "_MOST_WORK", 30 * 4**2 // 3)

    axes = principal_axes(matrix)

    assert_allclose(axes.mean, matrix[::3].mean(axis=0))
