"""From the bytes of a text file to UTF-8, which all later steps read."""

import codecs
import io
from typing import NamedTuple

from som_core.files.encodings import GuessedEncoding, guess_encoding
from som_core.files.unpacking import TableRefused

_CHUNK = 1 << 20

# A mark at the start says the encoding; longer ones first, as they begin like shorter ones.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Decoded(NamedTuple):
    """A text and how its letters were read."""

    text: bytes  # as UTF-8
    encoding: str
    n_broken: int  # letters that can't be read: they become “�”
    guess: GuessedEncoding | None = None  # where only the look of the letters tells


def decode(data: bytes, encoding: str | None) -> Decoded:
    """Return the text as UTF-8, and its encoding.

    UTF-8 is certain when the whole file is valid; all other encodings are guessed by the look of
    their letters. Western Europe has two: cp1252 (Windows), or latin-1 where cp1252 has no letter.

    Parameters
    ----------
    data : the bytes of the file
    encoding : None: it is guessed

    Raises
    ------
    TableRefused
        If the bytes are no text in any encoding known here.
    """
    is_text = b"\0" not in data if encoding is None else _is_utf_8(encoding)
    if is_text and (data.isascii() or _is_valid(data, "utf-8")):
        text = data.removeprefix(codecs.BOM_UTF8)
        guessed = "utf-8" if len(text) == len(data) else "utf-8-sig"
        return Decoded(text, encoding or guessed, 0)
    guess = None
    if encoding is None:
        encoding = _certain_encoding(data)
    if encoding is None:
        guess = guess_encoding(data)
        is_western = guess.name == "cp1252"
        encoding = _western_encoding(data) if is_western else guess.name
    text, n_broken = _transcode(data, encoding)
    return Decoded(text, encoding, n_broken, guess)


def _is_utf_8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


def _certain_encoding(data: bytes) -> str | None:
    """Return the encoding of a text that isn't valid UTF-8, where marks or zeros tell it."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        return _utf_16_without_mark(data[:10_000])
    if _is_mostly_utf_8(data[:_CHUNK]):
        return "utf-8"
    return None


def _western_encoding(data: bytes) -> str:
    windows_only = any(byte in data for byte in range(0x80, 0xA0))
    return "cp1252" if windows_only and _is_valid(data, "cp1252") else "latin-1"


def _transcode(data: bytes, encoding: str) -> tuple[bytes, int]:
    """Return the text as UTF-8 and the number of broken letters, a chunk at a time."""
    # Any byte of a file that says ASCII may be a letter of UTF-8.
    form = "utf-8-sig" if _is_utf_8(encoding) else encoding
    decoder = codecs.getincrementaldecoder(form)(errors="replace")
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
