"""The tables of a workspace: read from an upload, or from the quick copy that reading left."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from som_core.analyses.joining import joined
from som_core.errors import AtlasError
from som_core.files.stacking import stacked_file
from som_core.reading import Limits, Table, TableRefused, read_table
from workspace.files import DiskFull
from workspace.fingerprint import fingerprint_of
from workspace.quick_copies import copied_table, keep_copy, known_fingerprint
from workspace.table_source import TableSource, rows_noted
from workspace.uploads import UploadDamaged, upload_of

LARGE = 5_000_000  # bytes of a file that is read only while no other large one is
_large_reads = threading.Lock()
_MOST_FILES = 500  # that become one table


class ReadOtherwise(AtlasError):
    """An upload no longer reads as the table that maps and groups were made of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The table “{name}” was read by an earlier SOM Atlas, and what it read is gone. This "
            "one reads the file in another way, or can't tell whether it does, so rows and numbers "
            "could be wrong: the table isn't shown, nor maps and groups of it. Upload the file "
            "once more on the Data page, then train again; the maps stay in the list."
        )


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
    rows = rows_noted(source.upload, table)
    found = replace(source, fingerprint=fingerprint_of(table.frame), rows=rows)
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
    if not keep_copy(table, found, folder):
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
    table = copied_table(source, folder)
    if table is None:
        table = _read(source, folder, limits)
        if fingerprint_of(table.frame) != known_fingerprint(source, folder):
            raise ReadOtherwise(source.name)
        _keep(table, source, folder)
        table = copied_table(source, folder) or table  # which takes less memory
    return table


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


def _keep(table: Table, source: TableSource, folder: Path) -> None:
    """Keep a quick copy where there is room: it only saves time."""
    with suppress(DiskFull):
        keep_copy(table, source, folder)
