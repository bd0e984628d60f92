from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.engines.initialisation import initial_codebook
from som_core.settings import MapSettings

WIDE = MapSettings(height=3, width=5, sigma=1)


def oval(n_rows=2_000):
    """Rows that differ most along the second feature, then along the first."""
    return np.random.default_rng(0).normal(size=(n_rows, 3)) * [2, 5, 0.1] + [10, 20, 30]


@pytest.mark.parametrize(
    ("chosen", "long_axis"), [(WIDE, 1), (replace(WIDE, height=5, width=3), 0)]
)
def test_the_sheet_lies_with_its_longer_side_along_the_first_axis(chosen, long_axis):
    codebook = initial_codebook(oval(), chosen)

    steps = np.abs(codebook[-1, -1] - codebook[0, 0])
    along = np.abs(np.diff(codebook, axis=long_axis)).max(axis=(0, 1))
    assert along.argmax() == 1
    assert_allclose(codebook.mean(axis=(0, 1)), [10, 20, 30], atol=0.3)
    assert_allclose(steps / 3, [2, 5, 0], atol=0.4)  # three standard deviations from end to end


def test_the_sheet_does_not_depend_on_the_order_of_rows():
    shuffled = np.random.default_rng(1).permutation(oval())

    assert_allclose(initial_codebook(shuffled, WIDE), initial_codebook(oval(), WIDE), atol=1e-9)


def test_one_feature_makes_a_sheet_that_rises_from_left_to_right():
    codebook = initial_codebook(np.array([[0.0], [10.0]]), WIDE)

    assert_allclose(codebook[0, :, 0], 5 + 7.5 * np.linspace(-1, 1, 5))
    assert_array_equal(codebook[0], codebook[2])


def test_random_nodes_lie_in_the_range_of_each_feature():
    codebook = initial_codebook(oval(), replace(WIDE, initialisation="random"))

    assert (codebook >= oval().min(axis=0)).all()
    assert (codebook <= oval().max(axis=0)).all()


def test_sampled_nodes_are_rows_each_once():
    matrix = oval(15)
    codebook = initial_codebook(matrix, replace(WIDE, initialisation="sample")).reshape(-1, 3)

    assert_array_equal(np.sort(codebook, axis=0), np.sort(matrix, axis=0))


@pytest.mark.parametrize("initialisation", ["pca", "random", "sample"])
def test_missing_cells_leave_no_gap_in_the_codebook(initialisation):
    matrix = oval(20)
    matrix[:5, 0] = np.nan

    codebook = initial_codebook(matrix, replace(WIDE, initialisation=initialisation))

    assert np.isfinite(codebook).all()
