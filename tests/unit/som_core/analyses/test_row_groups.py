"""The table with groups: it joins back one to one, and says where each row lies."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.metrics import adjusted_rand_score

from som_core import prepare, regions, row_groups, suggest_settings, train
from som_core.analyses.row_cells import free_name
from som_core.analyses.row_groups import COLUMNS_ADDED
from som_core.groups import Group
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table


@pytest.fixture(scope="module")
def grouped():
    """Return three clear blobs, of which every tenth row has no place on the map, and the truth."""
    random = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 100)
    x, y = np.array([[0, 0], [9, 0], [0, 9]])[truth].T + random.normal(size=(2, 300))
    x[::10] = np.nan
    table = a_table({"x": x, "y": y, "region": ["of the file"] * 300})
    columns = (
        ColumnRecipe(name="x", missing="drop_row"),
        ColumnRecipe(name="y"),
        ColumnRecipe(name="region", role="describe"),
    )
    prepared = prepare(table, Recipe(columns))
    m = train(prepared, suggest_settings(prepared))
    found = regions(m, 3)
    return m, found, table, truth, row_groups(m, found, table)


def test_the_table_comes_first_and_unchanged(grouped):
    _, _, table, _, frame = grouped
    assert_frame_equal(frame[list(table.frame.columns)], table.frame)
    assert len(frame) == 300


def test_a_name_that_the_table_has_is_told_apart(grouped):
    *_, frame = grouped
    assert "region (map)" in frame.columns
    assert (frame["region"] == "of the file").all()


def test_groups_agree_with_the_truth_where_rows_are_on_the_map(grouped):
    m, found, _, truth, frame = grouped
    on_map = frame["region (map)"].notna()
    assert list(frame.index[on_map]) == sorted(m.rows)
    assert adjusted_rand_score(truth[on_map], frame["region (map)"][on_map]) > 0.95
    for label, name in enumerate(found.names):
        rows = np.flatnonzero((frame["region (map)"] == label).fillna(False))
        assert set(rows) == set(found.rows(m, label))
        assert set(frame["region_name"].iloc[rows]) == {name}


def test_rows_without_a_place_are_blank_and_say_so(grouped):
    *_, frame = grouped
    off = frame.iloc[::10]
    assert set(off["region_name"]) == {"not on the map"}
    assert off[["region (map)", "cell_x", "cell_y", "distance", "margin"]].isna().all(axis=None)
    assert off["second_cell_adjacent"].isna().all()


def test_cell_and_distance_are_those_of_the_map(grouped):
    m, *_, frame = grouped
    on_map = frame.loc[m.rows]
    assert ((on_map["cell_y"] - 1) * m.width + on_map["cell_x"] - 1 == m.bmu).all()
    assert on_map["distance"].to_numpy() == pytest.approx(m.distance)
    assert on_map["margin"].between(0, 1).all()
    assert on_map["second_cell_adjacent"].mean() > 0.5


def test_rows_in_no_group_are_named_so(grouped):
    m, found, table, _, _ = grouped
    labels = found.node_labels.copy()
    node = int(m.bmu[0])
    labels.ravel()[node] = -1
    frame = row_groups(m, replace(found, node_labels=labels), table)
    assert frame["region_name"].iloc[m.rows[0]] == "in no group"
    assert frame["region (map)"].iloc[m.rows[0]] == -1


def test_a_name_taken_twice_over_is_still_free():
    assert free_name("cell_x", pd.Index(["cell_x", "cell_x (map)"])) == "cell_x (map) (map)"


def test_each_set_is_a_column_of_its_own_whatever_its_name(grouped):
    m, found, table, *_ = grouped
    sets = [Group("mine", [0, 299]), Group("x", [5]), Group("region", []), Group("margin", [7])]
    frame = row_groups(m, found, table, sets=sets)
    added = frame.columns[table.frame.shape[1] + COLUMNS_ADDED :]
    assert list(added) == ["mine", "x (map)", "region (map) (map)", "margin (map)"]
    assert frame.columns.is_unique
    for name, kept in zip(added, sets, strict=True):
        assert np.flatnonzero(frame[name]).tolist() == kept.rows.tolist()
