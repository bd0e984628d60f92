"""Where data sets lie: folders of this machine, or wherever a file system of fsspec finds them."""

from collections.abc import Iterator
from contextlib import contextmanager

import fsspec
import pyarrow as pa

from som_core.errors import AtlasError
from som_core.wording import excerpt

FILES_AT_ONCE = 16  # whose ends are read: on a remote disk each is a wait


def file_system(address: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the file system of an address, and the path there; AtlasError if there is none."""
    if not address.strip():
        raise AtlasError(
            "The address is empty. Give a folder or a file, such as data/orders or "
            "s3://bucket/orders."
        )
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


@contextmanager
def told_of(address: str) -> Iterator[None]:
    """Say in words what goes wrong while files are read."""
    try:
        yield
    except (pa.ArrowException, OSError, EOFError) as problem:
        why = str(problem).rpartition("Invalid: ")[2].rstrip(". ")  # without the way to the file
        raise AtlasError(
            f"“{address}” can't be read: {excerpt(why, 200)}. Mend or leave out the file, or open "
            "those that can be read."
        ) from problem


def files_of(fs: fsspec.AbstractFileSystem, root: str, address: str) -> dict[str, int]:
    """Return the size of each file by its path; hidden ones, and such as _SUCCESS, are none."""
    if not fs.exists(root):
        if fsspec.core.has_magic(root):
            raise AtlasError(
                f"“{address}” is a pattern, by which no files are found. Give the folder: all "
                "files in it are one data set."
            )
        raise AtlasError(
            f"Nothing lies at “{address}”. Look whether the address is right and may be read."
        )
    found = fs.find(root, detail=True)
    return {
        path: int(about["size"] or 0)
        for path, about in found.items()
        if not any(part.startswith((".", "_")) for part in path.removeprefix(root).split("/"))
    }


def address_of(fs: fsspec.AbstractFileSystem, path: str) -> str:
    """Return a path as `open_dataset` takes it: without “file://” on this machine."""
    return str(fs.unstrip_protocol(path)).removeprefix("file://")


def file_at(address: str) -> bytes:
    """Return the bytes of one file, wherever it lies; AtlasError if it can't be read."""
    fs, path = file_system(address)
    with told_of(address), fs.open(path, "rb") as file:
        return bytes(file.read())
