import numpy as np
import pandas as pd
import pytest

from som_core import AtlasError, contrast, explain, prepare, read_table, suggest_recipe
from som_core.positions import row_positions

TABLE = read_table("\n".join(["a,b", *(f"{n},{n % 7}" for n in range(40))]).encode(), "rows.csv")


@pytest.mark.parametrize(
    "rows",
    [[3, 1], np.array([3, 1], dtype=np.uint8), pd.Series([3, 1], dtype="Int64"), pd.Index([3, 1])],
)
def test_whole_numbers_are_positions_in_the_order_given(rows):
    assert row_positions(rows).tolist() == [3, 1]


def test_one_row_may_be_given_as_a_number():
    assert row_positions(39).tolist() == [39]


def test_no_rows_are_no_positions():
    assert row_positions([]).dtype == np.int64


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: contrast(TABLE, rows),
        lambda rows: explain(TABLE, rows),
        lambda rows: prepare(TABLE, suggest_recipe(TABLE), rows),
    ],
)
@pytest.mark.parametrize(
    "mask", [TABLE.frame["a"] >= 20, (TABLE.frame["a"] >= 20).astype("boolean").to_numpy()]
)
def test_a_mask_is_not_taken_for_rows_0_and_1(ask, mask):
    with pytest.raises(AtlasError, match=r"whole numbers from 0\. Of a mask, take np\.flatnonzero"):
        ask(mask)


@pytest.mark.parametrize("rows", [[1.5], "x", 2.0, [[1], [2, 3]], [None], [pd.NA, 1]])
def test_what_is_no_whole_number_is_no_position(rows):
    with pytest.raises(
        AtlasError, match=r"Rows are positions in the table, whole numbers from 0\.$"
    ):
        row_positions(rows)
