"""Which of a text's first records name the columns: what differs from the rows below it.

Above the names there may be title lines, below them rows of units, types or questions. A record is
judged by the columns that hold values (numbers, dates and times) further below: names are words
there, or values of another kind, such as wavelengths above intensities.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile, zip_longest

from som_core.files.missing import MISSING_MARKS, NUMBER_MARKS

Records = Sequence[Sequence[str]]

COMMENT_MARKS = ("#", "%", "//")
_TOP = 60  # records in which names are looked for
_MOST_BELOW = 4  # rows of units and the like
_ROWS_BELOW = 20  # that tell whether cells are blank only above them
_LOOK_AHEAD = 3  # rows below names that show that a table begins
_FEWEST_BELOW = 5  # numbers that tell how far numbers spread
_FEWEST_NUMBERS = 3  # that rise from column to column, to be names
_VALUE = re.compile(r"[-+−($€£¥ ]*\d[\d.,:/'’%€$£+\-TeE) \u00a0\u202f]*")
_NUMBER = re.compile(r"[-+−]?[\d., '’\u00a0\u202f]*\d(?:[eE][-+]?\d+)?\s?%?")
_YEAR = re.compile(r"(1[5-9]|20|21)\d\d")
_RULE = re.compile(r"[-=_+|:─═*~ ]{2,}")
_TYPE = re.compile(
    r"(data ?)?types?|units?|einheit(en)?|unit[ée]s?|unidad(es)?"
    r"|(var)?char|str(ing)?|text|object|factor|category|int(eger)?(32|64)?|num(eric|ber)?"
    r"|(long|bool(ean)?|double|float|real|decimal)(32|64)?|date(time)?|time(stamp)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class HeaderPlace:
    """Where the names of the columns are, counted in records."""

    above: int  # records before the names, or before the first row where there are none
    n_names: int  # records that name the columns together; 0: there are none
    n_below: int = 0  # records between the names and the first row


def header_place(records: Records) -> HeaderPlace:
    """Return where the names of the columns are."""
    width = common_width(records)
    rows = [cells for cells in records if _is_filled(cells) and not is_comment(cells, width)]
    lower = rows[len(rows) // 2 :] if len(rows) > 1 else []
    judge = _Judge(width, value_columns(lower, width))
    place = _names_above_rows(records[:_TOP], judge)
    if place is not None:
        return place
    first = _first_full(records, width)
    if _names_columns(records[first:]):
        return HeaderPlace(first, 1, judge.n_about_names(records[first + 1 :]))
    comment = _comment_of_names(records, first, width)
    return HeaderPlace(first, 0) if comment is None else HeaderPlace(comment, 1)


def common_width(records: Records) -> int:
    """Return the number of cells that most records have; of two equally common, the larger."""
    widths = Counter(len(cells) for cells in records if _is_filled(cells))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def is_value(cell: str) -> bool:
    """Tell numbers, dates and times from words."""
    return _VALUE.fullmatch(cell) is not None


def is_number(cell: str) -> bool:
    """Tell a plain number from dates, times and words."""
    return _NUMBER.fullmatch(cell) is not None


def holds_numbers(column: Sequence[str]) -> bool:
    """Tell a column that holds plain numbers nearly everywhere."""
    cells = _filled(column)
    return bool(cells) and sum(map(is_number, cells)) >= 0.8 * len(cells)


def is_comment(cells: Sequence[str], width: int) -> bool:
    """Tell a line that begins with a comment mark and is no row: #ff0000 may well be a cell."""
    first = cells[0].lstrip() if cells else ""
    mark = next((mark for mark in COMMENT_MARKS if first.startswith(mark)), None)
    if mark is None:
        return False
    return len(cells) != width or first == mark or first.startswith((f"{mark} ", mark * 2))


def joined_names(rows: Records) -> list[str]:
    """Return the names that some rows give together: “control X” of “control” above “X”.

    A group stands above the first of its columns only, so its name is carried on to the next. A
    name that stands in two rows, as one does whose cells were merged, is said once.
    """
    if len(rows) == 1:
        return [" ".join(cell.split()) for cell in rows[0]]
    filled = [*map(_carried_on, rows[:-1]), rows[-1]]
    return [
        " ".join(" ".join(dict.fromkeys(filter(None, map(str.strip, parts)))).split())
        for parts in zip_longest(*filled, fillvalue="")
    ]


def _carried_on(cells: Sequence[str]) -> list[str]:
    carried, latest = [], ""
    for cell in cells:
        latest = cell.strip() or latest
        carried.append(latest)
    return carried


@dataclass(frozen=True)
class _Judge:
    """Tells names from rows."""

    width: int
    value_columns: frozenset[int]

    def counts(self, cells: Sequence[str]) -> tuple[int, int]:
        """Return how many values, and how many words, a record has where rows have values."""
        filled = [cells[i].strip() for i in self.value_columns if i < len(cells)]
        filled = [cell for cell in filled if cell and cell not in MISSING_MARKS]
        n_values = sum(map(is_value, filled))
        return n_values, len(filled) - n_values

    def is_words(self, cells: Sequence[str]) -> bool:
        """Tell a record of words, or a rule of dashes, where rows have values."""
        if is_rule(cells):
            return True
        if len(cells) == self.width - 1 and 0 not in self.value_columns:
            cells = ["", *cells]  # the row names may lack a name
        n_values, n_words = self.counts(cells)
        return n_values == 0 and n_words >= max(1, 0.6 * len(self.value_columns))

    def is_sparse(self, cells: Sequence[str], below: Records) -> bool:
        """Tell a record below names that fills a few cells only, as one of units may: ,,mm,,°C.

        Rows have values in more of its blank cells than not.
        """
        n_values, n_words = self.counts(cells)
        if n_values or not n_words or self.has_label(cells):
            return False
        blank = [i for i in self.value_columns if i >= len(cells) or not cells[i].strip()]
        filled = sum(bool(row[i].strip()) for row in below for i in blank if i < len(row))
        return bool(below) and filled > len(blank) * len(below) / 2

    def n_about_names(self, records: Records) -> int:
        """Return how many records of units and the like come below names that are values."""
        count = 0
        for place, cells in enumerate(records[:_MOST_BELOW]):
            rows = records[place + 1 :]
            is_other = self.is_words(cells) or self.is_sparse(cells, rows[:_ROWS_BELOW])
            if not is_other or self.has_label(cells) or not self.is_about_names(cells, rows):
                break
            count += 1
        return count

    def is_row(self, cells: Sequence[str]) -> bool:
        """Tell a record that looks like the rows below."""
        n_values, n_words = self.counts(cells)
        return n_values > n_words and (len(cells) == self.width or n_words == 0)

    def is_surely_row(self, cells: Sequence[str]) -> bool:
        n_values, n_words = self.counts(cells)
        n_filled = sum(bool(cell.strip()) for cell in cells)
        return (
            len(cells) == self.width
            and n_values > 0 == n_words
            and n_filled >= 0.6 * self.width
            and not _counts_columns(cells)
        )

    def is_about_names(self, cells: Sequence[str], rows: Records) -> bool:
        """Tell a record of units, types or questions from a first row that holds words, too."""
        if is_rule(cells):
            return True
        if is_comment(cells, self.width):
            return False
        words = {i: cells[i].strip() for i in self.value_columns if i < len(cells)}
        words = {i: word for i, word in words.items() if word}
        if any(word in NUMBER_MARKS for word in words.values()):
            return False
        # Where the names come again, what is about them does, too.
        different = [row for row in rows if list(row) != list(cells)]
        if any(
            i < len(row) and row[i].strip() == word
            for i, word in words.items()
            for row in different
        ):
            return False  # a word that comes again stands for missing
        return len(words) > 1 or not self.has_label(cells)

    def has_label(self, cells: Sequence[str]) -> bool:
        """Tell whether a record names something itself, beside “units” or “type”."""
        labels = [cell.strip() for i, cell in enumerate(cells) if i not in self.value_columns]
        return any(label and not _TYPE.fullmatch(label) for label in labels)


def is_rule(cells: Sequence[str]) -> bool:
    """Tell a line of dashes, as some programs draw below the names."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_RULE.fullmatch(cell) for cell in filled)


def _names_above_rows(records: Records, judge: _Judge) -> HeaderPlace | None:
    """Return where words stand above the first rows; None where rows come first, or words do."""
    for first, cells in enumerate(records):
        if not _is_filled(cells) or is_comment(cells, judge.width):
            continue
        if judge.is_surely_row(cells) and not _are_groups(records[first : first + 2], judge):
            return None
        if is_rule(cells) or not judge.is_words(cells):
            continue
        block = _without_titles(list(_block_of_words(records, first, judge)), records, judge)
        if _rows_follow(records, block[-1] + 1, judge):
            return _place_in_block(records, block, judge)
    return None


def _are_groups(records: Records, judge: _Judge) -> bool:
    """Tell years and the like above names that are told apart by them alone."""
    if len(records) < 2:
        return False
    groups, names = records
    is_shared = _has_repeats(groups) or not all(cell.strip() for cell in groups)  # as if merged
    return (
        is_shared and _has_repeats(names) and judge.is_words(names) and _are_together(groups, names)
    )


def _block_of_words(records: Records, first: int, judge: _Judge) -> Iterator[int]:
    """Yield the places of records of words that follow each other, from the first on."""
    n_found = 0
    for place in range(first, len(records)):
        cells = records[place]
        if not _is_filled(cells):
            continue
        if n_found > _MOST_BELOW:
            return
        below = records[place + 1 :][:_ROWS_BELOW]
        if not judge.is_words(cells) and not (n_found and judge.is_sparse(cells, below)):
            return
        n_found += 1
        yield place


def _without_titles(block: list[int], records: Records, judge: _Judge) -> list[int]:
    """Leave out what a blank line parts from names below it."""
    for i, (place, following) in enumerate(pairwise(block), start=1):
        if following > place + 1 and len(records[following]) == judge.width:
            return _without_titles(block[i:], records, judge)
    return block


def _rows_follow(records: Records, start: int, judge: _Judge) -> bool:
    filled = [c for c in records[start:] if _is_filled(c) and not is_comment(c, judge.width)]
    ahead = filled[:_LOOK_AHEAD]
    return bool(ahead) and sum(map(judge.is_row, ahead)) >= len(ahead) / 2


def _place_in_block(records: Records, block: list[int], judge: _Judge) -> HeaderPlace:
    """Return which records of a block of words are names; what comes below may be units."""
    width = judge.width
    words = [place for place in block if not is_rule(records[place])]
    as_wide = [place for place in words if len(records[place]) == width]
    names = as_wide[0] if as_wide else words[0]
    if width == 1:
        names = words[-1]  # a title looks no different
    rows = records[block[-1] + 1 :]
    after = takewhile(
        lambda place: judge.is_about_names(records[place], rows),
        (place for place in block if place > names),
    )
    n_below = sum(1 for _ in after)
    groups = _group_rows(records, names, as_wide if n_below else [], width)
    if groups is None:
        return HeaderPlace(names, 1, n_below)
    return HeaderPlace(groups, 2, n_below - (groups == names))


def _group_rows(records: Records, names: int, in_block: Sequence[int], width: int) -> int | None:
    """Return the first of two rows that only together tell all columns apart; None: one does."""
    cells = records[names]
    if _has_repeats(cells) and names and not is_comment(records[names - 1], width):
        above = records[names - 1]
        if _is_filled(above) and len(above) == width and _are_together(above, cells):
            return names - 1
    if names + 1 in in_block:
        below = records[names + 1]
        has_gaps = not all(cell.strip() for cell in cells)
        if (_has_repeats(cells) or (has_gaps and _has_repeats(below))) and _are_together(
            cells, below
        ):
            return names
    return None


def _are_together(groups: Sequence[str], names: Sequence[str]) -> bool:
    return not _has_repeats(joined_names([groups, names]))


def _has_repeats(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(set(filled)) < len(filled)


def _first_full(records: Records, width: int) -> int:
    """Return the place of the first record that fills most of the table's width."""
    needed = min(width, max(2, round(0.6 * width)))
    for place, cells in enumerate(records):
        n_filled = sum(bool(cell.strip()) for cell in cells)
        if n_filled >= needed and not is_comment(cells, width):
            return place
    return 0


def _comment_of_names(records: Records, first: int, width: int) -> int | None:
    """Return the place of a comment right above the rows that names as many columns: # x y z."""
    if first == 0 or not is_comment(records[first - 1], width):
        return None
    return first - 1 if len(names_in_comment(records[first - 1])) == width else None


def names_in_comment(cells: Sequence[str]) -> list[str]:
    """Return names without the comment mark in front of the first, or the “#n” of SOM_PAK."""
    if cells[0].strip() == "#n":
        return list(cells[1:])
    first = cells[0].lstrip().lstrip("#%/").strip()
    return [first, *cells[1:]] if first else list(cells[1:])


# The first row judged against all rows below --------------------------------------------------


def _names_columns(records: Records) -> bool:
    """Tell whether the first record names the columns, rather than being a row of values."""
    rows = [cells for cells in records if _is_filled(cells)]
    if len(rows) < 2:
        return not (rows and all(is_value(cell.strip()) for cell in rows[0]))
    first = [cell.strip() for cell in rows[0]]
    others = [
        cells for cells in rows[1:] if list(cells) != list(rows[0])
    ]  # the names may come again
    below = [[cells[i].strip() for cells in others if i < len(cells)] for i in range(len(first))]
    over_values = [
        (cell, _filled(column))
        for cell, column in zip(first, below, strict=True)
        if cell and _holds_values(column)
    ]
    labels = [
        (cell, _filled(column))
        for cell, column in zip(first, below, strict=True)
        if cell and not _holds_values(column)
    ]
    if over_values:
        # A word that comes again below stands for missing.
        if not all(is_value(c) or c in MISSING_MARKS or c in column for c, column in over_values):
            return True
        return _are_values_of_another_kind(over_values, labels)
    # Only words: a name stands once above its column, a value comes back inside it.
    again = sum(cell in column for cell, column in labels)
    return again < max(1, len(labels) / 2)


def _are_values_of_another_kind(
    over_values: Sequence[tuple[str, list[str]]], labels: Sequence[tuple[str, list[str]]]
) -> bool:
    """Tell names that are values from a first row: 1990 1991 · 2020-01 2020-02 · 0-5 5-10 · 900.5.

    Parameters
    ----------
    over_values, labels : the first record's cell and the filled cells below it, of columns that
        hold values, and of others
    """
    names = [cell for cell, _ in over_values]
    if len(set(names)) < len(names):
        return False
    if len(names) > 1 and all(map(_YEAR.fullmatch, names)):
        return True
    is_label = bool(labels) and all(_is_name_of(cell, column) for cell, column in labels)
    others = sum(_is_another_kind(cell, column) for cell, column in over_values)
    if others == len(names):
        return len(names) > 1 or is_label
    if len(names) < _FEWEST_NUMBERS or not all(_NUMBER.fullmatch(name) for name in names):
        return False
    numbers = [_as_number(name) for name in names]
    steps = [b - a for a, b in pairwise(numbers)]
    if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        return False
    far = sum(_is_far_from(cell, column) for cell, column in over_values)
    return far >= 0.8 * len(names) or is_label


def _is_name_of(cell: str, column: Sequence[str]) -> bool:
    """Tell “sample” above s0, s1, s2, …: those are numbered, and the name is not."""
    return all(any(map(str.isdigit, other)) for other in column) and not any(map(str.isdigit, cell))


def _is_another_kind(cell: str, column: Sequence[str]) -> bool:
    """Tell a date, a month or a range above numbers."""
    if _NUMBER.fullmatch(cell):
        return False
    return sum(_NUMBER.fullmatch(other) is not None for other in column) >= 0.8 * len(column)


def _is_far_from(cell: str, column: Sequence[str]) -> bool:
    """Tell a number that lies further from those below than those spread."""
    numbers = [_as_number(other) for other in column if _NUMBER.fullmatch(other)]
    if len(numbers) < _FEWEST_BELOW:
        return False
    low, high, number = min(numbers), max(numbers), _as_number(cell)
    return max(low - number, number - high) > high - low


def _as_number(text: str) -> float:
    digits = re.sub(r"[^\d.eE+\-]", "", text.replace("−", "-").replace(",", "."))
    try:
        return float(digits)
    except ValueError:
        return 0.0


def _counts_columns(cells: Sequence[str]) -> bool:
    """Tell a line of column numbers: 1, 2, 3, …"""
    return len(cells) > 1 and [cell.strip() for cell in cells] == [
        str(place) for place in range(1, len(cells) + 1)
    ]


def value_columns(rows: Records, width: int) -> frozenset[int]:
    """Return the places of the columns that hold numbers, dates or times."""
    return frozenset(
        i
        for i in range(width)
        if _holds_values([cells[i].strip() for cells in rows if i < len(cells)])
    )


def _holds_values(column: Sequence[str]) -> bool:
    cells = _filled(column)
    return bool(cells) and sum(map(is_value, cells)) >= 0.8 * len(cells)


def _filled(column: Sequence[str]) -> list[str]:
    return [cell for cell in column if cell and cell not in MISSING_MARKS]


def _is_filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)
