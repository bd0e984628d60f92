"""How the text of a file is laid out, as a value that a person can look at and change."""

import codecs
import json
from dataclasses import asdict, dataclass
from typing import Literal, Self, get_args

from som_core.errors import AtlasError
from som_core.files.missing import MISSING_MARKS
from som_core.wording import counted, mark_in_words

BelowLimit = Literal["text", "missing", "half", "limit"]
THOUSANDS_MARKS = (",", ".", " ", "'", "’", "\u00a0", "\u202f", "\u2009")

_LISTS_OF_COLUMNS = {
    "as_text": "text_too",
    "marks_in_columns": "marks_in_columns_too",
    "not_dates": "not_dates_too",
    "day_first": "day_first_too",
    "month_first": "month_first_too",
}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the text of a file is laid out; every part was guessed, or set by the analyst.

    Raises
    ------
    AtlasError
        If a part has no meaning, or two parts contradict each other.
    """

    encoding: str = "utf-8"
    odd_encoding: str | None = None  # of the cells that aren't UTF-8 in a text that is
    delimiter: str = ","  # a blank stands for any run of blanks
    quote: str | None = '"'  # None: quotation marks are part of the text
    escape: str | None = None  # what takes the meaning of the mark behind it: \"
    decimal: str = "."
    thousands: str | None = None
    header_row: int = 0  # lines above the header, or above the first row, that are skipped
    has_header: bool = True
    name_rows: int = 1  # rows that name the columns together, such as groups above names
    rows_below_names: int = 0  # rows of units, types or questions that are skipped
    footer_rows: int = 0  # lines below the last row that are skipped
    comment: str | None = None  # what begins a comment, above, among and behind the rows
    repeats_header: bool = False  # the names that come again among the rows are skipped
    rows_left_out: tuple[int, ...] = ()  # places of rows such as subtotals, counted from 0
    missing_marks: tuple[str, ...] = MISSING_MARKS  # besides the empty cell
    marks_in_columns: tuple[str, ...] = ()  # marks of single columns, as “column = mark”
    below_limit: BelowLimit = "text"  # what <0.05 is read as, in a column of numbers
    other_decimal: tuple[str, ...] = ()  # columns that have a comma for the point, or reversely
    as_text: tuple[str, ...] = ()  # columns that stay text, though they write numbers
    not_dates: tuple[str, ...] = ()  # columns that are no dates, though they look so
    day_first: tuple[str, ...] = ()  # columns of dates, where the month could come first as well
    month_first: tuple[str, ...] = ()  # and those where it does
    sheet: str | None = (
        None  # of a workbook, or table of a database; None: the usual, or the file has none
    )
    is_typed: bool = False  # the file names and parts columns, as Parquet does: nothing is laid out

    def __post_init__(self) -> None:
        for encoding in filter(None, (self.encoding, self.odd_encoding)):
            try:
                codecs.lookup(encoding)
            except LookupError:
                raise AtlasError(
                    f"The encoding “{encoding}” is unknown. Choose utf-8, cp1252 or cp1251."
                ) from None
        if not 1 <= len(self.delimiter) <= 3 or set(self.delimiter) & {'"', "\r", "\n"}:
            raise AtlasError(
                f"The delimiter is “{self.delimiter}”, but must be one to three characters such as "
                "a comma, a semicolon, a tab or two colons."
            )
        if self.quote is not None and (len(self.quote) != 1 or self.quote == self.delimiter):
            raise AtlasError(
                f"The quotation mark is “{self.quote}”, but must be one character "
                "other than the delimiter."
            )
        if self.escape not in (None, "\\"):
            raise AtlasError(f"The escape is “{self.escape}”, but must be a backslash or none.")
        if self.decimal not in (".", ","):
            raise AtlasError(
                f"The decimal mark is “{self.decimal}”, but must be a point or a comma."
            )
        if self.thousands is not None and self.thousands not in THOUSANDS_MARKS:
            raise AtlasError(
                f"The thousands mark is “{self.thousands}”, but must be a point, a comma, "
                "a blank or an apostrophe."
            )
        if self.thousands == self.decimal:
            raise AtlasError(
                f"“{self.decimal}” can't be both decimal and thousands mark. Change one of them."
            )
        if min(self.header_row, self.footer_rows, self.rows_below_names) < 0:
            raise AtlasError("The number of lines to skip must be 0 or more.")
        if self.below_limit not in get_args(BelowLimit):
            raise AtlasError(
                f"Values below a limit are read as “{self.below_limit}”, but must be read as text, "
                "missing, half or limit."
            )
        if self.comment is not None and not 1 <= len(self.comment) <= 3:
            raise AtlasError(
                f"Comments begin with “{self.comment}”, but must begin with one to three "
                "characters, such as #."
            )
        if self.name_rows < 1:
            raise AtlasError("The number of rows that name the columns must be 1 or more.")

    @property
    def in_words(self) -> str:
        """How a file is read, in one line."""
        if self.is_typed:
            parts = ["read as columns with types"]
            if self.sheet is not None:
                parts.append(f"table “{self.sheet}”")
        elif self.sheet is None:
            is_unicode = self.encoding.startswith("utf-8")
            odd = f" and {self.odd_encoding}" if is_unicode and self.odd_encoding else ""
            parts = [
                f"read as {self.encoding}{odd}",
                f"columns split by {mark_in_words(self.delimiter)}",
            ]
        else:
            parts = [f"sheet “{self.sheet}”"]
        if not self.is_typed:
            parts.append(f"decimal {mark_in_words(self.decimal)}")
        if self.quote != '"':
            parts.append(f"quotation mark {mark_in_words(self.quote)}")
        if self.escape:
            parts.append(f"{mark_in_words(self.escape)} as escape")
        if self.thousands:
            parts.append(f"thousands {mark_in_words(self.thousands)}")
        if self.header_row:
            parts.append(f"{counted(self.header_row, 'line')} above the header")
        if self.footer_rows:
            parts.append(f"{counted(self.footer_rows, 'line')} below the last row")
        if self.comment:
            parts.append(f"comments behind “{self.comment}” left out")
        if self.repeats_header:
            parts.append("repeated headers left out")
        if self.rows_left_out:
            parts.append(f"{counted(len(self.rows_left_out), 'row')} left out")
        if self.has_header and self.name_rows > 1:
            parts.append(f"{self.name_rows} rows of names")
        if self.has_header and self.rows_below_names:
            parts.append(f"{counted(self.rows_below_names, 'row')} below the names left out")
        if not self.has_header:
            parts.append("no header")
        return " · ".join(parts)

    def changed(self, changes: dict) -> Self:
        """Return the dialect with some parts changed, as a remedy says it.

        Parameters
        ----------
        changes : new values by the names of the parts; `with_marks` and `without_marks` name
            single marks for missing, `text_too` columns that stay text, `not_dates_too`,
            `day_first_too` and `month_first_too` columns to be read so, `marks_in_columns_too`
            marks of single columns

        Raises
        ------
        AtlasError
            If the dialect would have no meaning.
        """
        parts = asdict(self) | changes
        wanted = [*parts["missing_marks"], *parts.pop("with_marks", ())]
        unwanted = parts.pop("without_marks", ())
        for name, more in _LISTS_OF_COLUMNS.items():
            parts[name] = tuple(dict.fromkeys([*parts[name], *parts.pop(more, ())]))
        for name, other in (("day_first", "month_first"), ("month_first", "day_first")):
            if f"{name}_too" in changes:
                parts[other] = tuple(n for n in parts[other] if n not in changes[f"{name}_too"])
        parts["missing_marks"] = tuple(
            dict.fromkeys(mark for mark in wanted if mark not in unwanted)
        )
        parts["rows_left_out"] = tuple(parts["rows_left_out"])
        return type(self)(**parts)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the dialect that `to_json` wrote; parts that are left out keep their default."""
        parts: dict = json.loads(text)
        for name, part in parts.items():
            if isinstance(part, list):
                parts[name] = tuple(part)
        return cls(**parts)
