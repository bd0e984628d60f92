"""Tables that lie on the server, or where it may read, and that whoever runs it offers to all.

They stay where they are. Who opens one gets its rows as a table of the workspace, as of an upload,
if they fit; of one that doesn't, the page says so.
"""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from som_core.datasets import FoundDataset, TableOnDisk, datasets_in, file_at, open_dataset
from som_core.errors import AtlasError
from som_core.wording import size_in_words
from workspace.config import Configuration

_IN_PYTHON = "In Python `open_dataset` trains all of it where it lies."


@dataclass(frozen=True)
class ServerTable:
    """One table that is offered."""

    address: str
    n_bytes: int
    n_rows: int | None = None  # None: not known before it is read as a whole
    n_columns: int | None = None
    problem: str = ""  # why it can't become a table of a workspace
    is_one_file: bool = False

    @property
    def name(self) -> str:
        return PurePosixPath(self.address.rstrip("/")).name


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
    """Return the name and the bytes of a table that is offered and fits.

    Raises
    ------
    AtlasError
        If it isn't offered, doesn't fit, or can't be read.
    """
    offered = {table.address: table for table in server_tables(config)}
    if address not in offered:
        raise AtlasError("This table is no longer offered. Choose another one.")
    table = offered[address]
    if table.problem:
        raise AtlasError(table.problem)
    if table.is_one_file:
        return table.name, file_at(address)
    return f"{table.name}.parquet", open_dataset(address).as_parquet()


def _table(found: FoundDataset, config: Configuration) -> ServerTable:
    table = ServerTable(found.address, found.n_bytes, is_one_file=found.n_files == 1)
    if found.kind == "csv" and found.n_bytes > config.file_bytes:
        # To count its rows would take a look at each of its bytes.
        return replace(table, problem=_too_large(found.n_bytes, config))
    try:
        opened = open_dataset(found.address)
    except AtlasError as problem:
        if found.kind == "csv" and table.is_one_file:
            return table  # what is written oddly can be read as an upload all the same
        return replace(table, problem=str(problem))
    why_not = _why_not(opened, config)
    return replace(table, n_rows=opened.n_rows, n_columns=len(opened.columns), problem=why_not)


def _why_not(table: TableOnDisk, config: Configuration) -> str:
    """Return why a data set can't become a table of a workspace; empty if it can."""
    n_columns = len(table.columns)
    for found, most, thing in (
        (table.n_rows, config.rows, "rows"),
        (n_columns, config.columns, "columns"),
        (table.n_rows * n_columns, config.cells, "cells"),
    ):
        if found > most:
            return f"{found:,} {thing} are more than a workspace takes ({most:,}). {_IN_PYTHON}"
    return _too_large(table.n_bytes, config) if table.n_bytes > config.file_bytes else ""


def _too_large(n_bytes: int, config: Configuration) -> str:
    return (
        f"{size_in_words(n_bytes)} are more than a workspace takes "
        f"({size_in_words(config.file_bytes)}). {_IN_PYTHON}"
    )
