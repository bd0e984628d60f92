"""Every odd file either loads with true facts or is refused with two plain sentences."""

import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from som_core.reading import TableRefused, read_table
from tests.corpus import Facts, OddFile, corpus

FILES = corpus()
SECONDS, MEMORY = 10, 1_000_000_000  # bytes


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


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_no_heavy_file_takes_10_seconds_or_1_gb():
    """In a process of its own, as the peak of memory counts from the start of a process."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.test_corpus"], capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    seconds, memory = map(float, child.stdout.split())
    assert seconds < SECONDS
    assert memory < MEMORY


def measure_heavy_files() -> tuple[float, int]:
    """Return the seconds that the slowest heavy file takes, and the peak of memory in bytes."""
    slowest = 0.0
    for file in FILES:
        if file.is_heavy:
            content = file.content
            start = time.perf_counter()
            with suppress(TableRefused):
                read_table(content, file.name)
            slowest = max(slowest, time.perf_counter() - start)
    # Not resource.getrusage, whose peak includes that of the process that started this one.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return slowest, int(peak[1]) * 1024


if __name__ == "__main__":
    print(*measure_heavy_files())
