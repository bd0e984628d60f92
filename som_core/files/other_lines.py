"""Lines among the rows that are none: comments, and the header once more where files were joined.

They become blank lines, so that every other line keeps its number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from som_core.files.dialect import Dialect
from som_core.files.header import (
    COMMENT_MARKS,
    common_width,
    holds_numbers,
    is_comment,
    is_value,
)
from som_core.files.records import head_lines, place_of_line, split
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, excerpt, placed

_MOST_LOOKED_AT = 100  # lines with a comment mark
_MOST_NOTES = 10  # lines between joined tables, besides as many as stand above the first
_BYTE_ORDER_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class _Rows:
    """Where the rows of a text are, and what they look like."""

    start: int  # the byte behind the names, and the rows about them
    width: int
    hold_numbers: bool  # in the first cell
    dialect: Dialect

    def are_commented(self, line: str) -> bool:
        """Tell whether a line that begins with a comment mark is a comment, or a row of them."""
        cells = self.cells(line)
        is_number_behind = self.hold_numbers and is_value(cells[0].strip(" \t#%/"))
        return is_number_behind or is_comment(cells, self.width)

    def end_before(self, line: str, place: int) -> bool:
        """Tell a comment behind a row from a cell that holds the mark: the row is whole before."""
        before = self.cells(line[:place])
        if len(before) != self.width or not before[-1]:
            return False
        return is_value(before[-1].strip()) or len(self.cells(line)) != self.width

    def cells(self, line: str) -> list[str]:
        return [cell for cells in split([line], self.dialect) for cell in cells]


def guess_other_lines(text: bytes, dialect: Dialect) -> Dialect:
    """Return the dialect with the mark of comments, and whether the header comes again."""
    rows = _rows(text, dialect)
    marks = (mark for mark in COMMENT_MARKS if _begins_comments(mark, text, rows))
    again = rows.width > 1 or rows.hold_numbers
    again = again and any(True for _ in _places_of_names(text, rows))
    return replace(dialect, comment=next(marks, None), repeats_header=again)


def without_other_lines(text: bytes, dialect: Dialect) -> tuple[bytes, list[Remark]]:
    """Return the text with blank lines for comments and repeated headers, and remarks on them."""
    if not (dialect.comment or dialect.repeats_header):
        return text, []
    rows = _rows(text, dialect)
    remarks = []
    if dialect.repeats_header:
        places = sorted(_places_of_names(text, rows))
        remarks += _remarks_on_headers([text.count(b"\n", 0, place) + 1 for place in places])
        text = _without_headers(text, places, rows)
    if dialect.comment:
        text, comments = _without_comments(text, dialect.comment, rows)
        remarks += _remarks_on_comments(comments)
    return text, remarks


def _rows(text: bytes, dialect: Dialect) -> _Rows:
    start = _start_of_rows(text, dialect)
    lines = head_lines(text, start)[:1000]
    plain = [line for line in lines if not line.lstrip().startswith(COMMENT_MARKS)]
    records = split(plain if len(plain) > len(lines) / 2 else lines, dialect)
    first_cells = [cells[0].strip() for cells in records if cells]
    return _Rows(start, common_width(records), holds_numbers(first_cells), dialect)


def _start_of_rows(text: bytes, dialect: Dialect) -> int:
    """Return the byte behind the names, and the rows about them."""
    start = place_of_line(text, dialect.header_row)
    n_names = dialect.name_rows + dialect.rows_below_names if dialect.has_header else 0
    for line in head_lines(text, start) if n_names else ():
        start += len(line.encode())
        n_names -= bool(line.strip())
        if n_names == 0:
            break
    return start


# Comments ----------------------------------------------------------------------------------------


def _begins_comments(mark: str, text: bytes, rows: _Rows) -> bool:
    """Tell a mark that begins comments wherever it begins a line, or is behind the last cell."""
    lines = [line for _, line in islice(_lines_with(mark, text, rows), _MOST_LOOKED_AT)]
    at_start = [line for line in lines if line.lstrip().startswith(mark)]
    if at_start:
        return all(map(rows.are_commented, at_start))
    return mark != "%" and any(_place_of_comment(line, mark, rows) is not None for line in lines)


def _place_of_comment(line: str, mark: str, rows: _Rows) -> int | None:
    """Return where a comment begins in a line that holds the mark; None: it is no comment."""
    if line.lstrip().startswith(mark):
        return 0 if rows.are_commented(line) else None
    place = len(line[: line.index(mark)].rstrip())
    return place if rows.end_before(line, place) else None


def _lines_with(mark: str, text: bytes, rows: _Rows) -> Iterator[tuple[int, str]]:
    """Yield each line that holds a mark, and where it begins, but those inside quoted cells."""
    counts_quotes = rows.dialect.quote == '"'
    n_quotes, counted_to = 0, rows.start
    place = text.find(mark.encode(), rows.start)
    while place >= 0:
        begin = max(rows.start, text.rfind(b"\n", rows.start, place) + 1)
        end = text.find(b"\n", place)
        end = len(text) if end < 0 else end
        if counts_quotes:
            n_quotes += text.count(b'"', counted_to, begin)
            counted_to = begin
        if n_quotes % 2 == 0:
            yield begin, text[begin:end].decode("utf-8", "ignore")
        place = text.find(mark.encode(), end)


def _without_comments(text: bytes, mark: str, rows: _Rows) -> tuple[bytes, list[str]]:
    """Return the text without comments, and those that were left out."""
    pieces, comments, done = [], [], 0
    for begin, line in _lines_with(mark, text, rows):
        place = _place_of_comment(line, mark, rows)
        if place is not None:
            comments.append(line[place:].strip())
            pieces += [text[done:begin], line[:place].encode()]
            done = begin + len(line.encode())
    return b"".join([*pieces, text[done:]]), comments


def _remarks_on_comments(comments: Sequence[str]) -> list[Remark]:
    if not comments:
        return []
    shown = f"“{excerpt(comments[0])}”"
    return [
        Remark(
            kind="comments",
            sentence=f"{counted(len(comments), 'comment')} among the rows left out: {shown}.",
            remedy=Remedy(words="Keep comments", target="reading", changes={"comment": None}),
        )
    ]


# The header once more ----------------------------------------------------------------------------


def _places_of_names(text: bytes, rows: _Rows) -> Iterator[int]:
    """Yield where a line begins that holds nothing but the names of the columns."""
    for line in _ways_to_write_names(text, rows):
        place = text.find(b"\n" + line, max(0, rows.start - 1))
        while place >= 0:
            end = text.find(b"\n", place + 1)
            end = len(text) if end < 0 else end
            if not text[place + 1 + len(line) : end].strip(b" \t\r,;"):
                yield place + 1
            place = text.find(b"\n" + line, end)


def _ways_to_write_names(text: bytes, rows: _Rows) -> set[bytes]:
    """Return the line of names as it stands, with and without quotation marks and byte order."""
    lines = [line.strip() for line in text[: rows.start].splitlines() if line.strip()]
    n_below = rows.dialect.rows_below_names
    if not rows.dialect.has_header or n_below >= len(lines):
        return set()
    names = lines[-1 - n_below]
    bare = names.replace(b'"', b"")
    delimiter = rows.dialect.delimiter.encode()
    ways = {names, bare, b'"' + bare.replace(delimiter, b'"' + delimiter + b'"') + b'"'}
    return ways | {_BYTE_ORDER_MARK + way for way in ways}


def _without_headers(text: bytes, places: Sequence[int], rows: _Rows) -> bytes:
    """Blank the names where they come again, with the lines above and below that came with them."""
    pieces, done = [], 0
    for place in places:
        begin = _begin_of_titles(text, place, max(rows.start, done), rows.dialect)
        end = place
        for _ in range(1 + rows.dialect.rows_below_names):
            end = text.find(b"\n", end) + 1 or len(text)
        pieces += [text[done:begin], b"\n" * text.count(b"\n", begin, end)]
        done = end
    return b"".join([*pieces, text[done:]])


def _begin_of_titles(text: bytes, place: int, earliest: int, dialect: Dialect) -> int:
    """Return where the lines above a repeated header begin that are titles, or notes.

    They aren't more than the first header had, unless they hold no delimiter.
    """
    delimiter = dialect.delimiter.encode()
    n_delimiters = text.count(delimiter, place, text.find(b"\n", place))
    for n_above in range(dialect.header_row + _MOST_NOTES):
        begin = max(text.rfind(b"\n", earliest, place - 1) + 1, earliest)
        line = text[begin:place].strip()
        most = n_delimiters if n_above < dialect.header_row else min(n_delimiters - 1, 1)
        if begin >= place or line.count(delimiter) >= most or is_value(line.decode()):
            return place
        place = begin
    return place


def _remarks_on_headers(lines: Sequence[int]) -> list[Remark]:
    if not lines:
        return []
    where = f"{placed('line', lines)} of the file"
    return [
        Remark(
            kind="repeated header",
            sentence=f"The names of the columns come again on {where}, left out there.",
            remedy=Remedy(
                words="Take them as rows", target="reading", changes={"repeats_header": False}
            ),
        )
    ]
