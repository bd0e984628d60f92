"""Which rows are like one, and which columns part them: by the map's own distance, exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from som_core.analyses import nearness
from som_core.analyses.nearness import distance_parts, near_rows, parts_in_words, row_vector
from som_core.errors import AtlasError
from som_core.geometry.distances import distances
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_map, a_table, as_prepared

DISTANCES = ["euclidean", "cosine", "manhattan", "chebyshev"]


def a_matrix(n_rows=300, n_features=4, gaps=False):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(n_rows, n_features))
    if gaps:
        matrix[random.random(matrix.shape) < 0.2] = np.nan
        matrix[np.isnan(matrix).all(axis=1), 0] = 0.0
    return matrix


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("gaps", [False, True])
def test_the_nearest_rows_are_those_of_a_look_at_every_pair(distance, gaps, monkeypatch):
    monkeypatch.setattr(nearness, "_CELLS", 40)  # many blocks
    matrix = a_matrix(gaps=gaps)
    m = a_map(np.zeros((2, 2, 4)) + np.arange(4), matrix, distance=distance)
    vector = a_matrix()[7]
    found = near_rows(m, as_prepared(matrix), vector, count=10)
    away = distances(matrix, np.broadcast_to(vector, matrix.shape), distance, gaps=gaps)
    assert found.rows.tolist() == np.argsort(away, kind="stable")[:10].tolist()
    assert_allclose(found.distances, np.sort(away)[:10])


def test_of_equally_near_rows_the_first_in_the_table_comes_first():
    matrix = np.array([[1.0], [-1.0], [0.0], [1.0], [-1.0]])
    m = a_map([[[0.0]]], matrix)
    found = near_rows(m, as_prepared(matrix), [0.0], count=3, leave_out=2)
    assert found.rows.tolist() == [0, 1, 3]


def test_what_nobody_knows_of_a_row_does_not_count():
    matrix = np.array([[0.0, 9.0], [1.0, 0.0], [np.nan, 0.0]])
    m = a_map([[[0.0, 0.0]]], matrix)
    found = near_rows(m, as_prepared(matrix), [0.0, np.nan])
    assert found.rows.tolist() == [0, 1]  # the last one shares nothing with it
    assert_allclose(found.distances, [0, np.sqrt(2)])  # scaled up to both features


def test_a_vector_that_does_not_fit_is_refused():
    m = a_map([[[0.0, 0.0]]])
    with pytest.raises(AtlasError, match="2 features"):
        near_rows(m, as_prepared([[0.0, 0.0]]), [1.0])
    with pytest.raises(AtlasError, match="no value at all"):
        near_rows(m, as_prepared([[0.0, 0.0]]), [np.nan, np.nan])


def test_columns_have_their_part_of_the_squared_distance():
    m = a_map(np.zeros((1, 1, 3)), features=["age", "income", "visits"])
    parts = distance_parts(m, [0.0, 0.0, 5.0], [3.0, 1.0, 5.0])
    assert parts.to_dict() == pytest.approx({"age": 0.9, "income": 0.1, "visits": 0.0})
    assert parts.index[0] == "age"


@pytest.mark.slow
@pytest.mark.parametrize("distance", DISTANCES)
@given(st.integers(0, 299), st.integers(0, 299))
def test_parts_make_the_whole_whatever_the_distance(distance, one, other):
    matrix = a_matrix()
    m = a_map(np.zeros((1, 1, 4)) + 1.0, matrix, distance=distance)
    parts = distance_parts(m, matrix[one], matrix[other])
    assert (parts >= 0).all()
    assert parts.sum() == pytest.approx(0 if one == other else 1)


def test_the_levels_of_a_category_are_one_column():
    table = a_table({"x": [0.0, 1.0, 2.0, 3.0], "island": ["a", "b", "c", "a"]})
    prepared = prepare(table, Recipe((ColumnRecipe(name="x"), ColumnRecipe(name="island"))))
    m = a_map(np.zeros((1, 1, 4)), prepared.matrix)
    m = type(m)(**{**vars(m), "fitted": prepared.fitted})
    parts = distance_parts(m, row_vector(m, table, 0), row_vector(m, table, 3))
    assert parts.to_dict() == pytest.approx({"x": 1.0, "island": 0.0})
    assert set(distance_parts(m, *prepared.matrix[:2]).index) == {"x", "island"}


def test_words_name_the_columns_that_make_most_and_those_that_agree():
    parts = pd.Series({"income": 0.5, "age": 0.3, "visits": 0.15, "island": 0.05})
    assert parts_in_words(parts) == (
        "“income” makes 50% of what parts it from its cell, “age” 30%. They are most alike in "
        "“island” and “visits”."
    )
    assert "equals row 7" in parts_in_words(pd.Series({"a": 0.0}), "row 7")
