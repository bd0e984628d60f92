"""Every odd file either loads with true facts or is refused with two plain sentences."""

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

from som_core.reading import TableRefused, read_table
from testing.corpus import Facts, OddFile, corpus
from testing.heavy_files import assert_within_limits, needs_proc, report

FILES = corpus()


def by_name(files: list[OddFile]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name)


@by_name([file for file in FILES if file.outcome == "loads"])
def test_an_odd_file_loads_with_true_facts(file):
    table = read_table(file.content, file.name)
    assert_facts(table.frame, table.remarks, file.facts)


def assert_facts(frame: pd.DataFrame, remarks: tuple[str, ...], facts: Facts) -> None:
    if facts.rows is not None:
        assert len(frame) == facts.rows
    if facts.columns is not None:
        assert tuple(frame.columns) == facts.columns
    if facts.n_columns is not None:
        assert frame.shape[1] == facts.n_columns
    for name in facts.numbers:
        assert frame[name].dtype in (np.int64, np.float64), name
    for name in facts.texts:
        assert isinstance(frame[name].dtype, pd.StringDtype), name
    for (row, name), value in facts.cells.items():
        assert frame[name].iloc[row] == value
    for name, count in facts.missing.items():
        assert frame[name].isna().sum() == count
    assert any(facts.remark in remark for remark in (*remarks, "")), remarks


@by_name([file for file in FILES if file.outcome == "refused"])
def test_a_bad_file_is_refused_with_a_reason_and_advice(file):
    with pytest.raises(TableRefused) as refusal:
        read_table(file.content, file.name)
    for sentence in (refusal.value.message, refusal.value.advice):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    assert file.facts.message in refusal.value.message


@needs_proc
def test_no_heavy_file_takes_10_seconds_or_1_gb():
    assert_within_limits("tests.unit.som_core.files.test_corpus")


def read(file: OddFile, content: bytes) -> None:
    with suppress(TableRefused):
        read_table(content, file.name)


if __name__ == "__main__":
    report(read)
