"""The first lines of a text, and the cells of lines as a dialect parts them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from som_core.files.arff import end_of_attributes
from som_core.files.dialect import Dialect
from som_core.files.unpacking import TableRefused
from som_core.wording import size_in_words

HEAD_BYTES = 1 << 16
_MOST_HEAD_BYTES = 1 << 23
_FEWEST_RECORDS = 3

# The csv module refuses cells above 128 kB unless told; a cell may be as long as the head.
csv.field_size_limit(_MOST_HEAD_BYTES)

# Stands for a delimiter of several characters, as readers of CSV know those of one only.
ONE_FOR_MANY = "\x1f"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_PAIR_OR_LETTER = re.compile(r"(\\[^A-Za-z])|\\(?=[A-Za-z])", re.DOTALL)


def head_lines(text: bytes, start: int = 0) -> list[str]:
    """Return the first whole lines of a UTF-8 text, each with its line end: three records or more.

    Parameters
    ----------
    text : all of it
    start : the byte at which the first of these lines begins

    Raises
    ------
    TableRefused
        If a line or a cell of them is longer than 8 MB.
    """
    n_bytes = len(text) - start
    size = HEAD_BYTES + (0 if start else end_of_attributes(text))
    while size < min(n_bytes, _MOST_HEAD_BYTES) and _has_few_records(text[start : start + size]):
        size *= 4
    if _MOST_HEAD_BYTES <= size < n_bytes and _has_few_records(text[start : start + size]):
        is_never_closed = text.count(b'"', start) % 2 == 1
        if not is_never_closed or text.count(b"\n", start, start + size) < _FEWEST_RECORDS:
            raise too_long()
        size = HEAD_BYTES
    head = text[start : start + size].decode("utf-8", "ignore")
    lines = list(io.StringIO(head, newline=""))
    return lines[:-1] if size < n_bytes and len(lines) > 1 else lines


def place_of_line(text: bytes, n_lines: int) -> int:
    """Return the byte at which a line begins, given how many lines come before it."""
    if n_lines == 0:
        return 0
    end = next(islice(_LINE_END.finditer(text), n_lines - 1, None), None)
    return end.end() if end else len(text)


def count_lines(text: bytes) -> int:
    """Return the number of lines, whatever ends them."""
    is_open = not text.endswith((b"\n", b"\r"))
    return sum(1 for _ in _LINE_END.finditer(text)) + is_open


def _has_few_records(head: bytes) -> bool:
    """Tell whether hardly any line ends outside quotation marks."""
    return sum(part.count(b"\n") for part in head.split(b'"')[::2]) < _FEWEST_RECORDS


def too_long() -> TableRefused:
    """Return the refusal of a file with a line or a cell that no table has."""
    return TableRefused(
        f"A line or a cell of the file is longer than {size_in_words(_MOST_HEAD_BYTES)}.",
        "Look whether a quotation mark or a line end is missing, or whether it is no table.",
    )


def records_of(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Yield the cells of each record; a quoted cell may run over several lines.

    Blanks behind a delimiter are skipped, as in `a, "b"`. A delimiter that is a blank stands for
    any run of blanks and tabs.
    """
    if dialect.delimiter == " ":
        lines = (line.replace("\t", " ").strip() for line in lines)
    if dialect.escape:
        lines = (without_escaped_letters(line) for line in lines)
    if len(dialect.delimiter) > 1:
        lines = (line.replace(dialect.delimiter, ONE_FOR_MANY) for line in lines)
    return csv.reader(
        lines,
        delimiter=one_character(dialect.delimiter),
        quotechar=dialect.quote or '"',
        quoting=csv.QUOTE_NONE if dialect.quote is None else csv.QUOTE_MINIMAL,
        escapechar=dialect.escape,
        skipinitialspace=True,
    )


def split(lines: Iterable[str], dialect: Dialect) -> list[list[str]]:
    """Return the cells of all records."""
    return list(records_of(lines, dialect))


def one_character(delimiter: str) -> str:
    """Return the delimiter, or what stands for one of several characters."""
    return delimiter if len(delimiter) == 1 else ONE_FOR_MANY


def without_escaped_letters(text: str) -> str:
    r"""Return a text in which no letter is escaped: C:\temp and \N keep their backslash."""
    return _PAIR_OR_LETTER.sub(lambda match: match[1] or "\\\\", text)


class Counted:
    """Lines, and how many of them were read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.n_read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.n_read += 1
        return line
