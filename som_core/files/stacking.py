"""Several tables of one shape as one file: stacked, with a column that says from which each row is.

The file is Parquet, so that numbers and texts come back as they were read. What was noticed in each
table is kept in it, and said again when it is read (see `typed_columns`).
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from som_core.cells import is_number, level_texts
from som_core.files.dates import is_time_of_day
from som_core.files.table import Table
from som_core.files.unpacking import Limits, TableRefused
from som_core.remarks import Remark
from som_core.wording import counted, joined, listed, named

# Of the file's metadata, as JSON: what was noticed, and what is said of columns.
NOTES, LABELS = b"som_atlas.notes", b"som_atlas.labels"
_NAMES_OF_COLUMN = ("file", "from file", "name of the file")


def stacked_file(tables: Sequence[Table], limits: Limits) -> bytes:
    """Return a Parquet file of all rows of some tables, in their order.

    Columns come in the order of the first table; those of the others may stand in another one.

    Parameters
    ----------
    tables : two or more, each called by its file
    limits : the most that is read of one table

    Raises
    ------
    TableRefused
        If tables have other columns than most, or all rows together are too many.
    """
    _refuse_other_columns(tables)
    names = [str(name) for name in tables[0].frame.columns]
    n_rows = sum(len(table.frame) for table in tables)
    if n_rows > limits.rows or n_rows * (len(names) + 1) > limits.cells:
        raise TableRefused(
            f"The files together have {n_rows:,} rows and {n_rows * (len(names) + 1):,} cells; at "
            f"most {limits.rows:,} rows and {limits.cells:,} cells can be read.",
            "Upload fewer of them, or a part of their rows.",
        )
    stacked = {name: _stacked_column(tables, name) for name in names}
    files = _file_names(tables)
    column = next(name for name in (*_NAMES_OF_COLUMN, *_numbered()) if name not in stacked)
    stacked[column] = pd.Series(
        np.repeat(files, [len(table.frame) for table in tables]), dtype="str"
    )
    written = pa.Table.from_pandas(pd.DataFrame(stacked), preserve_index=False)
    notes = [
        {"sentence": remark.sentence, "severity": remark.severity}
        for remark in _remarks(tables, files, column)
    ]
    labels = {name: label for table in reversed(tables) for name, label in table.labels.items()}
    written = written.replace_schema_metadata(
        {NOTES: json.dumps(notes).encode(), LABELS: json.dumps(labels).encode()}
    )
    sink = io.BytesIO()
    pyarrow.parquet.write_table(written, sink)
    return sink.getvalue()


def _refuse_other_columns(tables: Sequence[Table]) -> None:
    """Raise a TableRefused that names each table whose columns aren't those of most tables."""
    shapes = [frozenset(table.frame.columns) for table in tables]
    usual, _ = Counter(shapes).most_common(1)[0]
    like = next(table for table, shape in zip(tables, shapes, strict=True) if shape == usual)
    odd = [
        f"“{table.name}” {_difference(shape, usual)}"
        for table, shape in zip(tables, shapes, strict=True)
        if shape != usual
    ]
    if odd:
        raise TableRefused(
            f"Files are stacked where all have the same columns, but unlike “{like.name}” "
            f"{joined(odd)}.",
            "Give their columns the same names, or upload only files of one shape together.",
        )


def _difference(shape: frozenset[str], usual: frozenset[str]) -> str:
    parts = []
    if usual - shape:
        parts.append(f"lacks {named(sorted(usual - shape))}")
    if shape - usual:
        parts.append(f"has {named(sorted(shape - usual))} besides")
    return " and ".join(parts)


def _file_names(tables: Sequence[Table]) -> list[str]:
    """Return what the tables are called, those of one name with a number."""
    names: list[str] = []
    for table in tables:
        ways = (table.name, *(f"{table.name} ({n})" for n in range(2, len(tables) + 1)))
        names.append(next(name for name in ways if name not in names))
    return names


def _numbered() -> Iterator[str]:
    return (f"file ({number})" for number in range(2, 10_000))


def _stacked_column(tables: Sequence[Table], name: str) -> pd.Series:
    """Return a column of all tables; dates written in different ways are written in one."""
    formats = {table.date_formats.get(name) for table in tables}
    if len(formats) > 1 and not any(form is None or is_time_of_day(form) for form in formats):
        return pd.concat([_written_days(table.dates[name]) for table in tables], ignore_index=True)
    series = [table.frame[name] for table in tables]
    if not all(map(is_number, series)):  # one without a value counts as numbers
        series = [level_texts(one) if is_number(one) else one for one in series]
    return pd.concat(series, ignore_index=True)


def _are_of_one_kind(series: Sequence[pd.Series]) -> bool:
    return len({is_number(one) for one in series if one.notna().any()}) < 2


def _written_days(dates: pd.Series) -> pd.Series:
    """Return dates as 2024-01-31, with the time where there is one."""
    is_whole = (dates.dropna() == dates.dropna().dt.normalize()).all()
    return dates.dt.strftime("%Y-%m-%d" if is_whole else "%Y-%m-%d %H:%M:%S").astype("str")


def _remarks(tables: Sequence[Table], files: Sequence[str], column: str) -> Iterator[Remark]:
    """Yield what is to be said of the stack, and what was said of its tables, each thing once."""
    each = [
        f"“{name}” ({counted(len(table.frame), 'row')})"
        for name, table in zip(files, tables, strict=True)
    ]
    yield Remark(
        kind="stacked files",
        sentence=f"{len(tables):,} files were stacked: {joined(each)}. The column “{column}” says "
        "from which each row is.",
    )
    mixed = [
        str(name)
        for name in tables[0].frame.columns
        if not _are_of_one_kind([table.frame[name] for table in tables])
    ]
    if mixed:
        yield Remark(
            kind="stacked files",
            sentence=f"Some files hold numbers in {named(mixed)} and others text, so all is text "
            "there. Look what the text is.",
            severity="warning",
        )
    said: dict[str, tuple[Remark, list[str]]] = {}
    for name, table in zip(files, tables, strict=True):
        for remark in table.remarks:
            said.setdefault(remark.sentence, (remark, []))[1].append(name)
    for remark, names in said.values():
        sentence = f"{listed(names)}: {remark.sentence}"
        yield Remark(kind="stacked files", sentence=sentence, severity=remark.severity)
