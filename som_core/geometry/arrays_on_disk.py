"""Arrays of a number a row, for more rows than memory should hold."""

import os
import tempfile

import numpy as np
from numpy.typing import DTypeLike, NDArray

from som_core.errors import AtlasError
from som_core.wording import size_in_words


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


def _take_room(file: int, n_bytes: int) -> None:
    """Make a file so long; where the system can, its room is kept for it from now on."""
    if hasattr(os, "posix_fallocate"):  # else a full disk would end the process later
        os.posix_fallocate(file, 0, n_bytes)
    else:
        os.truncate(file, n_bytes)
