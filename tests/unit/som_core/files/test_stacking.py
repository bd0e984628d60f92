"""Several tables of one shape as one: every row, with what was noticed in each."""

import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pyreadstat
import pytest

from som_core.files.stacking import NOTES, stacked_file
from som_core.files.unpacking import Limits
from som_core.reading import TableRefused, read_table
from testing.remarks import sentences

FIRST = "id,when,mass\n007,31.01.2020,1.5\n008,01.02.2020,\n009,02.02.2020,4\n"
SECOND = "A title\n\nwhen;mass;id\n2021-01-03;1,5;010\n2021-02-03;2,5;011\n2021-03-03;3,5;012\n"


def tables(*texts, names=None):
    names = names or [f"{'abcdefg'[i]}.csv" for i in range(len(texts))]
    return [read_table(text.encode(), name) for text, name in zip(texts, names, strict=True)]


def stack(*texts, limits=Limits(), names=None):  # noqa: B008
    return read_table(stacked_file(tables(*texts, names=names), limits), "stacked.parquet")


def test_files_written_in_different_ways_come_together():
    table = stack(FIRST, SECOND)
    assert list(table.frame.columns) == ["id", "when", "mass", "file"]
    assert table.frame["id"].tolist() == ["007", "008", "009", "010", "011", "012"]
    assert table.frame["file"].tolist() == ["a.csv"] * 3 + ["b.csv"] * 3
    np.testing.assert_array_equal(table.frame["mass"], [1.5, np.nan, 4, 1.5, 2.5, 3.5])
    assert table.dates["when"].iloc[[0, 4]].tolist() == [
        pd.Timestamp("2020-01-31"),
        pd.Timestamp("2021-02-03"),
    ]


@pytest.mark.slow
def test_what_surveys_say_of_their_columns_stays_the_first_word_of_each(tmp_path):
    surveys = []
    for labels in ({"age": "Age in years"}, {"age": "Age", "q1": "Satisfied?"}):
        answers = pd.DataFrame({"age": [20.0, 30.0, 45.0], "q1": [1.0, 2.0, 5.0]})
        pyreadstat.write_sav(answers, tmp_path / "survey.sav", column_labels=labels)
        surveys.append(read_table(tmp_path / "survey.sav", "survey.sav"))
    table = read_table(stacked_file(surveys, Limits()), "stacked.parquet")
    assert table.labels == {"age": "Age in years", "q1": "Satisfied?"}


def test_what_was_noticed_in_a_file_is_said_of_the_stack():
    said = sentences(stack(FIRST, SECOND, SECOND).remarks)
    assert said[0].startswith("3 files were stacked: “a.csv” (3 rows), “b.csv” (3 rows)")
    assert "“b.csv”, “c.csv”: 2 lines above the table left out." in said


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("id,when\n1,2\n3,4\n", "“c.csv” lacks “mass”"),
        ("id,when,mass,size\n1,2,3,4\n3,4,5,6\n", "“c.csv” has “size” besides"),
        ("id,day,mass\n1,2,3\n3,4,5\n", "“c.csv” lacks “when” and has “day” besides"),
    ],
)
def test_a_file_of_another_shape_is_named(other, found):
    with pytest.raises(TableRefused) as refusal:
        stack(FIRST, FIRST, other)
    assert found in refusal.value.message
    assert "same names" in refusal.value.advice


def test_the_odd_file_is_named_wherever_it_stands():
    with pytest.raises(TableRefused, match=r"“a\.csv” lacks"):
        stack("x,y\n1,2\n3,4\n", FIRST, FIRST)


def test_text_in_one_file_makes_its_column_text_and_says_so():
    table = stack("x,y\n1,2\n2,3\n", "x,y\nlow,2\nhigh,3\n")
    assert table.frame["x"].tolist() == ["1", "2", "low", "high"]
    assert any(
        "Some files hold numbers in “x” and others text" in s for s in sentences(table.remarks)
    )


def test_a_column_without_a_value_in_one_file_stays_numbers():
    table = stack("x,y\n1,2\n2,3\n", "x,y\n,2\n,3\n")
    assert table.frame["x"].dtype == np.float64


def test_files_of_one_name_are_told_apart_and_a_column_called_file_stays():
    text = "file,y\nu,2\nv,3\n"
    table = stack(text, text, names=["a.csv", "a.csv"])
    assert table.frame["file"].tolist() == ["u", "v", "u", "v"]
    assert table.frame["from file"].tolist() == ["a.csv", "a.csv", "a.csv (2)", "a.csv (2)"]


def test_rows_beyond_the_limit_are_refused_together():
    with pytest.raises(TableRefused, match="6 rows"):
        stack(FIRST, FIRST, limits=Limits(rows=5))


@pytest.mark.slow
@pytest.mark.parametrize(
    "notes",
    [b"{", b"7", b"[7, null]", json.dumps([{"sentence": "x" * 5_000}] * 1_000).encode(), b"\xff"],
)
def test_notes_that_somebody_else_wrote_do_no_harm(notes):
    columns = pa.table({"a": [1, 2], "b": [3, 4]}).replace_schema_metadata({NOTES: notes})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(columns, sink)
    table = read_table(sink.getvalue(), "a.parquet")
    assert len(table.frame) == 2
    assert len(table.remarks) <= 200
    assert all(len(sentence) <= 1_000 for sentence in sentences(table.remarks))
