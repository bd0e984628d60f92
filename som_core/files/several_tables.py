"""Several tables in one text, such as sheets put one below the other: where each of them is."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from som_core.files.delimiters import guess_parting
from som_core.files.dialect import Dialect
from som_core.files.header import Records, common_width, header_place, joined_names, value_columns
from som_core.files.records import split

_MOST_BYTES = 1 << 22  # in longer texts it isn't looked for
_MOST_BLOCKS = 100
_FEWEST_RECORDS = 3
_NARROW = 3  # columns; fewer may be facts about the table, unless they are many
_MANY_FACTS = 10
_TOP = 200  # records in which the names of another table are looked for


@dataclass(frozen=True)
class Part:
    """Lines of a text that hold one table, with its titles and notes."""

    start: int  # line on which the part begins, counted from 0
    end: int  # line behind it
    n_cells: int  # that are filled


def parts_of(text: bytes, parting: Dialect | None = None) -> list[Part]:
    """Return the parts of a text, each with a table of its own; one where there is but one.

    A table begins behind a blank row where names of its own come, or rows of another width.

    Parameters
    ----------
    text : all of it
    parting : how its cells are parted; None: it is guessed
    """
    if len(text) > _MOST_BYTES:
        return []
    lines = list(io.StringIO(text.decode("utf-8", "replace"), newline=""))
    blocks = list(_blocks(lines))
    if not 0 < len(blocks) <= _MOST_BLOCKS:
        return []
    longest = max(blocks, key=lambda block: block[1] - block[0])
    dialect = parting or guess_parting(lines[slice(*longest)])
    blocks = [*_cut(blocks[0], lines, dialect), *blocks[1:]]
    parts: list[Part] = []
    titles_from: int | None = None
    latest: Records = []
    for start, end in blocks:
        records = [_trimmed(cells) for cells in split(lines[start:end], dialect)]
        begin = start if titles_from is None else titles_from
        titles_from = None
        if not _is_table(records):
            titles_from = begin
        elif parts and not _begins_another(records, latest):
            parts[-1] = Part(parts[-1].start, end, parts[-1].n_cells + _n_filled(records))
        else:
            parts.append(Part(begin, end, _n_filled(records)))
            latest = records
    if len(parts) < 2:
        return []
    ends = [part.start for part in parts[1:]] + [len(lines)]
    return [Part(p.start, end, p.n_cells) for p, end in zip(parts, ends, strict=True)]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where lines that aren't blank begin and end; delimiters alone are blank."""
    start = None
    for place, line in enumerate([*lines, ""]):
        is_blank = not line.strip('\r\n\t ",;|')
        if is_blank and start is not None:
            yield start, place
            start = None
        elif not is_blank and start is None:
            start = place


def _cut(
    block: tuple[int, int], lines: Sequence[str], dialect: Dialect
) -> Iterator[tuple[int, int]]:
    """Cut a block where the names of another table come right below a table."""
    start, end = block
    records = [_trimmed(cells) for cells in split(lines[start:end][:_TOP], dialect)]
    above = header_place(records).above
    if above > _MANY_FACTS and _is_table(records[:above]) and _names(records[:above]):
        yield start, start + above
        start += above
    yield start, end


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Return stripped cells without the empty ones at the end."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def _is_table(records: Records) -> bool:
    width = common_width(records)
    alike = sum(len(cells) == width for cells in records)
    if alike < _FEWEST_RECORDS or alike < len(records) / 2:
        return False
    return width >= _NARROW or (width > 1 and alike >= _MANY_FACTS)


def _begins_another(records: Records, latest: Records) -> bool:
    """Tell a table with names of its own from more rows of the latest one."""
    width = common_width(records)
    names, latest_names = _names(records), _names(latest)
    if not names or names == latest_names:
        return False
    return bool(value_columns(records, width)) or width != common_width(latest)


def _names(records: Records) -> list[str]:
    place = header_place(records)
    return joined_names(records[place.above : place.above + place.n_names]) if place.n_names else []


def _n_filled(records: Records) -> int:
    return sum(bool(cell) for cells in records for cell in cells)
