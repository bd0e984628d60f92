"""SQLite: one table of a database is read, and nothing of the database runs."""

import sqlite3
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences

# Each starts a process, so that nothing is shrunk.
few_examples = settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])

ANIMALS = (
    "CREATE TABLE animals (name TEXT, legs INTEGER, kg REAL)",
    "INSERT INTO animals VALUES ('ant', 6, 5e-06), ('bee', 6, 0.0001), ('cat', 4, 4)",
)
CODES = ("CREATE TABLE codes (a, b)", "INSERT INTO codes VALUES (1, 2), (3, 4)")


def database(*statements: str, rows: Iterable[tuple] = ()) -> bytes:
    """Return the file of a database; rows go into its table t."""
    made = sqlite3.connect(":memory:")
    for statement in statements:
        made.execute(statement)
    for row in rows:
        made.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
    made.commit()
    return made.serialize()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["penguins.csv", "air_quality.csv"])
def test_a_sample_written_as_a_database_is_the_same_table(name):
    table = read_table(SAMPLES / name, name)
    made = sqlite3.connect(":memory:")
    table.frame.to_sql("sample", made, index=False)
    again = read_table(made.serialize(), name)
    assert_frame_equal(again.frame, table.frame)
    assert again.kinds == table.kinds
    assert again.dialect.in_words == "read as columns with types · table “sample”"
    assert again.sheets == ("sample",)


@pytest.mark.slow
@few_examples
@given(st.lists(st.floats(-1e90, 1e90) | st.integers(-(2**53), 2**53) | st.none(), min_size=3))
def test_numbers_come_back_exactly(numbers):
    data = database("CREATE TABLE t (x, y)", rows=[(number, "a") for number in numbers])
    dialect = Dialect(missing_marks=())
    read = read_table(data, "t", dialect=dialect).frame["x"].astype(float)
    np.testing.assert_array_equal(read, np.array(numbers, dtype=float))


def test_texts_and_names_stay_what_they_are_on_one_line():
    rows = [('"hi", Jo', 1), ("two\r\nlines", 2), ("é", 3), ("007", 4)]
    frame = read_table(database('CREATE TABLE t ("a ""b"",\nc", x)', rows=rows), "t").frame
    assert frame.columns.tolist() == ['a "b", c', "x"]
    assert frame.iloc[:, 0].tolist() == ['"hi", Jo', "two lines", "é", "007"]


def test_a_limit_beyond_what_a_cell_can_be_at_all_is_none():
    limits = Limits(unpacked_bytes=1 << 40)  # as scripts have it
    assert len(read_table(database(*ANIMALS), "t", limits=limits).frame) == 3


def test_any_table_can_be_read_and_is_read_again_by_its_dialect():
    data = database(*ANIMALS, *CODES)
    table = read_table(data, "t")
    assert (table.dialect.sheet, table.sheets) == ("animals", ("animals", "codes"))
    said = "Of the database the table “animals” was read; it has 1 other: “codes”."
    assert said in sentences(table.remarks)
    other = read_table(data, "t", sheet="codes")
    assert other.frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    dialect = Dialect.from_json(other.dialect.to_json())
    assert_frame_equal(read_table(data, "t", dialect=dialect).frame, other.frame)


def test_a_table_of_few_cells_before_the_large_one_is_passed_over():
    rows = [(x, x) for x in range(100)]
    data = database(*CODES, "CREATE TABLE none (x)", "CREATE TABLE t (x, y)", rows=rows)
    assert read_table(data, "t").dialect.sheet == "t"
    with pytest.raises(TableRefused, match=r"no table of this name.*“codes”, “none”, “t”"):
        read_table(data, "t", sheet="others")
    with pytest.raises(TableRefused, match="no row"):
        read_table(data, "t", sheet="none")


def test_the_names_of_tables_are_only_names():
    name = 'x"; DROP TABLE t; --'
    quoted = name.replace('"', '""')
    data = database(f'CREATE TABLE "{quoted}" (x)', f'INSERT INTO "{quoted}" VALUES (1), (2)')
    assert read_table(data, "t", sheet=name).dialect.sheet == name


def test_views_and_virtual_tables_are_no_tables():
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    virtual = ("CREATE VIRTUAL TABLE found USING fts5(text)", "INSERT INTO found VALUES ('a b')")
    data = database(f"CREATE VIEW endless AS {endless}", *virtual, *ANIMALS)
    assert read_table(data, "t").sheets == ("animals",)
    for wanted in ("endless", "found", "found_data", "sqlite_schema"):
        with pytest.raises(TableRefused, match="no table of this name"):
            read_table(data, "t", sheet=wanted)
    with pytest.raises(TableRefused, match="no table of its own"):
        read_table(database(f"CREATE VIEW endless AS {endless}"), "t")


def test_a_schema_that_calls_a_view_a_table_is_refused():
    data = database(
        *ANIMALS,
        "CREATE VIEW v AS SELECT name, legs FROM animals",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET type = 'table', rootpage = 2 WHERE name = 'v'",
    )
    with pytest.raises(TableRefused):
        read_table(data, "t", sheet="v")


def test_what_a_column_computes_is_limited():
    data = database(
        "CREATE TABLE t (x, y AS (hex(zeroblob(x))))", "INSERT INTO t VALUES (9000000), (1)"
    )
    with pytest.raises(TableRefused, match="unpacks to more than 1 MB"):
        read_table(data, "t", limits=Limits(unpacked_bytes=1_000_000))


def test_columns_of_bytes_are_left_out_by_name():
    data = database("CREATE TABLE t (x, raw)", rows=[(1, None), (2, b"\0\1"), (3, 4)])
    table = read_table(data, "t")
    assert table.frame.columns.tolist() == ["x"]
    assert "Left out, as the cells hold bytes: “raw”." in sentences(table.remarks)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_any_encoding_of_a_database_is_read(encoding):
    data = database(
        f"PRAGMA encoding = '{encoding}'", "CREATE TABLE t (x)", rows=[("Łódź",), ("京",)]
    )
    assert read_table(data, "t").frame["x"].tolist() == ["Łódź", "京"]


def test_letters_that_cannot_be_read_are_counted():
    data = database("CREATE TABLE t (x, y)", rows=[("caf?", 1), ("tea", 2)])
    table = read_table(data.replace(b"caf?", b"caf\xe9"), "t")
    assert any("1 letter" in said for said in sentences(table.remarks))


def test_a_database_with_its_last_changes_beside_it_is_read_and_that_is_said(tmp_path):
    made = sqlite3.connect(tmp_path / "log.db")
    made.execute("PRAGMA journal_mode = WAL")
    for statement in CODES:
        made.execute(statement)
    made.commit()
    made.close()  # writes all back
    table = read_table(tmp_path / "log.db", "t")
    assert table.frame["a"].tolist() == [1, 3]
    assert any("-wal" in said for said in sentences(table.remarks))


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(rows=5), "1,000 rows"),
        (Limits(columns=1), "2 columns"),
        (Limits(cells=20), "20 cells"),
        (Limits(unpacked_bytes=100), "unpacks to more than 100 bytes"),
    ],
    ids=str,
)
def test_a_table_beyond_a_limit_is_refused_with_the_limit(limits, found):
    data = database("CREATE TABLE t (x, y)", rows=[(x, x) for x in range(1000)])
    with pytest.raises(TableRefused, match=found):
        read_table(data, "t", limits=limits)


def test_a_broken_database_is_refused_by_its_kind():
    noise = np.random.default_rng(0).bytes(5_000)
    with pytest.raises(TableRefused, match="SQLite database is broken"):
        read_table(b"SQLite format 3\0" + noise, "t")
    with pytest.raises(TableRefused, match="SQLite database is broken"):
        read_table(b"SQLite format 3\0", "t")


@few_examples
@given(places=st.lists(st.integers(0, 100_000), min_size=1, max_size=20), byte=st.integers(0, 255))
def test_a_damaged_database_loads_or_is_refused(places, byte):
    data = bytearray(database(*ANIMALS, *CODES))
    for place in places:
        data[16 + place % (len(data) - 16)] = byte
    try:
        table = read_table(bytes(data), "t")
    except TableRefused:
        return
    assert len(table.frame) > 0
