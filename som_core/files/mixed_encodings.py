"""Texts of two encodings, as files have that were joined: UTF-8 here, something older there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from som_core.files.encodings import (
    IN_WORDS,
    guess_encoding,
    guess_latin,
    is_usual_latin,
    is_valid,
    western_encoding,
)
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, excerpt

_CHUNK = 1 << 20
_MOST_CELLS = 20_000  # different ones that are looked at
_CELL = re.compile(rb'[^,;\t|\r\n"]*[\x80-\xff][^,;\t|\r\n"]*')
_FEWEST = 3  # cells of UTF-8, where a few may look so by chance
# In letters of one byte hardly a word looks like UTF-8, and like one of Latin letters, by chance.
_CYRILLIC = frozenset({"cp1251", "koi8_r"})
_OF_TWO_BYTES = frozenset({"cp932", "euc_jp", "gb18030", "big5", "cp949"})


@dataclass(frozen=True)
class OddCells:
    """The cells of a UTF-8 text that aren't UTF-8."""

    encoding: str
    n_lines: int = 0
    first_line: int = 0  # counted from 1; 0: there is none
    example: str = ""


def encoding_of_odd_cells(data: bytes) -> str | None:
    """Return the encoding of cells that aren't UTF-8, where others are; None where it isn't so.

    A cell is UTF-8 if it reads so as a whole. One that reads so in part is broken UTF-8.
    """
    n_letters, n_broken = _letters_of_utf_8(data)
    if not n_letters or not n_broken:
        return None
    cells = _different_cells(data)
    odd = [cell for cell in cells if _is_odd(cell)]
    valid = [cell.decode() for cell in cells if is_valid(cell, "utf-8")]
    if not odd or not valid:
        return None
    joined = b"\n".join(odd)
    is_latin = all(map(is_usual_latin, valid))
    name = (is_latin and guess_latin(joined)) or guess_encoding(joined).name
    is_sure = name in _CYRILLIC or (is_latin and name not in _OF_TWO_BYTES)
    if not is_sure and len(valid) < max(_FEWEST, len(odd)):
        return None
    return western_encoding(joined) if name == "cp1252" else name


def with_odd_cells(data: bytes, encoding: str) -> tuple[bytes, OddCells]:
    """Return the text as UTF-8, but for what is broken, and which of its cells were odd."""
    pieces: list[bytes] = []
    lines: list[int] = []  # that hold odd cells, counted from 1
    texts: list[str] = []
    n_before = 0
    for chunk in _whole_lines(data):
        n_lines = chunk.count(b"\n")
        if is_valid(chunk, "utf-8"):
            pieces.append(chunk)
        else:
            odd = [match for match in _CELL.finditer(chunk) if _is_odd(match[0], encoding)]
            new = [match[0].decode(encoding, "replace") for match in odd]
            ends = [0, *(match.end() for match in odd)]
            starts = [*(match.start() for match in odd), len(chunk)]
            plain = [chunk[end:start] for end, start in zip(ends, starts, strict=True)]
            for before, text in zip(plain, [*new, ""], strict=True):
                pieces += [before, text.encode()]
            lines += _lines_of(chunk, starts[:-1], n_before)
            texts += new[:1]
        n_before += n_lines
    example = texts[0].strip() if texts else ""
    return b"".join(pieces), OddCells(encoding, len(lines), lines[0] if lines else 0, example)


def _lines_of(chunk: bytes, places: Sequence[int], n_before: int) -> list[int]:
    """Return the lines on which places are, counted from 1; n_before come before the chunk."""
    lines: list[int] = []
    line, counted_to = n_before + 1, 0
    for place in places:
        line += chunk.count(b"\n", counted_to, place)
        counted_to = place
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines


def _is_odd(cell: bytes, encoding: str = "") -> bool:
    """Tell a cell that is no UTF-8 from one that is, but broken: a letter of it is UTF-8 still.

    In letters of two bytes there may be one by chance.
    """
    if is_valid(cell, "utf-8"):
        return False
    is_of_two = encoding in _OF_TWO_BYTES and is_valid(cell, encoding)
    return is_of_two or cell.decode("utf-8", "ignore").isascii()


def _letters_of_utf_8(data: bytes) -> tuple[int, int]:
    """Return about how many letters beyond ASCII are UTF-8, and how many bytes are none."""
    n_letters = n_broken = 0
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        if not chunk.isascii():
            text = chunk.decode("utf-8", "replace")
            broken = text.count("�")
            n_broken += broken
            n_letters += len(text) - len(text.encode("ascii", "ignore")) - broken
    return n_letters, n_broken


def _different_cells(data: bytes) -> list[bytes]:
    """Return different cells with a byte beyond ASCII, of each part of the text."""
    most = max(100, _MOST_CELLS * _CHUNK // max(len(data), 1))
    cells: dict[bytes, None] = {}
    for chunk in _whole_lines(data):
        if chunk.isascii():
            continue
        limit = len(cells) + most
        for match in _CELL.finditer(chunk):
            cells[match[0][:200]] = None
            if len(cells) >= limit:
                break
    return list(cells)


def _whole_lines(data: bytes) -> Iterator[bytes]:
    """Yield the text in pieces of about a megabyte that end with a line."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _CHUNK) + 1 or len(data)
        yield data[start:end]
        start = end


def remarks_on_odd_cells(odd: OddCells | None) -> list[Remark]:
    """Return a remark on a text of two encodings."""
    if odd is None or not odd.n_lines:
        return []
    is_one = odd.n_lines == 1
    where = f"on line {odd.first_line:,}" if is_one else f"first on line {odd.first_line:,}"
    return [
        Remark(
            kind="two encodings",
            sentence=(
                f"The file is in two encodings: Unicode (utf-8), and {IN_WORDS[odd.encoding]} "
                f"({odd.encoding}) in {counted(odd.n_lines, 'line')}, {where}: "
                f"“{excerpt(odd.example)}”. Each cell is read by what it is."
            ),
            remedy=Remedy(
                words=f"Read all as {IN_WORDS[odd.encoding]} ({odd.encoding})",
                target="reading",
                changes={"encoding": odd.encoding, "odd_encoding": None},
            ),
        )
    ]
