import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata
from sklearn.preprocessing import PowerTransformer

from som_core.columns.transforms import MOST_KNOTS, TRANSFORMS, Log, Rank, SquareRoot, YeoJohnson

columns = st.lists(
    st.integers(-10_000_000, 10_000_000).map(lambda thousandths: thousandths / 1000),
    min_size=2,
    max_size=40,
    unique=True,
).map(np.array)


@pytest.mark.slow
@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=60)
@given(values=columns)
def test_undoing_a_transform_gives_the_values_back(transform, values):
    learned = TRANSFORMS[transform].learn(values)
    assert_allclose(learned.undo(learned.apply(values)), values, rtol=0, atol=1e-6 * np.ptp(values))


@pytest.mark.slow
@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=60)
@given(values=columns)
def test_a_transform_keeps_the_order_of_values(transform, values):
    learned = TRANSFORMS[transform].learn(values)
    assert (np.diff(learned.apply(np.sort(values))) >= 0).all()


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_missing_values_pass_through_both_ways(transform):
    learned = TRANSFORMS[transform].learn(np.array([1.0, 2.0, 4.0]))
    assert_array_equal(np.isnan(learned.apply(np.array([np.nan, 2.0]))), [True, False])
    assert_array_equal(np.isnan(learned.undo(np.array([[np.nan], [0.5]]))), [[True], [False]])


def test_the_logarithm_of_values_above_0_is_plain():
    values = np.array([0.1, 1.0, 10.0])
    assert_allclose(Log.learn(values).apply(values), np.log(values))


def test_the_logarithm_starts_at_0_for_the_smallest_value_where_that_is_not_above_0():
    values = np.array([-4.0, 0.0, 5.0])
    assert_allclose(Log.learn(values).apply(values), np.log([1.0, 5.0, 10.0]))


def test_the_square_root_starts_at_0_or_at_the_smallest_value_below_it():
    assert_allclose(SquareRoot.learn(np.array([4.0, 9.0])).apply(np.array([4.0, 9.0])), [2.0, 3.0])
    assert_allclose(SquareRoot.learn(np.array([-4.0, 5.0])).apply(np.array([-4.0, 5.0])), [0, 3])


@pytest.mark.parametrize("shift", [0.0, 0.5, 3.0])
def test_yeo_johnson_agrees_with_scikit_learn(shift):
    values = np.random.default_rng(0).lognormal(size=200) - shift
    theirs = PowerTransformer(standardize=False).fit(values[:, None])
    ours = YeoJohnson.learn(values)
    assert_allclose(ours.power, theirs.lambdas_[0], atol=1e-6)
    assert_allclose(ours.apply(values), theirs.transform(values[:, None])[:, 0], atol=1e-6)


def test_yeo_johnson_changes_nothing_where_the_likeliest_power_would_merge_values():
    values = np.random.default_rng(0).exponential(size=100) + 1000.0
    learned = YeoJohnson.learn(values)
    assert learned.power == 1.0
    assert_allclose(learned.apply(values), values)


def test_yeo_johnson_reads_what_no_value_reaches_as_the_last_one_seen():
    values = np.random.default_rng(0).pareto(1, size=200)
    learned = YeoJohnson.learn(values)
    assert learned.power < 0  # so that nothing is transformed to -1 / power or beyond
    assert learned.undo(np.array(2 / -learned.power)) == values.max()


def test_ranks_are_shares_of_rows_with_ties_in_the_middle():
    values = np.array([3.0, 1.0, 3.0, 2.0])
    assert_allclose(Rank.learn(values).apply(values), (rankdata(values) - 0.5) / 4)


def test_ranks_of_a_long_column_keep_a_thousand_values_and_stay_near():
    values = np.random.default_rng(0).lognormal(size=30_000)
    learned = Rank.learn(values)
    assert len(learned.knots) == len(learned.shares) <= MOST_KNOTS
    assert learned.domain == (values.min(), values.max())
    assert_allclose(learned.apply(values), (rankdata(values) - 0.5) / 30_000, atol=1e-3)
