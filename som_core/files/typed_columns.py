"""From a file of typed columns to text, with a header and a row on each line.

From there it goes the way of a text file whose layout is known, so that marks for missing, codes,
numbers in texts and kinds are settled by one set of rules. Each kind of file has a parser of its
own: `column_parser` (Parquet, Feather), `json_parser` (JSON), `statistics_parser` (SPSS, SAS,
Stata), `sqlite_parser` (SQLite).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from som_core.files.parser_process import text_from
from som_core.files.sample_of import SampleOf
from som_core.files.unpacking import Limits, TableRefused
from som_core.remarks import Remark
from som_core.wording import joined, listed, named, size_in_words

_FOLDER = Path(__file__).parent
_HEAD = 1 << 16  # bytes
# SPSS (plain and packed), SAS (transport and its own), Stata from version 13 on.
_OF_STATISTICS = (
    b"$FL2",
    b"$FL3",
    b"HEADER RECORD*******LIB",
    b"\0" * 12 + b"\xc2\xea\x81\x60",
    b"<stata_dta>",
)
_AS_TABLE = 'Write the table as a list of objects, [{"column": value, …}, …], one a row, or as CSV.'


@dataclass(frozen=True, kw_only=True)
class TypedColumns:
    """The columns of a file as text, and what is known of them."""

    text: bytes  # CSV in UTF-8, whose first line names the columns
    n_broken: int  # letters that can't be read: they became “�”
    remarks: tuple[Remark, ...]
    labels: Mapping[str, str] = field(default_factory=dict)  # what the file says of a column
    table: str | None = None  # of a database
    tables: tuple[str, ...] = ()  # of it, that can be read, in their order
    sample_of: SampleOf | None = None  # what the file says that it is a sample of


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of file whose columns have types."""

    is_one: Callable[[bytes], bool]
    parser: Path
    title: str  # what such a file is called
    no_cells: str  # what its columns may hold that no cell can


def is_columnar(data: bytes) -> bool:
    """Tell a file whose columns have types: Parquet, Feather, JSON, SPSS, SAS, Stata, SQLite."""
    return any(kind.is_one(data) for kind in _KINDS)


def read_columns(data: bytes, table: str | None, limits: Limits) -> TypedColumns:
    """Return the columns of a file that `is_columnar` as text.

    Parameters
    ----------
    data : the bytes of the file
    table : which one of a database; None: the first, unless another holds ten times as many cells
    limits : the most that is read

    Raises
    ------
    TableRefused
        If the file is broken, too large, or has no column of single values, or no such table.
    """
    kind = next(kind for kind in _KINDS if kind.is_one(data))
    text, found = text_from(kind.parser, data, limits, sheet=table)
    if "problem" in found:
        raise _refusal(found, kind, limits)
    return TypedColumns(
        text=text,
        n_broken=found.get("broken_letters", 0),
        remarks=tuple(_remarks(found, kind)),
        labels=found.get("labels", {}),
        sample_of=SampleOf.from_value(found.get("sample")),
        table=found.get("sheet"),
        tables=tuple(found.get("sheets", ())),
    )


# The kinds of files ------------------------------------------------------------------------------


def _is_parquet_or_feather(data: bytes) -> bool:
    return data.startswith((b"PAR1", b"ARROW1"))


def _is_json(data: bytes) -> bool:
    """Tell an object or a list that ends as it begins, or whose first line is an object."""
    head, tail = (_text_of(part, data) for part in (data[:_HEAD], data[-_HEAD:]))
    head, end = head.lstrip("\ufeff \t\r\n"), tail.rstrip("\0 \t\r\n")[-1:]
    second = head[1:].lstrip()[:1]
    if head[:1] == "[":
        return second != "" and second in '"{[]-0123456789tfn' and end == "]"
    if head[:1] != "{" or second == "" or second not in '"}':
        return False
    return end == "}" or _is_object(head.partition("\n")[0])


def _text_of(part: bytes, data: bytes) -> str:
    return part.decode(json.detect_encoding(data[:_HEAD]), "replace")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_of_statistics(data: bytes) -> bool:
    is_portable = b"SPSS PORT FILE" in data[:200] and b"SPSSPORT" in data[:1000]
    return data.startswith(_OF_STATISTICS) or is_portable or _is_old_stata(data)


def _is_old_stata(data: bytes) -> bool:
    """Tell a file of Stata before version 13 by its version, byte order, and what follows these."""
    return len(data) > 4 and 104 <= data[0] <= 115 and data[1] in (1, 2) and data[2:4] == b"\1\0"


def _is_database(data: bytes) -> bool:
    return data.startswith(b"SQLite format 3\0")


_KINDS = (
    _Kind(
        is_one=_is_parquet_or_feather,
        parser=_FOLDER / "column_parser.py",
        title="Parquet or Feather file",
        no_cells="lists, records or bytes",
    ),
    _Kind(is_one=_is_json, parser=_FOLDER / "json_parser.py", title="JSON file", no_cells="lists"),
    _Kind(
        is_one=_is_of_statistics,
        parser=_FOLDER / "statistics_parser.py",
        title="SPSS, SAS or Stata file",
        no_cells="no single values",
    ),
    _Kind(
        is_one=_is_database,
        parser=_FOLDER / "sqlite_parser.py",
        title="SQLite database",
        no_cells="bytes",
    ),
)


# What was noticed --------------------------------------------------------------------------------


def _remarks(found: dict, kind: _Kind) -> list[Remark]:
    remarks = [
        Remark(
            kind="stacked files",
            sentence=note["sentence"],
            severity="warning" if note["severity"] == "warning" else "note",
        )
        for note in found.get("notes", ())
    ]
    others = [name for name in found.get("sheets", ()) if name != found["sheet"]]
    if others:
        has = "1 other" if len(others) == 1 else f"{len(others):,} others"
        sentence = (
            f"Of the database the table “{found['sheet']}” was read; it has {has}: "
            f"{listed(others)}."
        )
        remarks.append(Remark(kind="sheets", sentence=sentence))
    if found.get("log"):
        sentence = (
            "The database keeps its last changes in a file beside it (-wal): what still was there "
            "is missing here."
        )
        remarks.append(Remark(kind="log of changes", sentence=sentence))
    if found["left_out"]:
        sentence = f"Left out, as the cells hold {kind.no_cells}: {named(found['left_out'])}."
        remarks.append(Remark(kind="nested columns", sentence=sentence, severity="warning"))
    if found.get("zones"):
        sentence = f"Moments of {named(found['zones'])} have a time zone and are given in UTC."
        remarks.append(Remark(kind="time zones", sentence=sentence, columns=tuple(found["zones"])))
    if found.get("western"):
        sentence = (
            "Letters are read as those of Western Europe (cp1252), as they aren't in the encoding "
            "that the file says, if it says one."
        )
        remarks.append(Remark(kind="encoding", sentence=sentence, severity="warning"))
    if found.get("missing"):
        columns = tuple(found["missing"])
        sentence = f"Values that the file declares missing are missing: those of {named(columns)}."
        remarks.append(Remark(kind="declared missing", sentence=sentence, columns=columns))
    if found.get("durations"):
        columns = tuple(found["durations"])
        sentence = f"Durations of {named(columns)} are read as hours: 1:30 is 1.5."
        remarks.append(Remark(kind="durations", sentence=sentence, columns=columns))
    if found.get("labelled_numbers"):
        remarks.append(_remark_on_labelled_numbers(found["labelled_numbers"]))
    return remarks


def _remark_on_labelled_numbers(labelled: list[tuple[str, str, str]]) -> Remark:
    """Return a remark on columns of which but some values have labels."""
    each = [f"{value} in “{name}” is “{label}”" for name, value, label in labelled]
    return Remark(
        kind="labelled numbers",
        sentence=(
            "Where but some values of a column have labels, they stay as they are: "
            f"{joined(each)}. Look whether one stands for a missing value."
        ),
        severity="warning",
        columns=tuple(dict.fromkeys(name for name, _, _ in labelled)),
    )


# Why it can't be read ----------------------------------------------------------------------------


def _refusal(found: dict, kind: _Kind, limits: Limits) -> TableRefused:
    match found["problem"]:
        case "unpacked":
            return TableRefused(
                f"The file unpacks to more than {size_in_words(limits.unpacked_bytes)}, the most "
                "that can be read.",
                "Upload a part of its rows or columns, such as every tenth row.",
            )
        case "large":
            return TableRefused(
                f"The table has {found['height']:,} rows and {found['width']:,} columns; at most "
                f"{limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} cells can "
                "be read.",
                "Upload a part of its rows or columns.",
            )
        case "no columns" if found["left_out"]:
            return TableRefused(
                f"The columns of the file hold {kind.no_cells}: {named(found['left_out'])}.",
                "Write such columns as several plain ones, and upload that.",
            )
        case "no columns":
            return TableRefused(
                f"The {kind.title} has no column.",
                "Upload one with at least one column and one row.",
            )
        case "no objects":
            return TableRefused(
                f"The file is JSON, but no list of objects: line {found['line']:,} begins another "
                "value.",
                _AS_TABLE,
            )
        case "one object":
            return TableRefused(
                "The file is one JSON object, and no list of them.",
                f"Upload just the list inside it ({named(found['lists'])}), if its members are "
                "objects."
                if found["lists"]
                else _AS_TABLE,
            )
        case "no tables":
            return TableRefused(
                "The database has no table of its own, at most views or virtual tables.",
                "Keep the result of a query as a table, or export it as CSV, and upload that.",
            )
        case "other tables":
            return TableRefused(
                "The database has no table of this name.",
                f"Choose another; it has {listed(found['sheets'])}.",
            )
        case "empty tables":
            return TableRefused(
                "The table has no row, or no table of the database has one.",
                f"Choose another, or upload another database; it has {listed(found['sheets'])}.",
            )
        case _ if "line" in found:
            return TableRefused(
                f"The {kind.title} breaks off, or is broken, on line {found['line']:,}.",
                "Write it once more, or export the table as CSV, and upload that.",
            )
        case _:
            return TableRefused(
                f"The {kind.title} is broken, or of a kind that can't be read.",
                "Write it once more, or export the table as CSV, and upload that.",
            )
