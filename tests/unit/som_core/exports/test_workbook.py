"""Excel and Parquet: what was written is what other readers find."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest

from som_core import AtlasError
from som_core.exports.workbook import MOST_ROWS, parquet, workbook
from testing.payloads import HOSTILE_TEXTS


def cells_of(content: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_numbers_texts_and_blanks_come_back():
    frame = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "x": [0.1, np.nan, -2e10],
            "name": ["a", None, "ü"],
            "in set": pd.array([True, None, False], dtype="boolean"),
            "region": pd.array([0, None, 1], dtype="Int64"),
        }
    )
    assert cells_of(workbook({"Rows": frame})) == [
        ["n", "x", "name", "in set", "region"],
        [1, 0.1, "a", "yes", 0],
        [2, None, None, None, None],
        [3, -2e10, "ü", "no", 1],
    ]


def test_hostile_texts_stay_text():
    texts = [*HOSTILE_TEXTS, "=1+1", "https://example.org", "12"]
    content = workbook({"Rows": pd.DataFrame({"t": texts})})
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_sheets_carry_their_names():
    book = openpyxl.load_workbook(
        io.BytesIO(workbook({"Rows": pd.DataFrame({"a": [1]}), "B" * 40: pd.DataFrame()}))
    )
    assert book.sheetnames == ["Rows", "B" * 31]


@pytest.mark.parametrize(
    "names",
    [
        list(HOSTILE_TEXTS.values()),
        ["a" * 40, "A" * 35, "a" * 31],
        ["[a]", "(a)", "a/b", "a\\b", "'quoted'", "History", "history ", "😀" * 20],
        ["", " ", "[]", "'"],
    ],
)
def test_any_names_become_names_of_sheets_that_excel_takes(names):
    names = list(dict.fromkeys(names))
    frames = {name: pd.DataFrame({"place": [place]}) for place, name in enumerate(names)}
    book = openpyxl.load_workbook(io.BytesIO(workbook(frames)))
    titles = [sheet.title for sheet in book.worksheets]
    assert [sheet["A2"].value for sheet in book.worksheets] == list(range(len(names)))
    assert len({title.casefold() for title in titles}) == len(names)
    for title in titles:
        assert 1 <= len(title.encode("utf-16-le")) // 2 <= 31
        assert not set(title) & set("[]:*?/\\")
        assert title[0] != "'" != title[-1]
        assert title.casefold() != "history"


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out():
    frame = pd.DataFrame({"a": np.zeros(MOST_ROWS + 1)})
    with pytest.raises(AtlasError, match="CSV or Parquet"):
        workbook({"Rows": frame})


def test_parquet_keeps_kinds():
    frame = pd.DataFrame({"n": [1, 2], "name": ["a", None], "region": pd.array([0, None], "Int64")})
    table = pyarrow.parquet.read_table(io.BytesIO(parquet(frame)))
    assert table.column_names == ["n", "name", "region"]
    assert table["region"].to_pylist() == [0, None]
    assert table["name"].to_pylist() == ["a", None]
