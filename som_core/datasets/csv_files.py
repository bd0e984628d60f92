"""Files of CSV that are one data set: all laid out as the first one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset as ds

from som_core.datasets.addresses import FILES_AT_ONCE
from som_core.datasets.same_columns import refuse_other_columns
from som_core.errors import AtlasError
from som_core.reading import Dialect, read_table

_HEAD = 1 << 20  # bytes of the first file, by which all of them are read


def csv_dataset(fs: fsspec.AbstractFileSystem, root: str, paths: list[str]) -> ds.Dataset:
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
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        headers = pool.map(lambda path: _header(fs, path, dialect.header_row), paths)
        for path, header in zip(paths, headers, strict=True):
            if header != first:
                names = [_names(line, dialect) for line in (first, header)]
                refuse_other_columns(names[0], paths[0], names[1], path)
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
