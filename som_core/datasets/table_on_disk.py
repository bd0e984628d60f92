"""A table that stays where it is: Parquet or CSV on a disk or in a bucket, read block by block.

What has to be known of the whole is counted in one pass; what needs all values side by side, such
as a median, is learned from a sample of the rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs
import pyarrow.parquet
from numpy.typing import NDArray

from som_core.datasets.addresses import file_system, told_of
from som_core.datasets.csv_files import csv_batches
from som_core.datasets.parquet_files import parquet_batches
from som_core.errors import AtlasError
from som_core.files.arrow_blocks import block_of, texts_of, with_plain_words
from som_core.files.column_counts import ColumnCounts, Tally
from som_core.files.column_parser import plain_cells
from som_core.files.kinds import Kind
from som_core.files.reading_progress import note_drawn, note_step, reading_told_to
from som_core.files.sample_of import SampleOf
from som_core.files.table import dates_of
from som_core.files.written_dates import WrittenDates, read_dates
from som_core.geometry.sampling import distinct_rows, sampled_rows
from som_core.reading import Dialect, Table
from som_core.remarks import Remark

_SAMPLED_ROWS = 500_000
_SAMPLED_BYTES = 200_000_000
_BLOCK_CELLS = 2_000_000
_BLOCK_ROWS = 131_072


@dataclass(frozen=True, eq=False)
class TableOnDisk:
    """A table that stays where it is; its rows are read block by block, in the order of the files.

    Parameters
    ----------
    address : where it lies: a folder, a file, or an address such as s3://bucket/folder
    name : what it is called: the last part of the address
    n_rows : of all files
    columns : their names, without those that hold lists, records or bytes
    n_bytes, n_files : how much lies there
    remarks : what was noticed
    dataset : as pyarrow has it
    """

    address: str
    name: str
    n_rows: int
    columns: tuple[str, ...]
    n_bytes: int
    n_files: int
    remarks: tuple[Remark, ...] = ()
    dataset: ds.Dataset = field(repr=False, kw_only=True)

    @property
    def _not_in_memory(self) -> NoReturn:
        raise AtlasError(
            f"“{self.name}” stays on its disk, and this needs all rows in memory. A profile can be "
            "had of table.sample; for what a map is asked, draw a sample (sample_as_parquet, then "
            "read_table) and train a map of it. What sets cells apart in all rows is told by "
            "node_aggregates."
        )

    # Whatever takes a table in memory asks for one of these first.
    frame = column = dates = date_formats = joined_columns = keys_of = of_rows = _not_in_memory
    dialect = joined_from = sample_of = _not_in_memory

    @property
    def counts(self) -> Mapping[str, ColumnCounts]:
        """What each column holds in all rows, exactly; the first question takes a pass."""
        return self._look[0]

    @property
    def sample(self) -> Table:
        """Rows drawn by chance, always the same; all rows, if there are few enough.

        At most 500,000 rows and about 200 MB, for `profile` and `suggest_recipe`. The first
        question takes a pass over all rows, the one that `counts` takes.
        """
        return self._look[1]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each column holds: as the sample says, put right by the counts of all rows."""
        return self.sample.kinds

    def look(self, on_progress: Callable[[float], None]) -> None:
        """Take the pass that `counts` and `sample` need, if it isn't taken yet.

        Parameters
        ----------
        on_progress : told how much is done, from 0 to 1; what it raises ends the pass
        """
        with reading_told_to(on_progress):
            _ = self._look

    def blocks(self, columns: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows from first to last, a block at a time, as tables of some columns.

        Dates and times are read as those of the sample are.

        Raises
        ------
        AtlasError
            If a file can't be read, holds what its column can't, or changed since it was opened.
        """
        return map(self.block, self.batches(columns))

    def block(self, batch: pa.RecordBatch | pa.Table) -> Table:
        """Return some rows, as `batches` yields them, as `blocks` does."""
        return _read_alike(batch, self.sample)

    def parts(self) -> tuple["PartOfTable", ...]:
        """Return the table in parts of a hundred thousand rows or more, in their order.

        A part is a file, or a row group of Parquet, or several small ones.

        Raises
        ------
        AtlasError
            If a file can't be read.
        """
        dates = WrittenDates(self.sample.dates.iloc[:0], dict(self.sample.date_formats))
        sample = replace(self.sample, frame=self.sample.frame.iloc[:0], known_dates=dates)
        format_, schema = self.dataset.format, self.dataset.schema
        parts: list[PartOfTable] = []
        waiting: list[_Piece] = []
        with told_of(self.address):
            pieces = [piece for file in self.dataset.get_fragments() for piece in _pieces(file)]
        for number, piece in enumerate(pieces, start=1):
            waiting.append(piece)
            n = sum(one.n_rows for one in waiting)
            if n >= _BLOCK_ROWS or number == len(pieces):
                files = tuple(waiting)
                parts.append(
                    PartOfTable(self.address, self.name, n, sample, files, format_, schema)
                )
                waiting = []
        return tuple(parts)

    def as_parquet(self) -> bytes:
        """Return all of it in memory, as one file of Parquet.

        Raises
        ------
        AtlasError
            If a file can't be read, or holds what its column can't.
        """
        whole = pa.BufferOutputStream()
        with told_of(self.address):
            pa.parquet.write_table(self.dataset.to_table(columns=list(self.columns)), whole)
        return bytes(whole.getvalue())

    def sample_as_parquet(self, n_rows: int, *, seed: int = 0) -> bytes:
        """Draw rows by chance and return them, in their order, as one file of Parquet.

        Each row is as likely as any other, and none is drawn twice. The same seed draws the same
        rows of the same table. `read_table` reads the file, which says itself what it is a sample
        of: see `Table.sample_of`. It takes one pass, and holds the rows that are drawn.

        Parameters
        ----------
        n_rows : how many; where the table has no more, the file holds all of them, and is no sample
        seed : 0 or more

        Raises
        ------
        AtlasError
            If a file can't be read, or holds what its column can't.
        """
        if n_rows >= self.n_rows:
            return self.as_parquet()
        places = distinct_rows(self.n_rows, n_rows, seed)
        drawn, start = [], 0
        for batch in self.batches():
            drawn.append(with_plain_words(_rows_at(batch, places, start)))
            start += batch.num_rows
            note_drawn(start / self.n_rows)
        said = SampleOf(name=self.name, n_rows=self.n_rows, n_drawn=n_rows, seed=seed)
        rows = pa.Table.from_batches(drawn).replace_schema_metadata(said.to_metadata())
        whole = pa.BufferOutputStream()
        pa.parquet.write_table(rows, whole)
        return bytes(whole.getvalue())

    @cached_property
    def bytes_a_row(self) -> float:
        """How much memory a row takes, if all are like the first ones."""
        first = next(self.batches())
        return first.nbytes / first.num_rows + 1

    @cached_property
    def _look(self) -> tuple[Mapping[str, ColumnCounts], Table]:
        """Look at each cell once: count, and take the rows of the sample."""
        n_sampled = min(_SAMPLED_ROWS, max(1, int(_SAMPLED_BYTES / self.bytes_a_row)))
        places = np.unique(sampled_rows(self.n_rows, n_sampled, seed=0))
        tallies = {name: Tally() for name in self.columns}
        taken, start = [], 0
        for batch in self.batches():
            block = block_of(batch)
            for name, tally in tallies.items():
                tally.add(block.frame[name])
            taken.append(_rows_at(batch, places, start))
            start += batch.num_rows
            note_step(start / self.n_rows)
        counts = {name: tally.counts() for name, tally in tallies.items()}
        sample = self._table_of(pa.Table.from_batches(taken))
        kinds = {name: counts[name].kind(name, kind) for name, kind in sample.kinds.items()}
        return counts, replace(sample, known_kinds=kinds)

    def _table_of(self, rows: pa.Table) -> Table:
        """Return rows as a table that was read: with dates as texts, which are then found."""
        block = block_of(rows)
        written = {name: texts_of(plain_cells(rows[name])) for name in block.moments}
        frame, dialect = block.frame.assign(**written), Dialect(is_typed=True)
        return Table(frame, self.name, dialect, known_dates=dates_of(frame, dialect))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows from first to last, a block at a time, as Arrow has them.

        Columns that aren't asked for are not read.

        Raises
        ------
        AtlasError
            As `blocks`.
        """
        columns = self.columns if columns is None else columns
        return _batches(self.dataset, columns, self.address, self.name, self.n_rows)


def _batches(
    dataset: ds.Dataset, columns: Sequence[str], address: str, name: str, n_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield all rows of some files, a block at a time; AtlasError unless they are so many."""
    length = max(1_000, min(_BLOCK_ROWS, _BLOCK_CELLS // max(1, len(columns))))
    n_read = 0
    with told_of(address):
        if isinstance(dataset.format, ds.ParquetFileFormat):
            batches = parquet_batches(dataset, columns, length)
        else:
            batches = csv_batches(dataset, columns, length)
        for batch in batches:
            n_read += batch.num_rows
            if batch.num_rows:
                yield batch
    if n_read != n_rows:
        raise AtlasError(
            f"“{name}” changed while it was read: it had {n_rows:,} rows, and now has {n_read:,}. "
            "Open it anew when nothing writes into it."
        )


def _read_alike(batch: pa.RecordBatch | pa.Table, sample: Table) -> Table:
    """Return rows as a table that is read as a sample of them is."""
    block, formats = block_of(batch), sample.date_formats
    dates = {
        name: block.frame[name]
        if name in block.moments
        else read_dates(block.frame[name], formats[name])
        for name in block.frame.columns
        if name in formats
    }
    frame_of_dates = pd.DataFrame(dates, index=block.frame.index)
    return replace(
        sample,
        frame=block.frame,
        known_dates=WrittenDates(frame_of_dates, {name: formats[name] for name in dates}),
    )


def _rows_at(batch: pa.RecordBatch, places: NDArray[np.int64], start: int) -> pa.RecordBatch:
    """Return those rows of a batch whose places are asked for; its first row is at `start`."""
    here = places[slice(*np.searchsorted(places, [start, start + batch.num_rows]))]
    return batch.take(pa.array(here - start))


class _Piece(NamedTuple):
    """A file, or some row groups of one."""

    path: str
    folders: ds.Expression  # what the names of its folders say
    groups: tuple[int, ...] | None
    n_rows: int


def _pieces(file: ds.Fragment) -> Iterator[_Piece]:
    """Yield a file in row groups, or whole."""
    if isinstance(file, ds.ParquetFileFragment):
        for group in file.row_groups:
            yield _Piece(file.path, file.partition_expression, (group.id,), group.num_rows)
    else:
        yield _Piece(file.path, file.partition_expression, None, file.count_rows())


@dataclass(frozen=True, eq=False)
class PartOfTable:
    """Some rows of a table on a disk, to be read on any machine that reads its files.

    It holds where they lie, but none of them, so that it is small to send.
    """

    address: str  # of the table
    name: str
    n_rows: int
    _sample: Table  # of the table, without rows
    _files: tuple[_Piece, ...]
    _format: ds.FileFormat
    _schema: pa.Schema

    def blocks(self, columns: Sequence[str]) -> Iterator[Table]:
        """Yield its rows from first to last, as `TableOnDisk.blocks` does.

        Raises
        ------
        AtlasError
            If a file can't be read, holds what its column can't, or changed since it was opened.
        """
        fs, _ = file_system(self.address)
        files = pa.fs.PyFileSystem(pa.fs.FSSpecHandler(fs))
        with told_of(self.address):
            fragments = [
                self._format.make_fragment(
                    file.path,
                    files,
                    file.folders,
                    **({} if file.groups is None else {"row_groups": file.groups}),
                )
                for file in self._files
            ]
            dataset = ds.FileSystemDataset(fragments, self._schema, self._format, files)
        batches = _batches(dataset, columns, self.address, self.name, self.n_rows)
        return (_read_alike(batch, self._sample) for batch in batches)
