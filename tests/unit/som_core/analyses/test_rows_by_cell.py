"""Rows sorted by cell on a disk, against the same rows filtered in memory."""

import shutil
import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal

from som_core.analyses import rows_by_cell as module
from som_core.analyses.rows_by_cell import (
    FIRST_ROWS,
    bytes_by_cell,
    open_rows_by_cell,
    rows_by_cell,
)
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train

RECIPE = Recipe((ColumnRecipe(name="x", missing="drop_row"), ColumnRecipe(name="y")))
N_NODES = 12


def a_frame(n_rows=9_000):
    """Return rows of all kinds of columns, with gaps; two thirds are alike and share a cell."""
    random = np.random.default_rng(0)
    is_alike = np.arange(n_rows) % 3 > 0
    frame = pd.DataFrame(
        {
            "row": np.arange(n_rows),
            "x": np.where(is_alike, 9.0, random.normal(size=n_rows)),
            "y": np.where(is_alike, 9.0, random.normal(size=n_rows)),
            "colour": pd.Categorical(random.choice(["red", "blue", "green"], n_rows)),
            "text": [f"row {row}, “ä”" for row in range(n_rows)],
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 99, n_rows), "D"),
            "is_open": random.random(n_rows) < 0.5,
        }
    )
    frame.loc[::13, "x"] = np.nan
    frame.loc[::7, "text"] = ""
    frame.loc[::6, "colour"] = None
    frame.loc[::5, "day"] = pd.NaT
    return frame


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a table on a disk, in several files and blocks, and a map of it."""
    folder, frame = tmp_path_factory.mktemp("rows"), a_frame()
    frame[:4_000].to_parquet(folder / "a.parquet", row_group_size=900)
    frame[4_000:].to_parquet(folder / "b.parquet")
    table = open_dataset(folder)
    m = train(prepare(table, RECIPE), MapSettings(height=3, width=4, sigma=1, epochs=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_on_disk, "_BLOCK_CELLS", 1)  # blocks of 1,000 rows
        yield table, m


@pytest.fixture(scope="module")
def whole(trained):
    """Return all rows of the table in memory."""
    table, _ = trained
    blocks = [block.frame for block in table.blocks()]
    return pd.concat(blocks, ignore_index=True)


@pytest.fixture(params=["one file", "many files", "small groups"])
def small(request, monkeypatch):
    """Make files, or row groups, as small as those of large tables are beside the whole."""
    if request.param != "one file":
        monkeypatch.setattr(module, "_FILE_BYTES", 30_000)
    if request.param == "small groups":
        monkeypatch.setattr(module, "FIRST_ROWS", 50)
        monkeypatch.setattr(module, "_GROUP_BYTES", 1)


def in_memory(whole, m, nodes, n_rows):
    places = np.sort(m.rows[np.isin(m.bmu, nodes)])[:n_rows]
    return whole.iloc[places]


@pytest.mark.slow
def test_rows_of_any_cells_are_those_that_lie_there_in_the_order_of_the_table(
    trained, whole, small, tmp_path
):
    table, m = trained
    largest = int(m.hits.argmax())
    assert m.hits.max() > 5_000

    by_cell = rows_by_cell(m, table, tmp_path / "sorted")

    assert_array_equal(by_cell.counts, m.hits.ravel())
    for nodes in (range(N_NODES), [largest], *([node] for node in range(N_NODES)), [11, 0, 11, 5]):
        for n_rows in (1, 40, 1_000, 10_000):
            found = by_cell.rows(nodes, n_rows)
            expected = in_memory(whole, m, list(nodes), n_rows)
            assert_frame_equal(found, expected, check_dtype=False, check_index_type=False)


def test_opened_another_day_it_is_the_same(trained, tmp_path):
    table, m = trained
    made = rows_by_cell(m, table, tmp_path / "sorted")

    found = open_rows_by_cell(tmp_path / "sorted")

    assert_frame_equal(found.rows([3, 4]), made.rows([3, 4]))
    assert found.n_bytes == sum(path.stat().st_size for path in (tmp_path / "sorted").iterdir())
    assert found.n_bytes < bytes_by_cell(m, table)


@pytest.mark.slow
def test_the_copy_of_numbers_that_never_repeat_is_as_large_as_they_are(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(50_000, 2)), columns=["x", "y"])
    frame.to_parquet(tmp_path / "table.parquet")
    table = open_dataset(tmp_path / "table.parquet")
    settings = MapSettings(height=2, width=2, sigma=1, epochs=1)
    m = train(prepare(table, RECIPE), settings)

    copy = rows_by_cell(m, table, tmp_path / "sorted")

    positions = 8 * len(frame)
    assert copy.n_bytes < 1.1 * (8 * frame.size + positions)


def test_cells_without_rows_have_none_and_keep_the_columns(trained, tmp_path):
    table, m = trained
    empty = np.flatnonzero(m.hits.ravel() == 0)
    by_cell = rows_by_cell(m, table, tmp_path / "sorted")

    for nodes in ([], empty.tolist()):
        found = by_cell.rows(nodes)
        assert len(found) == 0
        assert tuple(found.columns) == table.columns


def test_the_first_rows_of_a_cell_are_in_a_row_group_of_their_own(trained, tmp_path):
    table, m = trained
    rows_by_cell(m, table, tmp_path / "sorted")

    file = pq.ParquetFile(tmp_path / "sorted" / "0.parquet").metadata

    lengths = [file.row_group(group).num_rows for group in range(file.num_row_groups)]
    assert FIRST_ROWS in lengths
    before_largest = int(m.hits.ravel()[: m.hits.argmax()].sum())
    assert before_largest in np.cumsum([0, *lengths])


def test_rows_that_are_not_on_the_map_are_not_copied(trained, whole, tmp_path):
    table, m = trained
    by_cell = rows_by_cell(m, table, tmp_path / "sorted")

    found = by_cell.rows(range(N_NODES), table.n_rows)

    assert len(found) == len(m.rows) < table.n_rows
    assert not found["x"].isna().any()


@pytest.mark.slow
def test_it_holds_a_block_and_a_file_however_many_rows_there_are(tmp_path, monkeypatch):
    numbers = np.random.default_rng(0).normal(size=(100_000, 10))
    frame = pd.DataFrame(numbers, columns=list("abcdefghij"))
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=5_000)
    del frame, numbers
    table = open_dataset(tmp_path / "a.parquet")
    recipe = Recipe(tuple(ColumnRecipe(name=name) for name in table.columns))
    m = train(prepare(table, recipe), MapSettings(height=4, width=5, sigma=2, epochs=2))
    monkeypatch.setattr(module, "_FILE_BYTES", 500_000)
    monkeypatch.setattr(table_on_disk, "_BLOCK_ROWS", 1_250)
    before = pa.total_allocated_bytes()
    most = 0

    def look(_share):
        nonlocal most
        most = max(most, pa.total_allocated_bytes() - before)

    tracemalloc.start()
    try:
        rows_by_cell(m, table, tmp_path / "sorted", on_progress=look)
        _, of_python = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most + of_python < 4_000_000  # the table takes 8,000,000


def test_who_waits_is_told_how_far_it_is(trained, tmp_path):
    table, m = trained
    told: list[float] = []

    rows_by_cell(m, table, tmp_path / "sorted", on_progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


def test_no_half_of_it_is_left_where_something_goes_wrong(trained, tmp_path, monkeypatch):
    table, m = trained

    def stop(share):
        if share > 0.6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rows_by_cell(m, table, tmp_path / "sorted", on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_told_before(trained, tmp_path, monkeypatch):
    table, m = trained
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage._replace(free=1_000))

    with pytest.raises(AtlasError, match="which has 1 kB"):
        rows_by_cell(m, table, tmp_path / "sorted")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_written_over(trained, tmp_path):
    table, m = trained
    with pytest.raises(AtlasError, match="is there already"):
        rows_by_cell(m, table, tmp_path)


def test_a_node_or_a_table_that_is_not_the_maps_is_refused(trained, tmp_path):
    table, m = trained
    by_cell = rows_by_cell(m, table, tmp_path / "sorted")
    with pytest.raises(AtlasError, match=r"no node 12\. The map has nodes 0 to 11"):
        by_cell.rows([12])
    a_frame(50).to_parquet(tmp_path / "short.parquet")
    with pytest.raises(AtlasError, match="Give the table that the map was trained on"):
        rows_by_cell(m, open_dataset(tmp_path / "short.parquet"), tmp_path / "other")


@pytest.mark.parametrize("content", [b"{}", b""])
@pytest.mark.parametrize("lost", ["index.json", "rows.npy", "0.parquet"])
def test_damage_is_told(trained, tmp_path, lost, content):
    table, m = trained
    rows_by_cell(m, table, tmp_path / "sorted")
    (tmp_path / "sorted" / lost).write_bytes(content)

    with pytest.raises(AtlasError, match="or they are damaged"):
        open_rows_by_cell(tmp_path / "sorted").rows([int(m.hits.argmax())])
