"""Tables on their way out as an Excel workbook or as Parquet."""

import io
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xlsxwriter

from som_core.errors import AtlasError
from som_core.exports.spreadsheet import yes_or_no
from som_core.wording import counted

MOST_ROWS = 1_048_575  # of a sheet, beside the names
MOST_COLUMNS = 16_384
_LONGEST_CELL = 32_767  # letters; Excel refuses more
_LONGEST_NAME = 31  # of a sheet
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")  # in the name of a sheet
_WIDEST, _ROWS_MEASURED = 40, 200


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Return an Excel workbook (xlsx) with one sheet a table; no cell is a formula or a link.

    Parameters
    ----------
    sheets : tables by the name of their sheet; one that Excel refuses is changed to one it takes

    Raises
    ------
    AtlasError
        If a table has more rows or columns than a sheet holds.
    """
    for name, frame in sheets.items():
        check_fits(name, *frame.shape)
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
        names = _sheet_names(list(sheets))
        for name, frame in zip(names, sheets.values(), strict=True):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, (column, values) in enumerate(frame.items()):
                sheet.write_string(0, place, str(column)[:_LONGEST_CELL], bold)
                texts = _write_column(sheet, place, values)
                width = max([len(str(column)), *map(len, texts)], default=8)
                sheet.set_column(place, place, min(width, _WIDEST) + 2)
    return written.getvalue()


def check_fits(name: str, n_rows: int, n_columns: int) -> None:
    """Refuse a table that has more rows or columns than an Excel sheet holds.

    Raises
    ------
    AtlasError
        If it has; the sentence calls it by its name.
    """
    if n_rows > MOST_ROWS or n_columns > MOST_COLUMNS:
        raise AtlasError(
            f"“{name}” has {counted(n_rows, 'row')} and {counted(n_columns, 'column')}, but an "
            f"Excel sheet holds {MOST_ROWS:,} and {MOST_COLUMNS:,}. Save it as CSV or Parquet."
        )


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names that Excel takes: short, without signs of paths, no two alike but for case."""
    names: list[str] = []
    for name in wanted:
        allowed = _REFUSED.sub(" ", name).strip().strip("'") or "Sheet"
        allowed = f"{allowed} " if allowed.casefold() == "history" else allowed
        taken = {other.casefold() for other in names}
        free, number = _cut(allowed, _LONGEST_NAME), 2
        while free.casefold() in taken:
            ending = f" ({number})"
            free, number = _cut(allowed, _LONGEST_NAME - len(ending)) + ending, number + 1
        names.append(free)
    return names


def _cut(text: str, n_units: int) -> str:
    """Return the beginning of a text; Excel counts in units of UTF-16."""
    return text.encode("utf-16-le")[: 2 * n_units].decode("utf-16-le", "ignore").rstrip("'")


def _write_column(sheet: xlsxwriter.workbook.Worksheet, place: int, values: pd.Series) -> list[str]:
    """Write the values of a column, missing ones as blanks; return the first as texts."""
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return _write_texts(sheet, place, yes_or_no(values))
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
