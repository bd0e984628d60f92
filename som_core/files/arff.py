"""ARFF, the format of Weka: names of the columns stand in lines of their own above the rows.

Sparse rows, {2 5.5, 7 ant}, say the places of their cells, counted from 0; what they leave out is
0, or the first level of a set.

Source: Witten and Frank (2005), Data Mining: Practical Machine Learning Tools and Techniques.
"""

import re
from collections.abc import Iterator, Sequence

from som_core.files.unpacking import Limits, TableRefused
from som_core.remarks import Remark

_DATA = re.compile(r"\s*@data\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\s*@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s""", re.IGNORECASE
)
_ABOVE_DATA = re.compile(rb"(?:[ \t]*(?:%.*)?\r?\n)*[ \t]*@relation\b", re.IGNORECASE)
_DATA_LINE = re.compile(rb"^[ \t]*@data\b.*\n", re.IGNORECASE | re.MULTILINE)
_LEVEL = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s,{}'"][^,{}]*"""
_FIRST_LEVEL = re.compile(rf"{_ATTRIBUTE.pattern}\s*\{{\s*({_LEVEL})", re.IGNORECASE)
_NUMBER = re.compile(rf"{_ATTRIBUTE.pattern}\s*(numeric|real|integer)\b", re.IGNORECASE)
_CELL = re.compile(rf"\s*(\d+)\s+({_LEVEL})\s*([,}}])")


def n_lines_above_data(lines: Sequence[str]) -> int:
    """Return how many lines end with @data, if names stand above it; 0 where it is no ARFF."""
    for place, line in enumerate(lines):
        if _DATA.match(line):
            return place + 1 if attribute_names(lines[:place]) else 0
    return 0


def attribute_names(lines: Sequence[str]) -> list[str]:
    """Return the names that lines such as @attribute 'sepal width' numeric give the columns."""
    found = map(_ATTRIBUTE.match, lines)
    return [_unquoted(match[1]) for match in found if match]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text.strip().strip("'\""))


def _as_csv(level: str) -> str:
    """Return a cell as CSV has it: in quotation marks, but for a plain word or number."""
    cell = _unquoted(level)
    return cell if re.fullmatch(r"[\w.+?-]+", cell) else '"' + cell.replace('"', '""') + '"'


def end_of_attributes(text: bytes) -> int:
    """Return the byte behind the line @data; 0 where a text is no ARFF."""
    if not _ABOVE_DATA.match(text):
        return 0
    data = _DATA_LINE.search(text)
    return data.end() if data else 0


def with_full_rows(text: bytes, limits: Limits) -> tuple[bytes, list[Remark]]:
    """Return the text of a sparse ARFF file with every cell of its rows, and a remark on that.

    Any other text comes back as it is.

    Raises
    ------
    TableRefused
        If a sparse row can't be read, or all cells would be too many.
    """
    start = end_of_attributes(text)
    if not start or not text[start : start + 10_000].lstrip().startswith((b"{", b"%")):
        return text, []
    lines = text[start:].decode().split("\n")
    n_sparse = sum(line.lstrip().startswith("{") for line in lines)
    if not n_sparse:
        return text, []
    above = text[:start].decode().split("\n")
    usual = [cell for line in above if (cell := _usual_cell(line)) is not None]
    if len(usual) > limits.columns or len(usual) * n_sparse > limits.cells:
        raise TableRefused(
            f"With every cell of its sparse rows the table has {n_sparse:,} rows of "
            f"{len(usual):,} columns; at most {limits.columns:,} columns and {limits.cells:,} "
            "cells can be read.",
            "Keep the columns that matter to your question, and upload those.",
        )
    full = "\n".join(_full_rows(lines, usual, len(above) - 1))
    remark = Remark(
        kind="sparse rows",
        sentence=(
            "The rows are written sparsely: a cell that they leave out is 0, or the first level of "
            "its set."
        ),
    )
    return text[:start] + full.encode(), [remark]


def _usual_cell(line: str) -> str | None:
    """Return what a column holds where sparse rows leave it out; None for a line of no column."""
    if not _ATTRIBUTE.match(line):
        return None
    if _NUMBER.match(line):
        return "0"
    level = _FIRST_LEVEL.match(line)
    return _as_csv(level[2]) if level else "?"


def _full_rows(lines: Sequence[str], usual: Sequence[str], n_above: int) -> Iterator[str]:
    for number, line in enumerate(lines, start=n_above + 1):
        row = line.strip()
        if not row.startswith("{"):
            yield line
            continue
        cells = list(usual)
        place, is_open = 1, row[1:].lstrip()[:1] != "}"
        while is_open:
            cell = _CELL.match(row, place)
            if cell is None or int(cell[1]) >= len(cells):
                raise TableRefused(
                    f"The sparse row on line {number:,} of the file can't be read.",
                    "Write it as {0 1.5, 3 ant}: places counted from 0, each with its value.",
                )
            cells[int(cell[1])] = _as_csv(cell[2])
            place, is_open = cell.end(), cell[3] == ","
        yield ",".join(cells)
