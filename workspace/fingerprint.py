"""What tells one table from another: a hash of its size, its names and all its cells."""

import hashlib
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def fingerprint_of(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of what a table says, whatever the libraries that hold it.

    Parameters
    ----------
    frame : number columns are int64 or float64, all others text, as in `Table.frame`

    Returns
    -------
    64 hexadecimal digits. A cell that is missing is one thing, an empty text another.
    """
    size_and_names = json.dumps([len(frame), list(frame.columns)])
    digest = hashlib.sha256(size_and_names.encode())
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        for part in _numbers(column) if column.dtype.kind in "if" else _texts(column):
            digest.update(part)
    return digest.hexdigest()


def _numbers(column: pd.Series) -> tuple[bytes, memoryview]:
    values = column.to_numpy()
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.nan, values)  # of the many NaN there are, this one
    return values.dtype.str.encode(), np.ascontiguousarray(values).data


def _texts(column: pd.Series) -> tuple[bytes, memoryview, memoryview, memoryview]:
    texts = pa.array(column, pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    missing = np.packbits(column.isna().to_numpy())
    texts = pc.fill_null(texts, "")
    lengths = np.ascontiguousarray(pc.binary_length(texts).to_numpy(zero_copy_only=False))
    return b"text", missing.data, lengths.data, _letters(texts)


def _letters(texts: pa.LargeStringArray) -> memoryview:
    """Return the bytes of all texts, one behind the other."""
    _, offsets, letters = texts.buffers()
    if letters is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(letters)[int(ends[0]) : int(ends[-1])]
