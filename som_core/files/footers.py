"""Which lines at the end of a text are notes, sources and keys, and no rows."""

import io
import re
from collections.abc import Iterator, Sequence

from som_core.files.dialect import Dialect
from som_core.files.header import Records, common_width, holds_numbers, is_number, is_value
from som_core.files.header import value_columns as columns_of_values
from som_core.files.missing import MISSING_MARKS
from som_core.files.records import HEAD_BYTES, split
from som_core.files.totals import begins_with_total

_NARROW = 4  # columns; in a table of fewer, a row with one filled cell is nothing odd
_ROWS_LOOKED_AT = 200  # that tell what columns hold
_MOST_QUOTED = 20  # lines of one note
_NOTE = re.compile(
    r"[\s\"']*(\(?\d+[.)]\s+)?([*†#©]|--|\(\w\)\s|(foot)?notes?\b|sources?\b|remarks?\b|legend\b|copyright\b"
    r"|disclaimer\b|quellen?\b|anmerkung|fuentes?\b|notas?\b|fonte\b|hinweis|bron\b"
    r"|(last )?(export|generat|creat|download|updat|retriev|print)ed\b|[^\W\d][^:]{0,40}:(\s|$))",
    re.IGNORECASE,
)


def count_footer_lines(text: bytes, dialect: Dialect, rows: Records) -> int:
    """Return how many lines at the end hold notes, keys or nothing but delimiters.

    Parameters
    ----------
    text : in UTF-8
    dialect : how cells are parted
    rows : the first ones
    """
    judge = _Judge(rows[:_ROWS_LOOKED_AT])
    if judge.width < 2:
        return 0
    lines = list(io.StringIO(text[-HEAD_BYTES:].decode("utf-8", "ignore"), newline=""))
    below = []
    for record, cells in _records_from_the_end(lines[1:], dialect):
        if judge.is_row(cells):
            break
        below.append((record, cells))
    footer = count = 0
    n_blank = sum(not any(cells) for _, cells in below)
    for record, cells in below:
        n_blank -= not any(cells)
        if any(cells) and not judge.is_note(record, cells, is_apart=n_blank > 0):
            return footer
        count += record.count("\n") or 1
        if record.strip():
            footer = count
    return footer


def _records_from_the_end(
    lines: Sequence[str], dialect: Dialect
) -> Iterator[tuple[str, list[str]]]:
    """Yield each record, and its stripped cells, from the last on; a quoted one has more lines."""
    pending = ""
    for line in reversed(lines):
        pending = line + pending
        if dialect.quote == '"' and pending.count('"') % 2 and pending.count("\n") < _MOST_QUOTED:
            continue
        records = split(io.StringIO(pending, newline=""), dialect)
        yield pending, [cell.strip() for cells in records for cell in cells]
        pending = ""


class _Judge:
    """Tells rows from notes."""

    def __init__(self, rows: Records) -> None:
        self.width = common_width(rows)
        self.value_columns = columns_of_values(rows, self.width)
        self.number_columns = frozenset(
            i
            for i in self.value_columns
            if holds_numbers([c[i].strip() for c in rows if i < len(c)])
        )

    def counts(self, cells: Sequence[str]) -> tuple[int, int]:
        """Return how many cells hold what their column does, and how many hold words instead."""
        filled = {i: cells[i] for i in self.value_columns if i < len(cells) and cells[i]}
        filled = {i: cell for i, cell in filled.items() if cell not in MISSING_MARKS}
        n_values = sum(
            is_number(cell) if i in self.number_columns else is_value(cell)
            for i, cell in filled.items()
        )
        return n_values, len(filled) - n_values

    def is_row(self, cells: Sequence[str]) -> bool:
        """Tell what surely is a row."""
        if not self.value_columns:
            return len(cells) == self.width and sum(map(bool, cells)) > self.width / 2
        n_values, n_words = self.counts(cells)
        return n_values > n_words and n_values >= len(self.value_columns) / 2

    def is_note(self, record: str, cells: Sequence[str], *, is_apart: bool) -> bool:
        """Tell a note: words in the first cell alone, or another form than that of rows.

        Parameters
        ----------
        record, cells : the text, and its stripped cells
        is_apart : a blank row is between the rows and the record
        """
        is_wide = self.width >= _NARROW
        if cells[0] and not any(cells[1:]) and (is_wide or len(cells) == 1):
            return not is_value(cells[0])
        n_values, n_words = self.counts(cells)
        if n_values > n_words or (n_values and begins_with_total(cells[0])):
            return False
        is_half_empty = is_wide and sum(map(bool, cells)) <= self.width / 2
        has_other_form = n_words > 0 or is_half_empty or len(cells) != self.width
        return has_other_form and (is_apart or _NOTE.match(record) is not None)
