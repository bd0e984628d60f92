"""Finding rows by what is written in them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from som_core.files.table import Table
from som_core.geometry.arrays_on_disk import moved_to_disk

_PARTING = "\x1f"  # between the cells of a row: a “unit separator”


def columns_that_mention(frame: pd.DataFrame, text: str) -> tuple[str, ...]:
    """Return the columns that hold a text in any row, as `rows_that_mention` looks for it."""
    return tuple(name for name, mentions in _mentions(frame, text) if mentions.any())


def rows_that_mention(frame: pd.DataFrame, text: str) -> NDArray[np.bool_]:
    """Return which rows hold a text in any column, as shown in a table; case doesn't matter."""
    found = np.zeros(len(frame), dtype=bool)
    for _, mentions in _mentions(frame, text):
        found |= mentions
    return found


def _mentions(frame: pd.DataFrame, text: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    wanted = _small(text)
    for name, column in frame.items():
        # By Arrow, which is ten times as fast and lets other threads run meanwhile.
        mentions = pa.compute.match_substring(_written(column), wanted)
        yield str(name), np.asarray(mentions.fill_null(False))


def _written(column: pd.Series) -> pa.Array | pa.ChunkedArray:
    """Return the cells of a column as they are shown, in small letters."""
    if is_numeric_dtype(column.dtype):
        return pa.array(column, from_pandas=True).cast(pa.large_string())
    texts = pa.array(column.astype("string"), from_pandas=True).cast(pa.large_string())
    return pa.compute.utf8_lower(texts)


def _small(text: str) -> str:
    return str(pa.compute.utf8_lower(pa.scalar(text)).as_py())


def written_rows(table: Table) -> pa.Array:
    """Return each row as one text: with it `find_rows` takes a few milliseconds.

    Many rows lie in a file, as long as somebody holds them.
    """
    columns = [_written(column) for _, column in table.frame.items()]
    rows = pa.compute.binary_join_element_wise(
        *columns, pa.scalar(_PARTING, pa.large_string()), null_handling="replace"
    )
    if isinstance(rows, pa.ChunkedArray):
        rows = rows.combine_chunks()
    parts = [None if part is None else _moved_to_disk(part) for part in rows.buffers()]
    return pa.Array.from_buffers(rows.type, len(rows), parts)


def _moved_to_disk(part: pa.Buffer) -> pa.Buffer:
    return pa.py_buffer(moved_to_disk(np.frombuffer(part, np.uint8)))


def find_rows(table: Table, text: str, *, written: pa.Array | None = None) -> NDArray[np.int64]:
    """Return the positions of the rows that hold a text in any column, ascending.

    Parameters
    ----------
    table : Table
    text : as it is shown in a table; case doesn't matter, and "" is in every row
    written : what `written_rows` returned for the table, where there is much to look for
    """
    if written is None or not text or _PARTING in text:
        return np.flatnonzero(rows_that_mention(table.frame, text))
    return np.flatnonzero(np.asarray(pa.compute.match_substring(written, _small(text))))
