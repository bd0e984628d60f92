"""What nodes add up to, block by block, against the same of all rows at once."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.analyses.differences import cohens_d, cohens_h
from som_core.analyses.map_quality import quality
from som_core.analyses.node_aggregates import N_BINS, node_aggregates
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train

RECIPE = Recipe((ColumnRecipe(name="x", missing="drop_row"), ColumnRecipe(name="y")))


def a_frame(n_rows=4_000):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "row": np.arange(n_rows),
            "x": random.normal(size=n_rows),
            "y": random.normal(1e9, 1, n_rows),  # far from 0, where squares lose digits
            "colour": random.choice(["red", "blue", "green"], n_rows, p=[0.5, 0.3, 0.2]),
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 99, n_rows), "D"),
        }
    )
    frame["price"] = frame["x"] * 10 + random.normal(size=n_rows)
    frame.loc[::13, "x"] = np.nan
    frame.loc[::5, "price"] = np.nan
    frame.loc[::6, "colour"] = None
    return frame


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A table, the same on a disk in short blocks, and a map of it."""
    folder, frame = tmp_path_factory.mktemp("rows"), a_frame()
    frame[:1_500].to_parquet(folder / "a.parquet")
    frame[1_500:].to_parquet(folder / "b.parquet")
    table = open_dataset(folder)
    m = train(prepare(table, RECIPE), MapSettings(height=3, width=4, sigma=1, epochs=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_on_disk, "_BLOCK_CELLS", 1)
        yield frame, table, m


def test_counts_means_and_levels_are_those_of_each_nodes_rows(trained):
    frame, table, m = trained

    found = node_aggregates(m, table)

    on_map = frame.iloc[m.rows].assign(node=m.bmu)
    assert_array_equal(found.counts, m.hits.ravel())
    assert set(found.numbers) == {"x", "y", "price", "day"}
    for name in ("x", "y", "price"):
        by_node = on_map.groupby("node")[name]
        assert_allclose(found.numbers[name].means, by_node.mean().reindex(range(12)), rtol=1e-12)
        assert_array_equal(found.numbers[name].counts, by_node.count().reindex(range(12)))
        assert_array_equal(found.numbers[name].lowest, by_node.min().reindex(range(12)))
        assert_array_equal(found.numbers[name].histograms.sum(axis=1), by_node.count())
    assert set(found.levels) == {"colour"}
    colours = found.levels["colour"]
    table_of = pd.crosstab(on_map["node"], on_map["colour"])[list(colours.levels)]
    assert_array_equal(colours.counts, table_of.reindex(range(12), fill_value=0))


def test_histograms_count_values_between_edges(trained):
    frame, table, m = trained

    x = node_aggregates(m, table, ["x"]).numbers["x"]

    expected, edges = np.histogram(frame["x"].iloc[m.rows], N_BINS)
    assert_allclose(x.edges, edges)
    assert_array_equal(x.histograms.sum(axis=0), expected)


@pytest.mark.parametrize("nodes", [[0], [0, 1, 4, 5], list(range(11))])
def test_effects_are_those_of_the_rows_themselves(trained, nodes):
    frame, table, m = trained

    effects = node_aggregates(m, table).effects(nodes)

    on_map, is_here = frame.iloc[m.rows], np.isin(m.bmu, nodes)
    by_column = {effect.column: effect for effect in effects}
    for name in ("x", "y", "price"):
        here, elsewhere = (on_map[name][side].dropna() for side in (is_here, ~is_here))
        found = by_column[name]
        assert (found.n_here, found.n_elsewhere) == (len(here), len(elsewhere))
        assert_allclose([found.here, found.elsewhere], [here.mean(), elsewhere.mean()], rtol=1e-12)
        expected = cohens_d(here.to_numpy(), elsewhere.to_numpy())
        assert_allclose(found.effect, expected, rtol=1e-6, atol=1e-6)
    colour = by_column["colour"]
    shares = [
        on_map["colour"][side].value_counts(normalize=True)[colour.level]
        for side in (is_here, ~is_here)
    ]
    assert_allclose([colour.here, colour.elsewhere], shares)
    assert_allclose(colour.effect, cohens_h(*shares))
    sizes = [abs(effect.effect) for effect in effects]
    assert sizes == sorted(sizes, reverse=True)


def test_nodes_and_columns_that_are_not_there_are_named(trained):
    _, table, m = trained

    with pytest.raises(AtlasError, match="no node 12"):
        node_aggregates(m, table, ["x"]).effects([12])
    with pytest.raises(AtlasError, match="has no column “size”"):
        node_aggregates(m, table, ["size"])


def test_a_shorter_table_than_that_of_the_map_is_refused(trained, tmp_path):
    frame, _, m = trained
    (tmp_path / "short").mkdir()
    frame[:100].to_parquet(tmp_path / "short" / "a.parquet")

    with pytest.raises(AtlasError, match="Give the table that the map was trained on"):
        node_aggregates(m, open_dataset(tmp_path / "short"))


def test_rows_are_counted_where_no_column_is_added_up(trained):
    _, table, m = trained
    for columns in ([], ["row"]):  # row numbers are neither a measure nor levels
        found = node_aggregates(m, table, columns)
        assert_array_equal(found.counts, m.hits.ravel())
        assert not found.numbers and not found.levels


@pytest.mark.slow
def test_quality_is_measured_in_memory(trained):
    _, table, m = trained
    with pytest.raises(AtlasError, match="measured on rows in memory"):
        quality(m, prepare(table, RECIPE))
    assert quality(m, m.fitted.transform(table.sample)).quantization_error == pytest.approx(
        m.history[-1].quantization_error, rel=1e-6
    )
