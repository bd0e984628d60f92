import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from som_core.datasets import open_dataset
from som_core.files.reading_progress import reading_told_to
from som_core.files.sample_of import METADATA, SampleOf
from som_core.files.stacking import stacked_file
from som_core.reading import Limits, read_table

OF = SampleOf(name="sales", n_rows=1_000, n_drawn=4, seed=3)


def a_file(said, n_rows=4):
    """Return a Parquet file of so many rows that says this of itself."""
    rows = pa.table({"x": np.arange(n_rows) + 0.5, "y": ["a", "b"] * (n_rows // 2)})
    target = pa.BufferOutputStream()
    pq.write_table(rows.replace_schema_metadata(said), target)
    return target.getvalue().to_pybytes()


def test_a_file_says_of_which_table_it_is_a_sample():
    table = read_table(a_file(OF.to_metadata()), "x.parquet")

    assert table.sample_of == OF
    assert OF.in_words == "a random sample of 4 of 1,000 rows of “sales” (seed 3)"
    assert table.remarks[0].sentence.startswith(f"The table is {OF.in_words}: ")


def test_read_once_more_in_its_own_way_it_says_the_same():
    data = a_file(OF.to_metadata())
    once = read_table(data, "x.parquet")

    assert read_table(data, "x.parquet", dialect=once.dialect).sample_of == OF


def test_a_file_that_lost_rows_since_is_no_random_sample_any_more():
    table = read_table(a_file(OF.to_metadata(), n_rows=2), "x.parquet")

    assert table.sample_of is None
    assert not [remark for remark in table.remarks if remark.kind == "sample"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        {"name": "sales", "n_rows": 4, "n_drawn": 4, "seed": 0},  # all of it
        {"name": "sales", "n_rows": 10**400, "n_drawn": 4, "seed": 0},
        {"name": "sales", "n_rows": "many", "n_drawn": 4, "seed": 0},
        {"name": "sales", "n_rows": 9, "n_drawn": 4, "seed": -1},
        {"name": "s" * 3_000, "n_rows": 9, "n_drawn": 4, "seed": 0},
        {"n_rows": 9, "n_drawn": 4, "seed": 0},
        [4],
        "4",
        None,
    ],
)
def test_whatever_else_a_file_says_is_not_believed(said):
    written = {METADATA: json.dumps(said).encode()}

    assert read_table(a_file(written), "x.parquet").sample_of is None


def test_metadata_that_is_no_json_is_none():
    assert read_table(a_file({METADATA: b"\xff["}), "x.parquet").sample_of is None


@pytest.mark.slow
def test_a_stack_says_which_of_its_files_is_a_sample_and_is_none_itself():
    sample = read_table(a_file(OF.to_metadata()), "part.parquet")
    whole = read_table(a_file({}), "whole.parquet")

    stack = read_table(stacked_file([sample, whole], Limits()), "stack.parquet")

    assert stack.sample_of is None
    assert any(f"“part.parquet”: {OF.remark.sentence}" in str(said) for said in stack.remarks)


def test_a_share_is_as_far_off_as_is_said_in_5_of_100_samples():
    of = SampleOf(name="sales", n_rows=2_000, n_drawn=200, seed=0)
    rng = np.random.default_rng(0)
    shares = np.array([rng.choice(2_000, 200, replace=False) < 1_000 for _ in range(4_000)])
    is_beyond = np.abs(shares.mean(axis=1) - 0.5) > of.margin

    assert 0.03 < is_beyond.mean() < 0.06


def test_a_margin_is_none_once_nearly_all_rows_are_drawn():
    assert SampleOf(name="", n_rows=100, n_drawn=99, seed=0).margin == pytest.approx(
        1.96 * 0.5 / 99, rel=0.01
    )


def test_who_waits_is_told_of_the_drawing_before_the_reading(tmp_path):
    pd.DataFrame({"x": np.arange(5_000)}).to_parquet(tmp_path / "a.parquet", row_group_size=500)
    told: list[float] = []
    with reading_told_to(told.append):
        data = open_dataset(tmp_path).sample_as_parquet(100)
        drawn = len(told)
        read_table(data, "x.parquet")

    assert told == sorted(told)
    assert told[drawn - 1] == 0.8
    assert told[-1] == 1.0
