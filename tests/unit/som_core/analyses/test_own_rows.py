"""A map of some rows: what is said of its groups is said beside these rows only."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core import (
    MapSettings,
    column_importance,
    explain_all,
    prepare,
    regions,
    row_groups,
    train,
)
from som_core.analyses.own_rows import own_places, own_table
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table


@pytest.fixture(scope="module")
def drilled():
    """Return a map of the tall half of a table, which has two clouds by weight, and the table."""
    random = np.random.default_rng(0)
    tall = np.repeat([0, 1], 100)
    heavy = np.tile([0, 1], 100)
    table = a_table(
        {
            "height": 20.0 * tall + random.normal(size=200),
            "weight": np.where(tall, 40 + 9 * heavy, 0) + random.normal(size=200),
            "girth": np.where(tall, 40 + 9 * heavy, 0) + random.normal(size=200),
        }
    )
    columns = (ColumnRecipe(name="weight"), ColumnRecipe(name="girth"))
    recipe = Recipe((ColumnRecipe(name="height", role="describe"), *columns))
    chosen = np.flatnonzero(tall)
    m = train(
        prepare(table, recipe, chosen), MapSettings(height=4, width=6, sigma=2, lattice="hexagonal")
    )
    return m, table, recipe


def test_groups_are_named_by_what_sets_them_apart_on_the_map(drilled):
    m, table, _ = drilled
    names = regions(m, 2, table=table).names
    assert "height" not in " ".join(names), "all of them are tall"
    assert all("weight" in name or "girth" in name for name in names)


def test_the_rest_is_that_of_the_map(drilled):
    m, table, recipe = drilled
    found = regions(m, 2)
    rows = {"one": found.rows(m, 0), "other": found.rows(m, 1)}
    effects = explain_all(table, rows, recipe=recipe, among=m.chosen)["one"].effects
    assert set(effects["n_elsewhere"]) == {len(m.chosen) - len(rows["one"])}
    assert effects.set_index("column").loc["height", "delta"] == pytest.approx(0, abs=0.3)


def test_the_table_with_groups_leaves_the_other_rows_blank(drilled):
    m, table, _ = drilled
    placed = row_groups(m, regions(m, 2), table)
    assert_array_equal(np.flatnonzero(placed["cell_x"].notna()), m.chosen)
    assert set(placed["region_name"].iloc[:100]) == {"not on the map"}


def test_what_the_map_knows_of_columns_is_measured_on_its_rows(drilled):
    m, table, _ = drilled
    importance = column_importance(m, table).set_index("column")
    assert importance.loc["weight", "explained"] > 0.9
    assert importance["share_of_distance"].sum() == pytest.approx(1)


def test_places_are_those_within_the_chosen_rows(drilled):
    m, table, _ = drilled
    own = own_table(m, table)
    places = own_places(m, [150, 3, 120])
    assert_array_equal(places, [20, 50])
    assert_array_equal(own.frame["weight"].iloc[places], table.frame["weight"].iloc[[120, 150]])
    assert own_table(m, table) is own, "so that its columns are ranked once"
