"""The one explicit read by pandas: every choice is made before, none is left to it."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from queue import SimpleQueue

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.errors import ParserError

from som_core.files.codes import are_codes, has_leading_zeros, is_too_large, is_whole
from som_core.files.dialect import Dialect
from som_core.files.layout import Layout, without_rows
from som_core.files.missing import MISSING_MARKS
from som_core.files.reading_progress import note_rows
from som_core.files.records import ONE_FOR_MANY, one_character, without_escaped_letters
from som_core.files.repairing import without_long_rows

_BLANKS = (" ", "\t", "\u00a0", "\u3000")
_STARTS_OF_BLANKS = np.isin(np.arange(256), [blank.encode()[0] for blank in _BLANKS])
_ENDS_OF_BLANKS = np.isin(np.arange(256), [blank.encode()[-1] for blank in _BLANKS])
_CELLS_A_PIECE = 1_000_000
_FEWEST_BYTES_OF_HALVES = 1 << 23
_FORMULA = re.compile(r'^="([^"]*)"$')
_BOOLEANS = frozenset({"true", "false"})


class UnclosedQuote(Exception):
    """A quotation mark opens a cell and is never closed."""


def parse(text: bytes, layout: Layout, dialect: Dialect) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return the rows of a UTF-8 text, and the lines of those left out for being too long.

    Columns are called 0, 1, 2, … and are int64 or float64 where every cell is a plain number
    with nothing lost by reading it as one; all others are text.

    Raises
    ------
    UnclosedQuote
        If a quotation mark runs to the end of the file.
    TableRefused
        If there is no row.
    """
    n_columns = len(layout.names)
    rows = text[: layout.end] if layout.end < len(text) else text
    try:
        if not any(len(cells) > n_columns for cells in layout.sample):
            return _parse(*_readable(rows, layout.start, dialect), layout, dialect), ()
    except ParserError as problem:
        if "EOF inside string" in str(problem):
            raise UnclosedQuote from None
    rows, left_out = without_long_rows(rows[layout.start :], dialect, n_columns)
    above = len(io.StringIO(text[: layout.start].decode(), newline="").readlines())
    dialect = replace(dialect, quote='"', escape=None)
    return _parse(rows, 0, layout, dialect), tuple(above + n for n in left_out)


def _readable(rows: bytes, start: int, dialect: Dialect) -> tuple[bytes, int]:
    """Return rows that pandas can read, and where they start, without a copy where it can be."""
    if len(dialect.delimiter) == 1 and not dialect.escape:
        return rows, start
    rows = rows[start:]
    if dialect.escape:
        rows = without_escaped_letters(rows.decode()).encode()
    if len(dialect.delimiter) > 1:
        rows = rows.replace(dialect.delimiter.encode(), ONE_FOR_MANY.encode())
    return rows, 0


def _parse(rows: bytes, start: int, layout: Layout, dialect: Dialect) -> pd.DataFrame:
    as_text = {i for i, name in enumerate(layout.names) if name in dialect.as_text}
    loses_zeros = partial(has_leading_zeros, rows, start, one_character(dialect.delimiter))
    with ThreadPoolExecutor(max_workers=1) as meanwhile:  # numpy doesn't hold pandas up
        looking = meanwhile.submit(loses_zeros) if _holds_whole_numbers(layout) else None
        pieces = _pieces(rows, start, layout, dialect, as_text | _boolean_columns(layout))
    if not any(map(len, pieces)):
        raise without_rows(dialect)
    mixed = [i for i in pieces[0].columns if not _is_one_kind([piece[i] for piece in pieces])]
    frame = _joined([piece.drop(columns=mixed) for piece in pieces])
    del pieces
    numbers = [i for i in frame.columns if not _is_text(frame[i])]
    doubtful = [i for i in numbers if is_too_large(frame[i])]
    whole = [i for i in numbers if i not in doubtful and is_whole(frame[i])]
    if whole and (looking.result() if looking else loses_zeros()):
        doubtful += whole
    if mixed or doubtful:
        again = _pieces(rows, start, layout, dialect, {*mixed, *doubtful})
        as_text = pd.concat([piece[mixed + doubtful] for piece in again], ignore_index=True)
        codes = [i for i in doubtful if are_codes(as_text[i])]
        frame = frame.drop(columns=codes).join(as_text[mixed + codes]).sort_index(axis=1)
    if len(dialect.delimiter) > 1:
        frame = _replaced(frame, re.escape(ONE_FOR_MANY), dialect.delimiter)
    if any(_FORMULA.fullmatch(cell) for cells in layout.sample for cell in cells):
        # By ="…" programs keep Excel from changing texts.
        frame = _replaced(frame, _FORMULA, r"\1")
    return _without_padding(frame, layout, dialect)


def _holds_whole_numbers(layout: Layout) -> bool:
    """Tell whether any of the first cells is a whole number, as a code such as 007 would be."""
    return any(cell.strip().isdigit() for cells in layout.sample for cell in cells)


def _pieces(
    rows: bytes, start: int, layout: Layout, dialect: Dialect, as_text: set[int]
) -> list[pd.DataFrame]:
    """Read piece by piece: as fast as at once, with less memory, and mixed columns show.

    The halves of a long text are read side by side, as pandas lets others work while it reads.
    """
    n_columns = len(layout.names)
    marks = _marks_by_column(layout, dialect)
    read = partial(
        pd.read_csv,
        sep=r"\s+" if dialect.delimiter == " " else one_character(dialect.delimiter),
        escapechar=dialect.escape,
        quotechar=dialect.quote or '"',
        quoting=csv.QUOTE_NONE if dialect.quote is None else csv.QUOTE_MINIMAL,
        decimal=dialect.decimal,
        header=None,
        names=range(n_columns),
        index_col=False,
        dtype=dict.fromkeys(as_text, "str"),
        keep_default_na=False,
        # One list for all columns is read much faster, where there are many.
        na_values=marks if any(m != marks[0] for m in marks.values()) else marks[0],
        skipinitialspace=layout.is_padded,
        chunksize=max(1000, _CELLS_A_PIECE // n_columns),
        low_memory=False,
    )

    parts = _halves(rows, start, dialect)
    counts: SimpleQueue[int | None] = SimpleQueue()  # of rows; None ends a part

    def pieces_of(part: memoryview) -> list[pd.DataFrame]:
        pieces = []
        try:
            with read(pa.BufferReader(part)) as reader:  # nothing is copied
                for piece in reader:
                    pieces.append(piece)
                    counts.put(len(piece))
        finally:
            counts.put(None)
        return pieces

    with ThreadPoolExecutor(max_workers=2) as halves:
        read_side_by_side = [halves.submit(pieces_of, part) for part in parts]
        for _ in parts:
            for n_rows in iter(counts.get, None):
                note_rows(n_rows)
        return [piece for pieces in read_side_by_side for piece in pieces.result()]


def _halves(rows: bytes, start: int, dialect: Dialect) -> list[memoryview]:
    """Return the text in two halves; in one where it is short, or a line end may be in a cell."""
    view = memoryview(rows)
    middle = rows.find(b"\n", (start + len(rows)) // 2) + 1
    quote = (dialect.quote or '"').encode()
    is_one = len(rows) - start < _FEWEST_BYTES_OF_HALVES or dialect.escape or quote in rows
    if is_one or middle in (0, len(rows)):
        return [view[start:]]
    return [view[start:middle], view[middle:]]


def _marks_by_column(layout: Layout, dialect: Dialect) -> dict[int, list[str]]:
    """Return which usual marks are missing in a column; where a “+” stands, “-” is its opposite."""
    marks = ["", *(mark for mark in dialect.missing_marks if mark in MISSING_MARKS)]
    with_plus = {i for cells in layout.sample for i, cell in enumerate(cells) if cell == "+"}
    without_dash = [mark for mark in marks if mark != "-"]
    return {i: without_dash if i in with_plus else marks for i in range(len(layout.names))}


def _without_padding(frame: pd.DataFrame, layout: Layout, dialect: Dialect) -> pd.DataFrame:
    """Take blanks from around texts: “Red ” is “Red”; that shows further marks for missing."""
    marks = _marks_by_column(layout, dialect)
    for i in frame.columns:
        if _is_text(frame[i]) and _is_padded(frame[i]):
            stripped = frame[i].str.strip()
            frame[i] = stripped.mask(stripped.isin(marks[i]))
    return frame


def _is_padded(texts: pd.Series) -> bool:
    """Tell whether a blank comes before or behind any text of a column, wherever it is."""
    if not _may_be_padded(texts):
        return False
    return bool(texts.str.startswith(_BLANKS).any() or texts.str.endswith(_BLANKS).any())


def _may_be_padded(texts: pd.Series) -> bool:
    """Look at the first and the last byte of each text alone, which takes a quarter of the time."""
    arrow = pa.array(texts)
    for chunk in arrow.chunks if isinstance(arrow, pa.ChunkedArray) else [arrow]:
        chunk = chunk.cast(pa.large_string())  # no copy where it is one, as pandas has them
        _, offsets_buffer, bytes_buffer = chunk.buffers()
        if bytes_buffer is None:
            continue
        ends = np.frombuffer(offsets_buffer, np.int64)[chunk.offset :][: len(chunk) + 1]
        is_filled = ends[1:] > ends[:-1]
        letters = np.frombuffer(bytes_buffer, np.uint8)
        first, last = letters[ends[:-1][is_filled]], letters[ends[1:][is_filled] - 1]
        if _STARTS_OF_BLANKS[first].any() or _ENDS_OF_BLANKS[last].any():
            return True
    return False


def _replaced(frame: pd.DataFrame, pattern: str | re.Pattern[str], new: str) -> pd.DataFrame:
    """Replace what matches in all texts."""
    for i in frame.columns:
        if _is_text(frame[i]):
            frame[i] = frame[i].str.replace(pattern, new, regex=True)
    return frame


def _boolean_columns(layout: Layout) -> set[int]:
    """Return the columns of true and false, which pandas would not keep as they are written."""
    words: dict[int, set[str]] = {}
    for cells in layout.sample:
        for i, cell in enumerate(cells):
            words.setdefault(i, set()).add(cell.strip().lower())
    return {i for i, found in words.items() if found & _BOOLEANS and i < len(layout.names)}


def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _joined(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the pieces together; where one has no value in a text column, it came as numbers."""
    texts = {i for piece in pieces for i in piece.columns if _is_text(piece[i])}
    return pd.concat([_with_texts(piece, texts) for piece in pieces], ignore_index=True)


def _with_texts(piece: pd.DataFrame, texts: set[int]) -> pd.DataFrame:
    """Return a piece with these columns as text; the same one where they are, without a copy."""
    other = [i for i in texts if not _is_text(piece[i])]
    return piece.astype(dict.fromkeys(other, "str")) if other else piece


def _is_one_kind(pieces: list[pd.Series]) -> bool:
    """Tell whether a column is all text or all numbers that int64 or float64 can hold."""
    if all(piece.dtype.kind in "if" for piece in pieces):  # most columns, so no value is looked at
        return True
    filled = [piece for piece in pieces if not piece.isna().all()]
    if all(_is_text(piece) for piece in filled):
        return True
    return all(piece.dtype.kind in "if" for piece in filled)
