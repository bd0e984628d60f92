"""Run by `limited`: a file of typed columns (Parquet, Feather) becomes CSV.

Numbers come back exactly, moments as 2024-01-31 12:00:00, durations as hours. Columns that hold
lists, records or bytes are left out.
"""

import json
import sys
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

_MOST_NOTES, _LONGEST_NOTE = 200, 1_000  # letters
_LONGEST_SAMPLE = 2_000  # bytes
_SECOND = 1_000_000  # microseconds
_DAY = 86_400 * _SECOND
_HOUR = 3_600 * _SECOND


class Refused(Exception):
    """The file can't be read; the argument is what was found instead."""


def main(wanted: dict) -> dict:
    """Write the table to stdout and return what was found."""
    pa.set_cpu_count(1)
    data = sys.stdin.buffer.read()
    try:
        return _read(data, wanted)
    except Refused as refused:
        return refused.args[0]
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return {"problem": "broken"}


def _read(data: bytes, wanted: dict) -> dict:
    table = _parquet(data, wanted) if data.startswith(b"PAR1") else _feather(data, wanted)
    columns: dict[str, list] = {"names": [], "cells": [], "left_out": [], "zones": []}
    for name, column in zip(table.column_names, table.columns, strict=True):
        cells = plain_cells(column)
        if cells is None:
            columns["left_out"].append(name)
            continue
        columns["names"].append(" ".join(name.split()))
        columns["cells"].append(cells)
        if pa.types.is_timestamp(column.type) and column.type.tz:
            columns["zones"].append(name)
    if not columns["cells"]:
        raise Refused({"problem": "no columns", "left_out": columns["left_out"]})
    if len(columns["cells"]) == 1:  # a row without a letter would be an empty line, and so none
        only = columns["cells"][0].cast(pa.large_string())
        columns["cells"] = [pc.fill_null(only, "")]
    text = pa.Table.from_arrays(columns["cells"], names=columns["names"])
    if text.nbytes > wanted["unpacked"]:  # levels of categories are whole words now
        raise Refused({"problem": "unpacked"})
    pyarrow.csv.write_csv(text, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    metadata = table.schema.metadata or {}
    return {
        "left_out": columns["left_out"],
        "zones": columns["zones"],
        "notes": _notes(metadata),
        "labels": _labels(metadata),
        "sample": _sample(metadata, table.num_rows),
    }


def _notes(metadata: dict) -> list[dict]:
    """Return what was noticed of files that were stacked; whatever else stands there is none."""
    notes = _said_by(metadata, b"som_atlas.notes")
    found = [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []
    return [
        {"sentence": str(note.get("sentence"))[:_LONGEST_NOTE], "severity": note.get("severity")}
        for note in found[:_MOST_NOTES]
    ]


def _labels(metadata: dict) -> dict[str, str]:
    """Return what is said of the columns of files that were stacked."""
    labels = _said_by(metadata, b"som_atlas.labels")
    found = labels.items() if isinstance(labels, dict) else ()
    return {name: " ".join(str(label).split())[:_LONGEST_NOTE] for name, label in found}


def _said_by(metadata: dict, key: bytes) -> object:
    try:
        return json.loads(metadata.get(key, b"null"))
    except (ValueError, RecursionError):
        return None


def _sample(metadata: dict, n_rows: int) -> dict | None:
    """Return what the file says of how it was drawn; None if it no longer has all that was."""
    written = metadata.get(b"som_atlas.sample", b"")
    try:
        said = json.loads(written) if len(written) <= _LONGEST_SAMPLE else None
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.get("n_drawn") == n_rows else None


def _parquet(data: bytes, wanted: dict) -> pa.Table:
    file = pyarrow.parquet.ParquetFile(pa.BufferReader(data))
    _refuse_too_large(file.metadata.num_rows, len(file.schema_arrow), wanted)
    return _joined(file.iter_batches(use_threads=False), file.schema_arrow, wanted)


def _feather(data: bytes, wanted: dict) -> pa.Table:
    with pa.ipc.open_file(pa.BufferReader(data)) as file:
        batches = map(file.get_batch, range(file.num_record_batches))
        return _joined(batches, file.schema, wanted)


def _joined(batches: Iterable[pa.RecordBatch], schema: pa.Schema, wanted: dict) -> pa.Table:
    """Return the table of batches; what a file says of its size may be false, or not be there."""
    kept, n_rows, n_bytes = [], 0, 0
    for batch in batches:
        batch.validate(full=True)
        n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
        _refuse_too_large(n_rows, batch.num_columns, wanted)
        if n_bytes > wanted["unpacked"]:
            raise Refused({"problem": "unpacked"})
        kept.append(batch)
    return pa.Table.from_batches(kept, schema)


def _refuse_too_large(n_rows: int, n_columns: int, wanted: dict) -> None:
    if n_rows > wanted["rows"] or n_rows * n_columns > wanted["cells"]:
        raise Refused({"problem": "large", "height": n_rows, "width": n_columns})
    if n_columns > wanted["columns"]:
        raise Refused({"problem": "large", "height": n_rows, "width": n_columns})


def plain_cells(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return cells that can be written as text; None for those that are no single values."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain_cells(column.cast(kind.value_type))
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    if _is_text(kind):
        return pc.replace_substring_regex(column.cast(pa.large_string()), "[\r\n\0]+", " ")
    if pa.types.is_date(kind):
        return column.cast(pa.date32(), safe=False)
    if pa.types.is_timestamp(kind):
        return _moments(column.cast(pa.timestamp("us"), safe=False))
    if pa.types.is_time(kind):
        return _times(column.cast(pa.time64("us"), safe=False))
    if pa.types.is_duration(kind):
        microseconds = column.cast(pa.duration("us"), safe=False).cast(pa.int64())
        return pc.divide(microseconds.cast(pa.float64(), safe=False), _HOUR)
    is_plain = pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return column if is_plain or pa.types.is_decimal(kind) else None


def _is_text(kind: pa.DataType) -> bool:
    is_string = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return is_string or pa.types.is_string_view(kind)


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return days where all moments are midnights, else moments as fine as the finest."""
    if _are_whole(column, _DAY):
        return column.cast(pa.date32())
    return column.cast(pa.timestamp("s")) if _are_whole(column, _SECOND) else column


def _times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.time32("s")) if _are_whole(column, _SECOND) else column


def _are_whole(column: pa.ChunkedArray, step: int) -> bool:
    """Tell whether all are multiples of a number of microseconds."""
    numbers = column.cast(pa.int64())
    rest = pc.subtract(numbers, pc.multiply(pc.divide(numbers, step), step))
    return bool(pc.all(pc.equal(rest, 0)).as_py() in (True, None))
