"""Tables on their way out as an Excel workbook or as Parquet."""

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
import xlsxwriter

from som_core.errors import AtlasError
from som_core.wording import counted

MOST_ROWS = 1_048_575  # of a sheet, beside the names
MOST_COLUMNS = 16_384
_LONGEST_CELL = 32_767  # letters; Excel refuses more
_LONGEST_NAME = 31  # of a sheet
_WIDEST, _ROWS_MEASURED = 40, 200


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Return an Excel workbook (xlsx) with one sheet a table; no cell is a formula or a link.

    Parameters
    ----------
    sheets : tables by the name of their sheet, of at most 31 letters

    Raises
    ------
    AtlasError
        If a table has more rows or columns than a sheet holds.
    """
    for name, frame in sheets.items():
        if len(frame) > MOST_ROWS or frame.shape[1] > MOST_COLUMNS:
            raise AtlasError(
                f"“{name}” has {counted(len(frame), 'row')} and {counted(frame.shape[1], 'column')}"
                f", but an Excel sheet holds {MOST_ROWS:,} and {MOST_COLUMNS:,}. Save it as CSV or "
                "Parquet."
            )
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(written, options) as book:
        bold = book.add_format({"bold": True})
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name[:_LONGEST_NAME])
            sheet.freeze_panes(1, 0)
            for place, (column, values) in enumerate(frame.items()):
                sheet.write_string(0, place, str(column)[:_LONGEST_CELL], bold)
                texts = _write_column(sheet, place, values)
                width = max([len(str(column)), *map(len, texts)], default=8)
                sheet.set_column(place, place, min(width, _WIDEST) + 2)
    return written.getvalue()


def _write_column(sheet: xlsxwriter.workbook.Worksheet, place: int, values: pd.Series) -> list[str]:
    """Write the values of a column, missing ones as blanks; return the first as texts."""
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        words = values.map({True: "yes", False: "no"})
        return _write_texts(sheet, place, words)
    if pd.api.types.is_numeric_dtype(dtype):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        for row in np.flatnonzero(np.isfinite(numbers)).tolist():
            sheet.write_number(row + 1, place, numbers[row])
        return [f"{number:.6g}" for number in numbers[:_ROWS_MEASURED]]
    return _write_texts(sheet, place, values.astype("string"))


def _write_texts(sheet: xlsxwriter.workbook.Worksheet, place: int, values: pd.Series) -> list[str]:
    present = values[values.notna()]
    for row, text in zip(np.flatnonzero(values.notna()).tolist(), present, strict=True):
        sheet.write_string(row + 1, place, text[:_LONGEST_CELL])
    return present.iloc[:_ROWS_MEASURED].tolist()


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet, with the kinds of its columns."""
    written = io.BytesIO()
    frame.to_parquet(written, index=False)
    return written.getvalue()
