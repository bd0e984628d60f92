"""Run by `limited`: a file of SPSS, SAS or Stata becomes CSV.

SPSS (sav, zsav, por), SAS (sas7bdat, xpt), Stata (dta). Values with labels become their labels,
where all values of the column have one. What the file declares missing is missing. Dates come as
2024-01-31, moments as 2024-01-31 12:00:00, durations as hours.
"""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import pyreadstat

Value = float | int | str | None
Clock = Callable[[float], datetime]

_CELLS_AT_ONCE = 5_000_000
_WESTERN = "WINDOWS-1252"  # of files that don't say their encoding, or a wrong one
_SAV = b"$FL"
_SAS = b"\0" * 12 + b"\xc2\xea\x81\x60"
_SPSS_FROM, _FROM = datetime(1582, 10, 14), datetime(1960, 1, 1)  # SAS and Stata count from 1960
# Before each of these a second was put in (International Earth Rotation Service, Bulletin C).
_LEAPS = tuple(
    datetime(year, month, 1)
    for year, month in (
        (1972, 7), *((year, 1) for year in range(1973, 1981)), (1981, 7), (1982, 7), (1983, 7),
        (1985, 7), (1988, 1), (1990, 1), (1991, 1), (1992, 7), (1993, 7), (1994, 7), (1996, 1),
        (1997, 7), (1999, 1), (2006, 1), (2009, 1), (2012, 7), (2015, 7), (2017, 1),
    )
)  # fmt: skip
_DAY = 86_400  # seconds
_SURELY_WHOLE = 2.0**53
_DATES, _TO_THE_SECOND, _TO_THE_MICROSECOND = range(3)  # how fine a column's moments are
_FORMATS = {  # of SPSS and SAS, by the letters before the width
    "spss": {
        "moment": "DATE ADATE EDATE JDATE SDATE MOYR QYR WKYR DATETIME YMDHMS",
        "day": "",
        "time": "TIME DTIME MTIME",
    },
    "sas": {
        "moment": "DATETIME DATEAMPM MDYAMPM E8601DT B8601DT IS8601DT E8601DN B8601DN E8601DX "
        "B8601DX E8601DZ B8601DZ E8601LX B8601LX DTDATE DTMONYY DTWKDATX DTYEAR",
        "day": "DATE DDMMYY DDMMYYB DDMMYYC DDMMYYD DDMMYYN DDMMYYP DDMMYYS MMDDYY MMDDYYB MMDDYYC "
        "MMDDYYD MMDDYYN MMDDYYP MMDDYYS YYMMDD YYMMDDB YYMMDDC YYMMDDD YYMMDDN YYMMDDP YYMMDDS "
        "WEEKDATE WEEKDATX WORDDATE WORDDATX MONYY YYMON JULIAN E8601DA B8601DA IS8601DA "
        # These show a part of a day, or count its years otherwise.
        "DAY DOWNAME JULDAY MINGUO MONNAME MONTH NENGO QTR QTRR WEEKDAY WEEKV YEAR MMYY MMYYC "
        "MMYYD MMYYN MMYYP MMYYS YYMM YYMMC YYMMD YYMMN YYMMP YYMMS YYQ YYQC YYQD YYQN YYQP YYQS "
        "YYQR YYQRC YYQRD YYQRN YYQRP YYQRS",
        "time": "TIME HHMM TOD TIMEAMPM E8601TM B8601TM IS8601TM",
    },
}
_LETTERS = re.compile(r"[A-Z]+(\d{4}[A-Z]+)?")


class Refused(Exception):
    """The file can't be read; the argument is what was found instead."""


@dataclass
class _Column:
    """A column, and what its cells were found to be."""

    name: str
    labels: dict[Value, str]
    clock: Clock | Literal["time"] | None
    used: set[Value] = field(default_factory=set)  # values that have a label
    has_others: bool = False  # values without one
    fineness: int = _DATES
    is_of_day: bool = True  # so times, and no durations

    def look_at(self, cells: Sequence[Value]) -> None:
        for cell in cells:
            if cell is None or cell == "":
                continue
            if self.labels and cell in self.labels:
                self.used.add(cell)
            else:
                self.has_others = True
            if self.clock is not None and isinstance(cell, int | float):
                self._look_at_time(cell)

    def _look_at_time(self, cell: float) -> None:
        if self.clock == "time":
            self.is_of_day = self.is_of_day and 0 <= cell < _DAY
            is_whole = float(cell).is_integer()
            self.fineness = max(self.fineness, _TO_THE_SECOND if is_whole else _TO_THE_MICROSECOND)
        elif self.clock is not None:
            try:
                moment = self.clock(cell)
            except (OverflowError, ValueError):  # no date that there is: they stay numbers
                self.clock = None
                return
            if moment.microsecond:
                self.fineness = _TO_THE_MICROSECOND
            elif moment.hour or moment.minute or moment.second:
                self.fineness = max(self.fineness, _TO_THE_SECOND)

    @property
    def is_coded(self) -> bool:
        return bool(self.used) and not self.has_others

    @property
    def is_duration(self) -> bool:
        return self.clock == "time" and not self.is_of_day

    def texts(self, cells: Sequence[Value]) -> list[str]:
        if self.is_coded:
            words = self._words()
            return [words.get(cell, "") for cell in cells]
        return [self._text(cell) for cell in cells]

    def _words(self) -> dict[Value, str]:
        """Return what each value means; those of one label keep apart."""
        labels = Counter(self.labels[value] for value in self.used)
        return {
            value: _one_line(label)
            if label.strip() and labels[label] == 1
            else _one_line(f"{label} ({_number(value)})")
            for value in self.used
            for label in [self.labels[value]]
        }

    def _text(self, cell: Value) -> str:
        if cell is None or isinstance(cell, str):
            return _one_line(cell or "")
        if self.clock is None:
            return _number(cell)
        if self.is_duration:
            return repr(cell / 3600)
        moment = _FROM + timedelta(seconds=cell) if self.clock == "time" else self.clock(cell)
        digits = "microseconds" if self.fineness == _TO_THE_MICROSECOND else "seconds"
        if self.clock == "time":
            return moment.time().isoformat(digits)
        if self.fineness == _DATES:
            return moment.date().isoformat()
        return moment.isoformat(" ", digits)


def main(wanted: dict) -> dict:
    """Write the table to stdout and return what was found."""
    data = sys.stdin.buffer.read()
    reader, program = _reader(data)
    # A portable file can't say its encoding, nor be told it.
    encodings = ("",) if reader is pyreadstat.read_por else ("", _WESTERN)
    for encoding in encodings:
        options = {"encoding": encoding} if encoding else {}
        read = partial(reader, output_format="dict", disable_datetime_conversion=True, **options)
        try:
            return _read(data, read, program, wanted) | {"western": bool(encoding)}
        except Refused as refused:
            return refused.args[0]
        except pyreadstat.ReadstatError:  # perhaps of a letter; nothing is written yet
            continue
    return {"problem": "broken"}


def _read(data: bytes, read: Callable, program: str, wanted: dict) -> dict:
    options = {"user_missing": True} if data.startswith(_SAV) else {}
    _, about = read(io.BytesIO(data), metadataonly=True, **options)
    columns = [
        _Column(
            name=" ".join(name.split()),
            labels=about.variable_value_labels.get(name, {}),
            clock=_clock(program, about.original_variable_types.get(name) or ""),
        )
        for name in about.column_names
    ]
    if not columns:
        raise Refused({"problem": "no columns", "left_out": []})
    n_rows = about.number_rows
    _refuse_too_large(n_rows or 0, len(columns), wanted)
    n_read = 0
    for chunk in _chunks(read, data, n_rows, len(columns)):
        n_read += len(chunk[0])
        _refuse_too_large(n_read, len(columns), wanted)
        for column, cells in zip(columns, chunk, strict=True):
            column.look_at(cells)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
    _write(columns, _chunks(read, data, n_rows, len(columns)), out, wanted["unpacked"])
    return {
        "left_out": [],
        "labels": {
            column.name: " ".join(label.split())
            for column, label in zip(columns, about.column_labels, strict=True)
            if label and label.strip()
        },
        "missing": [
            column.name
            for column, name in zip(columns, about.column_names, strict=True)
            if about.missing_ranges.get(name)
        ],
        "durations": [column.name for column in columns if column.is_duration],
        "labelled_numbers": [
            [column.name, _number(value), _one_line(column.labels[value])]
            for column in columns
            if column.has_others and column.clock is None
            for value in sorted(column.used, key=str)
        ],
    }


def _reader(data: bytes) -> tuple[Callable, str]:
    """Return what reads the file, and which program counts its days as it does."""
    if data.startswith(_SAV):
        return pyreadstat.read_sav, "spss"
    if data.startswith(b"HEADER RECORD"):
        return pyreadstat.read_xport, "sas"
    if data.startswith(_SAS):
        return pyreadstat.read_sas7bdat, "sas"
    if b"SPSSPORT" in data[:1000]:
        return pyreadstat.read_por, "spss"
    return pyreadstat.read_dta, "stata"


def _refuse_too_large(n_rows: int, n_columns: int, wanted: dict) -> None:
    too_many = n_rows > wanted["rows"] or n_columns > wanted["columns"]
    if too_many or n_rows * n_columns > wanted["cells"]:
        raise Refused({"problem": "large", "height": n_rows, "width": n_columns})


def _chunks(
    read: Callable, data: bytes, n_rows: int | None, n_columns: int
) -> Iterator[list[Sequence[Value]]]:
    """Yield the cells of some rows after the other, by column, as all may be too many at once."""
    step = max(1, _CELLS_AT_ONCE // n_columns)
    start = 0
    while n_rows is None or start < n_rows:
        cells, _ = read(io.BytesIO(data), row_offset=start, row_limit=step)
        chunk = list(cells.values())
        yield chunk
        start += step
        if len(chunk[0]) < step:
            return


def _write(
    columns: Sequence[_Column],
    chunks: Iterator[list[Sequence[Value]]],
    out: io.TextIOBase,
    most: int,
) -> None:
    """Write names and rows, each on one line; at most so many letters."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    n_letters = 0
    for chunk in chunks:
        texts = [column.texts(cells) for column, cells in zip(columns, chunk, strict=True)]
        n_letters += sum(sum(map(len, cells)) for cells in texts)
        if n_letters > most:
            raise Refused({"problem": "unpacked"})
        writer.writerows(zip(*texts, strict=True))
    out.flush()


# What a cell means -------------------------------------------------------------------------------


def _clock(program: str, form: str) -> Clock | Literal["time"] | None:
    """Return how the numbers of a format tell the time, if they do."""
    if program == "stata":
        return _clock_of_stata(form.replace("-", "", 1))
    letters = _LETTERS.match(form)
    kinds = [
        kind for kind, names in _FORMATS[program].items() if letters and letters[0] in names.split()
    ]
    if kinds == ["time"]:
        return "time"
    if kinds == ["moment"]:
        start = _SPSS_FROM if program == "spss" else _FROM
        return lambda seconds: start + timedelta(seconds=seconds)
    return _day if kinds == ["day"] else None


def _clock_of_stata(form: str) -> Clock | None:
    kind = form[:3] if form.startswith("%t") else form[:2]
    return _CLOCKS_OF_STATA.get(kind)


def _milliseconds(number: float) -> datetime:
    return _FROM + timedelta(milliseconds=number)


def _milliseconds_with_leaps(number: float) -> datetime:
    """Return a moment of a count (%tC) in which leap seconds count; one of them is 23:59:59."""
    moment = _milliseconds(number)
    n_before = 0
    while n_before < len(_LEAPS) and moment >= _LEAPS[n_before] + timedelta(seconds=n_before):
        n_before += 1
    return moment - timedelta(seconds=n_before)


def _day(number: float) -> datetime:
    return _FROM + timedelta(days=number)


def _week(number: float) -> datetime:
    """Return the first day of a week of Stata; a year has 52, of which the last is longer."""
    years, week = divmod(int(number), 52)
    return datetime(1960 + years, 1, 1) + timedelta(days=7 * week)


def _month(number: float) -> datetime:
    years, month = divmod(int(number), 12)
    return datetime(1960 + years, month + 1, 1)


_CLOCKS_OF_STATA: dict[str, Clock] = {
    "%d": _day,
    "%td": _day,
    "%tc": _milliseconds,
    "%tC": _milliseconds_with_leaps,
    "%tw": _week,
    "%tm": _month,
    "%tq": lambda quarter: _month(3 * quarter),
    "%th": lambda half: _month(6 * half),
}


def _number(cell: Value) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _SURELY_WHOLE:
        return str(int(cell))
    return cell if isinstance(cell, str) else repr(cell)


def _one_line(text: str) -> str:
    return text if text.isprintable() else " ".join(text.replace("\0", "").splitlines())
