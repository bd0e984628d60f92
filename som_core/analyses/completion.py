"""How a condition that somebody is writing may go on: names of columns, levels, signs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from som_core.analyses.condition_parser import OPENING_MARKS, WORD
from som_core.analyses.conditions import KEYWORDS, Column, Value
from som_core.analyses.row_cells import free_name
from som_core.analyses.rows_by_condition import GROUP
from som_core.cells import is_number, level_texts, missing_in
from som_core.groups import Group
from som_core.reading import Table

_COMPARED = ("=", "==", "!=", "<>", "≠")


class Completion(NamedTuple):
    """One way to go on."""

    word: str  # what is added
    text: str  # the whole with it


def completions(
    table: Table, text: str, groups: Sequence[Group] = (), *, at_most: int = 6
) -> tuple[Completion, ...]:
    """Return how a condition may go on that is written up to here, the likeliest first.

    Where a column stands next, these are names that begin as its own does, or hold it; where a text
    is compared with, the levels of its column, the most frequent first; after the name of a column
    the ways to compare it.

    Parameters
    ----------
    table : Table
    text : what was written
    groups : that `group` is compared with
    at_most : so many are returned
    """
    before, start = _parted(text)
    written = text[start:]
    words = list(dict.fromkeys(_words(table, groups, before, written)))
    if words == [written]:  # it is whole: what follows it?
        text, start = f"{text} ", len(text) + 1
        words = list(_ways_to_compare(table, written))
    return tuple(Completion(word, f"{text[:start]}{word} ") for word in words[:at_most])


def _parted(text: str) -> tuple[tuple[str, ...], int]:
    """Return the words that are written, and where the one starts that may not be finished."""
    before: list[str] = []
    for found in WORD.finditer(text):
        is_open = found.lastgroup == "odd" and found[0][0] in OPENING_MARKS
        is_last = found.end() == len(text) and found.lastgroup in ("name", "number", "date")
        if is_open or is_last:
            return tuple(before), found.start()
        before.append(found[0])
    return tuple(before), len(text)


def _words(
    table: Table, groups: Sequence[Group], before: Sequence[str], written: str
) -> Iterator[str]:
    begun = written[1:] if written[:1] and written[0] in OPENING_MARKS else written
    compared = _compared(before)
    if compared is not None:
        levels = _levels(table, groups, compared)
        yield from (str(Value(level, is_quoted=True)) for level in _alike(levels, begun))
    elif _begins_a_test(before):
        names = [str(name) for name in table.frame.columns]
        names += [_group_name(table)] if groups else []
        yield from (str(Column(name)) for name in _alike(names, begun) if written)
    elif _begins_a_test(before[:-1]) and not written:
        yield from _ways_to_compare(table, before[-1])


def _begins_a_test(before: Sequence[str]) -> bool:
    """Return whether the name of a column stands next."""
    return not before or before[-1].lower() in ("and", "or", "not", "(")


def _compared(before: Sequence[str]) -> str | None:
    """Return the column with whose levels is compared what stands next; None where none is."""
    words = list(before)
    if words and words[-1] in ("(", ","):
        while words and words[-1] != "(":
            words.pop()
        if len(words) < 2 or words[-2].lower() != "in":
            return None
        words.pop()
    if not words or words[-1].lower() not in ("in", *_COMPARED):
        return None
    words.pop()
    if words and words[-1].lower() == "not":
        words.pop()
    return _column(words[-1]) if words else None


def _column(word: str) -> str | None:
    """Return the name of a column as the table has it; None for a word that is none."""
    if word.startswith("`"):
        return word[1:-1].replace("``", "`")
    return None if word.lower() in KEYWORDS else word


def _levels(table: Table, groups: Sequence[Group], column: str) -> list[str]:
    """Return the levels of a column, or the names of groups; none of numbers and dates."""
    if column == _group_name(table):
        return [group.name for group in groups]
    if column not in table.frame.columns or _has_order(table, column):
        return []
    cells = table.frame[column]
    return [str(level) for level in level_texts(cells).value_counts().index]


def _ways_to_compare(table: Table, word: str) -> Iterator[str]:
    column = _column(word)
    if column == _group_name(table):
        yield from ("=", "in (")
    elif column is not None and column in table.frame.columns:
        is_ordered = _has_order(table, column)
        yield from (">", "<", "in top 10 %") if is_ordered else ("=", "!=", "in (", "contains")
        if missing_in(table.frame[column]).any():
            yield "is missing"


def _has_order(table: Table, column: str) -> bool:
    return column in table.date_formats or is_number(table.frame[column])


def _alike(names: Sequence[str], begun: str) -> list[str]:
    """Return the names that begin like this, in any case, then those that hold it."""
    wanted = begun.casefold()
    first = [name for name in names if name.casefold().startswith(wanted)]
    return first + [name for name in names if wanted in name.casefold() and name not in first]


def _group_name(table: Table) -> str:
    return free_name(GROUP, table.frame.columns)
