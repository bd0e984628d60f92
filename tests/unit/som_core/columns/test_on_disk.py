import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.columns import on_disk
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from testing.remarks import sentences


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    monkeypatch.setattr(table_on_disk, "_BLOCK_ROWS", 100)
    monkeypatch.setattr(table_on_disk, "_BLOCK_CELLS", 100)
    monkeypatch.setattr(on_disk, "_BLOCK_CELLS", 300)


def a_frame(n_rows=2_500, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": random.normal(50, 10, n_rows),
            "price": random.lognormal(3, 1, n_rows),
            "colour": random.choice(["red", "blue", "green"], n_rows, p=[0.6, 0.3, 0.1]),
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 300, n_rows), "D"),
            "hour": random.integers(0, 24, n_rows),
        }
    )
    frame.loc[::10, "size"] = np.nan
    frame.loc[::7, "colour"] = None
    return frame


RECIPE = Recipe(
    (
        ColumnRecipe(name="size", missing="median"),
        ColumnRecipe(name="price", transform="log", outliers="clip", scale="robust"),
        ColumnRecipe(name="colour", missing="mode"),
        ColumnRecipe(name="day", scale="minmax"),
        ColumnRecipe(name="hour", encoding="cyclic"),
    )
)


def on_a_disk(frame, folder):
    folder.mkdir()
    for number, places in enumerate(np.array_split(np.arange(len(frame)), 3)):
        frame.iloc[places].to_parquet(folder / f"{number}.parquet", row_group_size=333)
    return open_dataset(folder)


def everything(prepared):
    return np.concatenate(list(prepared.matrix.blocks()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"size": {"missing": "drop_row"}, "price": {"outliers": "drop_row"}},
        {"size": {"missing": "keep"}, "colour": {"missing": "keep"}},
    ],
)
def test_a_table_that_is_its_own_sample_gives_the_matrix_of_one_in_memory(tmp_path, changes):
    frame, recipe = a_frame(), RECIPE.changed(changes)

    table = on_a_disk(frame, tmp_path / "sales")

    found, in_memory = prepare(table, recipe), prepare(table.sample, recipe)

    assert found.features == in_memory.features
    assert_array_equal(found.rows, in_memory.rows)
    assert_array_equal(everything(found), in_memory.matrix)
    assert sentences(found.remarks) == sentences(in_memory.remarks)
    assert found.matrix.gaps == np.isnan(in_memory.matrix).any()
    assert_array_equal(found.matrix.lowest, np.nanmin(in_memory.matrix, axis=0))
    assert_array_equal(found.matrix.highest, np.nanmax(in_memory.matrix, axis=0))


def test_levels_and_ends_are_those_of_all_rows_though_the_sample_lacks_them(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_SAMPLED_ROWS", 200)
    frame = a_frame()
    frame.loc[1_234, "colour"] = "turquoise"
    frame.loc[1_235, "day"] = pd.Timestamp("2030-01-01")
    table = on_a_disk(frame, tmp_path / "sales")

    found = prepare(table, RECIPE)

    assert "colour = turquoise" in found.features
    colour = next(column for column in found.fitted.columns if column.recipe.name == "colour")
    counts = frame["colour"].fillna("red").value_counts()
    assert_allclose(colour.shares, [counts[level] / 2_500 for level in colour.levels])
    day = everything(found)[:, found.features.index("day")]
    assert (day.min(), day.max()) == (0, 1)
    assert any(
        "sample of" in sentence and "2,500 rows" in sentence
        for sentence in sentences(found.remarks)
    )
    assert_allclose(everything(found)[:, 0].mean(), 0, atol=0.3)


def test_a_column_that_differs_in_other_rows_alone_is_left_out_with_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_SAMPLED_ROWS", 200)
    frame = a_frame().assign(rare=np.where(np.arange(2_500) == 2_000, 1.0, 0.0))
    table = on_a_disk(frame, tmp_path / "sales")
    assert table.sample.frame["rare"].nunique() == 1
    recipe = Recipe((*RECIPE.columns, ColumnRecipe(name="rare")))

    (said,) = [remark for remark in prepare(table, recipe).remarks if remark.columns == ("rare",)]

    assert "though not in all rows" in said.sentence


def test_rows_are_found_by_their_places_in_any_order_and_twice(tmp_path):
    found = prepare(on_a_disk(a_frame(), tmp_path / "sales"), RECIPE)
    places = np.array([2_499, 0, 1_000, 1_000, 7])

    assert_array_equal(found.matrix[places], everything(found)[places])


def test_blocks_end_where_they_are_asked_to(tmp_path):
    found = prepare(on_a_disk(a_frame(), tmp_path / "sales"), RECIPE)

    lengths = [len(block) for block in found.matrix.blocks(multiple_of=70)]

    assert sum(lengths) == 2_500
    assert {length % 70 for length in lengths[:-1]} == {0}


def test_nearest_rows_are_refused_with_a_way_out(tmp_path):
    table = on_a_disk(a_frame(), tmp_path / "sales")

    with pytest.raises(AtlasError, match="Fill “size” by the median"):
        prepare(table, RECIPE.changed({"size": {"missing": "knn"}}))


def test_a_category_of_too_many_levels_is_refused_as_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_SAMPLED_ROWS", 60)
    table = on_a_disk(pd.DataFrame({"x": [f"level {n}" for n in range(500)]}), tmp_path / "levels")

    with pytest.raises(AtlasError, match="“x” has 500 different values"):
        prepare(table, Recipe((ColumnRecipe(name="x"),)))


def test_no_row_that_remains_is_told(tmp_path):
    frame = pd.DataFrame({"x": [1.0, 2.0, None, None], "y": [None, None, 1.0, 2.0]})
    recipe = Recipe(tuple(ColumnRecipe(name=name, missing="drop_row") for name in frame))

    with pytest.raises(AtlasError, match="4 rows: 0 remain"):
        prepare(on_a_disk(frame, tmp_path / "few"), recipe)
