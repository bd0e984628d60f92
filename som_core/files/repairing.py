"""Texts that break the rules of CSV: quotation marks never closed, rows longer than the header."""

import csv
import io

from som_core.files.dialect import Dialect
from som_core.files.records import Counted, one_character, records_of


def without_lone_quotes(text: bytes, quote: str) -> tuple[bytes, tuple[int, ...]]:
    """Return the text without the quotation marks of every line that has an odd number of them.

    Also returns the numbers of these lines, counted from 1.
    """
    mark = quote.encode()
    lines = text.split(b"\n")
    odd = [place for place, line in enumerate(lines) if line.count(mark) % 2]
    for place in odd:
        lines[place] = lines[place].replace(mark, b"")
    return b"\n".join(lines), tuple(place + 1 for place in odd)


def without_long_rows(
    rows: bytes, dialect: Dialect, n_columns: int
) -> tuple[bytes, tuple[int, ...]]:
    """Return the rows without those that have more filled cells than there are columns.

    Also returns on which lines those left out begin, counted from 1. Blank cells too many are
    cut. What is returned is quoted by `"`, whatever the dialect.
    """
    lines = Counted(io.TextIOWrapper(io.BytesIO(rows), encoding="utf-8", newline=""))
    kept = io.BytesIO()
    target = io.TextIOWrapper(kept, encoding="utf-8", newline="")
    writer = csv.writer(target, delimiter=one_character(dialect.delimiter), lineterminator="\n")
    left_out = []
    begins = 1
    for cells in records_of(lines, dialect):
        if any(cell.strip() for cell in cells[n_columns:]):
            left_out.append(begins)
        elif cells:
            writer.writerow(cells[:n_columns])
        begins = lines.n_read + 1
    target.flush()
    return kept.getvalue(), tuple(left_out)


def holds_swallowed_lines(cell: str, delimiter: str, n_columns: int) -> bool:
    """Tell whether a cell looks like rows that a quotation mark, never closed, ran over."""
    inner = cell.splitlines()[1:-1]
    needed = 1 if n_columns > 2 else 3
    like_rows = sum(line.count(delimiter) == n_columns - 1 for line in inner)
    return n_columns > 1 and len(inner) >= needed and like_rows >= 0.8 * len(inner)
