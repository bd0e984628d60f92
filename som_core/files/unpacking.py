"""From an upload to plain bytes: sizes are checked first, other formats are refused by name."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from som_core.errors import AtlasError

_CHUNK = 1 << 20

_EXPORT_CSV = "Export the table as CSV and upload that."

# The first bytes of files that are often taken for tables, what they are, and the way out.
_SIGNATURES = (
    (b"\x89PNG", "a picture (PNG)", "Upload the table behind the picture as a CSV file."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Upload the table behind the picture as a CSV file."),
    (b"GIF8", "a picture (GIF)", "Upload the table behind the picture as a CSV file."),
    (b"%PDF", "a PDF document", "Copy its table into a spreadsheet and save that as CSV."),
    (b"{\\rtf", "a text document (RTF)", "Copy its table into a spreadsheet and save that as CSV."),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the CSV file inside."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and upload the CSV file inside."),
    (b"(\xb5/\xfd", "a zstd archive", "Unpack it and upload the CSV file inside."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it and upload the CSV file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and upload the CSV file inside."),
    (b"PARE", "an encrypted Parquet file", "Write it without encryption and upload that."),
    (b"FEA1", "a Feather file of version 1", "Write it as Feather 2 or Parquet and upload that."),
    (b"\x89HDF", "an HDF5 file", _EXPORT_CSV),
    (
        b"\0" * 12 + b"\xc2\xea\x81\x63",
        "a SAS catalogue of formats",
        "Upload the table itself (sas7bdat).",
    ),
    (b"RDX", "an R data file", "Write the table with write.csv in R and upload that."),
)


class TableRefused(AtlasError):
    """A file that can't become a table."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.message = message  # one sentence: why
        self.advice = advice  # one sentence: what to do


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that one table may hold; a larger file is refused before any long work."""

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 500_000_000
    rows: int = 5_000_000
    columns: int = 2_000
    cells: int = 100_000_000
    parser_bytes: int = 3_000_000_000  # of memory, while a workbook is unpacked
    parser_seconds: int = 120


def unpack(data: bytes, limits: Limits) -> bytes:
    """Return the bytes of a text or a workbook as they are, or those that a gzip file holds.

    Raises
    ------
    TableRefused
        If the file is empty, broken, unpacks to too much, or is neither text nor a workbook.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _gunzip(data, limits.unpacked_bytes)
    _refuse_other_formats(data)
    return data


def bytes_of(source: bytes | str | Path | BinaryIO, limits: Limits) -> bytes:
    """Return all bytes of a file, or those given; TableRefused where they are too many."""
    most = limits.file_bytes
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            data = file.read(most + 1)
    elif isinstance(source, bytes):
        data = source
    else:
        data = source.read(most + 1)
    if len(data) > most:
        raise TableRefused(
            f"The file is larger than {_megabytes(most)}, the most that can be read.",
            "Upload a part of its rows or columns, such as every tenth row.",
        )
    return data


def _gunzip(data: bytes, most: int) -> bytes:
    """Unpack in pieces, so that a small file that unpacks to a huge one is cut in time."""
    try:
        with io.BytesIO() as unpacked:
            for piece in _pieces(gzip.GzipFile(fileobj=io.BytesIO(data))):
                if unpacked.tell() == 0:
                    _refuse_other_formats(piece)
                unpacked.write(piece)
                if unpacked.tell() > most:
                    raise TableRefused(
                        f"The file unpacks to more than {_megabytes(most)}, "
                        "the most that can be read.",
                        "Upload a part of its rows or columns, such as every tenth row.",
                    )
            return unpacked.getvalue()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise TableRefused(
            "The gzip file is broken or ends too early.",
            "Pack it again, or upload the plain CSV file.",
        ) from None


def _pieces(file: gzip.GzipFile) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _refuse_other_formats(data: bytes) -> None:
    if len(data) < _CHUNK and not data.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise TableRefused(
            "The file is empty.", "Upload a table with a header line and at least one row."
        )
    for signature, kind, advice in _SIGNATURES:
        if data.startswith(signature):
            raise TableRefused(f"The file is {kind}, not a table in text form.", advice)
    _refuse_markup(data)


def _refuse_markup(data: bytes) -> None:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table")):
        raise TableRefused(
            "The file is a web page (HTML), perhaps a login or an error page in place of the file.",
            "Download the CSV file itself, or open the page in a spreadsheet and save it as CSV.",
        )
    if start.startswith((b"<?xml", b"<svg")):
        raise TableRefused("The file is XML, not a CSV file.", _EXPORT_CSV)


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 1e6 else f"{n_bytes:,} bytes"
