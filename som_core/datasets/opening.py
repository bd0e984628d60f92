"""Finding and opening data sets: Parquet, or folders of CSV, of any length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from som_core.datasets.addresses import address_of, file_system, files_of, told_of
from som_core.datasets.csv_files import csv_dataset
from som_core.datasets.folders import named_twice
from som_core.datasets.parquet_files import parquet_dataset
from som_core.datasets.table_on_disk import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.arrow_blocks import is_cell
from som_core.remarks import Remark
from som_core.wording import counted, named

_ENDINGS = {
    ".parquet": "parquet", ".parq": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".csv.gz": "csv", ".tsv.gz": "csv",
}  # fmt: skip


def open_dataset(address: str | Path) -> TableOnDisk:
    """Open a Parquet data set or a folder of CSV files, of any length, where it lies.

    Only what the files say of themselves is read: rows, columns and sizes; of CSV files, which
    don't say, the rows are counted. The files are taken in the order of their names, with those in
    folders below; names of folders such as year=2024 become columns. Of CSV files all are read as
    the first one that has rows; those that hold nothing are left out.

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
    fs, root = file_system(address)
    with told_of(address):
        sizes = files_of(fs, root, address)
    kind = _one_kind(sizes, address)
    paths = sorted(sizes)
    with told_of(address):
        if kind == "csv":
            found, n_rows = csv_dataset(fs, root, paths)
        else:
            found, n_rows = parquet_dataset(fs, root, paths)
        twice = named_twice(found)
    columns = tuple(field.name for field in found.schema if is_cell(field.type))
    left_out = [name for name in found.schema.names if name not in columns]
    name = PurePosixPath(root.rstrip("/")).name or address
    _refuse_empty(name, n_rows, columns, left_out)
    remarks: list[Remark] = []
    if left_out:
        sentence = f"Left out, as the cells hold lists, records or bytes: {named(left_out)}."
        remarks.append(Remark(kind="nested columns", sentence=sentence, severity="warning"))
    if twice:
        sentence = (
            f"The names of the folders tell {named(twice)}, which the files hold, too: the values "
            "of the folders are taken."
        )
        remarks.append(Remark(kind="named twice", sentence=sentence, columns=tuple(twice)))
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
    fs, root = file_system(address)
    with told_of(address):
        sizes = files_of(fs, root, address)
    found: dict[str, FoundDataset] = {}
    for path in sorted(sizes):
        kind = _kind_of(path)
        if kind is None:
            continue
        first = path.removeprefix(root).strip("/").partition("/")[0]
        whole = root if "=" in first or not first else f"{root.rstrip('/')}/{first}"
        before = found.get(whole, FoundDataset(address_of(fs, whole), 0, kind, 0))
        n_bytes, n_files = before.n_bytes + sizes[path], before.n_files + 1
        found[whole] = replace(before, n_bytes=n_bytes, n_files=n_files)
    return tuple(found.values())


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
