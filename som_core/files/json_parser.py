"""Run by `limited`: a JSON array of objects, or JSON lines, becomes CSV.

Each object is a row. Numbers stay as they are written. A member of an object inside is a column of
its own, such as “place.city”; columns that hold lists are left out.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator

Value = str | bool | None | list | dict  # numbers are texts
Path = tuple[str, ...]  # the names that lead to a value

_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
_BLANKS = re.compile(r"\s*")
_UNREADABLE = "\ufffd"


class Refused(Exception):
    """The file can't be read; the argument is what was found instead."""


def main(wanted: dict) -> dict:
    """Write the table to stdout and return what was found."""
    data = sys.stdin.buffer.read()
    text = data.decode(json.detect_encoding(data), "replace").removeprefix("\ufeff")
    del data
    try:
        return _read(text, wanted)
    except Refused as refused:
        return refused.args[0]
    except json.JSONDecodeError as broken:
        return {"problem": "broken", "line": broken.lineno}
    except RecursionError:
        return {"problem": "broken"}


def _read(text: str, wanted: dict) -> dict:
    paths, left_out, n_rows = _look_at_objects(text, wanted)
    names = [".".join(path) for path in left_out]
    if not paths:
        raise Refused({"problem": "no columns", "left_out": names})
    if n_rows * len(paths) > wanted["cells"]:
        raise Refused({"problem": "large", "height": n_rows, "width": len(paths)})
    _write(text, paths, wanted["unpacked"])
    return {"left_out": names, "broken_letters": text.count(_UNREADABLE)}


def _objects(text: str) -> Iterator[dict[str, Value]]:
    """Yield the objects of a list, or those that follow each other."""
    place = _behind_blanks(text, 0)
    is_list = text.startswith("[", place)
    if is_list:
        place = _behind_blanks(text, place + 1)
    while place < len(text) and not (is_list and text[place] == "]"):
        value, end = _DECODER.raw_decode(text, place)
        if not isinstance(value, dict):
            raise Refused({"problem": "no objects", "line": text.count("\n", 0, place) + 1})
        yield value
        place = _behind_blanks(text, end)
        if text.startswith(",", place):
            place = _behind_blanks(text, place + 1)
        elif is_list and not text.startswith("]", place):
            raise json.JSONDecodeError("A list isn't closed", text, place)
    if is_list and _behind_blanks(text, place + 1) < len(text):
        raise json.JSONDecodeError("Something follows the list", text, place)


def _behind_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def _cells(record: dict[str, Value], above: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Yield each value of an object, and of those inside it."""
    for name, value in record.items():
        path = (*above, name)
        if isinstance(value, dict):
            yield from _cells(value, path)
        else:
            yield path, value


def _look_at_objects(text: str, wanted: dict) -> tuple[list[Path], list[Path], int]:
    """Return the columns, those that hold lists, and the number of rows."""
    paths: dict[Path, bool] = {}  # and whether any value is there
    lists: dict[Path, None] = {}
    n_rows = 0
    record: dict[str, Value] = {}
    for n_rows, record in enumerate(_objects(text), start=1):
        for path, value in _cells(record):
            paths[path] = paths.get(path, False) or value is not None
            if isinstance(value, list):
                lists[path] = None
        if n_rows > wanted["rows"] or len(paths) > wanted["columns"]:
            raise Refused({"problem": "large", "height": n_rows, "width": len(paths)})
    if n_rows == 1 and not text.lstrip().startswith("["):
        inside = [name for name, value in record.items() if isinstance(value, list)]
        raise Refused({"problem": "one object", "lists": inside})
    # Where one row has an object, another may have null in its place.
    opened = {path[:depth] for path in paths for depth in range(1, len(path))}
    columns = [path for path in paths if path not in lists and (paths[path] or path not in opened)]
    return columns, list(lists), n_rows


def _write(text: str, paths: list[Path], most: int) -> None:
    """Write names and rows, each on one line; at most so many letters."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = [" ".join(".".join(path).split()) for path in paths]
    writer.writerow(names)
    n_letters = sum(map(len, names))
    for record in _objects(text):
        cells = dict(_cells(record))
        texts = [_text(cells.get(path)) for path in paths]
        n_letters += sum(map(len, texts))
        if n_letters > most:
            raise Refused({"problem": "unpacked"})
        writer.writerow(texts)
    out.flush()


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value if value.isprintable() else " ".join(value.replace("\0", "").splitlines())
    if isinstance(value, bool):
        return "true" if value else "false"
    return ""
