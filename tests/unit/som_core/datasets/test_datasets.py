import hashlib

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_array_equal

from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from som_core.preparation import prepare
from som_core.profiling import profile
from som_core.reading import read_table
from som_core.suggestions.recipe import suggest_recipe


def a_frame(n_rows=1_000, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "number": np.arange(n_rows) + 5,
            "size": random.normal(50, 10, n_rows),
            "colour": random.choice(["red", "blue", "green"], n_rows),
            "is_open": random.random(n_rows) < 0.5,
            "when": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 9e6, n_rows), "s"),
        }
    )
    frame.loc[::10, "size"] = np.nan
    frame.loc[::4, "colour"] = ""
    return frame


def written(frame, folder, n_files=3):
    """Write a frame as several Parquet files; the second has rows in small groups."""
    folder.mkdir(exist_ok=True)
    for number, places in enumerate(np.array_split(np.arange(len(frame)), n_files)):
        part = frame.iloc[places]
        part.to_parquet(
            folder / f"part-{number}.parquet", row_group_size=7 if number == 1 else None
        )
    return folder


def test_it_knows_rows_columns_kinds_and_bytes(tmp_path):
    table = open_dataset(written(a_frame(), tmp_path / "sales"))

    assert (table.name, table.n_rows, table.n_files) == ("sales", 1_000, 3)
    assert table.columns == ("number", "size", "colour", "is_open", "when")
    assert table.n_bytes == sum(path.stat().st_size for path in (tmp_path / "sales").iterdir())
    assert dict(table.kinds) == {
        "number": "identifier",
        "size": "number",
        "colour": "category",
        "is_open": "boolean",
        "when": "date",
    }


def test_its_counts_are_those_of_all_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_SAMPLED_ROWS", 50)
    frame = a_frame()
    table = open_dataset(written(frame, tmp_path / "sales"))

    size, colour, when = (table.counts[name] for name in ("size", "colour", "when"))

    assert (size.n_rows, size.n_missing) == (1_000, 100)
    assert (size.minimum, size.maximum) == (frame["size"].min(), frame["size"].max())
    assert colour.n_missing == 250
    assert colour.levels == frame["colour"].replace("", np.nan).value_counts().to_dict()
    assert (when.minimum, when.levels) == (
        (frame["when"].min() - pd.Timestamp("1970-01-01")) / pd.Timedelta("1D"),
        None,
    )
    assert table.kinds["number"] == "identifier"  # though the sample doesn't count up by 1


def test_more_values_than_a_thousand_are_not_counted_one_by_one(tmp_path):
    frame = pd.DataFrame({"many": np.arange(1_500) * 0.5, "few": np.arange(1_500) % 9})

    table = open_dataset(written(frame, tmp_path / "numbers"))

    assert table.counts["many"].levels is None
    assert table.counts["few"].levels == {str(n): 167 if n < 6 else 166 for n in range(9)}


def test_a_sample_says_the_same_each_time_and_serves_profile_and_suggestions(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_SAMPLED_ROWS", 200)
    folder = written(a_frame(), tmp_path / "sales")

    first, again = open_dataset(folder).sample, open_dataset(folder).sample

    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert 150 < len(first.frame) <= 200
    kinds = {column.name: column.kind for column in profile(first)}
    assert kinds["when"] == "date"
    assert [column.name for column in suggest_recipe(first).trained] == ["size"]


def test_a_suggested_recipe_can_be_prepared_and_fills_nothing_from_nearest_rows(tmp_path):
    frame = a_frame()
    frame["price"] = frame["size"].fillna(0) * 2 + np.arange(1_000) % 7
    table = open_dataset(written(frame, tmp_path / "sales"))
    assert suggest_recipe(table.sample).column("size").missing == "knn"

    recipe = suggest_recipe(table)

    assert recipe.column("size").missing == "median"
    assert "become the median" in recipe.column("size").reason
    assert "nearest" not in recipe.column("size").reason
    assert len(prepare(table, recipe).matrix) == 1_000


def test_rows_drawn_as_a_file_are_those_of_the_table_wherever_its_files_end(tmp_path):
    frame = a_frame()
    drawn = [
        open_dataset(written(frame, tmp_path / f"{n_files}", n_files)).sample_as_parquet(150)
        for n_files in (1, 4)
    ]

    first, other = (read_table(data, "sample.parquet") for data in drawn)

    pd.testing.assert_frame_equal(first.frame, other.frame)
    assert first.sample_of == SampleOf(name="1", n_rows=1_000, n_drawn=150, seed=0)
    places = first.frame["number"].to_numpy() - 5
    assert len(np.unique(places)) == 150
    expected = frame.iloc[places].reset_index(drop=True)
    assert_array_equal(first.frame["size"], expected["size"])
    assert_array_equal(first.frame["colour"].fillna(""), expected["colour"])
    assert_array_equal(first.dates["when"], expected["when"].dt.floor("s"))


def test_each_row_is_drawn_as_often_as_any_other(tmp_path):
    pd.DataFrame({"row": np.arange(40)}).to_parquet(tmp_path / "a.parquet", row_group_size=7)
    table = open_dataset(tmp_path)

    times = np.zeros(40)
    for seed in range(400):
        drawn = pq.read_table(pa.BufferReader(table.sample_as_parquet(10, seed=seed)))
        np.add.at(times, drawn["row"].to_numpy(), 1)

    # 100 times each, and a variance of 75 (hypergeometric): 39 degrees of freedom, p > 0.001.
    assert ((times - 100) ** 2 / 75).sum() < 75
    assert times.sum() == 4_000


def test_all_rows_are_no_sample(tmp_path):
    table = open_dataset(written(a_frame(30), tmp_path / "sales"))

    whole = read_table(table.sample_as_parquet(30), "sales.parquet")

    assert whole.sample_of is None
    assert len(whole.frame) == 30


def test_drawing_holds_words_that_are_drawn_and_no_dictionaries(tmp_path):
    rng = np.random.default_rng(0)
    words = [f"{'long word ' * 20}{number}" for number in range(5_000)]
    colour = pd.Categorical.from_codes(rng.integers(5_000, size=20_000), words)
    frame = pd.DataFrame({"row": np.arange(20_000), "colour": colour})
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=500)

    drawn = read_table(open_dataset(tmp_path).sample_as_parquet(20), "a.parquet").frame

    expected = frame["colour"].iloc[drawn["row"]].astype(str).tolist()
    assert drawn["colour"].tolist() == expected


def test_reading_holds_a_block_and_not_the_file(tmp_path):
    """A scan of pyarrow would hold whole row groups, and read the next ones ahead."""
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(2_000_000, 4)), columns=list("abcd"))
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=2_000_000)
    table = open_dataset(tmp_path)
    blocks = table.batches()
    before = pa.total_allocated_bytes()

    first = next(blocks)

    assert first.num_rows < 200_000
    assert pa.total_allocated_bytes() - before < 32_000_000  # of 64
    blocks.close()


def test_a_short_table_is_its_own_sample(tmp_path):
    frame = a_frame()

    sample = open_dataset(written(frame, tmp_path / "sales")).sample

    assert_array_equal(sample.frame["number"], frame["number"])
    assert_array_equal(sample.dates["when"], frame["when"])


def test_blocks_are_all_rows_in_the_order_of_the_files(tmp_path, monkeypatch):
    monkeypatch.setattr(table_on_disk, "_BLOCK_ROWS", 64)
    monkeypatch.setattr(table_on_disk, "_BLOCK_CELLS", 64)
    frame = a_frame(9_000)
    table = open_dataset(written(frame, tmp_path / "sales"))

    blocks = list(table.blocks(["number", "when"]))

    assert len(blocks) > 3
    assert list(blocks[0].frame) == ["number", "when"]
    assert_array_equal(pd.concat([block.frame for block in blocks])["number"], frame["number"])
    assert_array_equal(pd.concat([block.column("when") for block in blocks]), frame["when"])


def test_the_source_is_neither_changed_nor_copied(tmp_path):
    folder = written(a_frame(), tmp_path / "sales")

    def state():
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
        }

    before = state()
    list(open_dataset(folder).blocks())
    assert state() == before


def test_folders_named_by_a_value_are_a_column(tmp_path):
    for year in (2023, 2024):
        (tmp_path / f"year={year}").mkdir()
        a_frame(50).to_parquet(tmp_path / f"year={year}" / "part.parquet")

    table = open_dataset(tmp_path)

    assert table.columns[-1] == "year"
    assert table.counts["year"].levels == {"2023": 50, "2024": 50}


def test_whole_and_broken_numbers_of_a_column_go_together(tmp_path):
    pd.DataFrame({"x": np.arange(20, dtype="int32")}).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame({"x": np.arange(20) / 2}).to_parquet(tmp_path / "b.parquet")

    assert open_dataset(tmp_path).counts["x"].maximum == 19.0


def test_any_file_system_of_fsspec_can_be_named():
    memory = fsspec.filesystem("memory")
    with memory.open("/bucket/part.parquet", "wb") as file:
        a_frame(30).to_parquet(file)

    table = open_dataset("memory://bucket")

    assert table.n_rows == len(table.sample.frame) == 30


def test_lists_are_left_out_and_that_is_said(tmp_path):
    pq.write_table(pa.table({"x": [1.0, 2.0], "tags": [["a"], []]}), tmp_path / "a.parquet")

    table = open_dataset(tmp_path)

    assert table.columns == ("x",)
    assert "“tags”" in table.remarks[0].sentence


# CSV


def test_a_folder_of_csv_files_is_read_as_the_first_one(tmp_path):
    (tmp_path / "a.csv").write_text("name;size\nAnna;1,5\nBen;NA\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("name;size\nCarl;3,25\n;4\n", encoding="utf-8")

    table = open_dataset(tmp_path)

    assert (table.n_rows, table.columns) == (4, ("name", "size"))
    frame = pd.concat([block.frame for block in table.blocks()])
    assert_array_equal(frame["size"], [1.5, np.nan, 3.25, 4])
    assert frame["name"].isna().sum() == 1


def test_text_among_numbers_further_below_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("size,n\n" + "1.5,2\n" * 30, encoding="utf-8")
    (tmp_path / "b.csv").write_text("size,n\nlarge,2\n", encoding="utf-8")

    with pytest.raises(AtlasError, match="large"):
        _ = open_dataset(tmp_path).counts


# What can't be opened


def a_folder_of_two_kinds(folder):
    a_frame(5).to_parquet(folder / "a.parquet")
    (folder / "b.csv").write_text("x\n1\n", encoding="utf-8")


def files_with_other_columns(folder):
    a_frame(5).to_parquet(folder / "a.parquet")
    a_frame(5).drop(columns="size").to_parquet(folder / "b.parquet")


def csv_files_with_other_columns(folder):
    (folder / "a.csv").write_text("x,y\n" + "1,2\n" * 9, encoding="utf-8")
    (folder / "b.csv").write_text("x,z\n1,2\n", encoding="utf-8")


def files_with_other_types(folder):
    pd.DataFrame({"x": [1.0, 2.0]}).to_parquet(folder / "a.parquet")
    pd.DataFrame({"x": ["one", "two"]}).to_parquet(folder / "b.parquet")


def files_without_rows(folder):
    a_frame(5).iloc[:0].to_parquet(folder / "a.parquet")


def a_broken_file(folder):
    (folder / "a.parquet").write_bytes(b"PAR1 and no more")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: None, "holds no file"),
        (a_folder_of_two_kinds, "“a.parquet” and “b.csv”"),
        (files_with_other_columns, "“b.parquet” has no “size”, which “a.parquet” has"),
        (csv_files_with_other_columns, "“b.csv” has no “y”, which “a.csv” has"),
        (
            files_with_other_types,
            "“x” differently: as double in “a.parquet”, as (large_)?string in",
        ),
        (files_without_rows, "has no rows"),
        (a_broken_file, "can't be read"),
    ],
)
def test_what_is_no_data_set_is_refused_in_words(tmp_path, make, says):
    folder = tmp_path / "found"
    folder.mkdir()
    make(folder)

    with pytest.raises(AtlasError, match=says):
        open_dataset(folder)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/no/such/folder", "Nothing lies at “/no/such/folder”"),
        ("carrier-pigeon://coop/table", "No file system is called “carrier-pigeon”"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(address, says):
    with pytest.raises(AtlasError, match=says):
        open_dataset(address)


def test_a_data_set_that_changes_while_it_is_read_is_told(tmp_path):
    table = open_dataset(written(a_frame(), tmp_path / "sales"))
    a_frame(10).to_parquet(tmp_path / "sales" / "part-1.parquet")

    with pytest.raises(AtlasError, match=r"changed while it was read|can't be read"):
        _ = table.counts
