import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata

from som_core import ColumnRecipe, Recipe, prepare
from som_core.analyses.reference_table import ReferenceTable
from testing.maps import a_table, as_prepared


def prepared_from(columns, **choices):
    table = a_table(columns)
    recipe = Recipe(tuple(ColumnRecipe(name=name, **choices) for name in columns))
    return table, prepare(table, recipe)


def drawn(prepared, table=None, weights=None, seed=0):
    weights = np.ones(len(prepared.matrix)) if weights is None else weights
    return ReferenceTable.learn(prepared, weights, table).drawn([seed, 1])


def test_each_column_has_the_same_values_in_another_order():
    rows = np.random.default_rng(0).lognormal(size=(300, 3)).round(1)
    reference = drawn(as_prepared(rows))
    assert_allclose(np.sort(reference, axis=0), np.sort(rows, axis=0))
    assert not np.array_equal(reference, rows)


@pytest.mark.parametrize("correlation", [-0.8, 0.0, 0.5])
def test_columns_are_as_correlated_as_they_were(correlation):
    rng = np.random.default_rng(0)
    rows = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], 5000)
    rows[:, 1] = np.exp(rows[:, 1])
    ranks = [rankdata(column) for column in drawn(as_prepared(rows)).T]
    expected = np.corrcoef([rankdata(column) for column in rows.T])[0, 1]
    assert np.corrcoef(ranks)[0, 1] == pytest.approx(expected, abs=0.04)


def test_levels_keep_their_shares_and_their_tie_to_a_number():
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(3000, 2)) @ [[1, 0.8], [0, 0.6]]
    level = np.array(["mid", "top", "low"])[np.digitize(hidden[:, 0], [-1.0, 0.5]) - 1]
    _, prepared = prepared_from({"x": hidden[:, 1], "level": level})
    reference = drawn(prepared)
    assert_allclose(np.sort(reference, axis=0), np.sort(prepared.matrix, axis=0))

    def means(matrix):
        place = matrix[:, 1:].argmax(axis=1)
        return np.array([matrix[place == level, 0].mean() for level in range(3)])

    assert_allclose(means(reference), means(prepared.matrix), atol=0.12)


@pytest.mark.parametrize("missing", ["keep", "median", "knn"])
def test_what_is_missing_in_the_table_is_missing_in_the_reference(missing):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 200))
    gaps = rng.random(200) < 0.3
    y[gaps] = np.nan
    level = np.where(rng.random(200) < 0.5, "a", "b").astype(object)
    level[:20] = None
    table, prepared = prepared_from({"x": x, "y": y, "level": level}, missing=missing)
    reference = drawn(prepared, table)
    if missing == "keep":
        assert_array_equal(np.isnan(reference), np.isnan(prepared.matrix))
    elif missing == "median":
        assert len(np.unique(reference[gaps, 1])) == 1  # filled by the recipe, as in the table
    else:
        assert np.isfinite(reference).all()
    assert_allclose(np.sort(reference[~gaps, 1]), np.sort(prepared.matrix[~gaps, 1]))


def test_dates_written_as_text_are_drawn_as_dates():
    days = np.arange("2024-01-01", "2024-07-19", dtype="datetime64[D]").astype(str)
    x = np.random.default_rng(0).normal(size=len(days))
    table, prepared = prepared_from({"x": x, "day": days})
    reference = drawn(prepared, table)
    assert_allclose(np.sort(reference, axis=0), np.sort(prepared.matrix, axis=0), atol=1e-9)


def test_weights_shape_the_columns():
    rows = np.repeat([[0.0], [1.0]], 500, axis=0) + np.random.default_rng(0).normal(
        0, 0.1, (1000, 1)
    )
    weights = np.where(rows[:, 0] > 0.5, 3.0, 1.0)
    reference = drawn(as_prepared(rows), weights=weights)
    assert np.average(reference[:, 0] > 0.5, weights=weights) == pytest.approx(0.75, abs=0.01)


def test_columns_that_say_the_same_stay_two():
    x = np.random.default_rng(0).normal(size=400)
    reference = drawn(as_prepared(np.column_stack([x, x, -x])))
    correlations = np.corrcoef(reference.T)
    assert correlations[0, 1] == pytest.approx(0.99, abs=0.01)
    assert correlations[0, 2] == pytest.approx(-0.99, abs=0.01)
