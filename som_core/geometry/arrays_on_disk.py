"""Arrays in files: for more rows than memory should hold, and for the tables of many people."""

import os
import tempfile

import numpy as np
import pyarrow as pa
from numpy.typing import DTypeLike, NDArray

from som_core.errors import AtlasError
from som_core.wording import size_in_words

_WORTH_A_FILE = 200_000  # bytes: a system lets a process look into some ten thousand files at once


def array_on_disk(n_rows: int, dtype: DTypeLike) -> NDArray:
    """Return an array of zeros, (n_rows,), in a file that vanishes when nobody holds the array.

    Raises
    ------
    AtlasError
        If the folder for temporary files has no room for it.
    """
    n_bytes = n_rows * np.dtype(dtype).itemsize
    if n_bytes == 0:
        return np.zeros(0, dtype)
    with tempfile.TemporaryFile() as file:
        try:
            _take_room(file.fileno(), n_bytes)
        except OSError as problem:
            raise AtlasError(
                f"The folder for temporary files ({tempfile.gettempdir()}) has no room for "
                f"{size_in_words(n_bytes)}. Make room there, or name another in TMPDIR."
            ) from problem
        return np.memmap(file, dtype, "r+", shape=(n_rows,))


def moved_to_disk(array: NDArray) -> NDArray:
    """Return an array, to be read only, in a file that vanishes when nobody holds the array.

    It takes memory only while it is looked at, and the system takes that back where it is short. A
    small one stays where it is, and so does any where there is no room for a file.
    """
    if stays_in_memory(array.nbytes):
        return array
    try:
        with tempfile.NamedTemporaryFile() as file:
            array.tofile(file)
            file.flush()
            with pa.memory_map(file.name) as mapped:  # holds no file open, unlike numpy's
                buffer = mapped.read_buffer()
    except OSError:
        return array
    return np.frombuffer(buffer, array.dtype).reshape(array.shape)


def stays_in_memory(n_bytes: int) -> bool:
    """Return whether `moved_to_disk` leaves an array of so many bytes where it is."""
    return n_bytes < _WORTH_A_FILE


def _take_room(file: int, n_bytes: int) -> None:
    """Make a file so long; where the system can, its room is kept for it from now on."""
    if hasattr(os, "posix_fallocate"):  # else a full disk would end the process later
        os.posix_fallocate(file, 0, n_bytes)
    else:
        os.truncate(file, n_bytes)
