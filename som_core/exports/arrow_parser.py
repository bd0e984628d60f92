"""Run by `limited`: the Arrow file of a bundle becomes one that is surely plain.

What comes out is neither packed, nor larger than was allowed, and holds numbers, texts and moments
only; what a file may say beside its cells, such as types of its own, is left behind.
"""

import sys

import pyarrow as pa

_PLAIN = (pa.int64(), pa.float64(), pa.large_string(), pa.timestamp("us"))


def main(wanted: dict) -> dict:
    """Write the plain file to stdout and return what was found."""
    pa.set_cpu_count(1)
    data = sys.stdin.buffer.read()
    try:
        return _copy(data, wanted)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return {"problem": "broken"}


def _copy(data: bytes, wanted: dict) -> dict:
    with pa.ipc.open_file(pa.BufferReader(data)) as file:
        if any(column.type not in _PLAIN for column in file.schema):
            return {"problem": "kinds"}
        kept, n_rows, n_bytes = [], 0, 0
        for place in range(file.num_record_batches):
            batch = file.get_batch(place)
            batch.validate(full=True)
            n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
            n_columns = batch.num_columns
            if n_rows > wanted["rows"] or n_rows * n_columns > wanted["cells"]:
                return {"problem": "large"}
            if n_columns > wanted["columns"] or n_bytes > wanted["unpacked"]:
                return {"problem": "large"}
            kept.append(batch)
        schema = pa.schema([pa.field(column.name, column.type) for column in file.schema])
        table = pa.Table.from_batches(kept, file.schema).combine_chunks()
    plain = pa.Table.from_arrays(table.columns, schema=schema)
    with pa.ipc.new_file(sys.stdout.buffer, schema) as written:
        written.write_table(plain)
    sys.stdout.buffer.flush()
    return {"rows": n_rows}
