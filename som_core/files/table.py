"""A table: cells in rows and columns, and what was settled about them when they were read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from numpy.typing import ArrayLike

from som_core.cells import is_number, level_texts
from som_core.files.dates import is_time_of_day
from som_core.files.dialect import Dialect
from som_core.files.kinds import Kind, kind_of_numbers, kind_of_texts
from som_core.files.sample_of import SampleOf
from som_core.files.totals import places_with
from som_core.files.written_dates import WrittenDates, hours_of, written_dates
from som_core.remarks import Remark


@dataclass(frozen=True, eq=False)
class JoinedFrom:
    """What a table was joined of, and by which keys."""

    table: "Table"  # whose rows it has
    other: "Table"
    key: str
    other_key: str

    @property
    def in_words(self) -> str:
        return f"“{self.other.name}”, joined by “{self.key}”"


@dataclass(frozen=True, eq=False)
class Table:
    """What was read from a file. Read only by convention: it is shared between sessions.

    Parameters
    ----------
    frame : number columns are int64 or float64, all others text (str)
    name : what the analyst calls it, such as the file's name
    dialect : how the text of the file, or its sheet, was laid out
    remarks : what was noticed or done while reading
    known_dates, known_kinds : what `dates` and `kinds` say, where it was settled before
    sheets : of the workbook, or tables of the database, that it is from, those that can be read
    sha256 : of the file's bytes, hexadecimal; "" where it is from no file
    labels : what the file says of its columns, by name, as those of SPSS, SAS and Stata do
    joined_from : the tables that it was joined of; None for any other
    sample_of : what it is a random sample of; None where it is no sample
    """

    frame: pd.DataFrame
    name: str
    dialect: Dialect
    remarks: tuple[Remark, ...] = ()
    known_dates: WrittenDates | None = field(default=None, repr=False)
    known_kinds: Mapping[str, Kind] | None = field(default=None, repr=False)
    sheets: tuple[str, ...] = ()
    sha256: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    joined_from: JoinedFrom | None = field(default=None, repr=False)
    sample_of: SampleOf | None = None

    @property
    def joined_columns(self) -> tuple[str, ...]:
        """The columns that are from another table, whose values repeat with its keys."""
        if self.joined_from is None:
            return ()
        own = set(self.joined_from.table.frame.columns)
        return tuple(name for name in self.frame.columns if name not in own)

    def keys_of(self, columns: Collection[str]) -> frozenset[str]:
        """Return the column by which any of these are joined, as it settles what stands in them."""
        is_any = not set(columns).isdisjoint(self.joined_columns)
        return frozenset({self.joined_from.key}) if self.joined_from and is_any else frozenset()

    @property
    def dates(self) -> pd.DataFrame:
        """The columns that hold dates or times, as datetime64[us], row by row as in `frame`.

        NaT where a cell is missing or can't be read. A time of day is one of 1970-01-01, and a
        date with a zone is given in UTC.
        """
        return self._written.dates

    @property
    def date_formats(self) -> Mapping[str, str]:
        """How each column in `dates` is written in the file, as strptime reads it."""
        return self._written.formats

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What each column holds; "date" is that of each column in `dates`, and of no other."""
        if self.known_kinds is not None:
            return self.known_kinds
        return {name: self._kind_of(name) for name in self.frame.columns}

    @property
    def totals(self) -> list[int]:
        """Positions in `frame` of the rows that a remark calls totals, ascending."""
        return sorted(
            {row for remark in self.remarks if remark.kind == "totals" for row in remark.rows}
        )

    @property
    def dialect_without_totals(self) -> Dialect:
        """How to read the file so that no row of totals is in the table."""
        places = places_with(self.totals, self.dialect.rows_left_out)
        return self.dialect.changed({"rows_left_out": places})

    def column(self, name: str) -> pd.Series:
        """Return a column to compute with: numbers, dates, hours since midnight, or texts.

        Numbers that are codes of classes, so of the kind “category”, come as texts.
        """
        if name not in self.date_formats:
            column = self.frame[name]
            is_coded = self.kinds[name] == "category" and is_number(column)
            return level_texts(column) if is_coded else column
        if is_time_of_day(self.date_formats[name]):
            return hours_of(self.dates[name])
        return self.dates[name]

    def of_rows(self, rows: ArrayLike) -> "Table":
        """Return a table of some rows, given by their positions, with the same dates and kinds."""
        dates = WrittenDates(self.dates.iloc[rows], self._written.formats)
        return Table(
            self.frame.iloc[rows],
            self.name,
            self.dialect,
            known_dates=dates,
            known_kinds=self.kinds,
            labels=self.labels,
        )

    @cached_property
    def _written(self) -> WrittenDates:
        if self.known_dates is not None:
            return self.known_dates
        return dates_of(self.frame, self.dialect)

    def _kind_of(self, name: str) -> Kind:
        if name in self.date_formats:
            return "date"
        column = self.frame[name]
        if is_number(column) and not pd.api.types.is_datetime64_any_dtype(column.dtype):
            return kind_of_numbers(column)
        filled = column.dropna()
        return kind_of_texts(name, filled.unique().astype("str").tolist(), len(filled))


def dates_of(frame: pd.DataFrame, dialect: Dialect) -> WrittenDates:
    """Return the columns that hold dates or times, as far as a dialect says which do."""
    return written_dates(
        frame,
        not_dates=dialect.not_dates,
        day_first=dialect.day_first,
        month_first=dialect.month_first,
    )
