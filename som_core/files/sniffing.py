"""From the first lines of a text to its dialect: delimiter, header, footer, decimal mark.

The delimiter is the one that cuts the lines into rows of equal width with clean cells, as in
van den Burg, Nazábal and Sutton (2019), Wrangling messy CSV files by detecting row and type
patterns.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from som_core.files.dialect import Dialect
from som_core.files.header import Records, common_width, header_place, is_value

HEAD_BYTES = 1 << 16
_MOST_HEAD_BYTES = 1 << 23
_PIECES, _PIECE_BYTES = 8, 1 << 13

# The csv module refuses cells above 128 kB unless told; a cell may be as long as the head.
csv.field_size_limit(_MOST_HEAD_BYTES)

_NARROW = 4  # columns; in a table of fewer, a row with one filled cell is nothing odd
_DELIMITERS = (",", ";", "\t", "|", " ")
_CLEAN = re.compile(r"[^,;\t|\n]*")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_AROUND_NUMBER = " \u00a0%€$£¥()+-−"


def head_lines(text: bytes) -> list[str]:
    """Return the first whole lines of a UTF-8 text, each with its line end."""
    size = HEAD_BYTES
    while size < min(len(text), _MOST_HEAD_BYTES) and text.count(b"\n", 0, size) < 3:
        size *= 4
    lines = list(io.StringIO(text[:size].decode("utf-8", "ignore"), newline=""))
    return lines[:-1] if size < len(text) and len(lines) > 1 else lines


def records_of(lines: Iterable[str], delimiter: str, quote: str | None) -> Iterator[list[str]]:
    """Yield the cells of each record; a quoted cell may run over several lines.

    Blanks behind a delimiter are skipped, as in `a, "b"`.
    """
    if delimiter == " ":
        return (line.split() for line in lines)
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or '"',
        quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
        skipinitialspace=True,
    )


def split(lines: Sequence[str], delimiter: str, quote: str | None) -> list[list[str]]:
    return list(records_of(lines, delimiter, quote))


def guess_dialect(text: bytes, encoding: str) -> Dialect:
    """Return how a UTF-8 text is laid out, judged by its first lines and pieces of the rest."""
    lines = head_lines(text)
    separator_line = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    skipped = 1 if separator_line else 0
    delimiter = separator_line[1] if separator_line else guess_delimiter(lines)
    records = split(lines[skipped:], delimiter, '"')
    width = common_width(records)
    place = header_place(records)
    rows = records[place.above + place.n_names + place.n_below :]
    rows_of_the_rest = split(_lines_of_the_rest(text), delimiter, '"')
    decimal, thousands = guess_marks(rows + rows_of_the_rest, delimiter if width > 1 else "")
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        thousands=thousands,
        header_row=skipped + _n_lines(lines[skipped:], place.above, delimiter),
        has_header=place.n_names > 0,
        name_rows=max(1, place.n_names),
        rows_below_names=place.n_below,
        footer_rows=count_footer_lines(text, delimiter, width),
    )


def guess_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives the most even rows and the cleanest cells."""
    filled = [line for line in lines[:1000] if line.strip()]
    best, best_score = "", (_clean_share([[line.rstrip("\r\n")] for line in filled]), 1)
    for delimiter in _DELIMITERS:
        records = split(filled, delimiter, '"')
        width = common_width(records)
        if width < 2:
            continue
        even = [cells for cells in records if len(cells) == width]
        if delimiter == " " and ("\t" in filled[0] or not _often_values(even[1:])):
            continue
        score = (round(len(even) / len(records) * _clean_share(even), 2), width)
        if score > best_score:
            best, best_score = delimiter, score
    if best:
        return best
    # One column: any delimiter that does not occur leaves the lines whole.
    return next((mark for mark in ",;\t|" if not any(mark in line for line in filled)), "\t")


def _clean_share(records: Records) -> float:
    """Return the share of cells that are a number, or text without another delimiter in it."""
    cells = [cell.strip() for record in records for cell in record]
    clean = sum(bool(_CLEAN.fullmatch(cell) or uses_of_marks(cell)) for cell in cells)
    return clean / max(1, len(cells))


def _often_values(records: Records) -> bool:
    cells = [cell for record in records for cell in record]
    return sum(map(is_value, cells)) >= len(cells) / 3


def _n_lines(lines: Sequence[str], n_records: int, delimiter: str) -> int:
    """Return how many lines the first records take; quoted cells may hold line ends."""
    if delimiter == " " or n_records == 0:
        return n_records
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(n_records):
        next(reader)
    return reader.line_num


def count_footer_lines(text: bytes, delimiter: str, width: int) -> int:
    """Return how many lines at the end hold a note or nothing but delimiters."""
    lines = list(io.StringIO(text[-HEAD_BYTES:].decode("utf-8", "ignore"), newline=""))
    if width < 2 or delimiter == " ":
        return 0
    footer = 0
    for count, line in enumerate(reversed(lines[1:]), start=1):
        if not (_is_blank(line, delimiter) or _is_note(line, delimiter, width)):
            return footer
        if line.strip():
            footer = count
    return footer


def _is_blank(line: str, delimiter: str) -> bool:
    return not line.strip(delimiter + ' \r\n\t"')


def _is_note(line: str, delimiter: str, width: int) -> bool:
    """Tell a line with words in its first cell only; in a narrow table that may be a row."""
    text = line.strip()
    if width >= _NARROW:
        text = text.rstrip(delimiter)
    in_one_cell = delimiter not in text and text.count('"') % 2 == 0
    return in_one_cell and not is_value(text)


def _lines_of_the_rest(text: bytes) -> list[str]:
    """Return whole lines from pieces spread evenly behind the head."""
    lines = []
    if len(text) > 2 * HEAD_BYTES:
        step = (len(text) - HEAD_BYTES) // _PIECES
        for start in range(HEAD_BYTES, len(text) - _PIECE_BYTES, step):
            piece = text[start : start + _PIECE_BYTES].decode("utf-8", "ignore")
            lines += list(io.StringIO(piece, newline=""))[1:-1]
    return lines


def guess_marks(records: Records, delimiter: str) -> tuple[str, str | None]:
    """Return the decimal and the thousands mark, by what the digits around them allow."""
    counts = Counter(use for cells in records for cell in cells for use in uses_of_marks(cell))
    commas, points = counts["decimal ,"], counts["decimal ."]
    either_comma, either_point = counts["either ,"], counts["either ."]
    if commas or points:
        decimal = "," if commas > points or (commas == points and delimiter == ";") else "."
    elif counts["thousands ,"] or counts["thousands ."]:
        decimal = "." if counts["thousands ,"] >= counts["thousands ."] else ","
    else:
        # Only numbers like 1,234: a decimal comma in the files that semicolons delimit.
        decimal = "," if either_comma > either_point and delimiter == ";" else "."
    other = "." if decimal == "," else ","
    counts[f"thousands {other}"] += counts[f"either {other}"]
    marks = (other, " ", "'", "’", "\u00a0", "\u202f", "\u2009")
    thousands = max(marks, key=lambda mark: counts[f"thousands {mark}"])
    return decimal, thousands if counts[f"thousands {thousands}"] else None


_PLAIN = re.compile(r"(\d+)([.,])(\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_LAKHS = re.compile(r"\d{1,2}(,)(?:\d\d,)+\d{3}(?:(\.)\d+)?")


def uses_of_marks(cell: str) -> tuple[str, ...]:
    """Return what a cell says of the marks: “decimal ,”, “thousands .”, or “either ,”."""
    digits = cell.strip(_AROUND_NUMBER)
    if plain := _PLAIN.fullmatch(digits):
        whole, mark, fraction, exponent = plain.groups()
        certain = len(fraction) != 3 or len(whole) > 3 or whole[0] == "0" or exponent
        return (f"decimal {mark}",) if certain else (f"either {mark}",)
    if grouped := _GROUPED.fullmatch(digits) or _LAKHS.fullmatch(digits):
        thousands, decimal = grouped.groups()
        if decimal == thousands:
            return ()
        return (
            (f"thousands {thousands}", f"decimal {decimal}")
            if decimal
            else (f"thousands {thousands}",)
        )
    return ()
