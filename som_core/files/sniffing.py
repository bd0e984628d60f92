"""From the first lines of a text to its dialect: delimiter, header, footer, decimal mark."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from som_core.files.arff import n_lines_above_data
from som_core.files.delimiters import guess_parting
from som_core.files.dialect import Dialect
from som_core.files.footers import count_footer_lines
from som_core.files.header import HeaderPlace, common_width, header_place, value_columns
from som_core.files.marks import guess_marks
from som_core.files.other_lines import guess_other_lines, without_other_lines
from som_core.files.records import (
    HEAD_BYTES,
    Counted,
    head_lines,
    place_of_line,
    records_of,
    split,
)
from som_core.files.several_tables import Part, parts_of

_SHORT = 1 << 22  # bytes
_PIECES, _PIECE_BYTES = 8, 1 << 13
# The dimension, and what a codebook is, above the vectors of SOM_PAK (Kohonen and others, 1996).
_SOM_PAK = re.compile(r"\d+(\s+(hexa|rect)\s+\d+\s+\d+\s+(gaussian|bubble))?\s*")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


# Each table of a text that holds several, and how it is read.
Tables = list[tuple[Part, Dialect]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What needn't be guessed, as the text was written from cells that were apart."""

    parting: Dialect  # how it was written; the rest of it is guessed
    has_point: bool  # numbers were written with a point, which therefore is the decimal mark
    is_laid_out: bool = False  # the first line names the columns, and all others are rows


def guess_dialect(
    text: bytes,
    encoding: str,
    *,
    known: Known | None = None,
    thoroughly: bool = False,
    tables: Tables | None = None,
) -> Dialect:
    """Return how a UTF-8 text is laid out, judged by its first lines and pieces of the rest.

    Of several tables in one text, it is that of the largest.

    Parameters
    ----------
    text : all of it
    encoding : in which it was written
    known : what needn't be guessed, if anything
    thoroughly : look everywhere for what may be rare, such as comments; a short text is anyway
    tables : what `dialects_of_tables` says of the text, where it was asked before
    """
    if known and known.is_laid_out:
        return replace(known.parting, encoding=encoding)
    if tables is None:
        tables = dialects_of_tables(text, encoding, known)
    if tables:
        return max(tables, key=lambda each: each[0].size)[1]
    return _guess_dialect(text, encoding, known, thoroughly=thoroughly)


def dialects_of_tables(text: bytes, encoding: str, known: Known | None = None) -> Tables:
    """Return each table of a text that holds several, and how it is read; none where it doesn't."""
    if known and known.is_laid_out:
        return []
    parts = parts_of(text, known.parting if known else None)
    dialects = []
    n_lines = parts[-1].end if parts else 0
    for part in parts:
        start, end = place_of_line(text, part.start), place_of_line(text, part.end)
        of_part = text[start:end]
        dialect = _guess_dialect(of_part, encoding, known, thoroughly=True)
        header_row = part.start + dialect.header_row
        footer_rows = n_lines - part.end + dialect.footer_rows
        dialects.append((part, replace(dialect, header_row=header_row, footer_rows=footer_rows)))
    return dialects


def _guess_dialect(text: bytes, encoding: str, known: Known | None, *, thoroughly: bool) -> Dialect:
    """Return how a text of one table is laid out."""
    looked_at = text if thoroughly or len(text) <= _SHORT else text[:HEAD_BYTES]
    lines = head_lines(text)
    if known:
        parting, skipped = known.parting, 0
    else:
        parting, skipped = _guess_parting(lines, looked_at)
    has_names_above = skipped > 1
    records = split(lines[skipped:], parting)
    width = common_width(records)
    place = HeaderPlace(0, 0) if has_names_above else header_place(records)
    rows = records[place.above + place.n_names + place.n_below :]
    rows_of_the_rest = split(_lines_of_the_rest(text), parting)
    decimal, thousands = guess_marks(
        rows + rows_of_the_rest, parting.delimiter if width > 1 else ""
    )
    if known and known.has_point and decimal == ",":
        decimal, thousands = ".", None
    dialect = replace(
        parting,
        encoding=encoding,
        decimal=decimal,
        thousands=thousands,
        header_row=skipped + _n_lines(lines[skipped:], place.above, parting),
        has_header=place.n_names > 0,
        name_rows=max(1, place.n_names),
        rows_below_names=place.n_below,
    )
    if not value_columns(rows, width):
        looked_at = text  # among words nothing else shows that the names come again
    dialect = guess_other_lines(looked_at, dialect)
    text, _ = without_other_lines(text, dialect)
    return replace(dialect, footer_rows=count_footer_lines(text, parting, rows))


def _guess_parting(lines: Sequence[str], looked_at: bytes) -> tuple[Dialect, int]:
    """Return how cells are parted, and how many lines at the top say so or name the columns."""
    separator_line = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    skipped = 1 if separator_line else n_lines_above_data(lines)
    parting = guess_parting([*_lines_with_escape(looked_at), *lines[skipped:]])
    if separator_line:
        parting = replace(parting, delimiter=separator_line[1])
    elif lines and parting.delimiter == " " and _SOM_PAK.fullmatch(lines[0]):
        skipped = 1
    return parting, skipped


def _lines_with_escape(text: bytes) -> list[str]:
    """Return the first line in which a backslash stands before a quotation mark, if any."""
    place = text.find(b'\\"')
    if place < 0:
        return []
    start, end = text.rfind(b"\n", 0, place) + 1, text.find(b"\n", place)
    return [text[start : end + 1 or None].decode("utf-8", "ignore")]


def _n_lines(lines: Sequence[str], n_records: int, dialect: Dialect) -> int:
    """Return how many lines the first records take; quoted cells may hold line ends."""
    counted = Counted(lines)
    records = records_of(counted, dialect)
    for _ in range(n_records):
        next(records)
    return counted.n_read


def _lines_of_the_rest(text: bytes) -> list[str]:
    """Return whole lines from pieces spread evenly behind the head."""
    lines = []
    if len(text) > 2 * HEAD_BYTES:
        step = (len(text) - HEAD_BYTES) // _PIECES
        for start in range(HEAD_BYTES, len(text) - _PIECE_BYTES, step):
            piece = text[start : start + _PIECE_BYTES].decode("utf-8", "ignore")
            lines += list(io.StringIO(piece, newline=""))[1:-1]
    return lines
