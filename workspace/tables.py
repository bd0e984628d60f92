"""The tables of a workspace: uploaded bytes, how they are read, and quick copies of them.

sources/<role>.json             which upload is the table of a role, and how it is read
uploads/<SHA-256>               files as they were uploaded
tables/<key>.arrow              quick copies, made anew when they are missing or damaged
tables/<key>.dates.arrow
tables/<key>.json               what else the table is, and the checks of its copies
"""

import hashlib
import json
import time
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self, get_args

import pandas as pd
import pyarrow as pa
from pandas.testing import assert_frame_equal

from som_core.errors import AtlasError
from som_core.files.kinds import Kind
from som_core.files.written_dates import WrittenDates
from som_core.reading import Dialect, Limits, Table, read_table
from som_core.remarks import Remark
from workspace.checks import sha256_of
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import DiskFull, replacing

TableRole = Literal["main", "new", "joined"]  # the maps' table; new rows for an old map; both

_READER = 1  # raised when reading changes what it makes of the same bytes
_FIRST_PARTS = (
    "encoding",
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "header_row",
    "has_header",
    "footer_rows",
    "missing_marks",
)
_CHUNK = 1 << 20  # bytes


class UploadDamaged(AtlasError):
    """An upload is gone, or no longer what was uploaded."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file “{name}” is damaged on the server, so it can't be read any more. Upload it "
            "once more: its recipe, groups and maps are still there."
        )


@dataclass(frozen=True)
class TableSource:
    """Which uploaded bytes make a table, and how they are read."""

    upload: str  # SHA-256 of the bytes, hexadecimal
    name: str  # of the file, as the analyst knows it; never part of a path
    dialect: Dialect | None = None  # None: guessed from the bytes

    @property
    def key(self) -> str:
        """The name of the table: equal bytes read in the same way have the same."""
        dialect = None if self.dialect is None else _parts_in_key(self.dialect)
        text = json.dumps([_READER, self.upload, dialect], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        dialect = Dialect.from_json(fields.json("dialect")) if fields.has("dialect") else None
        upload = fields.text("upload")
        if len(upload) != 64 or not upload.isalnum():  # it becomes part of a path
            raise ValueError("no SHA-256")
        return cls(upload, fields.text("name"), dialect)


def _parts_in_key(dialect: Dialect) -> dict[str, object]:
    """Return what tells dialects apart.

    A part that came later counts only where it isn't its default: what was read before it came has
    the same key ever after, for groups of rows are kept under it.
    """
    return {
        name: value
        for name, value in asdict(dialect).items()
        if name in _FIRST_PARTS or value != getattr(Dialect, name)
    }


SOURCE = DocumentType[TableSource](
    file="sources/*.json",
    title="Which file is the table",
    instead="the latest one is taken. Look whether it is the right one, read in the right way",
    to_value=TableSource.to_value,
    from_value=TableSource.from_fields,
)

SOURCE_IN_FORMAT_1 = DocumentType[TableSource](
    file="source.json",
    title=SOURCE.title,
    to_value=TableSource.to_value,
    from_value=TableSource.from_fields,
)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a quick copy says of its table beside the cells."""

    source: TableSource
    dialect: Dialect
    remarks: tuple[Remark, ...]
    kinds: dict[str, Kind]
    date_formats: dict[str, str]
    checks: dict[str, int]  # CRC-32 of each file: against damage, and quick
    made: float  # seconds since 1970


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
        checks={name: checks.whole(name) for name in checks.values},
        made=fields.number("made"),
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


def keep_upload(folder: Path, data: bytes) -> str:
    """Write bytes into a workspace under their SHA-256, unless they are there, and return it."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / "uploads" / digest
    if not _is_upload(path):
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    return digest


def table_of(source: TableSource, folder: Path, limits: Limits) -> Table:
    """Return a table of a workspace: from its quick copy, or from the upload, which makes the copy.

    Parameters
    ----------
    folder : of the workspace

    Raises
    ------
    TableRefused
        If the bytes can't be read as a table in this way.
    UploadDamaged
        If they aren't what was uploaded, and there is no whole copy.
    """
    table = _from_copy(source, folder)
    if table is None:
        path = folder / "uploads" / source.upload
        if not _is_upload(path):
            raise UploadDamaged(source.name)
        table = read_table(path, source.name, dialect=source.dialect, limits=limits)
        with suppress(DiskFull):  # the copy only saves time
            _keep(table, source, folder)
    return table


def _is_upload(path: Path) -> bool:
    """Return whether a file holds the bytes whose SHA-256 is its name."""
    try:
        return sha256_of(path) == path.name
    except OSError:
        return False


def _from_copy(source: TableSource, folder: Path) -> Table | None:
    """Return the table that `_keep` wrote, or None where there is none, or it is damaged."""
    try:
        copy = COPY.read(folder, source.key)
        if copy is None:
            return None
        frame, dates = _paths(source, folder)
        if copy.checks != {path.name: _crc32_of(path) for path in (frame, dates)}:
            return None
        return Table(
            read_copy(frame),
            source.name,
            copy.dialect,
            copy.remarks,
            known_dates=WrittenDates(read_copy(dates), copy.date_formats),
            known_kinds=copy.kinds,
        )
    except (Damaged, OSError):
        return None


def _keep(table: Table, source: TableSource, folder: Path) -> None:
    frame, dates = _paths(source, folder)
    if keep_copy(table.frame, frame) and keep_copy(table.dates, dates):
        copy = Copy(
            source=source,
            dialect=table.dialect,
            remarks=table.remarks,
            kinds=dict(table.kinds),
            date_formats=dict(table.date_formats),
            checks={path.name: _crc32_of(path) for path in (frame, dates)},
            made=time.time(),
        )
        COPY.keep(folder, copy, source.key)


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


def keep_copy(frame: pd.DataFrame, path: Path) -> bool:
    """Write a quick copy that reads back as the very same frame; or none, where none would."""
    with replacing(path) as temporary:
        try:
            # In one piece, so that no column need be put together when it is read.
            table = pa.Table.from_pandas(frame).combine_chunks()
            with pa.ipc.new_file(str(temporary), table.schema) as file:
                file.write_table(table)
            assert_frame_equal(read_copy(temporary), frame, check_exact=True)
        except (pa.ArrowException, UnicodeError, AssertionError):
            temporary.unlink(missing_ok=True)
            temporary.touch()
    if path.stat().st_size == 0:
        path.unlink()
        return False
    return True


def read_copy(path: Path) -> pd.DataFrame:
    """Open what `keep_copy` wrote.

    Columns of numbers without gaps, and of texts, stay in the file: they take memory only while
    they are looked at, and all processes that look share it. Nobody can write into them.
    """
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all().to_pandas(split_blocks=True)
