"""The tables of a workspace: uploaded bytes, how they are read, and quick copies of them.

sources/<role>.json             which upload is the table of a role, and how it is read
uploads/<SHA-256>               files as they were uploaded
tables/<key>.arrow              quick copies, made anew when they are missing or damaged
tables/<key>.dates.arrow
tables/<key>.json               what else the table is, and the checks of its copies
"""

import hashlib
import json
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Literal, Self, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.testing import assert_frame_equal

from som_core.analyses.joining import joined
from som_core.errors import AtlasError
from som_core.files.kinds import Kind
from som_core.files.sample_of import SampleOf
from som_core.files.stacking import stacked_file
from som_core.files.written_dates import WrittenDates
from som_core.reading import Dialect, Limits, Table, TableRefused, read_table
from som_core.remarks import Remark
from workspace.checks import sha256_of
from workspace.documents import Damaged, DocumentType, Fields
from workspace.files import DiskFull, replacing
from workspace.fingerprint import fingerprint_of

TableRole = Literal["main", "new", "joined"]  # the maps' table; new rows for an old map; both

LARGE = 5_000_000  # bytes of a file that is read only while no other large one is
_large_reads = threading.Lock()
_BEFORE_FINGERPRINTS = 1  # stands in the keys of tables that were read when there were none
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
_MOST_FILES = 500  # that become one table
_CHUNK = 1 << 20  # bytes


class UploadDamaged(AtlasError):
    """An upload is gone, or no longer what was uploaded."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file “{name}” is damaged on the server, so it can't be read any more. Upload it "
            "once more: its recipe, groups and maps are still there."
        )


class ReadOtherwise(AtlasError):
    """An upload no longer reads as the table that maps and groups were made of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The table “{name}” was read by an earlier SOM Atlas, and what it read is gone. This "
            "one reads the file in another way, or can't tell whether it does, so rows and numbers "
            "could be wrong: the table isn't shown, nor maps and groups of it. Upload the file "
            "once more on the Data page, then train again; the maps stay in the list."
        )


@dataclass(frozen=True)
class Join:
    """The columns of another table beside those of a table, row by row by a key."""

    other: "TableSource"
    key: str
    other_key: str

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        other = TableSource.from_fields(fields.inner("other"))
        return cls(replace(other, join=None), fields.text("key"), fields.text("other_key"))


@dataclass(frozen=True)
class TableSource:
    """Which uploaded bytes make a table, how they are read, and what came of it."""

    upload: str  # SHA-256 of the bytes, hexadecimal
    name: str  # of the file, as the analyst knows it; never part of a path
    dialect: Dialect | None = None  # None: guessed from the bytes
    fingerprint: str | None = None  # of the table; None: read when tables had none
    sheet: str | None = None  # of a workbook, where its dialect is guessed; None: guessed as well
    brought: str | None = None  # SHA-256 of the table as a bundle brought it; None: read here
    join: Join | None = None  # the columns that stand beside those of the file

    @property
    def key(self) -> str:
        """The name of the rows: equal bytes read in the same way as the same have the same.

        The sheet is no part of it: what was read there is, by its fingerprint. What a bundle says
        of a table is never taken for what was read here. Nor is what is joined, as it changes no
        row: maps and groups are of the same rows with it.
        """
        dialect = None if self.dialect is None else _parts_in_key(self.dialect)
        table = self.fingerprint or _BEFORE_FINGERPRINTS
        parts = [table, self.upload, dialect, *([self.brought] if self.brought else [])]
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def columns_key(self) -> str:
        """The name of the rows with all their columns, those that are joined among them."""
        if self.join is None:
            return self.key
        parts = [self.key, self.join.other.key, self.join.key, self.join.other_key]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    @property
    def alone(self) -> Self:
        """The same table, with nothing joined to it."""
        return replace(self, join=None)

    @property
    def files(self) -> tuple["TableSource", ...]:
        """The table, and the one that is joined to it."""
        return (self,) if self.join is None else (self, self.join.other)

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        dialect = Dialect.from_json(fields.json("dialect")) if fields.has("dialect") else None
        upload = fields.text("upload")
        if len(upload) != 64 or not upload.isalnum():  # it becomes part of a path
            raise ValueError("no SHA-256")
        return cls(
            upload,
            fields.text("name"),
            dialect,
            fields.maybe_text("fingerprint"),
            fields.maybe_text("sheet"),
            fields.maybe_text("brought"),
            Join.from_fields(fields.inner("join")) if fields.has("join") else None,
        )


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


def keep_upload(folder: Path, data: bytes) -> str:
    """Write bytes into a workspace under their SHA-256, unless they are there, and return it."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / "uploads" / digest
    if not _is_upload(path):
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    return digest


def upload_of(source: TableSource, folder: Path) -> Path | None:
    """Return the file that was uploaded; None where it is gone, or damaged."""
    path = folder / "uploads" / source.upload
    return path if _is_upload(path) else None


def stack_of(files: Sequence[tuple[str, bytes]], limits: Limits) -> bytes:
    """Return one file of several tables of one shape, given by names and bytes; see `stacked_file`.

    Raises
    ------
    TableRefused
        If one of them can't be read, which is then named, or they are of different shapes.
    """
    if len(files) > _MOST_FILES:
        raise TableRefused(
            f"{len(files):,} files are too many at once; at most {_MOST_FILES:,} can be stacked.",
            "Upload fewer of them, or stack them before.",
        )
    tables = []
    for name, data in files:
        try:
            with _reads_large_ones_in_turn(len(data)):
                tables.append(read_table(data, name, limits=limits))
        except TableRefused as problem:
            raise TableRefused(f"“{name}”: {problem.message}", problem.advice) from problem
    return stacked_file(tables, limits)


def stack_name(names: Sequence[str]) -> str:
    """Return what a stack of files is called: sales (3 files).parquet."""
    stems = [Path(name).stem for name in names]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike).rstrip(" _-.0123456789(")
    return f"{shared or 'stacked'} ({len(names):,} files).parquet"


def kept_upload(source: TableSource, folder: Path) -> bytes:
    """Return the bytes of the file that a table is from; UploadDamaged where they are gone."""
    path = upload_of(source, folder)
    if path is None:
        raise UploadDamaged(source.name)
    return path.read_bytes()


def read_anew(source: TableSource, folder: Path, limits: Limits) -> TableSource:
    """Read an upload as today's rules say, keep a quick copy, and return the source of the table.

    Parameters
    ----------
    source : whatever its fingerprint is
    folder : of the workspace

    Raises
    ------
    TableRefused, UploadDamaged
        As `table_of`.
    """
    table = _read(source, folder, limits)
    found = replace(source, fingerprint=fingerprint_of(table.frame))
    _keep(table, found, folder)
    return found


def keep_brought(table: Table, source: TableSource, folder: Path) -> TableSource:
    """Keep a table as a bundle brought it, and return its source.

    It is no longer what its upload would be read as, if there is one, so that its quick copy is
    all there is.

    Parameters
    ----------
    source : its upload and name, and the SHA-256 by which it is told from what was read here
    folder : of the workspace

    Raises
    ------
    AtlasError
        If there is no room for it, or it can't be kept to the last cell.
    """
    found = replace(source, fingerprint=fingerprint_of(table.frame))
    if not _write_copy(table, found, folder):
        raise AtlasError(
            f"The table “{source.name}” can't be kept as the bundle brings it. Upload its file "
            "instead."
        )
    return found


def table_of(source: TableSource, folder: Path, limits: Limits) -> Table:
    """Return a table of a workspace: from its quick copy, or from the upload, which makes the copy.

    Columns that are joined to it stand beside its own.

    Parameters
    ----------
    folder : of the workspace

    Raises
    ------
    TableRefused
        If the bytes can't be read as a table in this way.
    UploadDamaged
        If they aren't what was uploaded, and there is no whole copy.
    ReadOtherwise
        If there is no whole copy, and today's rules make another table of them.
    AtlasError
        If what is joined to it can't be.
    """
    if source.join is not None:
        join = source.join
        own, other = (table_of(file, folder, limits) for file in (source.alone, join.other))
        return joined(own, other, join.key, join.other_key)
    table = _from_copy(source, folder)
    if table is None:
        table = _read(source, folder, limits)
        if fingerprint_of(table.frame) != known_fingerprint(source, folder):
            raise ReadOtherwise(source.name)
        _keep(table, source, folder)
        table = _from_copy(source, folder) or table  # which takes less memory
    return table


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
        return fingerprint_of(read_copy(cells, doubtful=True))
    except (OSError, pa.ArrowException):
        return None


def _read(source: TableSource, folder: Path, limits: Limits) -> Table:
    path = upload_of(source, folder)
    if path is None:
        raise UploadDamaged(source.name)
    with _reads_large_ones_in_turn(path.stat().st_size):
        return read_table(
            path, source.name, dialect=source.dialect, sheet=source.sheet, limits=limits
        )


@contextmanager
def _reads_large_ones_in_turn(size: int) -> Iterator[None]:
    """Hold the turn to read a large file: each takes many times its size of memory meanwhile."""
    if size <= LARGE:
        yield
    else:
        with _large_reads:
            yield


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
        cells, dates = _paths(source, folder)
        if copy.checks != {path.name: _crc32_of(path) for path in (cells, dates)}:
            return None
        frame = read_copy(cells)
        if copy.fingerprint is None:
            with suppress(DiskFull):
                COPY.keep(folder, replace(copy, fingerprint=fingerprint_of(frame)), source.key)
        return Table(
            frame,
            source.name,
            copy.dialect,
            copy.remarks,
            known_dates=WrittenDates(read_copy(dates), copy.date_formats),
            known_kinds=copy.kinds,
            sheets=copy.sheets,
            labels=copy.labels,
            sha256=source.upload,
            sample_of=copy.sample_of,
        )
    except (Damaged, OSError):
        return None


def _keep(table: Table, source: TableSource, folder: Path) -> None:
    """Keep a quick copy where there is room: it only saves time."""
    with suppress(DiskFull):
        _write_copy(table, source, folder)


def _write_copy(table: Table, source: TableSource, folder: Path) -> bool:
    """Write a quick copy, and return whether there is one now: see `keep_copy`."""
    frame, dates = _paths(source, folder)
    frame.parent.mkdir(exist_ok=True)
    is_kept = keep_copy(table.frame, frame) and keep_copy(table.dates, dates)
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


def keep_copy(frame: pd.DataFrame, path: Path) -> bool:
    """Write a quick copy that reads back as the very same frame; or none, where none would."""
    with replacing(path) as temporary:
        try:
            # In one piece, so that no column need be put together when it is read.
            table = pa.Table.from_pandas(frame).combine_chunks()
            table = _with_gaps_as_numbers(table, frame)
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


def _with_gaps_as_numbers(table: pa.Table, frame: pd.DataFrame) -> pa.Table:
    """Return a table whose decimals hold NaN where they are missing, as those of the frame do.

    Arrow's own mark of what is missing would have to be taken out whenever the copy is opened.
    """
    for place, (_, column) in enumerate(frame.items()):
        if column.dtype == np.float64:
            values = pa.array(column.to_numpy(), from_pandas=False)
            table = table.set_column(place, table.schema.field(place), values)
    return table


def read_copy(path: Path, *, doubtful: bool = False) -> pd.DataFrame:
    """Open what `keep_copy` wrote.

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
