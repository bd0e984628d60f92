"""JSON: a list of objects, or one object a line, becomes the table that it is."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences

# Each starts a process, so that nothing is shrunk.
few_examples = settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])


def lines(records: list[dict]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def array(records: list[dict]) -> bytes:
    return json.dumps(records, indent=2).encode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["penguins.csv", "air_quality.csv"])
@pytest.mark.parametrize("as_lines", [True, False])
def test_a_sample_written_as_json_is_the_same_table(name, as_lines):
    table = read_table(SAMPLES / name, name)
    text = table.frame.to_json(
        orient="records", lines=as_lines, date_format="iso", double_precision=15
    )
    again = read_table(text.encode(), name)
    assert_frame_equal(again.frame, table.frame)
    assert again.kinds == table.kinds
    assert again.dialect.in_words == "read as columns with types"


@pytest.mark.slow
@few_examples
@given(
    st.lists(st.floats(-1e90, 1e90) | st.integers(-(2**53), 2**53) | st.none(), min_size=3),
    st.sampled_from([lines, array]),
)
def test_numbers_come_back_exactly(numbers, written):
    records = [{"x": number, "y": "a"} for number in numbers]
    dialect = Dialect(missing_marks=())
    read = read_table(written(records), "t", dialect=dialect).frame["x"].astype(float)
    np.testing.assert_array_equal(read, np.array(numbers, dtype=float))


def test_objects_inside_become_columns_and_what_a_row_lacks_is_missing():
    records = [
        {"id": "007", "place": {"city": "Rome", "at": {"north": 41.9}}, "ok": True},
        {"id": "042", "place": None, "ok": False, "later": 5},
        {"id": "100", "place": {"city": "Oslo", "at": {"north": 59.9}}, "later": 6},
    ]
    for written in (lines, array):
        frame = read_table(written(records), "t").frame
        assert frame.columns.tolist() == ["id", "place.city", "place.at.north", "ok", "later"]
        assert frame["id"].tolist() == ["007", "042", "100"]
        assert frame["place.city"].fillna("none").tolist() == ["Rome", "none", "Oslo"]
        np.testing.assert_array_equal(frame["place.at.north"], [41.9, np.nan, 59.9])
        assert frame["ok"].fillna("none").tolist() == ["true", "false", "none"]
        np.testing.assert_array_equal(frame["later"], [np.nan, 5, 6])


def test_texts_stay_what_they_are_on_one_line():
    texts = ['"hi", Jo', "2\r\nlines", "é"]
    records = [{'a "b",\nc': text, "x": x} for x, text in enumerate(texts)]
    frame = read_table(lines(records), "t").frame
    assert frame.columns.tolist() == ['a "b", c', "x"]
    assert frame.iloc[:, 0].tolist() == ['"hi", Jo', "2 lines", "é"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_any_encoding_of_json_is_told(encoding):
    text = '{"name": "Łódź", "x": 1}\n{"name": "京都", "x": 2}'
    assert read_table(text.encode(encoding), "t").frame["name"].tolist() == ["Łódź", "京都"]


def test_letters_that_cannot_be_read_are_counted():
    table = read_table(b'{"a": "caf\xe9", "x": 1}\n{"a": "tea", "x": 2}', "t")
    assert any("1 letter" in said for said in sentences(table.remarks))


def test_what_was_read_is_read_again_by_its_dialect():
    data = lines([{"x": x, "t": "1,5"} for x in [-999, *range(20)]])
    table = read_table(gzip.compress(data), "t")
    dialect = Dialect.from_json(table.dialect.to_json())
    assert_frame_equal(read_table(data, "t", dialect=dialect).frame, table.frame)


def test_columns_of_lists_are_left_out_by_name():
    records = [{"x": 1, "many": [1, 2], "in": {"more": []}}, {"x": 2, "many": None}]
    table = read_table(lines(records), "t")
    assert table.frame.columns.tolist() == ["x"]
    said = "Left out, as the cells hold lists: “many” and “in.more”."
    assert said in sentences(table.remarks)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}\n{"a": 2}\n{"a": ', "breaks off, or is broken, on line 3"),
        ('{"a": 1}\n{"a": 2\n{"a": 3}', "broken, on line 3"),
        ('[{"a": 1}, {"a": 2}] []', "broken, on line 1"),
        ("[[1, 2], [3, 4]]", "no list of objects: line 1"),
        ('[{"a": 1},\n7]', "no list of objects: line 2"),
        ('{"rows": [{"a": 1}, {"a": 2}], "n": 2}', "the list inside it .“rows”"),
        ('{"name": "x", "version": 1}', "one JSON object"),
        ("[]", "has no column"),
        ('[{"a": [1]}, {"a": [2]}]', "hold lists: “a”"),
        ('[{"a": ' + "[" * 100_000 + "]" * 100_000 + "}]", "JSON file is broken"),
        ('[{"a": ' + '{"b": ' * 100_000 + "1" + "}" * 100_000 + "}]", "JSON file is broken"),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_table_is_refused_with_the_reason(text, found):
    with pytest.raises(TableRefused, match=found):
        read_table(text.encode(), "t")


@pytest.mark.parametrize("written", [lines, array])
@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(rows=5), "6 rows"),
        (Limits(columns=1), "2 columns"),
        (Limits(cells=20), "20 cells"),
        (Limits(unpacked_bytes=2000), "unpacks to more than 2 kB"),
    ],
    ids=str,
)
def test_a_table_beyond_a_limit_is_refused_with_the_limit(written, limits, found):
    records = [{"x": x, "y": "a" * 30} for x in range(100)]
    with pytest.raises(TableRefused, match=found):
        read_table(written(records), "t", limits=limits)


def test_names_that_repeat_what_is_around_them_are_counted():
    inside = {f"{i}": 0 for i in range(1000)}
    data = lines([{"long" * 2000: inside}, {"x": 1}])
    with pytest.raises(TableRefused, match="unpacks to more than"):
        read_table(data, "t", limits=Limits(unpacked_bytes=1_000_000))


@few_examples
@given(st.binary(max_size=40), st.integers(0, 60), st.sampled_from([lines, array]))
def test_a_damaged_file_loads_or_is_refused(bytes_, place, written):
    data = written([{"x": x, "t": "a"} for x in range(3)])
    damaged = data[: 1 + place] + bytes_ + data[1 + place + len(bytes_) :]
    try:
        table = read_table(damaged, "t")
    except TableRefused:
        return
    assert len(table.frame) > 0
