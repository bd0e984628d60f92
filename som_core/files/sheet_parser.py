"""Run by `limited`: a sheet of a workbook becomes CSV, as its program would save it."""

import csv
import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TextIO
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

if sys.platform != "win32":
    import resource

Cell = float | int | str | bool | date | datetime | time | timedelta
Report = dict[str, object]

_MOST_MEMBERS = 10_000  # of a ZIP file
_MEMORY_TO_START = 300_000_000  # bytes
_MEMORY_A_BYTE = 32  # of what is unpacked; a cell takes 24 bytes or more there, and 80 in memory
_SMALL = 0.1  # share of the largest sheet's cells; a first sheet of fewer is a cover or notes
_ENCRYPTED = 0x1  # flag of a ZIP member
_MACROS = "_VBA_PROJECT".encode("utf-16-le")  # in workbooks before 2007
_PROTECTED = "EncryptedPackage".encode("utf-16-le")  # what a newer one with a password is inside
_BEGIN_OF_WORKBOOK = b"\x09\x08\x10\0"
_FILE_PASS = 0x2F
_MANIFEST = "META-INF/manifest.xml"
_MOST_OF_MANIFEST = 1_000_000  # bytes
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")
_RELATIONS = "xl/_rels/workbook.xml.rels"
# A formula without a value beside it. An empty text is one, of a cell that says so.
_UNCALCULATED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*>\s*<f\b[^<]*(?:</f>)?\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_PIECE, _LONGEST_CELL = 1_000_000, 100_000  # bytes
_SPREADSHEET = b"opendocument.spreadsheet"
_SURELY_WHOLE = 2.0**53
_DATE, _TO_THE_SECOND, _TO_THE_MICROSECOND = range(3)  # how fine a column's moments are


class Refused(Exception):
    """The workbook can't be read; the argument is what was found instead."""


def main(wanted: dict) -> Report:
    """Write the sheet to stdout and return what was found."""
    try:
        return _read(wanted)
    except Refused as refused:
        return refused.args[0]


def _read(wanted: dict) -> Report:
    data = sys.stdin.buffer.read()
    unpacked, has_macros = _look_inside(data, wanted["unpacked"])
    needed = _MEMORY_TO_START + 3 * len(data) + _MEMORY_A_BYTE * unpacked
    _limit_memory(min(wanted["memory"], needed))
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = _sheet(workbook, wanted["sheet"])
    except CalamineError:  # whatever it is, it says that it can't tell the format
        raise Refused({"problem": "broken"}) from None
    height, width = _size(sheet)
    if height > wanted["rows"] + 1 or width > wanted["columns"] or height * width > wanted["cells"]:
        raise Refused({"problem": "large", "height": height, "width": width, "sheet": sheet.name})
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
    report = _write(sheet, out, wanted["unpacked"])
    out.flush()
    hidden = [each.name for each in _worksheets(workbook) if not _is_visible(each)]
    return report | {
        "sheet": sheet.name,
        "sheets": [each.name for each in _worksheets(workbook)],
        "hidden": hidden,
        "macros": has_macros,
        "uncalculated": _n_uncalculated(data, sheet.name),
    }


# Before it is opened -----------------------------------------------------------------------------


def _limit_memory(n_bytes: int) -> None:
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = n_bytes if most == resource.RLIM_INFINITY else min(n_bytes, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _look_inside(data: bytes, most: int) -> tuple[int, bool]:
    """Return to how many bytes a file unpacks, as it says, and whether it holds macros."""
    if not data.startswith(b"PK"):
        if _PROTECTED in data or _has_password_before_2007(data):
            raise Refused({"problem": "password"})
        return len(data), _MACROS in data
    _limit_memory(_MEMORY_TO_START + 10 * len(data))  # a directory may have millions of members
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            is_encrypted = _has_password(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError):
        raise Refused({"problem": "broken"}) from None
    names = {member.filename for member in members}
    if not names & set(_WORKBOOKS) and _SPREADSHEET not in data[:200]:
        raise Refused({"problem": "archive"})
    unpacked = sum(member.file_size for member in members)
    if unpacked > most:
        raise Refused({"problem": "unpacked"})
    if len(members) > _MOST_MEMBERS:
        raise Refused({"problem": "members"})
    if is_encrypted:
        raise Refused({"problem": "password"})
    return unpacked, any(name.endswith("vbaProject.bin") for name in names)


def _has_password(archive: zipfile.ZipFile) -> bool:
    """Tell a workbook of which a member is encrypted, as ZIP or as OpenDocument does it."""
    if any(member.flag_bits & _ENCRYPTED for member in archive.infolist()):
        return True
    if _MANIFEST not in archive.namelist():
        return False
    with archive.open(_MANIFEST) as file:
        return b"encryption-data" in file.read(_MOST_OF_MANIFEST)


def _has_password_before_2007(data: bytes) -> bool:
    """Tell a workbook whose first records have one that says how it is encrypted (FilePass)."""
    place = data.find(_BEGIN_OF_WORKBOOK)
    for _ in range(3):
        if not 0 <= place <= len(data) - 4:
            return False
        kind, size = struct.unpack_from("<HH", data, place)
        if kind == _FILE_PASS:
            return True
        place += 4 + size
    return False


# Which sheet -------------------------------------------------------------------------------------


def _worksheets(workbook: CalamineWorkbook) -> list[SheetMetadata]:
    """Return what is known of the sheets that hold cells, so of no charts and no macros."""
    return [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]


def _is_visible(sheet: SheetMetadata) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible


def _sheet(workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    """Return the sheet that is wanted, or the first that is no cover; hidden ones come last."""
    sheets = _worksheets(workbook)
    names = [each.name for each in sheets]
    if not names:
        raise Refused({"problem": "no sheets"})
    if wanted is not None:
        if wanted not in names:
            raise Refused({"problem": "other sheets", "sheets": names})
        sheet = workbook.get_sheet_by_name(wanted)
        if sheet.start is None:
            raise Refused({"problem": "empty sheet", "sheets": names})
        return sheet
    visible = [each.name for each in sheets if _is_visible(each)]
    for some in (visible, [name for name in names if name not in visible]):
        n_cells = {name: _n_cells(workbook.get_sheet_by_name(name)) for name in some}
        most = max(n_cells.values(), default=0)
        if most:
            first = next(name for name in some if n_cells[name] >= _SMALL * most)
            return workbook.get_sheet_by_name(first)
    raise Refused({"problem": "empty"})


def _n_cells(sheet: CalamineSheet) -> int:
    height, width = _size(sheet)
    return height * width


def _size(sheet: CalamineSheet) -> tuple[int, int]:
    return (0, 0) if sheet.start is None else (sheet.height, sheet.width)


def _n_uncalculated(data: bytes, name: str) -> int:
    """Return how many formulas of a sheet have no value, as no program has calculated them.

    Known of workbooks in XML alone; for calamine such a cell is an empty one.
    """
    if not data.startswith(b"PK"):
        return 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if not {_WORKBOOKS[0], _RELATIONS} <= set(archive.namelist()):
            return 0
        try:
            member = _member_of(archive, name)
            return 0 if member is None else sum(_uncalculated_by_piece(archive, member))
        except (ElementTree.ParseError, KeyError, zipfile.BadZipFile, zlib.error):
            return 0  # read all the same, so nothing is said of it


def _uncalculated_by_piece(archive: zipfile.ZipFile, member: str) -> Iterator[int]:
    """Yield how many such formulas each piece of a sheet has; it may be too long for memory."""
    rest = b""
    with archive.open(member) as sheet:
        while piece := sheet.read(_PIECE):
            cells, end, rest = (rest + piece).rpartition(b"</c>")
            rest = rest[-_LONGEST_CELL:]
            yield len(_UNCALCULATED.findall(cells + end))


def _member_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """Return which member of the archive a sheet is."""
    sheets = ElementTree.fromstring(archive.read(_WORKBOOKS[0])).findall(".//{*}sheet")
    known_as = [
        value
        for sheet in sheets
        if sheet.get("name") == name
        for key, value in sheet.items()
        if key.endswith("}id")
    ]
    relations = ElementTree.fromstring(archive.read(_RELATIONS)).findall(".//{*}Relationship")
    targets = [each.get("Target", "") for each in relations if each.get("Id") in known_as]
    if not targets:
        return None
    return targets[0].removeprefix("/") if targets[0].startswith("/") else f"xl/{targets[0]}"


# Its cells as text -------------------------------------------------------------------------------


def _write(sheet: CalamineSheet, out: TextIO, most: int) -> Report:
    """Write the rows from the first cell to the last, each on one line; at most so many letters."""
    first_row, first_column = sheet.start or (0, 0)
    fineness, has_fractions, n_durations = _look_at_cells(sheet)
    writer = csv.writer(out, lineterminator="\n")
    merged = _merged_below(sheet)
    n_merged = n_letters = 0
    carried: dict[int, tuple[int, str]] = {}  # by column: to which row, and what
    for place, cells in enumerate(_rows(sheet), start=first_row):
        texts = [_text(cell, fine) for cell, fine in zip(cells, fineness, strict=True)]
        for column, (last, text) in carried.items():
            if place <= last and not texts[column]:
                texts[column] = text
                n_merged += bool(text)
        for column, last in merged.get(place, ()):
            if 0 <= column - first_column < len(texts):
                carried[column - first_column] = last, texts[column - first_column]
        n_letters += sum(map(len, texts))
        if n_letters > most:  # as a text is kept but once, in however many cells it is
            raise Refused({"problem": "unpacked"})
        writer.writerow(texts)
    return {
        "first_row": first_row,
        "fractions": has_fractions,
        "durations": n_durations,
        "merged": n_merged,
    }


def _rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """Yield the cells of each row, from the first row and column that hold one."""
    first_row, _ = sheet.start or (0, 0)
    for place, cells in enumerate(sheet.iter_rows()):
        if place >= first_row:
            yield cells[-sheet.width :]


def _merged_below(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Return by first row the columns whose cells are merged downwards, and their last rows.

    Only such of one column: wider ones are titles.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom > top:
            found.setdefault(top, []).append((left, bottom))
    return found


def _look_at_cells(sheet: CalamineSheet) -> tuple[list[int], bool, int]:
    """Return how fine the moments of each column are, if numbers have fractions, and durations.

    A midnight comes without its time; among moments of a column it is one of them.
    """
    fineness = [_DATE] * sheet.width
    has_fractions = False
    n_durations = 0
    for cells in _rows(sheet):
        for column, cell in enumerate(cells):
            if isinstance(cell, float):
                has_fractions = has_fractions or not cell.is_integer()
            elif isinstance(cell, datetime | time):
                fine = _TO_THE_MICROSECOND if cell.microsecond else _TO_THE_SECOND
                fineness[column] = max(fineness[column], fine)
            elif isinstance(cell, timedelta):
                n_durations += 1
    return fineness, has_fractions or n_durations > 0, n_durations


def _text(cell: Cell, fine: int) -> str:
    """Return what a cell holds as a text that reads back as the same."""
    if isinstance(cell, str):
        return cell if cell.isprintable() else " ".join(cell.replace("\0", "").splitlines())
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):  # as workbooks before 2007 keep whole numbers
        return str(cell)
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _SURELY_WHOLE
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell.date().isoformat()} {_of_day(cell.time(), fine)}"
    if isinstance(cell, date):
        return cell.isoformat() if fine == _DATE else f"{cell.isoformat()} {_of_day(time(), fine)}"
    if isinstance(cell, time):
        return _of_day(cell, fine)
    return repr(cell.total_seconds() / 3600)


def _of_day(moment: time, fine: int) -> str:
    return moment.isoformat("microseconds" if fine == _TO_THE_MICROSECOND else "seconds")
