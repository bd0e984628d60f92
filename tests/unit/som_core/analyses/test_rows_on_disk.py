"""Whether the rows of a table on a disk are those on a map, as it is read for something else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from som_core.analyses.node_aggregates import node_aggregates
from som_core.analyses.rows_by_cell import rows_by_cell
from som_core.analyses.rows_on_disk import blocks_on_map
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train

RECIPE = Recipe(
    (
        ColumnRecipe(name="x", missing="drop_row"),
        ColumnRecipe(name="y", missing="keep"),
        ColumnRecipe(name="day"),
        ColumnRecipe(name="colour", missing="mode"),
    )
)
SETTINGS = MapSettings(height=3, width=4, sigma=1, epochs=2)


def a_frame(n_rows=12_500):
    """Return rows of which the first 2,000 are equal, and some have no place on a map."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": random.normal(size=n_rows),
            "y": random.normal(size=n_rows),
            "day": (
                pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, n_rows), "D")
            ).strftime("%Y-%m-%d"),
            "colour": random.choice(["red", "blue", "green"], n_rows),
            "name": [f"row {row}" for row in range(n_rows)],
        }
    )
    frame.loc[1:1_999] = frame.loc[[0] * 1_999].to_numpy()
    frame.loc[2_000::7, "x"] = np.nan
    frame.loc[3_000:4_999, "x"] = np.nan  # whole blocks
    frame.loc[2_000::5, "y"] = np.nan
    frame.loc[2_000::9, "colour"] = None
    return frame


def on_disk(frame, folder):
    """Write a frame as two files and open them."""
    folder.mkdir()
    frame[:5_500].to_parquet(folder / "a.parquet", index=False)
    frame[5_500:].to_parquet(folder / "b.parquet", index=False)
    return open_dataset(folder)


@pytest.fixture(autouse=True, params=[1, 100_000_000], ids=["short blocks", "one block a file"])
def _blocks(request, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_BLOCK_CELLS", request.param)


@pytest.fixture(scope="module")
def m(tmp_path_factory):
    return train(
        prepare(on_disk(a_frame(), tmp_path_factory.mktemp("of") / "map"), RECIPE), SETTINGS
    )


@pytest.mark.slow
@pytest.mark.parametrize("columns", [None, ["name"]])
def test_the_rows_of_the_map_are_told_block_by_block(m, tmp_path, columns):
    found = list(blocks_on_map(m, on_disk(a_frame(), tmp_path / "rows"), columns))

    assert_array_equal(np.concatenate([block.start + block.places for block in found]), m.rows)
    assert_array_equal(np.concatenate([block.nodes for block in found]), m.bmu)
    names = [name for block in found for name in block.batch.column("name").to_pylist()]
    assert names == a_frame()["name"].tolist()


def changed_further_down(frame):
    frame.loc[11_000:11_400, "y"] += 0.5
    return frame


def moved_by_one(frame):
    return pd.concat([frame[:9_000], frame[8_999:]])


def appended(frame):
    return pd.concat([frame, frame[5_001:5_002]])


def without_some(frame):
    return frame.drop(index=range(8_000, 8_003))


def without_the_last(frame):
    return frame[:-1]


def filled_where_a_gap_dropped_rows(frame):
    frame.loc[3_000:4_999, "x"] = 0.0
    return frame


def emptied_where_rows_lie(frame):
    frame.loc[9_000:9_400, "x"] = np.nan
    return frame


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        changed_further_down,
        moved_by_one,
        appended,
        without_some,
        without_the_last,
        filled_where_a_gap_dropped_rows,
        emptied_where_rows_lie,
    ],
)
@pytest.mark.parametrize("tell", [node_aggregates, rows_by_cell])
def test_of_other_rows_than_those_on_the_map_nothing_is_told(m, tell, change, tmp_path):
    table = on_disk(change(a_frame()), tmp_path / "rows")
    folder = () if tell is node_aggregates else (tmp_path / "by cell",)
    with pytest.raises(AtlasError, match=r"Give the table that (it was|the map was) trained on"):
        tell(m, table, *folder)
    assert not (tmp_path / "by cell").exists()


@pytest.mark.slow
def test_rows_that_were_not_chosen_for_a_map_may_be_any(m, tmp_path):
    table = on_disk(a_frame(), tmp_path / "rows")
    of_some = train(prepare(table.sample, RECIPE, rows=range(10_100, 12_500)), SETTINGS)
    assert node_aggregates(of_some, table).counts.sum() == len(of_some.rows)

    chosen = np.append(0, of_some.chosen)  # a row that would lie on the map, but doesn't
    with pytest.raises(AtlasError, match="aren't those of"):
        node_aggregates(replace(of_some, chosen=chosen), table)
