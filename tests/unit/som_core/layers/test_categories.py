from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from som_core.errors import AtlasError
from som_core.layers.categories import category_map, level_nearly_everywhere
from som_core.layers.purity import category_purity
from testing.maps import a_map

THREE_CELLS = [[[0], [10], [20]]]
FIVE_ROWS = [[1], [2], [3], [11], [12]]


def test_a_cell_shows_the_label_of_most_of_its_rows():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    layer = category_map(m, ["owl", "owl", "ant", "ant", "ant"], "animal")
    assert layer.values.tolist() == [["owl", "ant", None]]
    assert layer.kind == "category"
    assert "“animal”" in layer.description


def test_a_column_gives_the_layer_its_name():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    species = pd.Series(list("aabbb"), name="species")
    assert category_map(m, species).name == "Most frequent species"
    assert category_purity(m, species).name == "Purity of species"
    assert category_map(m, list("aabbb")).name == "Most frequent label"


def test_purity_is_the_share_of_the_winning_label():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    layer = category_purity(m, ["owl", "owl", "ant", "ant", "ant"])
    assert_allclose(layer.values, [[2 / 3, 1, np.nan]])


def test_of_equally_frequent_labels_the_first_in_the_alphabet_wins():
    m = a_map([[[0], [10]]], [[1], [2], [11], [12]])
    assert category_map(m, ["b", "a", "c", "b"]).values.tolist() == [["a", "b"]]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_labels_do_not_count(missing):
    m = a_map(THREE_CELLS, FIVE_ROWS)
    labels = pd.Series([missing, missing, "ant", missing, missing], dtype=object)
    assert category_map(m, labels).values.tolist() == [["ant", None, None]]
    assert_allclose(category_purity(m, labels).values, [[1, np.nan, np.nan]])


def test_no_label_at_all_leaves_the_map_empty():
    m = a_map(THREE_CELLS, FIVE_ROWS)
    assert category_map(m, [None] * 5).values.tolist() == [[None, None, None]]


def test_labels_of_the_whole_table_are_picked_by_the_rows_on_the_map():
    m = a_map(THREE_CELLS, [[1], [11]], rows=[1, 3])
    labels = pd.Series(["no", "yes", "no", "well", "no"], index=list("vwxyz"))
    assert category_map(m, labels).values.tolist() == [["yes", "well", None]]


@pytest.mark.parametrize(
    "labels",
    [
        pd.Series([2, 2, 1, 1, 1]),
        pd.Series([True, True, False, False, False]),
        pd.Series(["z", "z", "y", "y", "y"], dtype="category"),
        np.array([2.5, 2.5, 0.5, 0.5, 0.5]),
        pd.Series(["7", "7", 7, 7, 7], dtype=object),
    ],
)
def test_labels_of_any_kind_stay_what_they_are(labels):
    values = category_map(a_map(THREE_CELLS, FIVE_ROWS), labels).values
    assert values.tolist() == [[labels[0], labels[4], None]]


@pytest.mark.parametrize("n_labels", [0, 1, 3])
def test_too_few_labels_are_refused(n_labels):
    m = a_map(THREE_CELLS, [[1], [11]], rows=[1, 3])
    with pytest.raises(AtlasError, match=f"There are {n_labels} values"):
        category_map(m, ["a"] * n_labels)


@given(st.lists(st.sampled_from("abc"), min_size=30, max_size=30), st.integers(0, 100))
@settings(max_examples=30, deadline=None)
def test_the_label_is_a_most_frequent_one_in_every_cell(labels, seed):
    rng = np.random.default_rng(seed)
    m = a_map(rng.normal(size=(2, 3, 2)), rng.normal(size=(30, 2)))
    values, purity = category_map(m, labels).values, category_purity(m, labels).values
    for node in range(6):
        counted = Counter(label for label, bmu in zip(labels, m.bmu, strict=True) if bmu == node)
        if counted:
            top = max(counted.values())
            expected = min(label for label, count in counted.items() if count == top)
            assert values.flat[node] == expected
            assert purity.flat[node] == pytest.approx(top / counted.total())
    assert_array_equal(values == None, m.hits == 0)  # noqa: E711


def test_a_label_in_nine_of_ten_cells_is_nearly_everywhere():
    m = a_map([[[10 * node] for node in range(11)]], [[10 * node] for node in range(10)])
    assert level_nearly_everywhere(category_map(m, ["no"] * 9 + ["yes"])) == "no"
    assert level_nearly_everywhere(category_map(m, ["no"] * 8 + ["yes"] * 2)) is None
    assert level_nearly_everywhere(category_map(m, [None] * 10)) is None
