"""The rows of a table on a disk once more, sorted by cell, so that a click reads only its own.

    <folder>/index.json     where the rows of each node, the row groups and the files begin
    <folder>/rows.npy       the position in the table of each row
    <folder>/0.parquet …    the rows, by nodes, and of each node in the order of the table

What is asked for first, the first 1,000 rows of a cell, has a row group of its own. Cells with few
rows share one.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from som_core.analyses.rows_on_disk import blocks_on_map
from som_core.analyses.selection import checked_nodes
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.arrow_blocks import block_of, with_plain_words
from som_core.trained_map import TrainedMap
from som_core.wording import size_in_words

FIRST_ROWS = 1_000  # of a cell: those that are looked at
_GROUP_ROWS, _GROUP_BYTES = 65_536, 16_000_000  # of any other row group, at most
_FILE_BYTES = 64_000_000  # of memory: a file is sorted in it, unless it is of one cell
_FILES = 250  # about, of which up to twice as many are open at once
_INDEX, _ROWS = "index.json", "rows.npy"


@dataclass(frozen=True, eq=False)
class RowsByCell:
    """Rows of a table, sorted by the cell of a map on which they lie.

    Parameters
    ----------
    folder : where they are
    starts : array of shape (n_nodes + 1,): how many rows lie on the nodes before each, and on all
    """

    folder: Path
    starts: NDArray[np.int64]
    _groups: NDArray[np.int64] = field(repr=False)  # where each row group begins, and the end
    _files: NDArray[np.int64] = field(repr=False)  # where each file begins; a row group does, too
    _positions: NDArray[np.int64] = field(repr=False)  # (n_rows,) in the table; in its file

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many rows lie on each node, (n_nodes,)."""
        return np.diff(self.starts)

    @property
    def n_bytes(self) -> int:
        """How much of the disk they take."""
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def rows(self, nodes: Iterable[int], n_rows: int = FIRST_ROWS) -> pd.DataFrame:
        """Return the first rows of some nodes together, in the order of the table.

        Parameters
        ----------
        nodes : of the map; in any order
        n_rows : how many, at most

        Returns
        -------
        DataFrame
            Numbers, texts, and moments as datetime64[us], as in `TableOnDisk.blocks`; the index
            holds the positions of the rows in the table.

        Raises
        ------
        AtlasError
            If the map has no such node, or the files can't be read.
        """
        chosen = checked_nodes(nodes, len(self.starts) - 1)
        first = [
            np.arange(start, min(start + n_rows, stop))
            for start, stop in zip(self.starts[chosen], self.starts[chosen + 1], strict=True)
        ]
        places = np.concatenate([np.empty(0, dtype=np.int64), *first])
        places = np.sort(places[np.argsort(self._positions[places])[:n_rows]])
        try:
            frame = block_of(pa.concat_tables(self._read(places))).frame
        except (pa.ArrowException, OSError) as problem:
            raise _damaged(self.folder) from problem
        positions = self._positions[places].astype(np.int64)
        return frame.set_axis(positions, axis="index").sort_index()

    def _read(self, places: NDArray[np.int64]) -> Iterator[pa.Table]:
        """Yield the rows at some places, which are in order, file by file; no rows first."""
        yield pq.read_schema(self.folder / "0.parquet").empty_table()
        of_file = np.searchsorted(self._files, places, side="right") - 1
        for number in np.unique(of_file).tolist():
            here = places[of_file == number]
            groups = np.unique(np.searchsorted(self._groups, here, side="right") - 1)
            first = int(np.searchsorted(self._groups, self._files[number]))
            sizes = self._groups[groups + 1] - self._groups[groups]
            read_before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            of_group = np.searchsorted(self._groups[groups], here, side="right") - 1
            with pq.ParquetFile(self.folder / f"{number}.parquet") as file:
                rows = file.read_row_groups((groups - first).tolist())
            within = here - self._groups[groups][of_group] + read_before[of_group]
            yield rows.take(pa.array(within))


def bytes_by_cell(m: TrainedMap, table: TableOnDisk) -> int:
    """Return how much of the disk `rows_by_cell` takes while it works, about.

    That is as much as the rows take in memory, if all are like the first ones; what stays is
    packed, and mostly less.
    """
    return int(len(m.rows) * (table.bytes_a_row + m.rows.itemsize)) + 2 * _FILE_BYTES


def rows_by_cell(
    m: TrainedMap,
    table: TableOnDisk,
    folder: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> RowsByCell:
    """Copy the rows of a map's table into a folder, sorted by their cells.

    One pass over the table parts the rows among files of neighbouring cells; then each file is
    sorted by itself. Held are a block of the table and one file, whatever the number of rows.

    Parameters
    ----------
    m : of this table
    folder : that is not there yet; `bytes_by_cell` says how much room it takes
    on_progress : told how much is done, from 0 to 1

    Raises
    ------
    AtlasError
        If the table has other rows than those on the map or can't be read, or the folder is there
        already or has no room. Then nothing is left of the copy.
    """
    folder = Path(folder)
    if folder.exists():
        raise AtlasError(f"“{folder}” is there already. Name a folder that is not there yet.")
    beside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    tell = on_progress or (lambda share: None)
    layout = _layout(m.hits.ravel(), table.bytes_a_row)
    try:
        beside.mkdir(parents=True)
        _check_room(beside, bytes_by_cell(m, table))
        _part(m, table, layout, beside, lambda share: tell(share / 2))
        _sort(layout, m.rows.dtype, beside, lambda share: tell((1 + share) / 2))
        index = {name: numbers.tolist() for name, numbers in vars(layout).items()}
        (beside / _INDEX).write_text(json.dumps(index), encoding="utf-8")
        beside.replace(folder)
    except OSError as problem:
        raise AtlasError(
            f"“{folder}” can't be written ({problem.strerror or problem}). Make room there, or "
            "name another folder."
        ) from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_rows_by_cell(folder)


def open_rows_by_cell(folder: Path) -> RowsByCell:
    """Open what `rows_by_cell` wrote into a folder; AtlasError if nothing of it is there."""
    folder = Path(folder)
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        starts, groups, files = (
            np.array(index[name], dtype=np.int64) for name in ("starts", "groups", "files")
        )
        positions = np.load(folder / _ROWS, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as problem:
        raise _damaged(folder) from problem
    return RowsByCell(folder, starts, groups, files, positions)


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where what begins, counted in rows that are sorted by node."""

    starts: NDArray[np.int64]  # (n_nodes + 1,) the rows of each node; the last is their number
    groups: NDArray[np.int64]  # (n_groups + 1,) row groups
    files: NDArray[np.int64]  # (n_files,) files; each holds the rows of whole nodes


def _layout(counts: NDArray[np.int64], bytes_a_row: float) -> _Layout:
    """Return how rows are laid out, so many of each node."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    n_rows = int(starts[-1])
    rows_a_file = max(_FILE_BYTES / bytes_a_row, n_rows / _FILES)
    rows_a_group = max(FIRST_ROWS, min(_GROUP_ROWS, int(_GROUP_BYTES / bytes_a_row)))
    files: list[int] = []
    groups: list[int] = []
    for node in np.flatnonzero(counts):
        start, stop = int(starts[node]), int(starts[node + 1])
        if not files or stop - files[-1] > rows_a_file:
            files.append(start)
            groups.append(start)
        elif stop - start >= FIRST_ROWS or start - groups[-1] >= FIRST_ROWS:
            groups.append(start)
        groups.extend(range(start + FIRST_ROWS, stop, rows_a_group))
    return _Layout(starts, np.array([*groups, n_rows]), np.array(files))


def _part(
    m: TrainedMap,
    table: TableOnDisk,
    layout: _Layout,
    folder: Path,
    tell: Callable[[float], None],
) -> None:
    """Write the rows of each file's nodes into one stream, in the order of the table.

    Beside their columns stand the position of each row and its node.
    """
    file_of = np.searchsorted(layout.files, layout.starts[:-1], side="right") - 1  # of each node
    numbers = np.arange(len(layout.files) + 1)
    with ExitStack() as opened:
        streams: list[pa.RecordBatchStreamWriter] = []
        for batch, start, places, nodes in blocks_on_map(m, table):
            order = np.argsort(nodes, kind="stable")
            places, nodes = places[order], nodes[order]
            rows = with_plain_words(batch).take(pa.array(places))
            rows = pa.RecordBatch.from_arrays(
                [*rows.columns, pa.array(places + start), pa.array(nodes)],
                names=[*rows.schema.names, "position", "node"],
            )
            if not streams:
                streams = [
                    opened.enter_context(_stream(folder, number, rows.schema))
                    for number in numbers[:-1].tolist()
                ]
            ends = np.searchsorted(file_of[nodes], numbers).tolist()
            for stream, first, last in zip(streams, ends[:-1], ends[1:], strict=True):
                if last > first:
                    stream.write_batch(rows.slice(first, last - first))
            tell((start + batch.num_rows) / table.n_rows)


def _stream(folder: Path, number: int, schema: pa.Schema) -> pa.RecordBatchStreamWriter:
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    return pa.ipc.new_stream(str(folder / f"{number}.arrows"), schema, options=options)


def _sort(layout: _Layout, dtype: np.dtype, folder: Path, tell: Callable[[float], None]) -> None:
    """Make a file of each stream, by nodes, and note the positions of all rows."""
    n_rows = int(layout.starts[-1])
    positions = np.lib.format.open_memmap(folder / _ROWS, "w+", dtype, (n_rows,))
    ends = [*layout.files[1:].tolist(), n_rows]
    for number, (start, stop) in enumerate(zip(layout.files.tolist(), ends, strict=True)):
        path = folder / f"{number}.arrows"
        first, last = np.searchsorted(layout.groups, [start, stop])
        lengths = np.diff(layout.groups[first : last + 1]).tolist()
        is_of_one_node = np.count_nonzero(np.diff(np.clip(layout.starts, start, stop))) == 1
        with pa.ipc.open_stream(str(path)) as stream:
            schema = pa.schema(list(stream.schema)[:-2])
            # Of one node they can be any number, and are in order already.
            tables = map(_as_table, stream) if is_of_one_node else iter([_by_node(stream)])
            # Numbers that hardly repeat would be written twice: as a dictionary, and their places.
            words = [field.name for field in schema if not pa.types.is_floating(field.type)]
            in_order = folder / f"{number}.parquet"
            with pq.ParquetWriter(in_order, schema, use_dictionary=words or False) as file:
                for rows in _cut(tables, lengths):
                    columns = pa.Table.from_arrays(rows.columns[:-2], schema=schema)
                    file.write_table(columns, row_group_size=len(rows))
                    positions[start : start + len(rows)] = rows.column(len(schema)).to_numpy()
                    start += len(rows)
        path.unlink()
        tell(stop / n_rows)
    positions.flush()


def _as_table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def _by_node(stream: pa.RecordBatchStreamReader) -> pa.Table:
    rows = stream.read_all().combine_chunks()
    nodes = rows.column(rows.num_columns - 1).to_numpy()
    return rows.take(pa.array(np.argsort(nodes, kind="stable")))


def _cut(tables: Iterator[pa.Table], lengths: Iterable[int]) -> Iterator[pa.Table]:
    """Yield the same rows in tables of these lengths."""
    rest = next(tables)
    for length in lengths:
        while len(rest) < length:
            rest = pa.concat_tables([rest, next(tables)])
        yield rest.slice(0, length)
        rest = rest.slice(length)


def _check_room(folder: Path, n_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        raise AtlasError(
            f"To sort the rows by their cells takes about {size_in_words(n_bytes)} in "
            f"“{folder.parent}”, which has {size_in_words(free)}. Make room there, or name a "
            "folder on another disk."
        )


def _damaged(folder: Path) -> AtlasError:
    return AtlasError(
        f"“{folder}” holds no rows that are sorted by cell, or they are damaged. Make them anew "
        "with rows_by_cell."
    )
