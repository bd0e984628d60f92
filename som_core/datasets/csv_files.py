"""Files of CSV that are one data set: all laid out as the first one."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePosixPath

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset as ds

from som_core.datasets.addresses import FILES_AT_ONCE, told_of
from som_core.datasets.folders import dataset_in_folders
from som_core.datasets.same_columns import refuse_other_columns
from som_core.errors import AtlasError
from som_core.reading import Dialect, Table, read_table

_HEAD = 1 << 20  # bytes of the first file, by which all of them are read


def csv_dataset(
    fs: fsspec.AbstractFileSystem, root: str, paths: list[str]
) -> tuple[ds.Dataset, int]:
    """Return the data set of some files, all laid out as the first that has rows, and its length.

    Files that hold nothing, as such that write many leave some, are no part of it.
    """
    first_path, head = _first_with_rows(fs, root, paths)
    table = _as_table(head, PurePosixPath(first_path).name)
    dialect = table.dialect
    is_plain = (
        dialect.has_header
        and dialect.header_row == 0  # Arrow's data sets don't skip the lines above
        and dialect.name_rows == 1
        and not dialect.rows_below_names
        and not (dialect.footer_rows or dialect.comment or dialect.repeats_header)
        and not (dialect.thousands or dialect.escape)
        and len(dialect.delimiter) == 1
        and dialect.delimiter != " "
    )
    if not is_plain:
        raise _only_as_a_whole(table, "is laid out so that it")
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        lines = pool.map(lambda path: _first_lines(fs, path), paths)
        headers = {
            path: _header(found, dialect)
            for path, found in zip(paths, lines, strict=True)
            if any(line.strip() for line in found)
        }
    for path, names in headers.items():
        refuse_other_columns(headers[first_path], first_path, names, path)
    types = {
        name: pa.string() if isinstance(column.dtype, pd.StringDtype) else pa.float64()
        for name, column in table.frame.items()
    }
    read_options = pa.csv.ReadOptions(encoding=dialect.encoding)
    parse_options = pa.csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote or False,
        newlines_in_values=_has_cells_of_several_lines(table),
    )
    convert_options = pa.csv.ConvertOptions(
        column_types=types,
        null_values=["", *dialect.missing_marks],
        strings_can_be_null=True,
        decimal_point=dialect.decimal,
    )
    _check_as_arrow_reads(head, table, read_options, parse_options, convert_options)
    file_format = ds.CsvFileFormat(
        read_options=read_options, parse_options=parse_options, convert_options=convert_options
    )
    with told_of(next(iter(headers))):  # Arrow looks at no other for the types
        found = dataset_in_folders(fs, root, list(headers), file_format)
    with _named_file(found, []):
        return found, found.count_rows()


def _check_as_arrow_reads(
    head: bytes,
    table: Table,
    read_options: pa.csv.ReadOptions,
    parse_options: pa.csv.ParseOptions,
    convert_options: pa.csv.ConvertOptions,
) -> None:
    """Refuse names and cells that `read_table` cleans, as Arrow, which reads the rest, doesn't."""
    as_texts = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(table.frame.columns, pa.string()), strings_can_be_null=False
    )
    try:
        texts = pa.csv.read_csv(BytesIO(head), read_options, parse_options, as_texts)
    except pa.ArrowInvalid:
        return  # such as a row of another length: reading all rows names its file
    names = list(table.frame.columns)
    if texts.column_names != names:
        odd = next((name for name in texts.column_names if name not in names), "")
        why = f"has the name “{odd}”" if odd else "has a column without a name"
        raise _only_as_a_whole(table, f"{why}, so it")
    try:
        pa.csv.read_csv(BytesIO(head), read_options, parse_options, convert_options)
    except pa.ArrowInvalid as problem:
        number, _ = _numbered_column(problem)
        if number is not None:
            why = f"writes the numbers of “{names[number]}” so that it"
            raise _only_as_a_whole(table, why) from problem


def _only_as_a_whole(table: Table, why: str) -> AtlasError:
    return AtlasError(
        f"“{table.name}” {why} can only be read as a whole. Read it with read_table, or write the "
        "files as Parquet."
    )


def _has_cells_of_several_lines(table: Table) -> bool:
    texts = table.frame.select_dtypes("string")
    return any(texts[name].str.contains("\n", regex=False).any() for name in texts.columns)


def csv_batches(
    dataset: ds.Dataset, columns: Sequence[str], length: int
) -> Iterator[pa.RecordBatch]:
    """Yield all rows in order, so many at a time at most; AtlasError names file and column."""
    with _named_file(dataset, columns):
        yield from dataset.to_batches(columns=list(columns), batch_size=length)


@contextmanager
def _named_file(dataset: ds.Dataset, columns: Sequence[str]) -> Iterator[None]:
    """Say in words which file can't be read, and in which column.

    Arrow doesn't say: it reads files ahead. Only where one fails they are read one by one.
    """
    try:
        yield
    except pa.ArrowInvalid:
        for file in dataset.get_fragments():
            with told_of(file.path), _named_column(file, dataset.schema):
                for _ in file.scanner(dataset.schema, list(columns)).to_batches():
                    pass
        raise


@contextmanager
def _named_column(file: ds.Fragment, schema: pa.Schema) -> Iterator[None]:
    """Tell a column by its name where Arrow counts them."""
    try:
        yield
    except pa.ArrowInvalid as problem:
        number, why = _numbered_column(problem)
        if number is None:
            raise
        name = _names_in(file, schema)[number]
        raise pa.ArrowInvalid(f"In the column “{name}”: {why}") from problem


def _numbered_column(problem: pa.ArrowInvalid) -> tuple[int | None, str]:
    """Return which column Arrow says it can't read, counted from 0, and why."""
    _, is_numbered, after = str(problem).partition("In CSV column #")
    number, _, why = after.partition(": ")
    return (int(number) if is_numbered else None), why


def _names_in(file: ds.Fragment, schema: pa.Schema) -> list[str]:
    """Return the names of the columns in the order of one file, whatever its cells hold."""
    texts = ds.CsvFileFormat(
        parse_options=file.format.parse_options,
        read_options=file.format.default_fragment_scan_options.read_options,
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(schema.names, pa.binary())
        ),
    )
    return list(texts.inspect(file.path, file.filesystem).names)


def _first_with_rows(
    fs: fsspec.AbstractFileSystem, root: str, paths: list[str]
) -> tuple[str, bytes]:
    """Return the first file that has more than a line, and its first lines."""
    for path in paths:
        head = _head(fs, path)
        if sum(bool(line.strip()) for line in head.splitlines()) > 1:
            return path, head
    raise AtlasError(
        f"No file of “{PurePosixPath(root).name}” has a row below a header line. Open a folder of "
        "which at least one has."
    )


def _as_table(head: bytes, name: str) -> Table:
    try:
        return read_table(head, name)
    except AtlasError as problem:
        raise AtlasError(
            f"The files are read as the first one, “{name}”, but it can't be read. {problem}"
        ) from problem


def _head(fs: fsspec.AbstractFileSystem, path: str) -> bytes:
    """Return the first whole lines of a file."""
    with fs.open(path, "rb", compression="infer") as file:
        head = file.read(_HEAD)
    return head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1] or head


def _first_lines(fs: fsspec.AbstractFileSystem, path: str) -> list[bytes]:
    with fs.open(path, "rb", compression="infer") as file:
        return bytes(file.read(1 << 16)).removeprefix(b"\xef\xbb\xbf").splitlines()


def _header(lines: list[bytes], dialect: Dialect) -> list[str]:
    """Return the names of the columns that the first lines of a file tell."""
    text = lines[0].decode(dialect.encoding, "replace")
    return [name.strip().strip('"') for name in text.split(dialect.delimiter)]
