"""Where the rows of a text begin and end, and what its columns are called."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from som_core.files.arff import attribute_names
from som_core.files.dialect import Dialect
from som_core.files.header import (
    Records,
    common_width,
    is_comment,
    joined_names,
    names_in_comment,
)
from som_core.files.records import head_lines, place_of_line, split
from som_core.files.unpacking import TableRefused
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, excerpt, named

_LONGEST_NAME = 200
_MOST_NOTES = 10  # more lines below a table are rather another one
_REMARK_ON_NO_HEADER = Remark(
    kind="no header",
    sentence="The file has no header line, so columns are called by their place.",
    remedy=Remedy(
        words="Take the first line as names", target="reading", changes={"has_header": True}
    ),
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The place of the rows in a UTF-8 text."""

    names: tuple[str, ...]  # one for each column, unique and not empty
    blank_names: frozenset[str]  # those made up for columns without a header
    start: int  # byte where the first row begins
    end: int  # byte behind the last row
    sample: Records  # the first rows
    is_padded: bool  # blanks stand around some cells
    remarks: tuple[Remark, ...]


def lay_out(text: bytes, dialect: Dialect) -> Layout:
    """Return where the rows of a UTF-8 text are, given its dialect.

    Raises
    ------
    TableRefused
        If there is no row.
    """
    start = place_of_line(text, dialect.header_row)
    lines = head_lines(text, start)
    remarks = []
    header = []
    if dialect.header_row and not dialect.has_header:
        header = attribute_names(head_lines(text)[: dialect.header_row])
    if dialect.header_row:
        above = f"{counted(dialect.header_row, 'line')} above the table left out"
        above += ", but for the names that they give the columns." if header else "."
        remedy = Remedy(
            words="Begin at the first line", target="reading", changes={"header_row": 0}
        )
        remarks.append(Remark(kind="lines above", sentence=above, remedy=remedy))
    while lines and not lines[0].strip():
        start += len(lines.pop(0).encode())
    if not lines:
        raise TableRefused(
            "All lines of the file are skipped as lines above the header.", "Skip fewer lines."
        )
    end = _end_of_rows(text, dialect.footer_rows)
    header_rows: list[list[str]] = []
    below_names: list[list[str]] = []
    if dialect.has_header:
        header_rows, used = _first_records(lines, dialect, dialect.name_rows)
        below_names, more = _first_records(lines[used:], dialect, dialect.rows_below_names)
        start += sum(len(line.encode()) for line in lines[: used + more])
        lines = lines[used + more :]
    lines = list(_lines_until(end - start, lines))
    sample = [cells for cells in split(lines, dialect) if any(cells)]
    if start >= end or not any(cell.strip() for cells in sample for cell in cells):
        raise without_rows(dialect)
    remarks += _remarks_on_footer(text[end:].decode(), dialect.delimiter)
    remarks += [_remark_on_row_below_names(cells) for cells in below_names]
    width = common_width(sample)
    header = [name[:_LONGEST_NAME] for name in header or _names_in(header_rows, width)]
    has_names = bool(header)
    if dialect.has_header and len(header) == width - 1 and _fills_last(sample, width):
        header.insert(0, "row name")
        remarks.append(
            Remark(
                kind="row names",
                sentence="The header lacks a name for the first column, called “row name”.",
                columns=("row name",),
            )
        )
    n_columns = max(len(header), width)
    header += [""] * (n_columns - len(header))
    if not has_names:
        remarks.append(_REMARK_ON_NO_HEADER)
    names, blank_names = _unique_names(header)
    remarks += _remarks_on_names(header, names)
    return Layout(
        names=names,
        blank_names=blank_names if has_names else frozenset(),
        start=start,
        end=end,
        sample=sample,
        is_padded=any(_is_padded(line, dialect.delimiter) for line in lines),
        remarks=tuple(remarks),
    )


def without_rows(dialect: Dialect) -> TableRefused:
    """Return the refusal of a file that holds no row."""
    return TableRefused(
        "The file has a header line, but no row below it."
        if dialect.has_header
        else "The file holds no row.",
        "Upload a table with a header line and at least one row.",
    )


def _first_records(
    lines: list[str], dialect: Dialect, n_records: int
) -> tuple[list[list[str]], int]:
    """Return the cells of the first records, and how many lines they take."""
    records: list[list[str]] = []
    used = 0
    while len(records) < n_records and used < len(lines):
        if not lines[used].strip():
            used += 1
            continue
        n_lines = _n_lines_of_first(lines[used:], dialect)
        records += split(lines[used : used + n_lines], dialect)[:1]
        used += n_lines
    return records, used


def _n_lines_of_first(lines: list[str], dialect: Dialect) -> int:
    if not dialect.quote or dialect.delimiter == " ":
        return 1
    used = 1
    while used < len(lines) and "".join(lines[:used]).count(dialect.quote) % 2:
        used += 1
    return used if used < len(lines) else 1


def _names_in(header_rows: list[list[str]], width: int) -> list[str]:
    if not header_rows:
        return []
    if len(header_rows) == 1 and is_comment(header_rows[0], width):
        return joined_names([names_in_comment(header_rows[0])])
    return joined_names(header_rows)


def _remark_on_row_below_names(cells: list[str]) -> Remark:
    shown = ", ".join(cell.strip() for cell in cells if cell.strip())
    return Remark(
        kind="rows below names",
        sentence=f"A row below the names left out, as it is about them: “{excerpt(shown)}”.",
        remedy=Remedy(words="Take it as a row", target="reading", changes={"rows_below_names": 0}),
    )


def _end_of_rows(text: bytes, footer_rows: int) -> int:
    if footer_rows == 0:
        return len(text)
    size = 1 << 18
    while size < len(text) and len(_last_lines(text, size)) <= footer_rows:
        size *= 4
    return len(text) - sum(len(line.encode()) for line in _last_lines(text, size)[-footer_rows:])


def _lines_until(end: int, lines: list[str]) -> Iterator[str]:
    """Yield the lines that begin before a byte."""
    place = 0
    for line in lines:
        if place >= end:
            return
        yield line
        place += len(line.encode())


def _last_lines(text: bytes, size: int) -> list[str]:
    return list(io.StringIO(text[-size:].decode("utf-8", "ignore"), newline=""))


def _remarks_on_footer(footer: str, delimiter: str) -> list[Remark]:
    lines = [line.strip(f'{delimiter} "\t') for line in footer.splitlines()]
    notes = [line for line in lines if line]
    remarks = []
    if notes:
        thing = "note" if len(notes) <= _MOST_NOTES else "line"
        below = f"{counted(len(notes), thing)} below the table left out: “{excerpt(notes[0])}”."
        remedy = Remedy(words="Take them as rows", target="reading", changes={"footer_rows": 0})
        remarks.append(Remark(kind="lines below", sentence=below, remedy=remedy))
    if len(notes) < len(lines):
        below = f"{counted(len(lines) - len(notes), 'blank row')} below the table left out."
        remarks.append(Remark(kind="blank rows", sentence=below))
    return remarks


def _is_padded(line: str, delimiter: str) -> bool:
    if delimiter == " ":
        return False
    bare = line.strip("\r\n")
    return f"{delimiter} " in bare or f" {delimiter}" in bare or bare != bare.strip(" ")


def _fills_last(sample: Records, width: int) -> bool:
    """Tell a header that lacks the name of the row names from rows that end with a delimiter."""
    return any(cells[-1].strip() for cells in sample if len(cells) == width)


def _unique_names(header: list[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return a name for each column: blank ones by their place, repeated ones with a number."""
    taken = set(header)
    names: list[str] = []
    blank_names = set()
    seen: set[str] = set()
    for place, name in enumerate(header, start=1):
        wanted = name or f"column {place}"
        if wanted in seen or (not name and wanted in taken):
            wanted = next(other for other in _numbered(wanted) if other not in taken | seen)
        if not name:
            blank_names.add(wanted)
        seen.add(wanted)
        names.append(wanted)
    return tuple(names), frozenset(blank_names)


def _numbered(name: str) -> Iterator[str]:
    for number in range(2, 1_000_000):
        yield f"{name[: _LONGEST_NAME - 10]} ({number})"


def _remarks_on_names(header: list[str], names: tuple[str, ...]) -> list[Remark]:
    repeated = [new for old, new in zip(header, names, strict=True) if old and old != new]
    if not repeated:
        return []
    came = "1 column name" if len(repeated) == 1 else f"{len(repeated):,} column names"
    sentence = f"{came} came again and got a number: {named(repeated)}."
    return [Remark(kind="repeated names", sentence=sentence, columns=tuple(repeated))]
