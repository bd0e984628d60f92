"""From the bytes of a text file to UTF-8, which all later steps read."""

import codecs
import io

from som_core.unpacking import TableRefused

_CHUNK = 1 << 20

# A mark at the start says the encoding; longer ones first, as they begin like shorter ones.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def guess_encoding(data: bytes) -> str:
    """Return the encoding of a text file.

    UTF-8 is certain when the whole file is valid; no other encoding can be told for sure, so the
    two common in Western Europe follow: cp1252 (Windows), or latin-1 where cp1252 has no letter.

    Raises
    ------
    TableRefused
        If the bytes are no text in any encoding known here.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        return _utf_16_without_mark(data[:10_000])
    if data.isascii() or _is_valid(data, "utf-8") or _is_mostly_utf_8(data[:_CHUNK]):
        return "utf-8"
    windows_only = any(byte in data for byte in range(0x80, 0xA0))
    return "cp1252" if windows_only and _is_valid(data, "cp1252") else "latin-1"


def to_utf_8(data: bytes, encoding: str) -> tuple[bytes, int]:
    """Return the text as UTF-8 without byte order mark, and how many letters can't be read.

    These become “�”.
    """
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii"):
        data = data.removeprefix(codecs.BOM_UTF8)
        if data.isascii() or _is_valid(data, "utf-8"):
            return data, 0
        encoding = "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = io.BytesIO()
    n_broken = 0
    for start in range(0, len(data) + 1, _CHUNK):
        chunk = data[start : start + _CHUNK]
        letters = decoder.decode(chunk, final=start + _CHUNK > len(data))
        n_broken += letters.count("�")
        text.write(letters.encode("utf-8", "replace"))
    return text.getvalue(), n_broken


def _is_valid(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf_8(sample: bytes) -> bool:
    """Tell UTF-8 with a few broken letters from another encoding, where nearly all are broken."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("�")
    return sum(not letter.isascii() for letter in text) > 10 * broken


def _utf_16_without_mark(sample: bytes) -> str:
    """Western letters in UTF-16 have a zero as every second byte; zeros elsewhere are no text."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    raise TableRefused(
        "The file holds bytes that no text has (zero bytes), so it is no CSV file or a broken one.",
        "Export the table as CSV once more and upload that.",
    )
