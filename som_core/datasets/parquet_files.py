"""Files of Parquet that are one data set."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet

from som_core.datasets.addresses import FILES_AT_ONCE
from som_core.datasets.folders import dataset_in_folders
from som_core.datasets.same_columns import refuse_other_columns
from som_core.errors import AtlasError

_BUFFER = 1 << 20  # bytes of a column that are read at a time


def parquet_dataset(
    fs: fsspec.AbstractFileSystem, root: str, paths: list[str]
) -> tuple[ds.Dataset, int]:
    """Return the data set of some files, and how many rows it has."""
    found = dataset_in_folders(fs, root, paths, ds.ParquetFileFormat())
    fragments = list(found.get_fragments())
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        schemas = list(pool.map(lambda fragment: fragment.physical_schema, fragments))
        n_rows = sum(pool.map(lambda fragment: fragment.count_rows(), fragments))
    whole = found.schema
    for path, schema in zip(paths, schemas, strict=True):
        refuse_other_columns(schemas[0].names, paths[0], schema.names, path)
        whole = _widened(whole, schema, paths[0], path)
    if not whole.equals(found.schema):
        found = ds.dataset(
            paths, whole, format="parquet", filesystem=fs, partitioning=found.partitioning
        )
    return found, n_rows


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


def parquet_batches(
    dataset: ds.Dataset, columns: Sequence[str], length: int
) -> Iterator[pa.RecordBatch]:
    """Yield all rows in order, so many at a time.

    Files are read one after the other through a buffer: a scan of the data set would hold row
    groups as a whole, and the next ones ahead.
    """
    schema = pa.schema([dataset.schema.field(name) for name in columns])
    fragments = list(dataset.get_fragments())
    folders = [ds.get_partition_keys(one.partition_expression) for one in fragments]
    # A file that lies higher up than others lacks what the names of their folders say.
    unknown: dict[str, object] = dict.fromkeys(name for one in folders for name in one)
    for fragment, own in zip(fragments, folders, strict=True):
        of_folder = unknown | own
        in_file = [name for name in columns if name not in of_folder]
        with fragment.filesystem.open_input_file(fragment.path) as file:
            parquet = pa.parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
            lacking = [name for name in in_file if name not in parquet.schema_arrow.names]
            if lacking:
                raise AtlasError(
                    f"“{PurePosixPath(fragment.path).name}” has no “{lacking[0]}”, which it had. "
                    "Open the data set once more when nothing writes into it."
                )
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
