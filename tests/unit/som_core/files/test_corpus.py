"""Every odd file either loads with true facts or is refused with two plain sentences."""

import json
from functools import partial

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Table, TableRefused, read_table
from som_core.remarks import Remark
from testing.bad_files import wide_table
from testing.corpus import corpus
from testing.heavy_files import calls
from testing.odd_files import Facts, OddFile
from testing.remarks import sentences
from testing.workbooks import odd_workbooks
from ui.labels import LONGEST_SENTENCE

FILES = [*corpus(), *odd_workbooks()]
SLOWLY_READ = 50_000  # bytes
PAGES_AND_WIDGETS = ("“Read it", "“Lines ", "button", "click", "page", "Set it to ")


def by_name(files: list[OddFile]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name)


def test_every_odd_file_claims_something():
    assert [file.name for file in FILES if not file.facts] == []


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            file,
            id=file.name,
            marks=[pytest.mark.slow] if len(file.content) >= SLOWLY_READ else [],
        )
        for file in FILES
        if file.outcome == "loads"
    ],
)
def file(request: pytest.FixtureRequest) -> OddFile:
    """Return each file that loads; all that is asked of one is asked before the next."""
    return request.param


@pytest.fixture(scope="module")
def table(file: OddFile) -> Table:
    """Read it once for all tests."""
    return read_table(file.content, file.name)


def test_an_odd_file_loads_with_true_facts(file, table):
    assert_facts(table, file.facts)


def assert_facts(table: Table, facts: Facts) -> None:
    frame, said = table.frame, (*sentences(table.remarks), "")
    assert len(frame) == facts.get("rows", len(frame))
    assert tuple(frame.columns) == facts.get("columns", tuple(frame.columns))
    assert frame.shape[1] == facts.get("n_columns", frame.shape[1])
    for name in facts.get("numbers", ()):
        assert frame[name].dtype in (np.int64, np.float64), name
    for name in facts.get("texts", ()):
        assert isinstance(frame[name].dtype, pd.StringDtype), name
    for (row, name), value in facts.get("cells", {}).items():
        assert frame[name].iloc[row] == value
    for name, count in facts.get("missing", {}).items():
        assert frame[name].isna().sum() == count
    for name, kind in facts.get("kinds", {}).items():
        assert table.kinds[name] == kind, name
    for name, levels in facts.get("levels", {}).items():
        assert tuple(sorted(frame[name].dropna().unique())) == levels
    for (row, name), day in facts.get("dates", {}).items():
        assert table.dates[name].iloc[row] == np.datetime64(day, "us")
    assert any(facts.get("remark", "") in sentence for sentence in said), said
    for sentence in filter(None, said):
        assert sentence.endswith(".")
        assert len(sentence) < LONGEST_SENTENCE  # pages show it whole


@pytest.mark.slow
def test_the_dialect_that_was_guessed_reads_the_same_table_again(file, table):
    dialect = Dialect.from_json(table.dialect.to_json())
    assert dialect == table.dialect
    again = read_table(file.content, file.name, dialect=dialect)
    assert_frame_equal(again.frame, table.frame)


@pytest.mark.slow
def test_a_table_fits_into_parquet_and_its_names_are_clean(table):
    frame = table.frame
    assert set(map(str, frame.dtypes)) <= {"int64", "float64", "str"}
    assert pyarrow.Table.from_pandas(frame).num_rows == len(frame)
    assert frame.columns.is_unique
    for name in frame.columns:
        assert name == name.strip() != ""
        assert len(name) <= 200


def test_a_remark_is_one_sentence_about_columns_and_rows_that_are_there(table):
    for remark in table.remarks:
        sentence = str(remark)
        assert sentence[0].isupper() or not sentence[0].isalpha()
        assert sentence.endswith(".")
        assert not any(word in sentence for word in PAGES_AND_WIDGETS)
        assert set(remark.columns) <= set(table.frame.columns)
        assert all(0 <= row < len(table.frame) for row in remark.rows)


def test_a_remark_comes_back_from_json(table):
    for remark in table.remarks:
        assert Remark.from_dict(json.loads(json.dumps(remark.to_dict()))) == remark


@pytest.mark.slow
@by_name([file for file in FILES if " tables" in file.facts.get("remark", "")])
def test_each_table_of_a_file_is_read_by_one_click(file):
    table = read_table(file.content, file.name)
    (remark,) = [remark for remark in table.remarks if remark.kind == "several tables"]
    assert remark.remedies
    for remedy in remark.remedies:
        dialect = table.dialect.changed(remedy.changes)
        other = read_table(file.content, file.name, dialect=dialect)
        assert tuple(other.frame.columns) != tuple(table.frame.columns)
        assert 2 < len(other.frame) < len(table.frame) + 20
        again = read_table(file.content, file.name, dialect=other.dialect)
        assert again.frame.equals(other.frame)


@pytest.mark.slow
@by_name([file for file in FILES if file.outcome == "refused"])
def test_a_bad_file_is_refused_with_a_reason_and_advice(file):
    with pytest.raises(TableRefused) as refusal:
        read_table(file.content, file.name)
    for sentence in (refusal.value.message, refusal.value.advice):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    assert file.facts["message"] in refusal.value.message


@pytest.mark.slow
def test_the_work_of_reading_grows_with_the_columns_not_with_their_square():
    few, many = (
        calls(partial(read_table, wide_table(n_columns, 20), "wide.csv"))
        for n_columns in (100, 400)
    )
    assert many <= 4 * few
