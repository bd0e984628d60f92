"""Parquet and Feather: columns with types become the table that they are."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences

# Each starts a process, so that nothing is shrunk.
few_examples = settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])


def parquet(table: pa.Table, **options) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file, **options)
    return file.getvalue()


def feather(table: pa.Table, **options) -> bytes:
    file = io.BytesIO()
    pyarrow.feather.write_feather(table, file, **options)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("written", [parquet, feather])
@pytest.mark.parametrize("name", ["penguins.csv", "air_quality.csv", "cia_factbook.csv"])
def test_a_sample_written_with_types_is_the_same_table(written, name):
    table = read_table(SAMPLES / name, name)
    again = read_table(written(pa.Table.from_pandas(table.frame)), name)
    assert_frame_equal(again.frame, table.frame)
    assert again.kinds == table.kinds
    assert again.dialect.in_words == "read as columns with types"


@pytest.mark.slow
@settings(few_examples, max_examples=5)  # each file is read by a process of its own
@given(st.lists(st.floats(-1e90, 1e90) | st.none(), min_size=3, max_size=200))
def test_numbers_come_back_exactly(numbers):
    table = pa.table({"x": pa.array(numbers, pa.float64()), "y": ["a"] * len(numbers)})
    dialect = Dialect(missing_marks=())
    read = read_table(parquet(table), "t", dialect=dialect).frame["x"].astype(float)
    np.testing.assert_array_equal(read, np.array(numbers, dtype=float))


@pytest.mark.slow
def test_each_type_becomes_what_it_means():
    n = 4
    moments = [datetime(2024, 1, 1, 12 * (i % 2), tzinfo=UTC) + timedelta(days=i) for i in range(n)]
    table = pa.table(
        {
            "day": [date(2024, 2, 28 + i % 2) for i in range(n)],
            "moment": pa.array(moments, pa.timestamp("ns", "Europe/Rome")),
            "hour": [time(6 * i) for i in range(n)],
            "lasted": [timedelta(minutes=90 * i) for i in range(n)],
            "yes": [True, False, None, True],
            "price": [Decimal("1.50"), Decimal("2.25"), None, Decimal("3.00")],
            "kind": pa.array(["ant", "bee", "ant", None]).dictionary_encode(),
            "count": pa.array([1, 2, None, 4], pa.uint8()),
            "half": pa.array([0.5, 1.5, 2.5, 3.5], pa.float16()),
            "code": ["007", "042", "100", "003"],
            "written": ["1,037 €", "2,500 €", "3,250 €", "-"],
        }
    )
    read = read_table(parquet(table), "t")
    frame = read.frame
    assert frame["day"].tolist() == ["2024-02-28", "2024-02-29"] * 2
    assert read.dates["moment"].tolist() == [moment.replace(tzinfo=None) for moment in moments]
    assert read.column("hour").tolist() == [0, 6, 12, 18]
    assert frame["lasted"].tolist() == [0, 1.5, 3, 4.5]
    assert frame["yes"].fillna("none").tolist() == ["true", "false", "none", "true"]
    np.testing.assert_array_equal(frame["price"], [1.5, 2.25, np.nan, 3])
    assert frame["kind"].fillna("none").tolist() == ["ant", "bee", "ant", "none"]
    np.testing.assert_array_equal(frame["count"], [1, 2, np.nan, 4])
    assert frame["half"].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert frame["code"].tolist() == ["007", "042", "100", "003"]
    np.testing.assert_array_equal(frame["written"], [1037, 2500, 3250, np.nan])
    assert "Moments of “moment” have a time zone and are given in UTC." in sentences(read.remarks)


def test_no_row_is_taken_for_a_header_a_note_or_a_comment():
    table = pa.table({"1": ["# one", "a", "a", "Source: us"], "2": [1.5, None, None, None]})
    frame = read_table(parquet(table), "t").frame
    assert frame.columns.tolist() == ["1", "2"]
    assert frame["1"].tolist() == ["# one", "a", "a", "Source: us"]


def test_blank_rows_of_a_single_column_are_left_out_and_said():
    table = read_table(parquet(pa.table({"x": [1.5, None, 3, None, 7]})), "t")
    assert table.frame["x"].tolist() == [1.5, 3, 7]
    assert "2 blank rows left out." in sentences(table.remarks)


def test_names_and_texts_stay_what_they_are_on_one_line():
    table = pa.table({'a "b",\nc': ['say "hi", Jo', "two\r\nlines", "é"], "x": [1, 2, 4]})
    frame = read_table(feather(table), "t").frame
    assert frame.columns.tolist() == ['a "b", c', "x"]
    assert frame.iloc[:, 0].tolist() == ['say "hi", Jo', "two lines", "é"]


def test_what_was_read_is_read_again_by_its_dialect():
    data = parquet(pa.table({"x": [-999.0, *range(20)], "t": ["1,5"] * 10 + ["2,5"] * 11}))
    table = read_table(data, "t")
    dialect = Dialect.from_json(table.dialect.to_json())
    assert dialect == table.dialect
    assert_frame_equal(read_table(data, "t", dialect=dialect).frame, table.frame)


@pytest.mark.slow
def test_columns_of_lists_and_bytes_are_left_out_by_name():
    table = pa.table({"x": [1, 2], "many": [[1], [2, 3]], "raw": [b"a", b"b"]})
    read = read_table(parquet(table), "t")
    assert read.frame.columns.tolist() == ["x"]
    assert any("“many” and “raw”" in said for said in sentences(read.remarks))
    with pytest.raises(TableRefused, match="“many”"):
        read_table(parquet(table.select(["many"])), "t")


@pytest.mark.slow
@pytest.mark.parametrize("written", [parquet, feather])
@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(rows=5), "5 rows"),
        (Limits(columns=1), "1 columns"),
        (Limits(cells=20), "20 cells"),
        (Limits(unpacked_bytes=100), "unpacks to more than 100 bytes"),
    ],
    ids=str,
)
def test_a_table_beyond_a_limit_is_refused_with_the_limit(written, limits, found):
    table = pa.table({"x": range(1000), "y": range(1000)})
    with pytest.raises(TableRefused, match=found):
        read_table(written(table), "t", limits=limits)


@pytest.mark.slow
@pytest.mark.parametrize("written", [parquet, feather])
def test_a_small_file_that_unpacks_to_a_large_one_is_refused(written):
    table = pa.table({"x": pa.array(np.zeros(2_000_000))})
    data = written(table, compression="zstd")
    assert len(data) < 100_000
    with pytest.raises(TableRefused, match="unpacks to more than"):
        read_table(data, "t", limits=Limits(unpacked_bytes=10_000))


@pytest.mark.slow
@few_examples
@given(
    places=st.lists(st.integers(0, 100_000), min_size=1, max_size=20),
    byte=st.integers(0, 255),
    written=st.sampled_from([parquet, feather]),
)
def test_a_damaged_file_loads_or_is_refused(places, byte, written):
    data = bytearray(written(pa.Table.from_pandas(pd.DataFrame({"x": range(9), "t": ["a"] * 9}))))
    for place in places:
        data[8 + place % (len(data) - 8)] = byte
    try:
        table = read_table(bytes(data), "t")
    except TableRefused:
        return
    assert len(table.frame) > 0


def test_a_level_in_many_rows_is_counted_as_often_as_it_is_written():
    levels = pa.array(["a" * 30_000, "b"] * 200).dictionary_encode()
    with pytest.raises(TableRefused, match="unpacks to more than 1 MB"):
        read_table(feather(pa.table({"x": levels})), "t", limits=Limits(unpacked_bytes=1_000_000))


@pytest.mark.slow
def test_a_table_without_rows_or_columns_is_refused():
    for table in (pa.table({"x": pa.array([], pa.int64())}), pa.table({})):
        with pytest.raises(TableRefused):
            read_table(parquet(table), "t")
