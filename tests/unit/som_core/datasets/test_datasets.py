import gzip
import hashlib

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_array_equal

from som_core import (
    Analysis,
    MapSettings,
    column_importance,
    contrast,
    explain,
    find_rows,
    regions,
    rows_where,
    train,
    write_script,
)
from som_core.datasets import open_dataset, table_on_disk
from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from som_core.preparation import prepare
from som_core.profiling import profile
from som_core.reading import read_table
from som_core.suggestions.recipe import suggest_recipe

SETTINGS = MapSettings(height=3, width=3, sigma=1, epochs=1)


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


@pytest.mark.parametrize("sign", [1, -1])
def test_whole_numbers_too_large_to_be_told_apart_are_not_counted_one_by_one(tmp_path, sign):
    large = sign * (2**60 + np.arange(5).repeat(20))
    pd.DataFrame({"large": large, "up": sign * 2**53 + np.arange(100)}).to_parquet(
        tmp_path / "rows.parquet"
    )
    counts = open_dataset(tmp_path).counts
    assert counts["large"].levels is None and counts["large"].n_rows == 100
    assert counts["up"].levels is None and not counts["up"].counts_up


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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "ask",
    [
        lambda m, table: profile(table),
        lambda m, table: explain(table, [0, 1]),
        lambda m, table: contrast(table, [0, 1]),
        lambda m, table: regions(m, 2, table=table),
        lambda m, table: column_importance(m, table),
        lambda m, table: find_rows(table, "red"),
        lambda m, table: rows_where(table, "size > 50"),
        lambda m, table: m.fitted.transform(table),
        lambda m, table: table.column("size"),
        lambda m, table: write_script(
            Analysis(table, m.fitted.recipe, prepare(table, m.fitted.recipe), SETTINGS, m), "any.py"
        ),
    ],
)
def test_what_needs_all_rows_in_memory_says_what_to_do_instead(tmp_path, ask):
    table = open_dataset(written(a_frame(), tmp_path / "sales"))
    m = train(prepare(table, suggest_recipe(table)), SETTINGS)

    with pytest.raises(AtlasError, match="“sales” stays on its disk, and this needs all rows in"):
        ask(m, table)


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
    assert table.remarks == ()


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


def test_text_among_numbers_further_below_is_named_with_its_file_and_column(tmp_path):
    (tmp_path / "a.csv").write_text("size,n\n" + "1.5,2\n" * 30, encoding="utf-8")
    (tmp_path / "b.csv").write_text("n,size\n2,3.5\n2,large\n", encoding="utf-8")

    with pytest.raises(AtlasError, match=r"b\.csv” can't be read: In the column “size”: .*large"):
        _ = open_dataset(tmp_path).counts


@pytest.mark.parametrize("ragged", ["a.csv", "b.csv"])
def test_a_row_of_another_length_is_named_with_its_file(tmp_path, ragged):
    for name in ("a.csv", "b.csv"):
        last = "1,2,3\n" if name == ragged else ""
        (tmp_path / name).write_text("size,n\n" + "1.5,2\n" * 30 + last, encoding="utf-8")

    with pytest.raises(AtlasError, match=rf"{ragged}” can't be read: .*Expected 2 columns, got 3"):
        open_dataset(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Report of 2024\nx;y\n0;0\n1;2\n", "is laid out so"),
        ("\nx;y\n0;0\n1;2\n", "is laid out so"),
        ("x;y\n1.234,5;0\n2.345,5;2\n", "is laid out so"),
        ("x,y\n0,0\n# a comment\n1,2\n", "is laid out so"),
        ("x, y\n0, 0\n1, 2\n", "has the name “ y”, so"),
        ("x,y,\n0,0,3\n1,2,4\n", "has a column without a name, so"),
        ("x,y\n0,3 %\n1,4.5 %\n", "writes the numbers of “y” so"),
        ("x,y\n$3,0\n$4.50,2\n", "writes the numbers of “x” so"),
    ],
    ids=[
        *("a title above", "a blank line above", "thousands", "a comment", "a blank in a name"),
        *("no name", "percents", "dollars"),
    ],
)
def test_files_of_csv_that_can_only_be_read_as_a_whole_are_refused_in_words(tmp_path, text, why):
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text(text)
    match = rf"“1.csv” {why} .*it can only be read as a whole. Read it with read_table"
    with pytest.raises(AtlasError, match=match):
        open_dataset(str(tmp_path))


@pytest.mark.slow
def test_cells_of_csv_may_hold_several_lines(tmp_path):
    """Above 1 MB, which is what is read at once: a part may end within a cell."""
    lines = "".join(f'{number},"a\nb"\n' for number in range(150_000))
    (tmp_path / "1.csv").write_text(f"n,text\n{lines}")
    table = open_dataset(str(tmp_path))
    assert table.n_rows == 150_000
    found = [block.frame for block in table.blocks(["n", "text"])]
    assert sum(frame["n"].sum() for frame in found) == 150_000 * 149_999 / 2
    assert all((frame["text"] == "a\nb").all() for frame in found)


@pytest.mark.parametrize("first", ["", "\n\n", "name,size\n"])
def test_files_of_csv_without_rows_stand_among_others(tmp_path, first):
    rows = "name,size\n" + "".join(f"Anna {row},{row}.5\n" for row in range(40))
    for name, text in (("a", first), ("b", rows), ("c", first), ("d", rows)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")

    table = open_dataset(tmp_path)

    assert (table.n_rows, table.columns) == (80, ("name", "size"))
    assert table.counts["size"].maximum == 39.5


@pytest.mark.parametrize("kind", ["int64", "int16", "float64", "str"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_that_names_folders_may_stand_in_the_files_too(tmp_path, kind, ending):
    for year in (2023, 2024):
        folder = tmp_path / f"year={year}" / "month=1"
        folder.mkdir(parents=True)
        frame = a_frame(50).assign(year=np.full(50, year).astype(kind))
        if ending == "csv":
            frame.to_csv(folder / "part.csv", index=False)
        else:
            frame.to_parquet(folder / "part.parquet", index=False)

    table = open_dataset(tmp_path)

    assert sorted(table.columns) == sorted([*a_frame(1).columns, "year", "month"])
    assert table.counts["year"].levels == {"2023": 50, "2024": 50}
    (remark,) = table.remarks
    assert str(remark) == (
        "The names of the folders tell “year”, which the files hold, too: the values of the "
        "folders are taken."
    )


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


def csv_files_without_rows(folder):
    (folder / "a.csv").write_text("", encoding="utf-8")
    (folder / "b.csv").write_text("x,y\n", encoding="utf-8")


def csv_files_of_one_line_again_and_again(folder):
    (folder / "a.csv").write_text("1,2\n" * 9, encoding="utf-8")


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
        (csv_files_without_rows, "No file of “found” has a row below a header line"),
        (csv_files_of_one_line_again_and_again, "first one, “a.csv”, but it can't be read"),
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
        ("", "The address is empty"),
        ("/no/such/*.parquet", "is a pattern, by which no files are found. Give the folder"),
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


def test_a_file_above_the_folders_of_others_lacks_what_their_names_say(tmp_path):
    for folder in ("", "year=2023", "year=2024/month=1"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        a_frame(50).to_parquet(tmp_path / folder / "part.parquet")

    table = open_dataset(tmp_path)

    assert table.counts["year"].levels == {"2023": 50, "2024": 50}
    assert table.counts["month"].levels == {"1": 50}
    assert table.counts["month"].n_missing == 100


def test_a_column_that_a_file_has_lost_since_is_said(tmp_path):
    a_frame(50).to_parquet(tmp_path / "a.parquet")
    table = open_dataset(tmp_path)
    lost = table.columns[0]
    a_frame(50).drop(columns=lost).to_parquet(tmp_path / "a.parquet")

    with pytest.raises(AtlasError, match=f"“a.parquet” has no “{lost}”, which it had"):
        list(table.blocks())


def test_a_gzipped_file_that_ends_too_soon_is_told(tmp_path):
    whole = gzip.compress(a_frame(5_000).to_csv(index=False).encode())
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AtlasError, match="can't be read"):
        open_dataset(tmp_path)
