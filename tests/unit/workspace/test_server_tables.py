"""Tables that an admin offers become tables of a workspace, or samples of them do; none else."""

import numpy as np
import pandas as pd
import pytest

from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from som_core.reading import read_table
from workspace.config import Configuration
from workspace.server_tables import server_tables
from workspace.store import create, open_workspace


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """A folder of three tables: a data set of two files, a file of CSV, and a broken one."""
    folder = tmp_path / "tables"
    (folder / "sales").mkdir(parents=True)
    frame = pd.DataFrame({"shop": ["a", "b"] * 50, "price": np.arange(100) / 4})
    frame[:60].to_parquet(folder / "sales" / "part-0.parquet")
    frame[60:].to_parquet(folder / "sales" / "part-1.parquet")
    (folder / "birds.csv").write_bytes(b"id;mass\n1;3,5\n2;4,25\n")
    (folder / "broken.parquet").write_bytes(b"no Parquet")
    (folder / "read me.txt").write_text("no table", encoding="utf-8")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_TABLES", str(folder))
    return folder


def by_name():
    return {table.name: table for table in server_tables(Configuration.from_environment())}


def test_each_folder_and_each_file_is_listed_with_rows_columns_and_size(offered):
    tables = by_name()

    assert list(tables) == ["birds.csv", "broken.parquet", "sales"]
    sales = tables["sales"]
    assert (sales.n_rows, sales.n_columns, sales.problem) == (100, 2, "")
    assert sales.n_bytes == sum(path.stat().st_size for path in (offered / "sales").iterdir())
    assert (tables["birds.csv"].n_rows, tables["birds.csv"].problem) == (2, "")
    assert "can't be read" in tables["broken.parquet"].problem


def test_folders_named_by_values_are_one_table(tmp_path, offered, monkeypatch):
    for year in (2023, 2024):
        part = tmp_path / "orders" / f"year={year}"
        part.mkdir(parents=True)
        pd.DataFrame({"x": range(5)}).to_parquet(part / "part.parquet")
    monkeypatch.setenv("SOM_ATLAS_TABLES", f"{offered}, {tmp_path / 'orders'}")

    assert (by_name()["orders"].n_rows, by_name()["orders"].n_columns) == (10, 2)


def test_one_that_is_opened_is_a_table_of_the_workspace_and_stays_as_it_was(offered):
    before = {path: path.read_bytes() for path in offered.rglob("*.*")}
    workspace = create()

    workspace.put_server_table(by_name()["sales"].address)
    of_several = workspace.table()
    workspace.put_server_table(by_name()["birds.csv"].address)

    assert of_several.name == "sales.parquet"
    assert of_several.frame["price"].tolist() == (np.arange(100) / 4).tolist()
    assert workspace.table().frame["mass"].tolist() == [3.5, 4.25]
    assert {path: path.read_bytes() for path in offered.rglob("*.*")} == before


def test_a_csv_file_that_is_written_oddly_opens_as_an_upload_does(offered):
    odd = b"mass;mass;\n1,5;2;\n3;4;\n"  # a name twice, and one without
    (offered / "odd.csv").write_bytes(odd)
    workspace = create()

    workspace.put_server_table(by_name()["odd.csv"].address)

    assert by_name()["odd.csv"].n_rows is None
    expected = read_table(odd, "odd.csv").frame
    pd.testing.assert_frame_equal(workspace.table().frame, expected)


@pytest.mark.parametrize(
    ("limit", "most", "says"),
    [
        ("ROWS", "99", "100 rows are more than a workspace takes (99)."),
        ("CELLS", "150", "200 cells are more than a workspace takes (150)."),
        ("FILE_BYTES", "100", "are more than a workspace takes (100 bytes)."),
        ("UNPACKED_BYTES", "1000", "once unpacked are more than a workspace takes (1 kB)."),
    ],
)
def test_one_that_does_not_fit_says_why_and_that_it_opens_all_the_same(
    offered, monkeypatch, limit, most, says
):
    monkeypatch.setenv(f"SOM_ATLAS_{limit}", most)

    assert says in by_name()["sales"].too_large
    assert by_name()["sales"].problem == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "most", "n_drawn"), [("ROWS", "60", 60), ("CELLS", "150", 74), ("ROWS", "99", 40)]
)
def test_one_that_does_not_fit_opens_as_a_random_sample_that_says_so(
    offered, monkeypatch, limit, most, n_drawn
):
    before = {path: path.read_bytes() for path in offered.rglob("*.*")}
    monkeypatch.setenv(f"SOM_ATLAS_{limit}", most)
    monkeypatch.setenv("SOM_ATLAS_SAMPLE_ROWS", str(max(40, n_drawn)))
    workspace = create()

    workspace.put_server_table(by_name()["sales"].address)
    workspace.put_server_table(by_name()["sales"].address)  # no second copy is kept

    of = SampleOf(name="sales", n_rows=100, n_drawn=n_drawn, seed=0)
    for table in (workspace.table(), open_workspace(workspace.id).table()):
        assert table.sample_of == of
        assert table.name == f"sales ({n_drawn} of 100 rows).parquet"
        assert of.remark in table.remarks
        prices = table.frame["price"].to_numpy() * 4
        assert len(set(prices)) == n_drawn
        assert prices.tolist() == sorted(prices)
        assert set(prices) <= set(range(100))
    assert len(list(workspace.folder.glob("uploads/*"))) == 1
    assert {path: path.read_bytes() for path in offered.rglob("*.*")} == before


def test_one_with_too_many_columns_has_no_sample_that_fits(offered, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_COLUMNS", "1")
    sales = by_name()["sales"]

    assert "2 columns are more than a workspace takes (1)" in sales.problem
    with pytest.raises(AtlasError, match="`open_dataset` trains all of it"):
        create().put_server_table(sales.address)


def test_a_sample_of_a_long_csv_file_is_drawn_as_of_parquet(offered, monkeypatch):
    rows = "".join(f"{row};{row % 7},5\n" for row in range(3_000))
    (offered / "long.csv").write_text(f"row;size\n{rows}", encoding="utf-8")
    monkeypatch.setenv("SOM_ATLAS_FILE_BYTES", "20000")
    monkeypatch.setenv("SOM_ATLAS_SAMPLE_ROWS", "500")
    workspace = create()

    workspace.put_server_table(by_name()["long.csv"].address)

    frame = workspace.table().frame
    assert workspace.table().name == "long.csv (500 of 3,000 rows).parquet"
    assert (frame["size"] == frame["row"] % 7 + 0.5).all()


def test_rows_of_a_long_csv_file_are_not_counted(offered, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_FILE_BYTES", "10")

    assert by_name()["birds.csv"].n_rows is None


def test_what_is_not_offered_is_not_opened(offered, tmp_path):
    elsewhere = tmp_path / "secret.csv"
    elsewhere.write_text("a,b\n1,2\n", encoding="utf-8")
    for address in (str(elsewhere), f"{offered}/sales/../../secret.csv", "memory://secret"):
        with pytest.raises(AtlasError, match="no longer offered"):
            create().put_server_table(address)


def test_a_folder_that_is_not_there_is_told_and_the_others_are_listed(offered, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_TABLES", f"/no/such/folder,{offered}")

    assert "Nothing lies at “/no/such/folder”" in by_name()["folder"].problem
    assert "sales" in by_name()


def test_nothing_is_offered_unless_folders_are_named(tmp_path, monkeypatch):
    monkeypatch.delenv("SOM_ATLAS_TABLES", raising=False)
    assert server_tables(Configuration.from_environment()) == ()


def test_a_folder_is_named_from_the_root_on(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_TABLES", "tables")
    with pytest.raises(AtlasError, match="SOM_ATLAS_TABLES names “tables”"):
        Configuration.from_environment()
