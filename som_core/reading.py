"""Bytes of a file to a Table: one look at a sample, then one explicit read by pandas.

The steps have a file each: unpacking, decoding, sniffing (the dialect), layout (header and rows),
repairing (what breaks the rules), codes (007 is no 7), columns (written numbers), missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.columns import read_numbers
from som_core.decoding import guess_encoding, to_utf_8
from som_core.dialect import THOUSANDS_MARKS, Dialect
from som_core.layout import lay_out
from som_core.missing import NUMBER_MARKS, is_number, sentinels_of
from som_core.parsing import UnclosedQuote, parse
from som_core.repairing import holds_swallowed_lines, without_lone_quotes
from som_core.sniffing import guess_dialect
from som_core.unpacking import Limits, TableRefused, unpack

__all__ = ["Dialect", "Limits", "Table", "TableRefused", "read_table"]

_LARGEST = 1e100  # beyond, squares and their sums overflow


@dataclass(frozen=True)
class Table:
    """What was read from a file. Read only by convention: it is shared between sessions."""

    frame: pd.DataFrame  # number columns are int64 or float64, all others text (str)
    name: str
    dialect: Dialect
    remarks: tuple[str, ...] = ()  # what was noticed or done while reading, one sentence each


def read_table(
    source: bytes | Path | BinaryIO,
    name: str,
    *,
    dialect: Dialect | None = None,
    limits: Limits = Limits(),  # noqa: B008, a frozen value
) -> Table:
    """Read a CSV file, gzipped or not, and say how it was read.

    Parameters
    ----------
    source : the bytes, the path, or an open binary file
    name : what the analyst calls the table, such as the file's name
    dialect : how the text is laid out; None: it is guessed, see `Table.dialect`
    limits : the most that is read

    Raises
    ------
    TableRefused
        If the file can't become a table; its `message` says why, its `advice` what to do.
    """
    data = unpack(source, limits)
    encoding = guess_encoding(data) if dialect is None else dialect.encoding
    text = to_utf_8(data, encoding)
    del data
    n_lines = _count_lines(text)
    _refuse_too_many_lines(n_lines, limits)
    try:
        frame, dialect, remarks = _read(text, n_lines, encoding, dialect, limits)
    except UnclosedQuote:
        text, lines = without_lone_quotes(text, dialect.quote if dialect else '"')
        frame, dialect, remarks = _read(text, n_lines, encoding, dialect, limits)
        remarks.insert(0, _remark_on_lone_quotes(lines))
    return Table(frame, name, dialect, tuple(_remarks_on_letters(text) + remarks))


def _read(
    text: bytes, n_lines: int, encoding: str, dialect: Dialect | None, limits: Limits
) -> tuple[pd.DataFrame, Dialect, list[str]]:
    guessing = dialect is None
    if dialect is None:
        dialect = guess_dialect(text, encoding)
    layout = lay_out(text, dialect)
    n_columns = len(layout.names)
    _refuse_too_many_columns(n_columns, n_lines, limits)
    remarks = list(layout.remarks)
    frame, long_rows = parse(text, layout, dialect)
    if long_rows:
        remarks.append(_remark_on_long_rows(long_rows))
    if any(len(cells) < n_columns for cells in layout.sample):
        remarks.append("Some rows are shorter than the header; the cells they lack are missing.")
    n_other_lines = dialect.header_row + dialect.has_header + dialect.footer_rows
    if n_lines > len(frame) + n_other_lines and _swallows_rows(frame, dialect):
        raise UnclosedQuote
    frame.columns = list(layout.names)
    frame, dialect = _numbers_from_text(frame, dialect, guessing, remarks)
    frame, dialect = _without_marked_numbers(frame, dialect, guessing, remarks)
    frame = _without_endless_numbers(frame, remarks)
    frame = _without_blanks(frame, layout.blank_names, remarks)
    return frame, dialect, remarks


# What is refused before any long work ------------------------------------------------------------


def _count_lines(text: bytes) -> int:
    characters = np.frombuffer(text, dtype=np.uint8)
    blocks = range(0, len(characters), 1 << 18)
    return sum(np.count_nonzero(characters[at : at + (1 << 18)] == ord("\n")) for at in blocks)


def _refuse_too_many_lines(n_lines: int, limits: Limits) -> None:
    if n_lines > limits.rows + 1:
        raise TableRefused(
            f"The file has {n_lines:,} lines; at most {limits.rows:,} rows can be read.",
            "Upload a part of its rows, such as every tenth one.",
        )


def _refuse_too_many_columns(n_columns: int, n_lines: int, limits: Limits) -> None:
    if n_columns > limits.columns:
        raise TableRefused(
            f"The table has {n_columns:,} columns; at most {limits.columns:,} can be read.",
            "Keep the columns that matter to your question, and upload those.",
        )
    n_cells = n_columns * n_lines
    if n_cells > limits.cells:
        raise TableRefused(
            f"The table has about {n_cells:,} cells; at most {limits.cells:,} can be read.",
            "Upload a part of its rows or columns.",
        )


# What the parser took for text, though it means numbers ------------------------------------------


def _numbers_from_text(
    frame: pd.DataFrame, dialect: Dialect, guessing: bool, remarks: list[str]
) -> tuple[pd.DataFrame, Dialect]:
    """Read written numbers such as “$1,234” or “12 %”; add the marks found to the dialect."""
    number_marks = NUMBER_MARKS if guessing else dialect.missing_marks
    by_unit: dict[str, list[str]] = {}
    by_mark: dict[str, list[str]] = {}
    for name in frame.columns:
        if not isinstance(frame[name].dtype, pd.StringDtype):
            continue
        separators = dialect.thousands or ("".join(THOUSANDS_MARKS) if guessing else "")
        read = partial(
            read_numbers,
            decimal=dialect.decimal,
            separators=separators.replace(dialect.decimal, ""),
            marks={*number_marks, *dialect.missing_marks},
        )
        some = frame[name].iloc[:: max(1, len(frame) // 1000)].dropna().unique()
        if len(some) and read(list(some)) is None:
            continue  # words, as a quick look shows
        codes, cells = pd.factorize(frame[name])
        found = read(list(cells))
        if found is None:
            continue
        if not found.all_read:
            remarks += _remark_on_nearly_numbers(frame[name], cells, found.is_number)
            continue
        # The code of a missing cell is -1, which takes the NaN put last.
        frame[name] = np.append(found.values, np.nan)[codes]
        if found.thousands:
            dialect = replace(dialect, thousands=found.thousands)
        if found.unit or found.thousands:
            by_unit.setdefault(found.unit or "", []).append(name)
        for mark in found.marks:
            by_mark.setdefault(mark, []).append(name)
    new_marks = tuple(mark for mark in by_mark if mark not in dialect.missing_marks)
    dialect = replace(dialect, missing_marks=dialect.missing_marks + new_marks)
    for unit, names in by_unit.items():
        remarks.append(_remark_on_unit(unit, names))
    for mark, names in by_mark.items():
        remarks.append(f"“{mark}” is read as missing in {_named(names)}.")
    return frame, dialect


def _remark_on_nearly_numbers(
    column: pd.Series, cells: Sequence[str], is_number: NDArray[np.bool_]
) -> list[str]:
    """Name the cells that keep a column from being numbers, if they are few."""
    others = column.isin([cell for cell, read in zip(cells, is_number, strict=True) if not read])
    n_others, n_filled = int(others.sum()), int(column.notna().sum())
    if n_others > 0.1 * n_filled:
        return []
    row = int(np.flatnonzero(others)[0])
    first = str(column.iloc[row])[:40]
    return [
        f"“{column.name}” is read as text because of {n_others:,} of its {n_filled:,} cells, "
        f"first “{first}” in row {row + 1:,}; name it as a mark for missing to read numbers."
    ]


def _remark_on_unit(unit: str, names: list[str]) -> str:
    if unit == "%":
        return f"Percent signs are left out of {_named(names)}: 12 % is read as 12."
    if unit:
        return f"The currency “{unit}” is left out of {_named(names)}, to read numbers."
    return f"Thousands marks are left out of {_named(names)}, to read numbers."


# Numbers that stand for no value -----------------------------------------------------------------


def _without_marked_numbers(
    frame: pd.DataFrame, dialect: Dialect, guessing: bool, remarks: list[str]
) -> tuple[pd.DataFrame, Dialect]:
    """Blank the numbers that mean missing, such as -200; guessed ones join the dialect's marks."""
    if not guessing:
        marks = [mark for mark in dialect.missing_marks if is_number(mark)]
        return _blank_marks(frame, marks, remarks), dialect
    while marks := _guess_sentinels(frame):
        frame = _blank_marks(frame, marks, remarks)
        dialect = replace(dialect, missing_marks=(*dialect.missing_marks, *marks))
    return frame, dialect


def _guess_sentinels(frame: pd.DataFrame) -> list[str]:
    """Return the marks that are surely no value in one column, and a value in none."""
    numbers = frame.select_dtypes("number")
    found = {name: dict(sentinels_of(numbers[name].to_numpy())) for name in numbers.columns}
    sure = {mark for marks in found.values() for mark, is_sure in marks.items() if is_sure}
    return [
        mark
        for mark in sorted(sure)
        if not any(
            mark not in found[name] and (numbers[name] == float(mark)).any() for name in found
        )
    ]


def _blank_marks(frame: pd.DataFrame, marks: Sequence[str], remarks: list[str]) -> pd.DataFrame:
    for mark in marks:
        names, n_cells = [], 0
        for name in frame.select_dtypes("number").columns:
            marked = frame[name] == float(mark)
            if marked.any():
                frame[name] = frame[name].mask(marked)
                names.append(name)
                n_cells += int(marked.sum())
        if names:
            cells = "1 cell" if n_cells == 1 else f"{n_cells:,} cells"
            remarks.append(f"{mark} is read as missing in {_named(names)} ({cells}).")
    return frame


def _without_endless_numbers(frame: pd.DataFrame, remarks: list[str]) -> pd.DataFrame:
    names = []
    for name in frame.select_dtypes("float").columns:
        values = frame[name].to_numpy()
        if np.fmax.reduce(values) > _LARGEST or np.fmin.reduce(values) < -_LARGEST:
            frame[name] = frame[name].where(frame[name].abs() <= _LARGEST)
            names.append(name)
    if names:
        remarks.append(
            f"Infinite numbers, and those beyond 1e100, are read as missing in {_named(names)}."
        )
    return frame


# Rows and columns that hold nothing --------------------------------------------------------------


def _without_blanks(
    frame: pd.DataFrame, blank_names: Collection[str], remarks: list[str]
) -> pd.DataFrame:
    blank_rows = np.arange(len(frame))
    for name in frame.columns:
        if not len(blank_rows):
            break
        blank_rows = blank_rows[frame[name].isna().to_numpy()[blank_rows]]
    if len(blank_rows) == len(frame):
        raise TableRefused(
            "Every cell of the table is empty or a mark for missing.",
            "Look into the file, and upload one that holds values.",
        )
    if len(blank_rows):
        frame = frame.drop(index=blank_rows).reset_index(drop=True)
        remarks.append(f"{_count(len(blank_rows), 'blank row')} left out.")
    blank_columns = [
        name for name in frame.columns if name in blank_names and not frame[name].count()
    ]
    if blank_columns:
        frame = frame.drop(columns=blank_columns)
        remarks.append(f"{_count(len(blank_columns), 'blank column')} left out.")
    unnamed = [name for name in frame.columns if name in blank_names]
    if unnamed:
        remarks.append(
            f"The header has no name for {_named(unnamed)}; the place was taken as name."
        )
    return frame


# Remarks -----------------------------------------------------------------------------------------


def _swallows_rows(frame: pd.DataFrame, dialect: Dialect) -> bool:
    """Tell whether a quotation mark ran over whole rows until another one closed it."""
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype):
            long_cells = frame[name][frame[name].str.contains("\n", regex=False, na=False)]
            if any(holds_swallowed_lines(c, dialect.delimiter, frame.shape[1]) for c in long_cells):
                return True
    return False


def _remarks_on_letters(text: bytes) -> list[str]:
    n_broken = 0 if text.isascii() else text.count("�".encode())
    if not n_broken:
        return []
    return [f"{_count(n_broken, 'letter')} can't be read in this encoding and became “�”."]


def _remark_on_lone_quotes(lines: tuple[int, ...]) -> str:
    return f"Quotation marks are never closed in {_places('line', lines)}, and were left out there."


def _remark_on_long_rows(places: tuple[int, ...]) -> str:
    verb = "has" if len(places) == 1 else "have"
    was = "was" if len(places) == 1 else "were"
    return (
        f"{_count(len(places), 'row')} {verb} more cells than the header and {was} left out: "
        f"{_places('row', places)}."
    )


def _places(thing: str, places: tuple[int, ...]) -> str:
    if len(places) == 1:
        return f"{thing} {places[0]:,}"
    shown = ", ".join(f"{place:,}" for place in places[:5]) + (", …" if len(places) > 5 else "")
    return f"{thing}s {shown}"


def _named(names: Sequence[str]) -> str:
    """Return “a”; or “a” and “b”; or 7 columns (“a”, “b”, “c”, …)."""
    quoted = [f"“{name}”" for name in names[:3]]
    if len(names) == 1:
        return quoted[0]
    if len(names) <= 3:
        return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return f"{len(names):,} columns ({', '.join(quoted)}, …)"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
