"""Bytes of a file to a Table: one look at a sample, then one explicit read by pandas.

The steps have a file each: unpacking, decoding (sheets for a workbook, typed_columns for Parquet,
JSON and others with types), sniffing (the dialect, by delimiters, header and marks), layout (where
header and rows are), repairing (what breaks the rules), parsing (the read by pandas),
written_numbers, sentinels, totals, spellings.
"""

import csv
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from som_core.cells import are_whole
from som_core.files.arff import with_full_rows
from som_core.files.decoding import Decoded, decode
from som_core.files.dialect import THOUSANDS_MARKS, Dialect
from som_core.files.doubts import remarks_on_doubts, remarks_on_tables
from som_core.files.encodings import remarks_on_encoding
from som_core.files.frequent_values import remarks_on_frequent_values, without_marks_in_columns
from som_core.files.header import holds_numbers
from som_core.files.layout import Layout, lay_out
from som_core.files.missing import NUMBER_MARKS, is_number, without_chosen_words
from som_core.files.mixed_encodings import remarks_on_odd_cells
from som_core.files.other_lines import without_other_lines
from som_core.files.parsing import UnclosedQuote, parse
from som_core.files.reading_progress import PARSED, UNDERSTOOD, note_lines, note_step
from som_core.files.records import too_long
from som_core.files.repairing import holds_swallowed_lines, without_lone_quotes
from som_core.files.sample_of import SampleOf
from som_core.files.sentinels import (
    guess_sentinels,
    remarks_on_possible_sentinels,
    without_infinite_numbers,
    without_marked_numbers,
)
from som_core.files.sheets import is_packed, read_sheet
from som_core.files.sniffing import Known, dialects_of_tables, guess_dialect
from som_core.files.spellings import remarks_on_spellings
from som_core.files.table import Table, dates_of
from som_core.files.totals import remarks_on_totals
from som_core.files.typed_columns import is_columnar, read_columns
from som_core.files.unpacking import Limits, TableRefused, bytes_of, unpack
from som_core.files.written_numbers import numbers_from_text
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, named, placed

_PARTING = ("sheet", "is_typed", "encoding", "odd_encoding", "delimiter", "quote", "escape")
_LAYOUT = (
    "decimal", "header_row", "has_header", "name_rows", "rows_below_names", "footer_rows",
    "comment", "repeats_header",
)  # fmt: skip

__all__ = ["Dialect", "Limits", "Table", "TableRefused", "read_table"]


def read_table(
    source: bytes | str | Path | BinaryIO,
    name: str,
    *,
    dialect: Dialect | None = None,
    sheet: str | None = None,
    limits: Limits = Limits(),  # noqa: B008, a frozen value
) -> Table:
    """Read a CSV file, gzipped or not, or a sheet of a workbook, and say how it was read.

    Workbooks are those of Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods). Parquet, Feather,
    JSON (a list of objects, or one object a line), SPSS (sav, zsav, por), SAS (sas7bdat, xpt),
    Stata (dta) and SQLite are read as well. What a file is, is told by its bytes, not by its name.

    Reading once more with the dialect of the table gives the same table.

    Parameters
    ----------
    source : the bytes, the path, or an open binary file
    name : what the analyst calls the table, such as the file's name
    dialect : how the text is laid out; None: it is guessed, see `Table.dialect`
    sheet : which sheet of a workbook, or table of a database, where the dialect is guessed; None:
        the first that isn't hidden and no mere cover, see `Table.sheets`
    limits : the most that is read

    Raises
    ------
    TableRefused
        If the file can't become a table; its `message` says why, its `advice` what to do.
    """
    packed = bytes_of(source, limits)
    with ThreadPoolExecutor(1) as beside:  # a hash of much leaves other threads free
        digest = beside.submit(hashlib.sha256, packed)
        source_text = _text_of(unpack(packed, limits), dialect, sheet, limits)
        del packed
        table = _read(source_text, name, dialect, limits)
        note_step(1.0)
    return replace(table, sha256=digest.result().hexdigest())


def _read(source_text: "_Text", name: str, dialect: Dialect | None, limits: Limits) -> Table:
    decoded, known = source_text.decoded, source_text.known
    if dialect is not None:
        dialect = _as_parted(dialect, known)
    original = decoded.text
    n_lines = _count_lines(original)
    note_lines(n_lines)
    _refuse_too_many_lines(n_lines, limits)
    try:
        parsed = _parse(original, decoded.encoding, dialect, known, n_lines, limits)
    except csv.Error as problem:  # of what is looked at with it, only a cell's length is refused
        raise too_long() from problem
    note_step(PARSED)
    if dialect is None:
        frame, dialect, remarks = _understand(parsed.frame, parsed.dialect)
        dialect = replace(dialect, odd_encoding=decoded.odd.encoding if decoded.odd else None)
    else:
        frame, remarks = _apply(parsed.frame, dialect)
    note_step(UNDERSTOOD)
    frame, last_remarks = _without_blanks(frame, parsed.blank_names)
    frame, more_remarks = _without_rows_left_out(frame, dialect.rows_left_out)
    last_remarks += more_remarks + remarks_on_totals(frame, dialect.rows_left_out)
    frame, more_remarks = without_marks_in_columns(frame, dialect.marks_in_columns)
    last_remarks += more_remarks + remarks_on_frequent_values(frame)
    remarks = [
        *([] if source_text.sample_of is None else [source_text.sample_of.remark]),
        *source_text.remarks,
        *remarks_on_encoding(decoded.guess),
        *remarks_on_odd_cells(decoded.odd),
        *_remarks_on_letters(decoded.n_broken),
        *parsed.remarks,
        *remarks,
        *last_remarks,
    ]
    dates = dates_of(frame, dialect)
    remarks += dates.remarks
    remarks += remarks_on_spellings(frame.drop(columns=list(dates.formats)))
    return Table(
        frame,
        name,
        dialect,
        tuple(remarks),
        dates,
        sheets=source_text.sheets,
        labels={name: label for name, label in source_text.labels.items() if name in frame},
        sample_of=source_text.sample_of,
    )


@dataclass(frozen=True, kw_only=True)
class _Text:
    """The text of a file, or the one that its cells were written as."""

    decoded: Decoded
    known: Known | None = None
    sheets: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    sample_of: SampleOf | None = None


def _text_of(data: bytes, dialect: Dialect | None, sheet: str | None, limits: Limits) -> _Text:
    if is_columnar(data):
        columns = read_columns(data, dialect.sheet if dialect else sheet, limits)
        parting = Dialect(is_typed=True, sheet=columns.table)
        known = Known(parting=parting, has_point=True, is_laid_out=True)
        decoded = Decoded(columns.text, Dialect.encoding, columns.n_broken)
        return _Text(
            decoded=decoded,
            known=known,
            sheets=columns.tables,
            remarks=columns.remarks,
            labels=columns.labels,
            sample_of=columns.sample_of,
        )
    if is_packed(data):
        found = read_sheet(data, dialect.sheet if dialect else sheet, limits)
        return _Text(
            decoded=Decoded(found.text, Dialect.encoding, 0),
            known=Known(parting=Dialect(sheet=found.name), has_point=found.has_fractions),
            sheets=found.names,
            remarks=found.remarks,
        )
    if dialect is None:
        decoded = decode(data, None)
    else:
        decoded = decode(data, dialect.encoding, dialect.odd_encoding)
    text, remarks = with_full_rows(decoded.text, limits)
    return _Text(decoded=decoded._replace(text=text), remarks=tuple(remarks))


def _as_parted(dialect: Dialect, known: Known | None) -> Dialect:
    """Return a dialect that says of the parting what is known of it, whatever it said before."""
    if known is None:
        return replace(dialect, sheet=None, is_typed=False)
    parting = known.parting
    names = _PARTING + (_LAYOUT if known.is_laid_out else ())
    return replace(dialect, **{name: getattr(parting, name) for name in names})


@dataclass(frozen=True, kw_only=True)
class _Parsed:
    """The cells of a file, before it is known what they mean."""

    frame: pd.DataFrame
    blank_names: frozenset[str]  # of columns without a name in the header
    dialect: Dialect
    remarks: list[Remark]
    doubts: list[Remark]  # for the case that the dialect was guessed
    is_odd: bool  # rows further below differ from the first, so perhaps not all was seen


def _parse(
    original: bytes,
    encoding: str,
    dialect: Dialect | None,
    known: Known | None,
    n_lines: int,
    limits: Limits,
) -> _Parsed:
    """Lay out and parse the text; repair it first where quotation marks aren't closed."""
    for text, repairs in _texts_to_try(original, dialect.quote if dialect else '"'):
        tables = [] if dialect else dialects_of_tables(text, encoding, known)
        guessed = dialect or guess_dialect(text, encoding, known=known, tables=tables)
        parsed = _parsed(text, guessed, known, n_lines, limits)
        if dialect is None and (parsed is None or parsed.is_odd):
            better = guess_dialect(text, encoding, known=known, thoroughly=True, tables=tables)
            if better != guessed:
                parsed = _parsed(text, better, known, n_lines, limits) or parsed
        if parsed is not None:
            doubts = []
            if dialect is None:
                doubts = [*parsed.doubts, *remarks_on_tables(tables, parsed.dialect)]
            return replace(parsed, remarks=[*repairs, *parsed.remarks, *doubts])
    raise TableRefused(
        "The quotation marks of the file don't fit together.",
        "Remove them, or export the table as CSV once more.",
    )


def _parsed(
    text: bytes, dialect: Dialect, known: Known | None, n_lines: int, limits: Limits
) -> _Parsed | None:
    """Return the cells of a text, or None where its quotation marks aren't closed."""
    text, remarks = without_other_lines(text, dialect)
    layout = lay_out(text, dialect)
    _refuse_too_many_cells(len(layout.names), n_lines, limits)
    try:
        frame, long_lines = parse(text, layout, dialect)
    except UnclosedQuote:
        return None
    n_other_lines = dialect.header_row + dialect.footer_rows
    if dialect.has_header:
        n_other_lines += dialect.name_rows + dialect.rows_below_names
    if n_lines > len(frame) + n_other_lines and _swallows_rows(frame, dialect):
        return None
    is_odd = bool(long_lines) or _differs_from_head(frame, layout)
    frame.columns = list(layout.names)
    return _Parsed(
        frame=frame,
        blank_names=layout.blank_names,
        dialect=dialect,
        remarks=[*layout.remarks, *remarks, *_remarks_on_ragged_rows(layout, long_lines)],
        doubts=remarks_on_doubts(layout.sample, layout.names, dialect, known),
        is_odd=is_odd,
    )


def _differs_from_head(frame: pd.DataFrame, layout: Layout) -> bool:
    """Tell whether a column is text, though its first cells are numbers."""
    return any(
        isinstance(frame[i].dtype, pd.StringDtype)
        and holds_numbers([cells[i].strip() for cells in layout.sample if i < len(cells)])
        for i in frame.columns
    )


def _texts_to_try(text: bytes, quote: str | None) -> Iterator[tuple[bytes, list[Remark]]]:
    """Yield the text, then repaired ones for the case that quotation marks aren't closed."""
    yield text, []
    if quote is not None:
        repaired, lines = without_lone_quotes(text, quote)
        if lines:
            where = f"{placed('line', lines)} of the file"
            yield repaired, _repaired(f"Quotation marks in {where} are never closed, so left out.")
        unquoted = text.replace(quote.encode(), b"")
        yield unquoted, _repaired("The quotation marks don't come in pairs, so all were left out.")


def _repaired(sentence: str) -> list[Remark]:
    return [Remark(kind="quotation marks", sentence=sentence, severity="warning")]


def _remarks_on_ragged_rows(layout: Layout, long_lines: tuple[int, ...]) -> list[Remark]:
    remarks = []
    if long_lines:
        has, was = ("has", "was") if len(long_lines) == 1 else ("have", "were")
        sentence = (
            f"{counted(len(long_lines), 'row')} {has} more cells than the header and {was} left "
            f"out: {placed('line', long_lines)} of the file."
        )
        remarks.append(Remark(kind="long rows", sentence=sentence, severity="warning"))
    if any(len(cells) < len(layout.names) for cells in layout.sample):
        sentence = "Some rows are shorter than the header; the cells they lack are missing."
        remarks.append(Remark(kind="short rows", sentence=sentence))
    return remarks


def _swallows_rows(frame: pd.DataFrame, dialect: Dialect) -> bool:
    """Tell whether a quotation mark ran over whole rows until another one closed it."""
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype):
            long_cells = frame[name][frame[name].str.contains("\n", regex=False, na=False)]
            if any(holds_swallowed_lines(c, dialect.delimiter, frame.shape[1]) for c in long_cells):
                return True
    return False


def _understand(
    frame: pd.DataFrame, dialect: Dialect
) -> tuple[pd.DataFrame, Dialect, list[Remark]]:
    """Guess what means numbers and what means missing; what was found joins the dialect."""
    found = numbers_from_text(
        frame,
        dialect,
        separators=dialect.thousands or "".join(THOUSANDS_MARKS).replace(dialect.decimal, ""),
        marks={*dialect.missing_marks, *NUMBER_MARKS},
        other_decimal=frame.columns,
    )
    marks = [*dialect.missing_marks, *found.marks]
    frame, remarks = without_infinite_numbers(found.frame)
    while sentinels := guess_sentinels(frame):
        frame, more_remarks = without_marked_numbers(frame, sentinels)
        remarks += more_remarks
        marks += sentinels
    remarks += remarks_on_possible_sentinels(frame)
    thousands = dialect.thousands or found.thousands
    dialect = replace(
        dialect,
        thousands=thousands,
        missing_marks=tuple(dict.fromkeys(marks)),
        other_decimal=found.other_decimal,
    )
    return frame, dialect, [*found.remarks, *remarks]


def _apply(frame: pd.DataFrame, dialect: Dialect) -> tuple[pd.DataFrame, list[Remark]]:
    """Read as numbers and as missing what the dialect says, and no more."""
    frame, remarks_on_words = without_chosen_words(frame, dialect.missing_marks)
    found = numbers_from_text(
        frame,
        dialect,
        separators=dialect.thousands or "",
        marks=dialect.missing_marks,
        other_decimal=dialect.other_decimal,
    )
    frame, remarks = without_infinite_numbers(found.frame)
    frame, more_remarks = without_marked_numbers(frame, filter(is_number, dialect.missing_marks))
    return frame, [*remarks_on_words, *found.remarks, *remarks, *more_remarks]


def _without_blanks(
    frame: pd.DataFrame, blank_names: Collection[str]
) -> tuple[pd.DataFrame, list[Remark]]:
    """Leave out rows without a value, and columns with neither name nor value."""
    remarks = []
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
        left_out = f"{counted(len(blank_rows), 'blank row')} left out."
        remarks.append(Remark(kind="blank rows", sentence=left_out))
    unnamed = [name for name in frame.columns if name in blank_names]
    blank_columns = [name for name in unnamed if frame[name].isna().all()]
    if blank_columns:
        frame = frame.drop(columns=blank_columns)
        left_out = f"{counted(len(blank_columns), 'blank column')} left out."
        remarks.append(Remark(kind="blank columns", sentence=left_out))
    called = [name for name in unnamed if name not in blank_columns]
    if called:
        sentence = f"The header has no name for {named(called)}, called so by the place."
        remarks.append(Remark(kind="unnamed columns", sentence=sentence, columns=tuple(called)))
    return frame, remarks


def _without_rows_left_out(
    frame: pd.DataFrame, places: Sequence[int]
) -> tuple[pd.DataFrame, list[Remark]]:
    """Leave out the rows that the analyst doesn't want, such as subtotals."""
    there = [place for place in places if place < len(frame)]
    if not there:
        return frame, []
    if len(there) == len(frame):
        raise TableRefused("All rows of the table are left out.", "Take some of them back.")
    remark = Remark(
        kind="rows left out",
        sentence=f"{counted(len(there), 'row')} of totals or means left out.",
        remedy=Remedy(words="Take back", target="reading", changes={"rows_left_out": []}),
    )
    kept = frame.drop(index=there).reset_index(drop=True)
    for name in frame.columns[frame.isna().any() & kept.notna().all()]:
        # Whole numbers were decimals for the gap in the row of totals, which is no longer there.
        if is_float_dtype(kept[name].dtype) and are_whole(kept[name].to_numpy()):
            kept[name] = kept[name].astype(np.int64)
    return kept, [remark]


def _remarks_on_letters(n_broken: int) -> list[Remark]:
    if not n_broken:
        return []
    sentence = f"{counted(n_broken, 'letter')} can't be read in this encoding and became “�”."
    return [Remark(kind="broken letters", sentence=sentence, severity="warning")]


def _count_lines(text: bytes) -> int:
    characters = np.frombuffer(text, dtype=np.uint8)
    blocks = range(0, len(characters), 1 << 18)
    counts = (np.count_nonzero(characters[at : at + (1 << 18)] == ord("\n")) for at in blocks)
    return sum(map(int, counts))


def _refuse_too_many_lines(n_lines: int, limits: Limits) -> None:
    if n_lines > limits.rows + 1:
        raise TableRefused(
            f"The file has {n_lines:,} lines; at most {limits.rows:,} rows can be read.",
            "Upload a part of its rows, such as every tenth one.",
        )


def _refuse_too_many_cells(n_columns: int, n_lines: int, limits: Limits) -> None:
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
