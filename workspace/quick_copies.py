"""Quick copies of the tables of a workspace: all that reading found, without reading again.

tables/<key>.arrow              made anew when they are missing or damaged
tables/<key>.dates.arrow
tables/<key>.json               what else the table is, and the checks of its copies
"""

import time
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.testing import assert_frame_equal

from som_core.files.kinds import Kind
from som_core.files.sample_of import SampleOf
from som_core.files.written_dates import WrittenDates
from som_core.reading import Dialect, Table
from som_core.remarks import Remark
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import DiskFull, replacing
from workspace.fingerprint import fingerprint_of
from workspace.table_source import SOURCE, TableSource

_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a quick copy says of its table beside the cells."""

    source: TableSource
    dialect: Dialect
    remarks: tuple[Remark, ...]
    kinds: dict[str, Kind]
    date_formats: dict[str, str]
    fingerprint: str | None  # None: not taken yet, as the copy is older than that
    checks: dict[str, int]  # CRC-32 of each file: against damage, and quick
    made: float  # seconds since 1970
    sheets: tuple[str, ...] = ()  # of the workbook
    labels: dict[str, str] = field(default_factory=dict)  # of the columns
    sample_of: SampleOf | None = None


def _copy_to_value(copy: Copy) -> object:
    return asdict(copy)


def _copy_from(fields: Fields) -> Copy:
    checks = fields.inner("checks")
    return Copy(
        source=TableSource.from_fields(fields.inner("source")),
        dialect=Dialect.from_json(fields.json("dialect")),
        remarks=tuple(Remark.from_dict(remark.values) for remark in fields.each("remarks")),
        kinds=fields.inner("kinds").each_one_of(get_args(Kind)),
        date_formats=fields.inner("date_formats").all_texts(),
        fingerprint=fields.maybe_text("fingerprint"),
        checks={name: checks.whole(name) for name in checks.values},
        made=fields.number("made"),
        sheets=fields.texts("sheets") if fields.has("sheets") else (),
        labels=fields.inner("labels").all_texts() if fields.has("labels") else {},
        sample_of=SampleOf.from_value(fields.values.get("sample_of")),
    )


COPY = DocumentType[Copy](
    file="tables/*.json",
    title="The quick copy of a table",
    to_value=_copy_to_value,
    from_value=_copy_from,
)


def source_read_last(folder: Path) -> TableSource | None:
    """Return the table of a workspace that was read last, by its quick copy; None if none was.

    For when it can't be read any more which one is the main one.
    """
    others = [source for role, source in SOURCE.read_all(folder) if role != "main"]
    copies = [copy for _, copy in COPY.read_all(folder) if not isinstance(copy, Damaged)]
    for copy in sorted(copies, key=lambda copy: -copy.made):
        if copy.source not in others:
            return copy.source
    return None


def known_fingerprint(source: TableSource, folder: Path) -> str | None:
    """Return the fingerprint of a table without reading its upload; None if it can't be known."""
    if source.fingerprint is not None:
        return source.fingerprint
    with suppress(Damaged):
        copy = COPY.read(folder, source.key)
        if copy is not None and copy.fingerprint is not None:
            return copy.fingerprint
    cells, _ = _paths(source, folder)
    try:
        return fingerprint_of(read_frame(cells, doubtful=True))
    except (OSError, pa.ArrowException):
        return None


def copied_table(source: TableSource, folder: Path) -> Table | None:
    """Return the table that `keep_copy` wrote, or None where there is none, or it is damaged."""
    try:
        copy = COPY.read(folder, source.key)
        if copy is None:
            return None
        cells, dates = _paths(source, folder)
        if copy.checks != {path.name: _crc32_of(path) for path in (cells, dates)}:
            return None
        frame = read_frame(cells)
        if copy.fingerprint is None:
            with suppress(DiskFull):
                COPY.keep(folder, replace(copy, fingerprint=fingerprint_of(frame)), source.key)
        return Table(
            frame,
            source.name,
            copy.dialect,
            copy.remarks,
            known_dates=WrittenDates(read_frame(dates), copy.date_formats),
            known_kinds=copy.kinds,
            sheets=copy.sheets,
            labels=copy.labels,
            sha256=source.upload,
            sample_of=copy.sample_of,
        )
    except (Damaged, OSError):
        return None


def keep_copy(table: Table, source: TableSource, folder: Path) -> bool:
    """Write a quick copy, and return whether there is one now: see `keep_frame`."""
    frame, dates = _paths(source, folder)
    frame.parent.mkdir(exist_ok=True)
    is_kept = keep_frame(table.frame, frame) and keep_frame(table.dates, dates)
    if is_kept:
        copy = Copy(
            source=source,
            dialect=table.dialect,
            remarks=table.remarks,
            kinds=dict(table.kinds),
            date_formats=dict(table.date_formats),
            fingerprint=fingerprint_of(table.frame),
            checks={path.name: _crc32_of(path) for path in (frame, dates)},
            made=time.time(),
            sheets=table.sheets,
            labels=dict(table.labels),
            sample_of=table.sample_of,
        )
        COPY.keep(folder, copy, source.key)
    return is_kept


def _paths(source: TableSource, folder: Path) -> tuple[Path, Path]:
    """Return where the quick copies of the cells and of the dates are."""
    copies = folder / "tables"
    return copies / f"{source.key}.arrow", copies / f"{source.key}.dates.arrow"


def _crc32_of(path: Path) -> int:
    """Return the CRC-32 of a file: its damage, not deceit, is to be found, at 1 GB a second."""
    check = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            check = zlib.crc32(chunk, check)
    return check


def keep_frame(frame: pd.DataFrame, path: Path) -> bool:
    """Write a quick copy that reads back as the very same frame; or none, where none would."""
    with replacing(path) as temporary:
        try:
            # In one piece, so that no column need be put together when it is read.
            table = pa.Table.from_pandas(frame).combine_chunks()
            table = _with_gaps_as_numbers(table, frame)
            with pa.ipc.new_file(str(temporary), table.schema) as file:
                file.write_table(table)
            assert_frame_equal(read_frame(temporary), frame, check_exact=True)
        except (pa.ArrowException, UnicodeError, AssertionError):
            temporary.unlink(missing_ok=True)
            temporary.touch()
    if path.stat().st_size == 0:
        path.unlink()
        return False
    return True


def _with_gaps_as_numbers(table: pa.Table, frame: pd.DataFrame) -> pa.Table:
    """Return a table whose decimals hold NaN where they are missing, as those of the frame do.

    Arrow's own mark of what is missing would have to be taken out whenever the copy is opened.
    """
    for place, (_, column) in enumerate(frame.items()):
        if column.dtype == np.float64:
            values = pa.array(column.to_numpy(), from_pandas=False)
            table = table.set_column(place, table.schema.field(place), values)
    return table


def read_frame(path: Path, *, doubtful: bool = False) -> pd.DataFrame:
    """Open what `keep_frame` wrote.

    Columns of numbers and texts stay in the file: they take memory only while they are looked at,
    and all processes that look share it. Nobody can write into them.

    Parameters
    ----------
    doubtful : whether the file may be damaged, so that each cell is looked at first

    Raises
    ------
    pyarrow.ArrowException
        If it is seen to be damaged.
    """
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
        if doubtful:
            table.validate(full=True)
        return table.to_pandas(split_blocks=True)
