"""Guesses that may as well be otherwise: said in a remark, with the other reading as its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass

from som_core.files.dialect import Dialect
from som_core.files.header import Records
from som_core.files.marks import uses_of_marks
from som_core.files.sniffing import Known, Tables
from som_core.remarks import Remark, Remedy
from som_core.wording import mark_in_words, named, placed

_MARKS = ",."
_USUAL_DELIMITERS = (",", ";", "\t", "|")
_PARTS_OF_A_TABLE = (
    "delimiter", "quote", "escape", "decimal", "thousands", "comment", "repeats_header",
    "header_row", "has_header", "name_rows", "rows_below_names", "footer_rows",
)  # fmt: skip
_OCCURS_NOWHERE = "\x02"


def remarks_on_tables(tables: Tables, dialect: Dialect) -> list[Remark]:
    """Return a remark where a text holds several tables, of which one was read."""
    others = [other for _, other in tables if other.header_row != dialect.header_row]
    if not others:
        return []
    remedies = [
        Remedy(
            words=f"Read the table on line {other.header_row + 1:,}",
            target="reading",
            changes={name: getattr(other, name) for name in _PARTS_OF_A_TABLE},
        )
        for other in others
    ]
    places = placed("line", [other.header_row + 1 for other in others])
    sentence = (
        f"The file holds {len(tables):,} tables: the one on line {dialect.header_row + 1:,} was "
        f"read, the {'other is' if len(others) == 1 else 'others are'} on {places}."
    )
    return [
        Remark(
            kind="several tables",
            sentence=sentence,
            severity="warning",
            remedy=remedies[0],
            other_remedies=tuple(remedies[1:]),
        )
    ]


@dataclass(frozen=True)
class _Doubt:
    """A column whose numbers all look like 1,037."""

    name: str
    mark: str  # the comma or the point
    example: str


def remarks_on_doubts(
    records: Records, names: Sequence[str], dialect: Dialect, known: Known | None = None
) -> list[Remark]:
    """Return a remark on each guess that is unusual, or that no cell of the file supports.

    Parameters
    ----------
    records : the first rows
    names : of the columns
    dialect : as it was guessed
    known : what was no guess
    """
    if known and known.has_point:
        return []
    return [*_remarks_on_parting(names, dialect), *_remarks_on_marks(records, names, dialect)]


def _remarks_on_parting(names: Sequence[str], dialect: Dialect) -> list[Remark]:
    remarks = []
    if dialect.delimiter not in _USUAL_DELIMITERS and len(names) > 1:
        sentence = f"The cells of a line are parted by “{mark_in_words(dialect.delimiter)}”."
        words = "Keep each line as one cell"
        remarks.append(_remark_on_parting(sentence, words, {"delimiter": _OCCURS_NOWHERE}))
    if dialect.quote == "'":
        sentence = "Apostrophes around cells are read as quotation marks."
        words = "Keep the apostrophes"
        remarks.append(_remark_on_parting(sentence, words, {"quote": '"'}))
    if dialect.escape:
        sentence = f"A backslash before a mark is left out: \\{dialect.quote} is {dialect.quote}."
        words = "Keep the backslashes"
        remarks.append(_remark_on_parting(sentence, words, {"escape": None}))
    return remarks


def _remark_on_parting(sentence: str, words: str, changes: dict[str, str | None]) -> Remark:
    remedy = Remedy(words=words, target="reading", changes=changes)
    return Remark(kind="delimiters", sentence=sentence, remedy=remedy)


def _remarks_on_marks(records: Records, names: Sequence[str], dialect: Dialect) -> list[Remark]:
    """Return a remark where no number of a file says what the comma or the point in 1,037 means."""
    uses = [use for cells in records for cell in cells for use in uses_of_marks(cell)]
    if not uses or not all(use.startswith("either") for use in uses):
        return []
    doubts = [
        doubt
        for i, name in enumerate(names)
        if (doubt := _doubt(name, [cells[i].strip() for cells in records if i < len(cells)]))
    ]
    remarks = []
    for mark in _MARKS:
        about = [doubt for doubt in doubts if doubt.mark == mark]
        if about:
            remarks.append(_remark(about, mark, is_decimal=dialect.decimal == mark))
    return remarks


def _doubt(name: str, cells: Sequence[str]) -> _Doubt | None:
    uses = {use for cell in cells for use in uses_of_marks(cell)}
    if len(uses) != 1:
        return None
    (use,) = uses
    example = next(cell for cell in cells if uses_of_marks(cell))
    return _Doubt(name, use.removeprefix("either "), example)


def _remark(doubts: Sequence[_Doubt], mark: str, *, is_decimal: bool) -> Remark:
    example = doubts[0].example
    as_decimal, as_thousands = example.replace(",", "."), example.replace(mark, "")
    read, other = (as_decimal, as_thousands) if is_decimal else (as_thousands, as_decimal)
    changes = {"decimal": mark, "thousands": None}
    if is_decimal:
        changes = {"decimal": _MARKS.replace(mark, ""), "thousands": mark}
    names = [doubt.name for doubt in doubts]
    return Remark(
        kind="doubtful marks",
        sentence=(
            f"“{example}” in {named(names)} is read as {read}, but might mean {other}: no number "
            "of the file tells."
        ),
        severity="warning",
        columns=tuple(names),
        remedy=Remedy(words=f"Read it as {other}", target="reading", changes=changes),
    )
