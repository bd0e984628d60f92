import gzip
import hashlib
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.errors import AtlasError
from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences

few_examples = settings(max_examples=50, deadline=None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shape", "n_numbers", "n_missing"),
    [
        ("air_quality.csv", (9357, 15), 13, 16_701),
        ("automobiles.csv", (205, 26), 17, 59),
        ("breast_cancer.csv", (569, 31), 30, 0),
        ("cia_factbook.csv", (259, 11), 10, 346),
        ("penguins.csv", (344, 8), 5, 19),
        ("seattle_weather.csv", (1461, 6), 4, 0),
    ],
)
def test_a_sample_is_read_rightly(name, shape, n_numbers, n_missing):
    frame = read_table(SAMPLES / name, name).frame
    assert frame.shape == shape
    assert frame.select_dtypes("number").shape[1] == n_numbers
    assert frame.isna().sum().sum() == n_missing


def test_the_european_format_is_understood_and_said():
    table = read_table(SAMPLES / "air_quality.csv", "air quality")
    dialect = table.dialect
    assert (dialect.delimiter, dialect.decimal, dialect.footer_rows) == (";", ",", 114)
    assert dialect.missing_marks[-1] == "-200"
    assert table.frame["CO(GT)"].iloc[0] == 2.6
    assert table.frame["Time"].iloc[0] == "18.00.00"
    assert any(remark.startswith("-200 is read as missing") for remark in sentences(table.remarks))


def test_an_analyst_takes_a_guessed_mark_back():
    table = read_table(SAMPLES / "air_quality.csv", "air quality")
    marks = tuple(mark for mark in table.dialect.missing_marks if mark != "-200")
    again = read_table(
        SAMPLES / "air_quality.csv", "a", dialect=replace(table.dialect, missing_marks=marks)
    )
    assert (again.frame.select_dtypes("number") == -200).sum().sum() == 16_701


def test_an_analyst_adds_marks_for_missing():
    text = b"a,b\n1,red\n0,none\n-5,blue\nnv,none\n"
    dialect = Dialect(missing_marks=("0", "nv", "none"))
    frame = read_table(text, "t", dialect=dialect).frame
    assert frame["a"].isna().tolist() == [False, True, False, True]
    # A word such as “none” may be an answer, so it counts among numbers only.
    assert frame["b"].tolist() == ["red", "none", "blue", "none"]


def test_a_word_that_was_chosen_as_missing_says_where_and_can_be_taken_back():
    text = b"a,b,c\n" + b"1,red,5\noops,blue,6\n3,oops,7\n" * 7
    chosen = Dialect().changed({"with_marks": ["oops"]})
    table = read_table(text, "t", dialect=chosen)
    assert table.frame.isna().sum().to_dict() == {"a": 7, "b": 7, "c": 0}
    assert (table.kinds["a"], table.frame["a"].sum()) == ("number", 28)
    (remark,) = table.remarks
    assert str(remark) == "“oops” is read as missing in “a” and “b”."
    before = read_table(text, "t", dialect=chosen.changed(remark.remedy.changes))
    assert before.frame["b"].tolist()[2] == "oops"


def test_with_a_dialect_nothing_is_guessed():
    text = b"a;b\n1,5;-200\n2,5;-200\n3,5;-200\n4,5;1\n5,5;2\n6,5;3\n"
    frame = read_table(text, "t", dialect=Dialect(delimiter=";")).frame
    assert frame["a"].tolist() == ["1,5", "2,5", "3,5", "4,5", "5,5", "6,5"]
    assert frame["b"].tolist() == [-200, -200, -200, 1, 2, 3]


def test_bytes_a_path_and_an_open_file_are_read_alike(tmp_path):
    data = b"a,b\n1,x\n2,y\n"
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(data))
    first, *others = (
        read_table(source, "t").frame for source in (data, path, str(path), io.BytesIO(data))
    )
    for other in others:
        pd.testing.assert_frame_equal(first, other)


numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4))
words = st.text("abc éß", min_size=1, max_size=8).filter(lambda word: word == word.strip())


@pytest.mark.slow
@few_examples
@given(
    rows=st.lists(st.tuples(numbers, words, st.integers(-1000, 1000)), min_size=3, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_written_is_read_with_the_dialect_it_was_written_in(
    rows, delimiter, decimal, encoding, end
):
    frame = pd.DataFrame(rows, columns=["number", "word", "count"])
    text = frame.to_csv(index=False, sep=delimiter, decimal=decimal, lineterminator=end)
    dialect = Dialect(encoding=encoding, delimiter=delimiter, decimal=decimal, missing_marks=())
    read = read_table(text.encode(encoding), "t", dialect=dialect).frame
    np.testing.assert_allclose(read["number"], frame["number"], rtol=1e-14)
    assert read["word"].tolist() == frame["word"].tolist()
    assert read["count"].tolist() == frame["count"].tolist()


@few_examples
@given(
    values=st.lists(st.floats(0.001, 1e6).map(lambda number: round(number, 5)), min_size=8),
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
)
def test_delimiter_and_decimal_mark_are_guessed(values, delimiter, decimal):
    frame = pd.DataFrame({"x": values, "y": values[::-1], "half": [0.25] * len(values)})
    text = frame.to_csv(index=False, sep=delimiter, decimal=decimal)
    table = read_table(text.encode(), "t")
    assert (table.dialect.delimiter, table.dialect.decimal) == (delimiter, decimal)
    np.testing.assert_allclose(table.frame["x"], values, rtol=1e-14)


@pytest.mark.slow
@few_examples
@given(st.lists(st.from_regex(r"0?[0-9]{1,20}", fullmatch=True), min_size=2, max_size=30))
def test_digits_become_numbers_only_where_nothing_is_lost(cells):
    text = "code,x\n" + "".join(f"{cell},{i}.5\n" for i, cell in enumerate(cells))
    column = read_table(text.encode(), "t", dialect=Dialect(missing_marks=())).frame["code"]
    if isinstance(column.dtype, pd.StringDtype):
        assert column.tolist() == cells
    else:
        assert [f"{number:d}" for number in column.tolist()] == cells


@few_examples
@given(st.lists(st.text(max_size=300), min_size=2, max_size=8))
def test_column_names_are_unique_stripped_and_never_empty(header):
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in header)
    row = ",".join("1.5" for _ in header)
    text = f"{quoted}\n{row}\n{row}\n".encode("utf-8", "replace")
    names = read_table(text, "t", dialect=Dialect()).frame.columns
    assert len(names) == len(set(names)) == len(header)
    assert all(name == name.strip() and 0 < len(name) <= 200 for name in names)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text('a1,;\n\t".-% $', max_size=200).map(str.encode))
def test_any_bytes_load_or_are_refused(data):
    try:
        table = read_table(data, "t")
    except TableRefused:
        return
    assert len(table.frame) > 0


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(file_bytes=100), "larger than 100 bytes"),
        (Limits(rows=10), "21 lines"),
        (Limits(columns=2), "3 columns"),
        (Limits(cells=50), "63 cells"),
    ],
)
def test_a_table_beyond_a_limit_is_refused_with_the_limit(limits, found):
    data = b"a,b,c\n" + b"1,2,3.25\n" * 20
    with pytest.raises(TableRefused, match=found) as refusal:
        read_table(data, "t", limits=limits)
    assert refusal.value.advice.startswith(("Upload", "Keep"))


def test_a_table_knows_the_hash_of_its_file_as_it_was_given():
    packed = gzip.compress(b"a,b\n1,2\n3,4\n", mtime=0)
    for source in (packed, io.BytesIO(packed)):
        table = read_table(source, "packed.csv.gz")
        assert table.sha256 == hashlib.sha256(packed).hexdigest()
    assert table.of_rows([0]).sha256 == ""


def test_a_small_file_that_unpacks_to_a_large_one_is_refused():
    packed = gzip.compress(b"1,2\n" * 100_000)
    with pytest.raises(TableRefused, match="unpacks to more than 1,000 bytes"):
        read_table(packed, "t", limits=Limits(unpacked_bytes=1000))


@pytest.mark.parametrize(
    "parts",
    [
        {"encoding": "klingon"},
        {"delimiter": "abcd"},
        {"delimiter": "\n"},
        {"quote": ","},
        {"escape": "/"},
        {"decimal": "·"},
        {"thousands": "x"},
        {"decimal": ",", "thousands": ","},
        {"header_row": -1},
    ],
    ids=str,
)
def test_a_dialect_without_meaning_is_refused_in_a_sentence(parts):
    with pytest.raises(AtlasError, match=r"\.$"):
        Dialect(**parts)


def test_lines_skipped_beyond_the_end_are_named():
    with pytest.raises(TableRefused, match="skipped"):
        read_table(b"a,b\n1,2\n", "t", dialect=Dialect(header_row=5))


def test_single_quotes_are_read_when_the_dialect_says_so():
    frame = read_table(b"a,b\n'x, y',1\n'z',2\n", "t", dialect=Dialect(quote="'")).frame
    assert frame["a"].tolist() == ["x, y", "z"]


def test_reading_leaves_the_process_as_it_was(recwarn):
    read_table(b"a,b\n1,x\nz,2\n", "t")
    assert not recwarn.list


def test_a_value_that_is_true_in_another_column_is_no_mark_for_missing():
    far_out = [-200, -200, -200, 1, 2, 3, 2, 1]
    among_others = [-300, -200, -200, -250, -100, 0, 100, 50]
    text = pd.DataFrame({"a": far_out, "b": among_others}).to_csv(index=False)
    assert (read_table(text.encode(), "t").frame["a"] == -200).sum() == 3
    text = pd.DataFrame({"a": far_out, "b": range(8)}).to_csv(index=False)
    assert read_table(text.encode(), "t").frame["a"].isna().sum() == 3


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (
            "a,b\n1,2\n1,2,3\n4,5\n",
            "1 row has more cells than the header and was left out: line 3 of the file.",
        ),
        ("a,a,b\n1,2,3\n4,5,6\n", "1 column name came again and got a number: “a (2)”."),
        ("a,b\n5%,$2\n6%,$3\n", "Percent signs are left out of “a”: 12 % is read as 12."),
        ("a,b\n1,2\n3,4\nSource: us\n", "1 note below the table left out: “Source: us”."),
        ("a,b\n1,2\n,\n3,4\n", "1 blank row left out."),
    ],
)
def test_what_was_done_is_said_in_a_sentence(text, remark):
    assert remark in sentences(read_table(text.encode(), "t").remarks)
