"""From a workbook to the text of one sheet, as its program would save it as CSV.

Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods). From the text on, a sheet goes the way of a
text file: one set of rules for layout, totals, units and marks for missing. Formulas come as their
last value, dates as 2024-01-31, and no macro runs. See `sheet_parser`, which is the other process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from som_core.files.parser_process import text_from
from som_core.files.unpacking import Limits, TableRefused
from som_core.remarks import Remark
from som_core.wording import counted, joined, listed, size_in_words

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BEFORE_2007 = b"\xd0\xcf\x11\xe0"
_PARSER = Path(__file__).with_name("sheet_parser.py")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The cells of one sheet as text, and what is known of its workbook."""

    text: bytes  # CSV in UTF-8: a comma between cells, a point in numbers, each row on one line
    name: str
    names: tuple[str, ...]  # of all sheets that may hold a table, in their order
    has_fractions: bool  # so that a point surely is a decimal mark
    remarks: tuple[Remark, ...]


def is_packed(data: bytes) -> bool:
    """Tell a workbook, or another file that is packed as workbooks are, from text."""
    return data.startswith((*_ZIP, _BEFORE_2007))


def read_sheet(data: bytes, name: str | None, limits: Limits) -> Sheet:
    """Return a sheet of a workbook as text.

    Parameters
    ----------
    data : the bytes of the workbook
    name : of the sheet; None: the first that isn't hidden, unless another holds ten times as many
        cells, so that covers and notes are passed over
    limits : the most that is read

    Raises
    ------
    TableRefused
        If the bytes are no workbook, or one that can't be read, or the sheet isn't there.
    """
    text, found = text_from(_PARSER, data, limits, sheet=name)
    if "problem" in found:
        raise _refusal(found, data, limits)
    return Sheet(
        text=text,
        name=found["sheet"],
        names=tuple(found["sheets"]),
        has_fractions=found["fractions"],
        remarks=tuple(_remarks(found)),
    )


# What was noticed --------------------------------------------------------------------------------


def _remarks(found: dict) -> list[Remark]:
    remarks = []
    others = [name for name in found["sheets"] if name != found["sheet"]]
    if others:
        has = "1 other" if len(others) == 1 else f"{len(others):,} others"
        sentence = f"Of the workbook the sheet “{found['sheet']}” was read; it has {has}: "
        remarks.append(_remark("sheets", sentence + _in_words(others, found["hidden"]) + "."))
    if found["sheet"] in found["hidden"]:
        sentence = f"The sheet “{found['sheet']}” is hidden in the workbook."
        remarks.append(_remark("hidden sheet", sentence))
    if found["first_row"]:
        row = found["first_row"] + 1
        sentence = f"The sheet's first rows are empty: row {row:,} counts as line 1."
        remarks.append(_remark("empty rows above", sentence))
    if found["merged"]:
        sentence = (
            f"{counted(found['merged'], 'cell')} merged with the one above got its value, as the "
            "sheet shows it."
        )
        remarks.append(_remark("merged cells", sentence))
    if found["durations"]:
        sentence = f"{counted(found['durations'], 'duration')} read as hours: 1:30 is 1.5."
        remarks.append(_remark("durations", sentence))
    if found["uncalculated"]:
        sentence = (
            f"{counted(found['uncalculated'], 'formula')} without a value, as no spreadsheet "
            "program has calculated them yet: such cells are empty here. Open the workbook in one, "
            "save it, and choose it again."
        )
        remarks.append(_remark("formulas without values", sentence))
    if found["macros"]:
        sentence = "The workbook holds macros. They were not run: only cells were read."
        remarks.append(_remark("macros", sentence))
    return remarks


def _remark(kind: str, sentence: str) -> Remark:
    return Remark(kind=kind, sentence=sentence)


def _in_words(names: Sequence[str], hidden: Sequence[str]) -> str:
    return joined([f"“{name}”{' (hidden)' if name in hidden else ''}" for name in names])


# Why it can't be read ----------------------------------------------------------------------------


def _refusal(found: dict, data: bytes, limits: Limits) -> TableRefused:
    match found["problem"]:
        case "archive":
            return TableRefused(
                "The file is a ZIP archive, and no workbook.",
                "Unpack it and upload the table inside.",
            )
        case "password":
            return TableRefused(
                "The workbook is protected by a password.",
                "Save it without one (File → Info → Protect → no password) and upload that.",
            )
        case "unpacked":
            return TableRefused(
                f"The workbook unpacks to more than {size_in_words(limits.unpacked_bytes)}, the "
                "most that can be read.",
                "Save the one sheet as CSV, with a part of its rows or columns, and upload that.",
            )
        case "members":
            return TableRefused(
                "The workbook holds more files than any workbook does.",
                "Open it in a spreadsheet program, save it once more, and upload that.",
            )
        case "large":
            return _too_large(found, limits)
        case "no sheets":
            return TableRefused(
                "The workbook has no sheet with cells, only charts or macros.",
                "Upload the workbook that holds the table.",
            )
        case "empty":
            return TableRefused(
                "The workbook is empty: no cell of its sheets holds a value.",
                "Upload a workbook with a header and at least one row.",
            )
        case "empty sheet":
            return TableRefused(
                "No cell of this sheet holds a value.",
                f"Choose another; the workbook has {listed(found['sheets'])}.",
            )
        case "other sheets":
            return TableRefused(
                "The workbook has no sheet of this name.",
                f"Choose another; it has {listed(found['sheets'])}.",
            )
        case _:
            return _broken(data)


def _broken(data: bytes) -> TableRefused:
    if data.startswith(_BEFORE_2007):
        return TableRefused(
            "The file is an old Excel or Office file that can't be read: it is broken, or no "
            "workbook.",
            "Open it in Excel, save the sheet as xlsx or CSV, and upload that.",
        )
    return TableRefused(
        "The Excel or OpenDocument workbook can't be read: it is broken, or far too large.",
        "Open it in a spreadsheet program, save it once more, and upload that.",
    )


def _too_large(found: dict, limits: Limits) -> TableRefused:
    return TableRefused(
        f"The sheet “{found['sheet']}” spans {found['height']:,} rows and {found['width']:,} "
        f"columns; at most {limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} "
        "cells can be read.",
        "Upload a part of it; look as well for a filled cell far away from the table.",
    )
