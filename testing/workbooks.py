"""Workbooks, as programs write them and as hostile people do, and what must become of each."""

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

import xlsxwriter

from testing.odd_files import Facts, OddFile, loads, refuses
from testing.paths import ROOT

Rows = Sequence[Sequence[object]]

# What only programs write that no test can run: Excel of 1997 (by xlwt), and a password (secret).
_WRITTEN = ROOT / "tests" / "unit" / "som_core" / "files" / "workbooks"
_KINDS = ("ant", "bee", "cat")
_FIRST_DAY = date(2024, 2, 28)

ANIMALS: Rows = (
    ("id", "kind", "mass", "seen"),
    *((f"r{i}", _KINDS[i % 3], 1.5 + i, _FIRST_DAY + timedelta(days=i)) for i in range(12)),
)
_ANIMALS: Facts = {
    "rows": 12,
    "columns": ("id", "kind", "mass", "seen"),
    "numbers": ("mass",),
    "texts": ("id", "kind", "seen"),
    "cells": {(0, "mass"): 1.5, (11, "mass"): 12.5, (1, "kind"): "bee", (1, "seen"): "2024-02-29"},
    "dates": {(1, "seen"): "2024-02-29"},
}


def written(name: str) -> bytes:
    """Return a workbook that lies beside the tests."""
    return (_WRITTEN / name).read_bytes()


def xlsx(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = (), first_row: int = 0) -> bytes:
    """Return a workbook of Excel with these sheets."""
    file = io.BytesIO()
    options = {"default_date_format": "yyyy-mm-dd", "in_memory": True}
    with xlsxwriter.Workbook(file, options) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, cells in enumerate(rows, start=first_row):
                sheet.write_row(place, 0, cells)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()  # as the first one couldn't be hidden otherwise
    return file.getvalue()


def ods(rows: Rows, *, repeated: int = 1) -> bytes:
    """Return an OpenDocument spreadsheet of one sheet, whose last row is repeated."""
    lines = ["".join(map(_ods_cell, cells)) for cells in rows]
    lines = [f"<table:table-row>{line}</table:table-row>" for line in lines]
    lines[-1] = lines[-1].replace(
        "<table:table-row", f'<table:table-row table:number-rows-repeated="{repeated}"'
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Animals">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": content,
        }
    )


def _ods_cell(cell: object) -> str:
    match cell:
        case date():
            kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{cell}"'
        case _:
            kind = 'office:value-type="string"'
    text = escape(str(cell))
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"


def xlsb(rows: Rows) -> bytes:
    """Return a binary workbook of Excel with one sheet; dates come as texts.

    Source: Microsoft, [MS-XLSB], Excel (.xlsb) Binary File Format, 2.4.
    """
    book = _record(0x9C, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Animals"))
    book = _record(0x8F) + book + _record(0x90) + _record(0x9D) + _record(0x84)
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = _record(0x81) + _record(0x94, size) + _record(0x91)
    for place, cells in enumerate(rows):
        sheet += _record(0x00, struct.pack("<I", place) + bytes(13))
        for column, cell in enumerate(cells):
            where = struct.pack("<II", column, 0)
            if isinstance(cell, int | float):
                sheet += _record(0x05, where + struct.pack("<d", cell))
            else:
                sheet += _record(0x06, where + _wide(str(cell)))
    sheet += _record(0x92) + _record(0x82)
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    to_sheet = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": (
                f'<?xml version="1.0"?><Relationships xmlns="{rels}"><Relationship Id="rId1" '
                f'Type="{to_sheet}" Target="worksheets/sheet1.bin"/></Relationships>'
            ),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    return _in_sevens(kind) + (_in_sevens(len(content)) or b"\0") + content


def _in_sevens(number: int) -> bytes:
    """Return a number by seven bits a byte, of which each but the last is marked."""
    parts = bytearray([number & 0x7F])
    while number := number >> 7:
        parts[-1] |= 0x80
        parts.append(number & 0x7F)
    return bytes(parts)


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _zip(members: Mapping[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # The first member of OpenDocument is stored, so that the file can be told by it.
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, how)
    return file.getvalue()


def with_member(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one more file in it."""
    file = io.BytesIO(workbook)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _with_a_cell_far_away() -> bytes:
    """Return a workbook of 5 kB with a cell in the last row and column that Excel knows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, 1)
        sheet.write(1_048_575, 16_383, 2)
    return file.getvalue()


def _with_a_chart_only() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "={1,2}"})
        workbook.add_chartsheet("Chart").set_chart(chart)
    return file.getvalue()


def _bomb() -> bytes:
    """Return a workbook of 600 kB that unpacks to 600 MB."""
    file = io.BytesIO(xlsx({"Animals": ANIMALS}))
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings2.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(600):
            member.write(bytes(1_000_000))
    return file.getvalue()


def _with_many_members() -> bytes:
    file = io.BytesIO(xlsx({"Animals": ANIMALS}))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/{number}", b"")
    return file.getvalue()


def _says_it_is_small() -> bytes:
    """Return a workbook with a sheet of 40 MB of blanks that is said to be of 9 bytes."""
    sheet = b"<worksheet>" + b" " * 40_000_000 + b"<sheetData/></worksheet>"
    workbook = _zip({**_members(xlsx({"Animals": ANIMALS})), "xl/worksheets/sheet1.xml": sheet})
    return workbook.replace(struct.pack("<I", len(sheet)), struct.pack("<I", 9))


def _with_entities() -> bytes:
    """Return a workbook with a text that grows to 3 GB where entities are put in place."""
    entities = '<!ENTITY e0 "lol">' + "".join(
        f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9)
    )
    texts = f'<?xml version="1.0"?><!DOCTYPE sst [{entities}]><sst><si><t>&e9;</t></si></sst>'
    return _zip({**_members(xlsx({"Animals": ANIMALS})), "xl/sharedStrings.xml": texts.encode()})


def _members(workbook: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _protected_before_2007() -> bytes:
    """Return an old workbook whose second record says that it is encrypted (FilePass)."""
    return written("animals.xls").replace(b"\xe1\0\2\0", b"\x2f\0\2\0", 1)


def _protected_ods() -> bytes:
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}">{entry}'
        "</manifest:file-entry></manifest:manifest>"
    )
    return _zip({**_members(ods(ANIMALS)), "META-INF/manifest.xml": manifest})


def odd_workbooks() -> list[OddFile]:
    """Return every odd workbook, those that load first."""
    plain = xlsx({"Animals": ANIMALS})
    days_as_texts = [[str(cell) if isinstance(cell, date) else cell for cell in r] for r in ANIMALS]
    notes = (("About",), ("All animals of one garden.",))
    empty: Rows = ()
    return [
        loads("animals.xlsx", plain, **_ANIMALS),
        loads("animals.xls", lambda: written("animals.xls"), **_ANIMALS),
        loads("days_since_1904.xls", lambda: written("animals_1904.xls"), **_ANIMALS),
        loads(
            "whole_numbers.xls",
            lambda: written("whole_numbers.xls"),
            rows=12,
            columns=("kind", "pieces", "paid", "share", "sold"),
            numbers=("pieces", "share"),
            cells={(0, "pieces"): -7, (11, "pieces"): 26, (1, "paid"): "TRUE", (1, "share"): 0.25},
            dates={(1, "sold"): "2024-02-29"},
        ),
        loads("animals.xlsb", xlsb(days_as_texts), **_ANIMALS),
        loads("animals.ods", ods(ANIMALS), **_ANIMALS),
        loads("named_as_text.csv", plain, **_ANIMALS),
        loads("zipped_twice.xlsx.gz", lambda: gzip.compress(plain), **_ANIMALS),
        loads(
            "a_cover_first.xlsx",
            xlsx({"Cover": notes, "Animals": ANIMALS, "Codes": notes}),
            **_ANIMALS | {"remark": "“Cover”, “Codes”"},
        ),
        loads(
            "hidden_sheet_first.xlsx",
            xlsx({"Old": [*ANIMALS] * 3, "Animals": ANIMALS}, hidden=["Old"]),
            **_ANIMALS | {"remark": "“Old” (hidden)"},
        ),
        loads(
            "all_but_hidden_empty.xlsx",
            xlsx({"Empty": empty, "Animals": ANIMALS}, hidden=["Animals"]),
            **_ANIMALS | {"remark": "is hidden"},
        ),
        loads(
            "below_empty_rows.xlsx",
            xlsx({"Animals": ANIMALS}, first_row=3000),
            **_ANIMALS | {"remark": "row 3,001 counts as line 1"},
        ),
        loads(
            "title_and_notes.xlsx",
            xlsx({"Animals": [["Animals of May"], [], *ANIMALS, [], ["Source: a garden"]]}),
            **_ANIMALS | {"remark": "note below the table"},
        ),
        loads(
            "units_below_names.xlsx",
            xlsx({"Animals": [ANIMALS[0], ["(code)", "(word)", "(kg)", "(day)"], *ANIMALS[1:]]}),
            **_ANIMALS | {"remark": "A row below the names left out"},
        ),
        loads(
            "macros.xlsm",
            with_member(plain, "xl/vbaProject.bin", b"Sub AutoOpen()"),
            **_ANIMALS | {"remark": "They were not run"},
        ),
        refuses("cell_far_away.xlsx", _with_a_cell_far_away, "memory"),
        refuses("row_repeated.ods", lambda: ods(ANIMALS, repeated=2_000_000_000), "memory"),
        refuses("many_rows.ods", lambda: ods([[1] * 300], repeated=1_000_000), "too large"),
        refuses("bomb.xlsx", _bomb, "unpacks to more than"),
        refuses("many_members.xlsx", _with_many_members, "more files"),
        refuses("says_it_is_small.xlsx", _says_it_is_small, "workbook"),
        refuses("growing_text.xlsx", _with_entities, "workbook"),
        refuses("protected.xlsx", lambda: written("protected.xlsx"), "password"),
        refuses("protected.xls", _protected_before_2007, "password"),
        refuses("protected.ods", _protected_ods, "password"),
        refuses("charts_only.xlsx", _with_a_chart_only, "charts"),
        refuses("empty.xlsx", xlsx({"A": empty, "B": empty}), "empty"),
        refuses("header_only.xlsx", xlsx({"A": ANIMALS[:1]}), "no row"),
        refuses("cut.xlsx", plain[: len(plain) // 2], "broken"),
        refuses("cut.xls", lambda: written("animals.xls")[:3000], "broken"),
        refuses("letter.odt", _zip({"mimetype": "application/vnd.oasis.opendocument.text"}), "ZIP"),
    ]
