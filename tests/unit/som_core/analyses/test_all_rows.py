"""All rows on a map of a sample, against the same rows in memory."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.analyses.all_rows import (
    check_drawn_from,
    columns_read_alike,
    prepared_alike,
    with_all_rows,
)
from som_core.analyses.node_aggregates import node_aggregates
from som_core.analyses.rows_by_cell import rows_by_cell
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.files.arrow_blocks import block_of
from som_core.geometry.best_matching import best_two
from som_core.preparation import prepare
from som_core.reading import read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train, train_on_all_rows

SETTINGS = MapSettings(height=3, width=4, sigma=1, epochs=3)
RECIPE = Recipe(
    (
        ColumnRecipe(name="x", missing="drop_row"),
        ColumnRecipe(name="y", outliers="clip"),
        ColumnRecipe(name="day"),
        ColumnRecipe(name="colour", missing="mode"),
        ColumnRecipe(name="code", role="describe"),
    )
)


def a_frame(n_rows=6_000):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": random.normal(size=n_rows),
            "y": random.lognormal(size=n_rows),
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 300, n_rows), "D"),
            "colour": random.choice(["red", "blue", "green"], n_rows),
            # An upload takes -999 for a mark, as other values are far away; a data set doesn't.
            "code": np.where(random.random(n_rows) < 0.2, -999.0, random.normal(5, 1, n_rows)),
        }
    )
    frame.loc[::7, "x"] = np.nan
    frame.loc[::9, "colour"] = None
    return frame


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a table on a disk, in several files, that is read in short blocks."""
    folder, frame = tmp_path_factory.mktemp("rows"), a_frame()
    frame[:2_500].to_parquet(folder / "a.parquet")
    frame[2_500:].to_parquet(folder / "b.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_on_disk, "_BLOCK_CELLS", 1)
        yield open_dataset(folder)


@pytest.fixture(scope="module")
def sampled(whole):
    """Return a sample of it, as it is read, its file, and a map of it."""
    data = whole.sample_as_parquet(800, seed=4)
    table = read_table(data, "sample.parquet")
    return table, data, train(prepare(table, RECIPE), SETTINGS)


@pytest.mark.slow
def test_each_row_lies_where_it_would_in_memory(whole, sampled, tmp_path):
    _, _, m = sampled
    told: list[float] = []

    found = with_all_rows(m, whole, on_progress=told.append)

    a_frame().to_csv(tmp_path / "all.csv", index=False)
    in_memory = m.fitted.transform(read_table(tmp_path / "all.csv", "all.csv"))
    expected = best_two(in_memory.matrix, m.codebook)
    assert_array_equal(found.rows, in_memory.rows)
    assert_array_equal(found.bmu, expected.bmu)
    assert_array_equal(found.second_bmu, expected.second_bmu)
    assert_allclose(found.distance, expected.distance, rtol=1e-9)
    assert_array_equal(found.codebook, m.codebook)
    assert len(found.rows) == 6_000 - len(range(0, 6_000, 7))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.slow
def test_the_rows_of_the_sample_are_found_among_all(whole, sampled):
    table, _, m = sampled
    check_drawn_from(m, with_all_rows(m, whole), table.sample_of)


def test_a_table_that_changed_since_is_noticed(sampled, tmp_path):
    table, _, m = sampled
    for number, changed in enumerate((a_frame()[::-1], a_frame().assign(y=a_frame()["y"] * 1.01))):
        changed.to_parquet(tmp_path / f"{number}.parquet", index=False)
        other = with_all_rows(m, open_dataset(tmp_path / f"{number}.parquet"))
        with pytest.raises(AtlasError, match="gives other rows than the sample has"):
            check_drawn_from(m, other, table.sample_of)


def test_a_column_that_is_read_otherwise_than_its_cells_is_not_alike(sampled):
    table, data, _ = sampled
    cells = block_of(pq.read_table(pa.BufferReader(data))).frame
    assert table.frame["code"].isna().any() and not cells["code"].isna().any()

    assert columns_read_alike(table, cells) == ["x", "y", "day", "colour"]


def test_a_map_of_other_columns_is_refused(whole, sampled):
    _, _, m = sampled
    recipe = Recipe((*m.fitted.recipe.columns, ColumnRecipe(name="price")))
    other = replace(m, fitted=replace(m.fitted, recipe=recipe))
    with pytest.raises(AtlasError, match="has no “price”, by which the map is trained"):
        with_all_rows(other, whole)


def test_where_the_recipe_drops_all_rows_it_is_said(sampled, tmp_path):
    _, _, m = sampled
    a_frame(50).assign(x=np.nan).to_parquet(tmp_path / "empty.parquet")
    with pytest.raises(AtlasError, match=r"No row of “empty\.parquet” remains"):
        with_all_rows(m, open_dataset(tmp_path / "empty.parquet"))


def test_all_rows_are_prepared_and_trained_as_they_would_be_in_memory(whole, sampled, tmp_path):
    table, _, _ = sampled
    sample = prepare(table, RECIPE)
    told: list[float] = []

    all_rows = prepared_alike(sample, whole, table.sample_of, on_progress=told.append)
    m = train_on_all_rows(sample, all_rows, SETTINGS)

    a_frame().to_csv(tmp_path / "all.csv", index=False)
    in_memory = train(sample.transform(read_table(tmp_path / "all.csv", "all.csv")), SETTINGS)
    assert_allclose(m.codebook, in_memory.codebook, rtol=0, atol=1e-9)
    assert m.n_trained == len(in_memory.rows) == 6_000 - len(range(0, 6_000, 7))
    assert_array_equal(m.rows, sample.rows)
    assert_array_equal(m.bmu, best_two(sample.matrix, m.codebook).bmu)
    assert m.fitted == sample.fitted
    check_drawn_from(m, with_all_rows(m, whole), table.sample_of)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_table_that_changed_since_is_not_prepared(sampled, tmp_path):
    table, _, _ = sampled
    sample = prepare(table, RECIPE)
    changes = {
        "gives other rows than the sample has": a_frame()[::-1],
        "has 6,001 rows, but had 6,000 when the sample was drawn": a_frame(6_001),
        "has no “x”, by which": a_frame().drop(columns="x"),
    }
    for number, (said, changed) in enumerate(changes.items()):
        changed.to_parquet(tmp_path / f"{number}.parquet", index=False)
        with pytest.raises(AtlasError, match=said):
            prepared_alike(sample, open_dataset(tmp_path / f"{number}.parquet"), table.sample_of)


def test_rows_that_were_prepared_otherwise_do_not_train_the_map_of_a_sample(whole, sampled):
    table, _, _ = sampled
    other = prepare(table, replace(RECIPE, columns=RECIPE.columns[:2]))
    with pytest.raises(AtlasError, match="Prepare them with prepared_alike"):
        train_on_all_rows(other, prepare(whole, RECIPE), SETTINGS)


@pytest.mark.slow
@pytest.mark.parametrize("tell", [node_aggregates, rows_by_cell])
def test_nothing_is_told_of_all_rows_by_a_map_of_a_sample(whole, sampled, tell, tmp_path):
    table, _, m = sampled
    folder = () if tell is node_aggregates else (tmp_path / "by cell",)
    prepared = prepare(table, RECIPE)
    all_rows = prepared_alike(prepared, whole, table.sample_of)
    for of_sample in (m, train_on_all_rows(prepared, all_rows, SETTINGS)):
        with pytest.raises(AtlasError, match=r"aren't those of .* by `with_all_rows` first"):
            tell(of_sample, whole, *folder)

    m = with_all_rows(m, whole)
    tell(m, whole, *folder)


def test_a_map_of_a_sample_is_told_where_the_first_rows_are_all_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_BLOCK_CELLS", 1_000_000)  # all in the first block
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(9_000, 2)), columns=["x", "y"])
    frame[:3_000] = 0.0
    frame.to_parquet(tmp_path / "whole.parquet", index=False)
    table = open_dataset(tmp_path / "whole.parquet")
    sample = read_table(table.sample_as_parquet(4_000), "sample.parquet")
    m = train(prepare(sample, Recipe((ColumnRecipe(name="x"), ColumnRecipe(name="y")))), SETTINGS)
    with pytest.raises(AtlasError, match="aren't those of"):
        node_aggregates(m, table)
    assert node_aggregates(with_all_rows(m, table), table).counts.sum() == 9_000
