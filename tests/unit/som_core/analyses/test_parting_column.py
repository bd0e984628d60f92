import numpy as np
import pytest

from som_core.analyses.parting_column import parting_column
from testing.maps import as_prepared


def test_a_column_of_two_heaps_is_named():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, 3))
    labels = np.arange(600) % 2
    rows[:, 1] += 6 * labels
    assert parting_column(as_prepared(rows, ["a", "b", "c"]), labels, 2) == "b"


@pytest.mark.parametrize(
    "column",
    [
        lambda rng: rng.normal(size=600),
        lambda rng: rng.uniform(size=600),
        lambda rng: rng.lognormal(size=600),
        lambda rng: rng.standard_t(3, size=600),
        lambda rng: np.round(rng.normal(size=600)),
        lambda rng: rng.integers(0, 2, 600).astype(float),
        lambda rng: rng.poisson(1.5, 600).astype(float),
    ],
)
def test_halves_of_one_heap_have_no_valley_between(column):
    values = column(np.random.default_rng(0))
    halves = (values > np.median(values)).astype(np.int64)
    assert parting_column(as_prepared(values[:, None]), halves, 2) is None


def test_missing_values_and_outliers_say_nothing():
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 2
    rows = np.column_stack([rng.normal(size=600) + 6 * labels, rng.normal(size=600)])
    rows[::3, 0] = np.nan
    labels[::5] = -1
    assert parting_column(as_prepared(rows, ["a", "b"]), labels, 2) == "a"


def test_one_group_is_parted_by_nothing():
    assert parting_column(as_prepared([[0.0], [1.0]]), np.zeros(2, dtype=np.int64), 1) is None
