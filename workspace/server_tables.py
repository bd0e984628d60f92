"""Tables that lie on the server, or where it may read, and that whoever runs it offers to all.

They stay where they are. Who opens one gets its rows as a table of the workspace, as of an upload,
if they fit; of one that doesn't, a random sample of them.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from som_core.datasets import FoundDataset, TableOnDisk, datasets_in, file_at, open_dataset
from som_core.errors import AtlasError
from som_core.wording import size_in_words
from workspace.config import Configuration

_SAMPLED_BYTES = 200_000_000  # of memory, that a sample takes at most, about
_SEED = 0


@dataclass(frozen=True)
class ServerTable:
    """One table that is offered."""

    address: str
    n_bytes: int
    n_rows: int | None = None  # None: not known before it is read as a whole
    n_columns: int | None = None
    problem: str = ""  # why it can't become a table of a workspace
    too_large: str = ""  # why not all of its rows can, so that a sample of them does
    is_one_file: bool = False

    @property
    def name(self) -> str:
        return _name_at(self.address)


def _name_at(address: str) -> str:
    return PurePosixPath(address.rstrip("/")).name


def server_tables(config: Configuration) -> tuple[ServerTable, ...]:
    """Return what lies in the folders that `SOM_ATLAS_TABLES` names, in their order."""
    found = []
    for folder in config.tables:
        try:
            inside = datasets_in(folder)
        except AtlasError as problem:
            found.append(ServerTable(folder, 0, problem=str(problem)))
            continue
        found += [_table(one, config) for one in inside]
    return tuple(found)


def file_of(address: str, config: Configuration) -> tuple[str, bytes]:
    """Return the name and the bytes of a table that is offered; of one too large, a sample's.

    Raises
    ------
    AtlasError
        If it isn't offered, has too many columns, or can't be read.
    """
    offered = {table.address: table for table in server_tables(config)}
    if address not in offered:
        raise AtlasError("This table is no longer offered. Choose another one.")
    table = offered[address]
    if table.problem:
        raise AtlasError(table.problem)
    if table.too_large:
        return _sample_of(open_dataset(address), config)
    if table.is_one_file:
        return table.name, file_at(address)
    return f"{table.name}.parquet", open_dataset(address).as_parquet()


def is_offered(name: str, config: Configuration) -> bool:
    """Return whether there is something of this name among the tables; none of it is read."""
    for folder in config.tables:
        with suppress(AtlasError):  # the folder is gone, or can't be reached
            if any(_name_at(one.address) == name for one in datasets_in(folder)):
                return True
    return False


def table_named(name: str, config: Configuration) -> TableOnDisk:
    """Return the table of this name among those that are offered; AtlasError if there is none."""
    for table in server_tables(config):
        if table.name == name and not table.problem:
            return open_dataset(table.address)
    raise AtlasError(
        f"“{name}” is no longer offered. Ask whoever runs the server where it went, or open "
        "another table."
    )


def _sample_of(table: TableOnDisk, config: Configuration) -> tuple[str, bytes]:
    """Return as many rows of a table, drawn by chance, as a workspace takes."""
    if problem := _too_many_columns(table, config):
        raise AtlasError(problem)
    most_bytes = min(_SAMPLED_BYTES, config.unpacked_bytes // 2, config.file_bytes)
    n_rows = min(
        config.sample_rows,
        config.rows,
        config.cells // len(table.columns) - 1,  # a header counts, too
        int(most_bytes / table.bytes_a_row),
    )
    n_rows = max(n_rows, 1)
    if n_rows >= table.n_rows:
        return f"{table.name}.parquet", table.as_parquet()
    name = f"{table.name} ({n_rows:,} of {table.n_rows:,} rows).parquet"
    return name, table.sample_as_parquet(n_rows, seed=_SEED)


def _table(found: FoundDataset, config: Configuration) -> ServerTable:
    table = ServerTable(found.address, found.n_bytes, is_one_file=found.n_files == 1)
    if found.kind == "csv" and found.n_bytes > config.file_bytes:
        # To count its rows would take a look at each of its bytes.
        return replace(table, too_large=_too_large(found.n_bytes, config))
    try:
        opened = open_dataset(found.address)
        too_large = _why_not_all(opened, config)
    except AtlasError as problem:
        if found.kind == "csv" and table.is_one_file:
            return table  # what is written oddly can be read as an upload all the same
        return replace(table, problem=str(problem))
    return replace(
        table,
        n_rows=opened.n_rows,
        n_columns=len(opened.columns),
        problem=_too_many_columns(opened, config),
        too_large=too_large,
    )


def _too_many_columns(table: TableOnDisk, config: Configuration) -> str:
    """Return why not even a sample of a data set can be opened; empty if it can."""
    n_columns = len(table.columns)
    if n_columns <= config.columns:
        return ""
    return (
        f"{n_columns:,} columns are more than a workspace takes ({config.columns:,}). In Python "
        "`open_dataset` trains all of it where it lies."
    )


def _why_not_all(table: TableOnDisk, config: Configuration) -> str:
    """Return why the rows of a data set can't all become a table of a workspace; empty if so."""
    n_cells = table.n_rows * len(table.columns)
    for found, most, thing in (
        (table.n_rows, config.rows, "rows"),
        (n_cells, config.cells, "cells"),
    ):
        if found > most:
            return f"{found:,} {thing} are more than a workspace takes ({most:,})."
    if table.n_bytes > config.file_bytes:
        return _too_large(table.n_bytes, config)
    # Packed by more than a hundred it hardly is, so that of most tables no row need be read.
    if 100 * table.n_bytes > config.unpacked_bytes:
        n_bytes = int(table.n_rows * table.bytes_a_row)
        if n_bytes > config.unpacked_bytes:
            return (
                f"About {size_in_words(n_bytes)} once unpacked are more than a workspace takes "
                f"({size_in_words(config.unpacked_bytes)})."
            )
    return ""


def _too_large(n_bytes: int, config: Configuration) -> str:
    return (
        f"{size_in_words(n_bytes)} are more than a workspace takes "
        f"({size_in_words(config.file_bytes)})."
    )
