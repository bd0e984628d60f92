import numpy as np
import pytest

from som_core.columns.torn_counts import tears_counts

COUNTS = np.random.default_rng(0).negative_binomial(1, 0.4, 500).astype(float)


@pytest.mark.parametrize("transform", ["log", "sqrt", "yeo-johnson", "rank"])
def test_small_counts_of_a_long_tail_are_torn(transform):
    assert tears_counts(COUNTS, transform)
    assert not tears_counts(COUNTS, "none")


def test_amounts_of_which_many_are_0_are_not():
    amounts = np.exp(np.random.default_rng(0).normal(size=500))
    amounts[::3] = 0
    assert not tears_counts(amounts, "yeo-johnson")


def test_one_value_is_not():
    assert not tears_counts(np.ones(20), "log")
