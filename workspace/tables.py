"""The table of a workspace: the uploaded bytes, how they are read, and a quick copy of it."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
from pandas.testing import assert_frame_equal

from som_core.files.written_dates import WrittenDates
from som_core.reading import Dialect, Limits, Table, read_table
from som_core.remarks import Remark
from workspace.files import DiskFull, read_json, replacing, write_json

READER = 1  # raised when reading changes what it makes of the same bytes


@dataclass(frozen=True)
class TableSource:
    """Which uploaded bytes make a table, and how they are read."""

    upload: str  # SHA-256 of the bytes, hexadecimal
    name: str  # of the file, as the analyst knows it; never part of a path
    dialect: Dialect | None = None  # None: guessed from the bytes

    @property
    def key(self) -> str:
        """The name of the table: equal bytes read in the same way have the same."""
        dialect = None if self.dialect is None else asdict(self.dialect)
        text = json.dumps([READER, self.upload, dialect], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Self:
        dialect = values["dialect"]
        return cls(values["upload"], values["name"], _dialect_from(dialect) if dialect else None)


def keep_upload(uploads: Path, data: bytes) -> str:
    """Write bytes under their SHA-256, unless they are there, and return it."""
    digest = hashlib.sha256(data).hexdigest()
    path = uploads / digest
    if not path.exists():
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    return digest


def table_of(source: TableSource, uploads: Path, copies: Path, limits: Limits) -> Table:
    """Return the table: from its quick copy, or read from the bytes, which makes the copy.

    Raises
    ------
    TableRefused
        If the bytes can't be read as a table in this way.
    """
    table = _from_copy(source, copies)
    if table is None:
        path = uploads / source.upload
        table = read_table(path, source.name, dialect=source.dialect, limits=limits)
        with suppress(DiskFull):  # the copy only saves time
            _keep(table, source, copies)
    return table


def _from_copy(source: TableSource, copies: Path) -> Table | None:
    """Return the table that `_keep` wrote, or None where there is none.

    A copy that an older version wrote says nothing of kinds and dates: the table finds them anew.
    """
    facts = read_json(copies / f"{source.key}.json")
    frame, dates = _paths(source, copies)
    if facts is None or not frame.exists():
        return None
    known = dates.exists() and "kinds" in facts
    return Table(
        read_copy(frame),
        source.name,
        _dialect_from(facts["dialect"]),
        tuple(Remark.from_dict(written) for written in facts["remarks"]),
        known_dates=WrittenDates(read_copy(dates), facts["date_formats"]) if known else None,
        known_kinds=facts["kinds"] if known else None,
    )


def _keep(table: Table, source: TableSource, copies: Path) -> None:
    frame, dates = _paths(source, copies)
    if keep_copy(table.frame, frame) and keep_copy(table.dates, dates):
        facts = {
            "dialect": asdict(table.dialect),
            "remarks": [remark.to_dict() for remark in table.remarks],
            "kinds": dict(table.kinds),
            "date_formats": dict(table.date_formats),
        }
        write_json(copies / f"{source.key}.json", facts)


def _paths(source: TableSource, copies: Path) -> tuple[Path, Path]:
    """Return where the quick copies of the cells and of the dates are."""
    return copies / f"{source.key}.arrow", copies / f"{source.key}.dates.arrow"


def _dialect_from(values: dict) -> Dialect:
    """Return the dialect that `asdict` and JSON made a dict of, with tuples for JSON's lists."""
    return Dialect(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})


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
