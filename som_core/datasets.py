"""Tables that no memory holds: Parquet data sets and folders of CSV, read where they lie.

Nothing of them is copied or changed. What has to be known of the whole is counted in one pass;
what needs all values side by side, such as a median, is learned from a sample of the rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset as ds
import pyarrow.fs
import pyarrow.parquet
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.files.arrow_blocks import block_of, is_cell, texts_of, with_plain_words
from som_core.files.column_counts import ColumnCounts, Tally
from som_core.files.column_parser import plain_cells
from som_core.files.kinds import Kind
from som_core.files.reading_progress import note_drawn, note_step, reading_told_to
from som_core.files.sample_of import SampleOf
from som_core.files.table import dates_of
from som_core.files.written_dates import WrittenDates, read_dates
from som_core.geometry.sampling import distinct_rows, sampled_rows
from som_core.reading import Dialect, Table, read_table
from som_core.remarks import Remark
from som_core.wording import counted, excerpt, listed, named

_ENDINGS = {
    ".parquet": "parquet", ".parq": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".csv.gz": "csv", ".tsv.gz": "csv",
}  # fmt: skip
_HEAD = 1 << 20  # bytes of the first CSV file, by which all of them are read
_SAMPLED_ROWS = 500_000
_SAMPLED_BYTES = 200_000_000
_BLOCK_CELLS = 2_000_000
_BLOCK_ROWS = 131_072
_BUFFER = 1 << 20  # bytes of a column that are read at a time
_FILES_AT_ONCE = 16  # whose ends are read: on a remote disk each is a wait


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
        return _tables(self.batches(columns), self.sample)

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
        with _told_of(self.address):
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
        with _told_of(self.address):
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
    with _told_of(address):
        if isinstance(dataset.format, ds.ParquetFileFormat):
            batches = _parquet_batches(dataset, columns, length)
        else:
            batches = dataset.to_batches(columns=list(columns), batch_size=length)
        for batch in batches:
            n_read += batch.num_rows
            if batch.num_rows:
                yield batch
    if n_read != n_rows:
        raise AtlasError(
            f"“{name}” changed while it was read: it had {n_rows:,} rows, and now has {n_read:,}. "
            "Open it anew when nothing writes into it."
        )


def _tables(batches: Iterator[pa.RecordBatch], sample: Table) -> Iterator[Table]:
    """Yield blocks of rows as tables that are read as a sample of them is."""
    formats = sample.date_formats
    for batch in batches:
        block = block_of(batch)
        dates = {
            name: block.frame[name]
            if name in block.moments
            else read_dates(block.frame[name], formats[name])
            for name in block.frame.columns
            if name in formats
        }
        frame_of_dates = pd.DataFrame(dates, index=block.frame.index)
        yield replace(
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
        fs, _ = _file_system(self.address)
        files = pa.fs.PyFileSystem(pa.fs.FSSpecHandler(fs))
        with _told_of(self.address):
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
        return _tables(batches, self._sample)


def _parquet_batches(
    dataset: ds.Dataset, columns: Sequence[str], length: int
) -> Iterator[pa.RecordBatch]:
    """Yield all rows in order, so many at a time.

    Files are read one after the other through a buffer: a scan of the data set would hold row
    groups as a whole, and the next ones ahead.
    """
    schema = pa.schema([dataset.schema.field(name) for name in columns])
    for fragment in dataset.get_fragments():
        of_folder = ds.get_partition_keys(fragment.partition_expression)
        in_file = [name for name in columns if name not in of_folder]
        with fragment.filesystem.open_input_file(fragment.path) as file:
            parquet = pa.parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
            # Without a column it would not be known how many rows there are.
            read = in_file or parquet.schema_arrow.names[:1]
            groups = [group.id for group in fragment.row_groups]
            for batch in parquet.iter_batches(length, groups, columns=read):
                cells = [
                    batch.column(field.name).cast(field.type)
                    if field.name in in_file
                    else pa.repeat(pa.scalar(of_folder[field.name], field.type), batch.num_rows)
                    for field in schema
                ]
                yield pa.RecordBatch.from_arrays(cells, schema=schema)


def open_dataset(address: str | Path) -> TableOnDisk:
    """Open a Parquet data set or a folder of CSV files, of any length, where it lies.

    Only what the files say of themselves is read: rows, columns and sizes; of CSV files, which
    don't say, the rows are counted. The files are taken in the order of their names, with those in
    folders below; names of folders such as year=2024 become columns. Of CSV files all are read as
    the first one.

    Parameters
    ----------
    address : a folder or a file on this machine, or where any file system of fsspec finds it, such
        as s3://bucket/folder
        Credentials are those that the environment holds.

    Raises
    ------
    AtlasError
        If nothing lies there, no file system is known or installed for the address, the files have
        different columns, hold no row, or can't be read.
    """
    address = str(address)
    fs, root = _file_system(address)
    with _told_of(address):
        sizes = _files_of(fs, root, address)
    kind = _one_kind(sizes, address)
    paths = sorted(sizes)
    with _told_of(address):
        if kind == "csv":
            found = _csv(fs, root, paths)
            n_rows = found.count_rows()
        else:
            found, n_rows = _parquet(fs, root, paths)
    columns = tuple(field.name for field in found.schema if is_cell(field.type))
    left_out = [name for name in found.schema.names if name not in columns]
    name = PurePosixPath(root.rstrip("/")).name or address
    _refuse_empty(name, n_rows, columns, left_out)
    remarks: list[Remark] = []
    if left_out:
        sentence = f"Left out, as the cells hold lists, records or bytes: {named(left_out)}."
        remarks.append(Remark(kind="nested columns", sentence=sentence, severity="warning"))
    return TableOnDisk(
        address,
        name,
        n_rows,
        columns,
        sum(sizes.values()),
        len(paths),
        tuple(remarks),
        dataset=found,
    )


@dataclass(frozen=True)
class FoundDataset:
    """A data set that lies in a folder and isn't opened yet."""

    address: str
    n_bytes: int
    kind: str  # “parquet” or “csv”, of its first file
    n_files: int


def datasets_in(address: str | Path) -> tuple[FoundDataset, ...]:
    """Return the data sets in a folder, by their names.

    Each folder in it is one, and each file; where folders are named by values (year=2024), the
    whole folder is. What holds neither Parquet nor CSV is left out.

    Raises
    ------
    AtlasError
        If nothing lies there, or no file system is known or installed for the address.
    """
    address = str(address)
    fs, root = _file_system(address)
    with _told_of(address):
        sizes = _files_of(fs, root, address)
    found: dict[str, FoundDataset] = {}
    for path in sorted(sizes):
        kind = _kind_of(path)
        if kind is None:
            continue
        first = path.removeprefix(root).strip("/").partition("/")[0]
        whole = root if "=" in first or not first else f"{root.rstrip('/')}/{first}"
        before = found.get(whole, FoundDataset(_address_of(fs, whole), 0, kind, 0))
        n_bytes, n_files = before.n_bytes + sizes[path], before.n_files + 1
        found[whole] = replace(before, n_bytes=n_bytes, n_files=n_files)
    return tuple(found.values())


def file_at(address: str) -> bytes:
    """Return the bytes of one file, wherever it lies; AtlasError if it can't be read."""
    fs, path = _file_system(address)
    with _told_of(address), fs.open(path, "rb") as file:
        return bytes(file.read())


def _address_of(fs: fsspec.AbstractFileSystem, path: str) -> str:
    """Return a path as `open_dataset` takes it: without “file://” on this machine."""
    return str(fs.unstrip_protocol(path)).removeprefix("file://")


@contextmanager
def _told_of(address: str) -> Iterator[None]:
    """Say in words what goes wrong while files are read."""
    try:
        yield
    except (pa.ArrowException, OSError) as problem:
        why = str(problem).rpartition("Invalid: ")[2].rstrip(". ")  # without the way to the file
        raise AtlasError(
            f"“{address}” can't be read: {excerpt(why, 200)}. Mend or leave out the file, or open "
            "those that can be read."
        ) from problem


def _file_system(address: str) -> tuple[fsspec.AbstractFileSystem, str]:
    try:
        return fsspec.core.url_to_fs(address)
    except ValueError as problem:
        protocol = address.partition("://")[0]
        raise AtlasError(
            f"No file system is called “{protocol}” ({excerpt(str(problem))}). Give a folder of "
            "this machine, or an address that fsspec knows, such as s3://bucket/folder."
        ) from problem
    except ImportError as problem:
        raise AtlasError(
            f"“{address}” lies where a package is needed that isn't installed: "
            f"{excerpt(str(problem))}. Install it beside SOM Atlas."
        ) from problem


def _files_of(fs: fsspec.AbstractFileSystem, root: str, address: str) -> dict[str, int]:
    """Return the size of each file by its path; hidden ones, and such as _SUCCESS, are none."""
    if not fs.exists(root):
        raise AtlasError(
            f"Nothing lies at “{address}”. Look whether the address is right and may be read."
        )
    found = fs.find(root, detail=True)
    return {
        path: int(about["size"] or 0)
        for path, about in found.items()
        if not any(part.startswith((".", "_")) for part in path.removeprefix(root).split("/"))
    }


def _one_kind(sizes: Mapping[str, int], address: str) -> str:
    """Return whether all files are Parquet or CSV, by the endings of their names."""
    by_kind: dict[str, list[str]] = {}
    for path in sorted(sizes):
        by_kind.setdefault(_kind_of(path) or "other", []).append(PurePosixPath(path).name)
    if set(by_kind) <= {"other"}:
        raise AtlasError(
            f"“{address}” holds no file that ends in {', '.join(_ENDINGS)}. Open a Parquet data "
            "set or a folder of CSV files."
        )
    if len(by_kind) > 1:
        first, second = (names[0] for names in list(by_kind.values())[:2])
        raise AtlasError(
            f"“{address}” holds files of several kinds, such as “{first}” and “{second}”. Open a "
            "folder with files of one kind, Parquet or CSV."
        )
    return next(iter(by_kind))


def _kind_of(path: str) -> str | None:
    endings = (kind for ending, kind in _ENDINGS.items() if path.lower().endswith(ending))
    return next(endings, None)


def _refuse_empty(name: str, n_rows: int, columns: Sequence[str], left_out: Sequence[str]) -> None:
    if not columns:
        raise AtlasError(
            f"“{name}” has no column of single values ({counted(len(left_out), 'column')} of "
            "lists, records or bytes). Write such columns as several plain ones."
        )
    if n_rows == 0:
        raise AtlasError(f"“{name}” has no rows. Open a data set with at least two.")


# Parquet -----------------------------------------------------------------------------------------


def _parquet(fs: fsspec.AbstractFileSystem, root: str, paths: list[str]) -> tuple[ds.Dataset, int]:
    """Return the data set of some files, and how many rows it has."""
    found = ds.dataset(
        paths, format="parquet", filesystem=fs, partitioning="hive", partition_base_dir=root
    )
    fragments = list(found.get_fragments())
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        schemas = list(pool.map(lambda fragment: fragment.physical_schema, fragments))
        n_rows = sum(pool.map(lambda fragment: fragment.count_rows(), fragments))
    whole = found.schema
    for path, schema in zip(paths, schemas, strict=True):
        _refuse_other_columns(schemas[0].names, paths[0], schema.names, path)
        whole = _widened(whole, schema, paths[0], path)
    if not whole.equals(found.schema):
        found = ds.dataset(
            paths, whole, format="parquet", filesystem=fs, partitioning=found.partitioning
        )
    return found, n_rows


def _refuse_other_columns(
    first: Sequence[str], first_path: str, other: Sequence[str], path: str
) -> None:
    repeated = [name for name in other if list(other).count(name) > 1]
    if repeated:
        raise AtlasError(
            f"“{PurePosixPath(path).name}” has two columns called “{repeated[0]}”. Rename one."
        )
    for names, others, here, there in (
        (first, other, path, first_path),
        (other, first, first_path, path),
    ):
        lacking = [name for name in names if name not in others]
        if lacking:
            raise AtlasError(
                f"The files have different columns: “{PurePosixPath(here).name}” has no "
                f"{listed(lacking)}, which “{PurePosixPath(there).name}” has. Open files with the "
                "same columns."
            )


def _widened(whole: pa.Schema, schema: pa.Schema, first_path: str, path: str) -> pa.Schema:
    """Return the schema that holds the numbers of one more file, too."""
    for place, one in enumerate(whole):
        other = schema.field(one.name) if one.name in schema.names else one
        if other.type == one.type:
            continue
        try:
            both = pa.unify_schemas(
                [pa.schema([one]), pa.schema([other])], promote_options="permissive"
            )
        except pa.ArrowException as problem:
            raise AtlasError(
                f"The files hold “{one.name}” differently: as {one.type} in "
                f"“{PurePosixPath(first_path).name}”, as {other.type} in "
                f"“{PurePosixPath(path).name}”. Write it alike in all of them."
            ) from problem
        whole = whole.set(place, both.field(0))
    return whole


# CSV ---------------------------------------------------------------------------------------------


def _csv(fs: fsspec.AbstractFileSystem, root: str, paths: list[str]) -> ds.Dataset:
    """Return the data set of some files, all laid out as the first one."""
    head = _head(fs, paths[0])
    table = read_table(head, PurePosixPath(paths[0]).name)
    dialect = table.dialect
    is_plain = dialect.has_header and dialect.name_rows == 1 and not dialect.rows_below_names
    if not is_plain or len(dialect.delimiter) > 1 or dialect.delimiter == " " or dialect.escape:
        raise AtlasError(
            f"“{table.name}” is laid out so that it can only be read as a whole. Read it with "
            "read_table, or write the files as Parquet."
        )
    first = _header(fs, paths[0], dialect.header_row)
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        headers = pool.map(lambda path: _header(fs, path, dialect.header_row), paths)
        for path, header in zip(paths, headers, strict=True):
            if header != first:
                names = [_names(line, dialect) for line in (first, header)]
                _refuse_other_columns(names[0], paths[0], names[1], path)
    types = {
        name: pa.string() if isinstance(column.dtype, pd.StringDtype) else pa.float64()
        for name, column in table.frame.items()
    }
    options = ds.CsvFileFormat(
        read_options=pa.csv.ReadOptions(encoding=dialect.encoding, skip_rows=dialect.header_row),
        parse_options=pa.csv.ParseOptions(
            delimiter=dialect.delimiter, quote_char=dialect.quote or False
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=types,
            null_values=["", *dialect.missing_marks],
            strings_can_be_null=True,
            decimal_point=dialect.decimal,
        ),
    )
    return ds.dataset(
        paths, format=options, filesystem=fs, partitioning="hive", partition_base_dir=root
    )


def _head(fs: fsspec.AbstractFileSystem, path: str) -> bytes:
    """Return the first whole lines of a file."""
    with fs.open(path, "rb", compression="infer") as file:
        head = file.read(_HEAD)
    return head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1] or head


def _header(fs: fsspec.AbstractFileSystem, path: str, n_lines_above: int) -> bytes:
    with fs.open(path, "rb", compression="infer") as file:
        lines = file.read(1 << 16).removeprefix(b"\xef\xbb\xbf").splitlines()
    return lines[n_lines_above] if len(lines) > n_lines_above else b""


def _names(header: bytes, dialect: Dialect) -> list[str]:
    text = header.decode(dialect.encoding, "replace")
    return [name.strip().strip('"') for name in text.split(dialect.delimiter)]
