import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core import prepare, read_table, suggest_settings, train
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.row_means import with_row_means
from som_core.recipe import ColumnRecipe, Recipe


@pytest.fixture(scope="module")
def town():
    """Return a table of 60 rows with every kind of column, and a map of it."""
    lines = ["size,sort,opened,at,month"]
    lines += [
        f"{k * k},{'shop' if k % 3 else 'bar'},2024-01-{1 + k % 28:02},{k % 24:02}:30,{1 + k % 12}"
        for k in range(60)
    ]
    table = read_table("\n".join(lines).encode(), "town.csv")
    columns = [
        ColumnRecipe(name="size", transform="sqrt"),
        ColumnRecipe(name="sort", encoding="levels"),
        ColumnRecipe(name="opened"),
        ColumnRecipe(name="at"),
        ColumnRecipe(name="month", encoding="cyclic", period=12),
    ]
    prepared = prepare(table, Recipe(columns=tuple(columns)))
    return table, train(prepared, suggest_settings(prepared))


def means(town, feature):
    table, m = town
    return with_row_means(m, component_plane(m, feature), feature, table).row_means


def test_a_plane_holds_the_mean_of_each_cells_own_rows_in_its_units(town):
    table, m = town
    for node in np.unique(m.bmu):
        rows = table.frame.iloc[m.rows[m.bmu == node]]
        assert_allclose(means(town, "size").flat[node], rows["size"].mean())
        assert_allclose(means(town, "sort = bar").flat[node], (rows["sort"] == "bar").mean())
    assert np.isnan(means(town, "size").ravel()[m.hits.ravel() == 0]).all()


@pytest.mark.parametrize("feature", ["opened", "at"])
def test_dates_and_times_have_the_unit_of_their_plane(town, feature):
    _, m = town
    plane = component_plane(m, feature)
    assert abs(np.nanmean(means(town, feature)) - plane.values.mean()) < 8


def test_a_column_on_a_circle_has_no_mean(town):
    _, m = town
    assert "month" in order_planes(m)
    assert means(town, "month") is None
