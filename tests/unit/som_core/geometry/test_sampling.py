import numpy as np
from numpy.testing import assert_array_equal

from som_core.geometry.sampling import sampled_rows


def test_a_short_table_is_taken_whole():
    assert_array_equal(sampled_rows(4, 4, seed=0), [0, 1, 2, 3])
    assert_array_equal(sampled_rows(4, 9, seed=0), [0, 1, 2, 3])


def test_rows_come_in_order_from_everywhere_and_again_by_the_same_seed():
    drawn = sampled_rows(1_000, 100, seed=3)

    assert len(drawn) == 100
    assert (np.diff(drawn) >= 0).all()
    assert drawn.min() < 100
    assert 900 < drawn.max() < 1_000
    assert_array_equal(drawn, sampled_rows(1_000, 100, seed=3))
    assert (drawn != sampled_rows(1_000, 100, seed=4)).any()


def test_a_rhythm_in_the_table_is_not_met_in_step():
    even = sampled_rows(100_000, 10_000, seed=0) % 2 == 0

    assert 0.45 < even.mean() < 0.55
