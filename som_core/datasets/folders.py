"""Files in folders that may be named by values, such as year=2024, as one data set."""

import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs


def dataset_in_folders(
    fs: fsspec.AbstractFileSystem, root: str, paths: list[str], file_format: ds.FileFormat
) -> ds.Dataset:
    """Return the data set of some files, with a column for each value that names their folders.

    A column that the files hold, too, keeps the type that they give it, and has the values of the
    folders.
    """
    by_names = ds.FileSystemFactoryOptions(
        partition_base_dir=root, partitioning=ds.HivePartitioning.discover()
    )
    files = pa.fs.PyFileSystem(pa.fs.FSSpecHandler(fs))
    factory = ds.FileSystemDatasetFactory(files, paths, file_format, by_names)
    in_file, in_names = factory.inspect_schemas()
    typed = [in_file.field(one.name) if one.name in in_file.names else one for one in in_names]
    # Not by the factory, whose files are read through Python also where they lie on this machine.
    return ds.dataset(
        paths,
        format=file_format,
        filesystem=fs,
        partitioning=ds.partitioning(pa.schema(typed), flavor="hive"),
        partition_base_dir=root,
    )


def named_twice(dataset: ds.Dataset) -> list[str]:
    """Return the columns that the names of the folders tell and the files hold as well."""
    of_folders = dataset.partitioning.schema.names
    if not of_folders:
        return []
    in_file = next(dataset.get_fragments()).physical_schema.names
    return [name for name in of_folders if name in in_file]
