"""Several tables in one text, such as sheets put one below the other: where each of them is."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from som_core.files.delimiters import guess_parting
from som_core.files.dialect import Dialect
from som_core.files.header import (
    Records,
    common_width,
    header_place,
    is_value,
    joined_names,
    value_columns,
)
from som_core.files.records import HEAD_BYTES, count_lines, head_lines, split

_SHORT = 1 << 22  # bytes; of longer texts only parts are looked at
_MOST_BLOCKS = 100
_FEWEST_RECORDS = 3
_NARROW = 3  # columns; fewer may be facts about the table, unless they are many
_MANY_FACTS = 10
_TOP = 200  # records in which the names of another table are looked for
_AROUND = 20  # records above and below names that tell two tables apart
_TAIL = 2_000  # bytes at the end of a long text
_BLANK = "\r\n\t ,;|"


@dataclass(frozen=True)
class Part:
    """Lines of a text that hold one table, with its titles and notes."""

    start: int  # line on which the part begins, counted from 0
    end: int  # line behind it
    size: int  # how much it holds beside the others


@dataclass(frozen=True)
class _Block:
    """Lines without a blank one, or those of a table that begins right below another."""

    start: int
    end: int
    records: Records  # the first ones
    size: int


def parts_of(text: bytes, parting: Dialect | None = None) -> list[Part]:
    """Return the parts of a text, each with a table of its own; none where there is but one.

    A table begins behind a blank row where names of its own come, or rows of another width; and
    right below another table where a row of names stands out from the rows above and below it.

    Parameters
    ----------
    text : all of it
    parting : how its cells are parted; None: it is guessed
    """
    find = _blocks if len(text) <= _SHORT else _blocks_of_long
    parts: list[Part] = []
    titles_from: int | None = None
    latest: Records = []
    for block in find(text, parting):
        begin = block.start if titles_from is None else titles_from
        titles_from = None
        if not _is_table(block.records):
            titles_from = begin
        elif parts and not _begins_another(block.records, latest):
            parts[-1] = Part(parts[-1].start, block.end, parts[-1].size + block.size)
        else:
            parts.append(Part(begin, block.end, block.size))
            latest = block.records
    if len(parts) < 2:
        return []
    ends = [part.start for part in parts[1:]] + [count_lines(text)]
    return [Part(p.start, end, p.size) for p, end in zip(parts, ends, strict=True)]


# Short texts, line by line ------------------------------------------------------------------------


def _blocks(text: bytes, parting: Dialect | None) -> list[_Block]:
    lines = list(io.StringIO(text.decode("utf-8", "replace"), newline=""))
    places = list(_filled_lines(lines))
    if not 0 < len(places) <= _MOST_BLOCKS:
        return []
    longest = max(places, key=lambda place: place[1] - place[0])
    dialect = parting or guess_parting(lines[slice(*longest)])
    return [block for place in places for block in _cut(*place, lines, dialect)]


def _filled_lines(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where lines that aren't blank begin and end; delimiters alone are blank."""
    start = None
    for place, line in enumerate([*lines, ""]):
        is_blank = not line.strip(_BLANK)
        if is_blank and start is not None:
            yield start, place
            start = None
        elif not is_blank and start is None:
            start = place


def _cut(start: int, end: int, lines: Sequence[str], dialect: Dialect) -> Iterator[_Block]:
    """Cut lines where the names of another table come right below a table."""
    records = [_trimmed(cells) for cells in split(lines[start:end], dialect)]
    cuts = [0]
    if len(records) == end - start:  # no quoted cell runs over lines
        above = header_place(records[:_TOP]).above
        if above > _MANY_FACTS and _is_table(records[:above]) and _names(records[:above]):
            cuts.append(above)
        cuts += [place for place in _places_of_names(records, cuts[-1]) if place > cuts[-1]]
    for first, last in zip(cuts, [*cuts[1:], len(records)], strict=True):
        part = records[first:last]
        end_of_part = end if last == len(records) else start + last
        yield _Block(start + first, end_of_part, part, _n_filled(part))


def _places_of_names(records: Records, first: int) -> Iterator[int]:
    """Yield where other tables begin, right below rows: with their names, or titles above them."""
    begin = first
    for place in range(first + _FEWEST_RECORDS, len(records) - _FEWEST_RECORDS):
        if place < begin + _FEWEST_RECORDS or not _could_be_names(records[place]):
            continue
        above = records[max(begin, place - _AROUND) : place]
        below = records[place + 1 : place + 1 + _AROUND]
        if _are_names_between(records[place], above, below):
            begin = place
            while len(records[begin - 1]) == 1 < common_width(above):
                begin -= 1
            yield begin


def _could_be_names(cells: Sequence[str]) -> bool:
    if len(cells) < 2 or not all(cells) or len(set(cells)) < len(cells):
        return False
    return not any(map(is_value, cells))


def _are_names_between(names: Sequence[str], above: Records, below: Records) -> bool:
    """Tell names of another table from a row of words among rows of one table."""
    near = below[:_FEWEST_RECORDS]
    width = common_width(near)
    if len(names) != width or any(len(cells) != width for cells in near):
        return False
    values_above = value_columns(above, common_width(above))
    values_below = value_columns(below[: _AROUND // 2], width)
    if any(cell in row for row in below for cell in names):
        return False
    are_full = all(all(cells) for cells in near)  # words, but no notes
    if not values_above or not (values_below or are_full):
        return False
    return width != common_width(above) or values_above != values_below


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Return stripped cells without the empty ones at the end."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


# Long texts, of which parts are looked at ---------------------------------------------------------


def _blocks_of_long(text: bytes, parting: Dialect | None) -> list[_Block]:
    """Return the blocks between which the form of rows changes; most texts have one."""
    dialect = parting or guess_parting(head_lines(text))
    begins = [0]
    while (begin := _place_of_change(text, begins[-1], dialect)) and len(begins) < _MOST_BLOCKS:
        begins.append(begin)
    if len(begins) == 1 or text.count(b"\r") != text.count(b"\r\n"):
        return []  # where other ends than \n occur, lines can't be counted by them
    blocks = []
    n_before = 0
    for start, end in zip(begins, [*begins[1:], len(text)], strict=True):
        n_lines = text.count(b"\n", start, end)
        records = _records_from(text, start, dialect)
        blocks.append(_Block(n_before, n_before + n_lines, records, end - start))
        n_before += n_lines
    return blocks


def _place_of_change(text: bytes, start: int, dialect: Dialect) -> int | None:
    """Return the byte at which the next table begins, if the last rows differ from the first.

    It is found by halving, so a few looks are enough; None: there is none.
    """
    if near := _place_between(text, start, start + HEAD_BYTES, dialect):
        return near
    first = _form(_records_from(text, start, dialect)[_FEWEST_RECORDS:])
    tail = max(start, text.rfind(b"\n", 0, max(start, len(text) - _TAIL)) + 1)
    if _form(_records_from(text, tail, dialect)[-_AROUND // 2 :]) == first:
        return None
    low, high = start, len(text)
    while high - low > HEAD_BYTES:
        middle = text.find(b"\n", (low + high) // 2) + 1 or high
        is_alike = _form(_records_from(text, middle, dialect)[:_AROUND]) == first
        low, high = (middle, high) if is_alike else (low, min(middle, (low + high) // 2))
    return _place_between(text, low, high + HEAD_BYTES, dialect)


def _place_between(text: bytes, start: int, end: int, dialect: Dialect) -> int | None:
    """Return the byte at which another table begins between two bytes, the first of them a row."""
    lines = _lines_from(text, start, end)
    records = [_trimmed(cells) for cells in split(lines, dialect)]
    if len(records) != len(lines):
        return None
    found = [*islice(_places_behind_blanks(records), 1), *islice(_places_of_names(records, 0), 1)]
    return start + sum(len(line.encode()) for line in lines[: min(found)]) if found else None


def _places_behind_blanks(records: Records) -> Iterator[int]:
    """Yield where other tables begin behind a blank row."""
    for place in range(1, len(records)):
        if records[place] and not records[place - 1]:
            above = [cells for cells in records[:place] if cells]
            below = list(takewhile(bool, records[place:]))
            if _is_table(below) and _begins_another(below, above):
                yield place


def _records_from(text: bytes, start: int, dialect: Dialect) -> Records:
    """Return the first records from a byte on."""
    lines = _lines_from(text, start, start + HEAD_BYTES)
    return [_trimmed(cells) for cells in split(lines[:_TOP], dialect)]


def _lines_from(text: bytes, start: int, end: int) -> list[str]:
    """Return the whole lines between two bytes."""
    lines = list(io.StringIO(text[start:end].decode("utf-8", "replace"), newline="\n"))
    return lines[:-1] if end < len(text) and len(lines) > 1 else lines


def _form(records: Records) -> tuple[int, frozenset[int]]:
    """Return what rows of one table have in common: their width, and where they hold values."""
    width = common_width(records)
    return width, value_columns(records, width)


# Tables ----------------------------------------------------------------------------------------


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
    if value_columns(records, width) or width != common_width(latest):
        return True
    return bool(value_columns(latest, width)) and all(all(cells) for cells in records)


def _names(records: Records) -> list[str]:
    place = header_place(records)
    return joined_names(records[place.above : place.above + place.n_names]) if place.n_names else []


def _n_filled(records: Records) -> int:
    return sum(bool(cell) for cells in records for cell in cells)
