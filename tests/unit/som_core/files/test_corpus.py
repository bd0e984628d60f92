"""Every odd file either loads with true facts or is refused with two plain sentences."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from som_core.reading import Table, TableRefused, read_table
from testing.bad_files import wide_table
from testing.corpus import corpus
from testing.heavy_files import calls
from testing.odd_files import Facts, OddFile
from testing.remarks import sentences
from testing.workbooks import odd_workbooks
from ui.labels import LONGEST_SENTENCE

FILES = [*corpus(), *odd_workbooks()]


def by_name(files: list[OddFile]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name)


def test_every_odd_file_claims_something():
    assert [file.name for file in FILES if not file.facts] == []


@by_name([file for file in FILES if file.outcome == "loads"])
def test_an_odd_file_loads_with_true_facts(file):
    table = read_table(file.content, file.name)
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


@by_name([file for file in FILES if file.outcome == "refused"])
def test_a_bad_file_is_refused_with_a_reason_and_advice(file):
    with pytest.raises(TableRefused) as refusal:
        read_table(file.content, file.name)
    for sentence in (refusal.value.message, refusal.value.advice):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    assert file.facts["message"] in refusal.value.message


def test_the_work_of_reading_grows_with_the_columns_not_with_their_square():
    few, many = (
        calls(partial(read_table, wide_table(n_columns, 20), "wide.csv"))
        for n_columns in (100, 400)
    )
    assert many <= 4 * few
