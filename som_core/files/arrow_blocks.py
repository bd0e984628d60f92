"""From a block of typed columns to a frame to compute with, by their types and without guesses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from som_core.files.column_parser import plain_cells
from som_core.files.written_dates import UNIT


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a data set."""

    frame: pd.DataFrame  # numbers, texts, and moments as datetime64[us]
    moments: tuple[str, ...]  # the columns that hold dates or times; these of 1970-01-01


def block_of(batch: pa.RecordBatch | pa.Table) -> Block:
    """Return the rows of a batch; a text without a letter is missing."""
    columns, moments = {}, []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            columns[name] = pd.Series(_moments(column.cast(pa.timestamp("us"), safe=False)))
            moments.append(name)
        elif pa.types.is_time(column.type):
            columns[name] = pd.Series(_moments(column.cast(pa.time64("us"), safe=False)))
            moments.append(name)
        elif _is_number(column.type):
            columns[name] = pd.Series(_numbers(column))
        else:
            columns[name] = texts_of(column)
    return Block(pd.DataFrame(columns, index=pd.RangeIndex(batch.num_rows)), tuple(moments))


def with_plain_words(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose categories are whole words: each batch would keep all their levels."""
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def texts_of(column: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Return a column as texts, as a CSV file would have them."""
    texts = column.cast(pa.large_string())
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.large_string()), texts)
    return texts.to_pandas().astype("str")


def is_cell(kind: pa.DataType) -> bool:
    """Tell types of single values from lists, records and bytes."""
    return plain_cells(pa.chunked_array([], kind)) is not None


def _is_number(kind: pa.DataType) -> bool:
    is_plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)
    return is_plain or pa.types.is_decimal(kind) or pa.types.is_duration(kind)


def _numbers(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64] | NDArray[np.int64]:
    kind = column.type
    if pa.types.is_integer(kind) and column.null_count == 0 and not pa.types.is_uint64(kind):
        return column.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    if pa.types.is_duration(kind):
        column = plain_cells(pa.table([column], ["hours"])["hours"])
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def _moments(column: pa.Array | pa.ChunkedArray) -> NDArray[np.datetime64]:
    counts = column.cast(pa.int64())
    is_missing = counts.is_null().to_numpy(zero_copy_only=False)
    values = counts.fill_null(0).to_numpy(zero_copy_only=False).astype(UNIT)
    values[is_missing] = np.datetime64("NaT")
    return values
