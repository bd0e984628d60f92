"""Run by `limited`: a table of an SQLite database becomes CSV.

The database lies in memory and is only read. No view, trigger, virtual table or extension of it
runs. Columns that hold bytes are left out.
"""

import csv
import io
import sqlite3
import sys
from collections.abc import Sequence

Value = int | float | str | None

_LONGEST = (1 << 31) - 1  # bytes of a cell, whatever is wanted
_SMALL = 0.1  # share of the largest table's cells; a first table of fewer is a list of codes or so
_LOG_AHEAD = b"\2\2"  # how a database says that its last changes stand in a file beside it (WAL)
_FORMAT = slice(18, 20)  # where it says so
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)
_COLUMNS_AT_ONCE = 100  # whose cells are looked at in one run through the table
_SURELY_WHOLE = 2.0**53
_UNREADABLE = "\ufffd"


class Refused(Exception):
    """The file can't be read; the argument is what was found instead."""


def main(wanted: dict) -> dict:
    """Write the table to stdout and return what was found."""
    data = bytearray(sys.stdin.buffer.read())
    has_log = data[_FORMAT] == _LOG_AHEAD
    if has_log:  # in memory there is no file beside it
        data[_FORMAT] = b"\1\1"
    try:
        return _read(bytes(data), wanted) | {"log": has_log}
    except Refused as refused:
        return refused.args[0]
    except sqlite3.DataError:  # a text longer than all may be
        return {"problem": "unpacked"}
    except sqlite3.DatabaseError:
        return {"problem": "broken"}


def _read(data: bytes, wanted: dict) -> dict:
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    del data
    database.text_factory = _decoded
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(wanted["unpacked"], _LONGEST))
    database.set_authorizer(_allow)
    names = _tables(database)
    table, n_rows = _chosen(database, names, wanted["sheet"])
    columns = _columns(database, table)
    _refuse_too_large(n_rows, len(columns), wanted)
    of_bytes = _of_bytes(database, table, columns)
    kept = [column for column in columns if column not in of_bytes]
    if not kept:
        raise Refused({"problem": "no columns", "left_out": of_bytes})
    n_broken = _write(database, table, kept, wanted)
    return {"left_out": of_bytes, "sheet": table, "sheets": names, "broken_letters": n_broken}


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _allow(action: int, _: str | None, __: str | None, ___: str | None, source: str | None) -> int:
    """Allow to read a table, and nothing else; not from within a view or a trigger either."""
    is_allowed = action in _ALLOWED and source is None
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


# Which table -------------------------------------------------------------------------------------


def _tables(database: sqlite3.Connection) -> list[str]:
    """Return the tables that hold rows themselves, but those that serve virtual ones or SQLite."""
    found = database.execute(
        "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
    ).fetchall()
    virtual = [name for name, page in found if not page]
    inner = ("sqlite_", *(f"{name}_" for name in virtual))
    names = [name for name, page in found if page and not name.startswith(inner)]
    if not names:
        raise Refused({"problem": "no tables"})
    return names


def _chosen(
    database: sqlite3.Connection, names: Sequence[str], wanted: str | None
) -> tuple[str, int]:
    """Return the table that is wanted, or the first that isn't small, and its number of rows."""
    if wanted is not None and wanted not in names:
        raise Refused({"problem": "other tables", "sheets": names})
    looked_at = names if wanted is None else [wanted]
    n_rows = {name: _count(database, name) for name in looked_at}
    n_cells = {name: n_rows[name] * len(_columns(database, name)) for name in looked_at}
    most = max(n_cells.values())
    if not most:
        raise Refused({"problem": "empty tables", "sheets": names})
    table = next(name for name in looked_at if n_cells[name] >= _SMALL * most)
    return table, n_rows[table]


def _count(database: sqlite3.Connection, table: str) -> int:
    (n_rows,) = database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()
    return int(n_rows)


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    description = database.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0").description
    return [name for name, *_ in description]


def _of_bytes(database: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[str]:
    """Return the columns in which any cell holds bytes."""
    found: list[str] = []
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        some = columns[start : start + _COLUMNS_AT_ONCE]
        tests = ", ".join(f"max(typeof({_quoted(column)}) = 'blob')" for column in some)
        holds = database.execute(f"SELECT {tests} FROM {_quoted(table)}").fetchone()
        found += [column for column, held in zip(some, holds, strict=True) if held]
    return found


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _refuse_too_large(n_rows: int, n_columns: int, wanted: dict) -> None:
    too_many = n_rows > wanted["rows"] or n_columns > wanted["columns"]
    if too_many or n_rows * n_columns > wanted["cells"]:
        raise Refused({"problem": "large", "height": n_rows, "width": n_columns})


# Its cells as text -------------------------------------------------------------------------------


def _write(database: sqlite3.Connection, table: str, columns: Sequence[str], wanted: dict) -> int:
    """Write names and rows, each on one line; return how many letters can't be read."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([" ".join(name.split()) for name in columns])
    n_letters = n_broken = 0
    selected = ", ".join(map(_quoted, columns))
    rows = database.execute(f"SELECT {selected} FROM {_quoted(table)}")
    for n_rows, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        n_letters += sum(map(len, texts))
        n_broken += sum(text.count(_UNREADABLE) for text in texts)
        if n_letters > wanted["unpacked"]:
            raise Refused({"problem": "unpacked"})
        # A damaged table may hold more rows than were counted.
        _refuse_too_large(n_rows, len(columns), wanted)
        writer.writerow(texts)
    out.flush()
    return n_broken


def _text(cell: Value) -> str:
    if isinstance(cell, str):
        return cell if cell.isprintable() else " ".join(cell.replace("\0", "").splitlines())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _SURELY_WHOLE:
        return str(int(cell))
    return "" if cell is None else repr(cell)
