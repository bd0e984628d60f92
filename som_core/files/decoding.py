"""From the bytes of a text file to UTF-8, which all later steps read."""

import codecs
import io
from typing import NamedTuple

from som_core.files.encodings import (
    GuessedEncoding,
    guess_encoding,
    is_valid,
    western_encoding,
)
from som_core.files.mixed_encodings import OddCells, encoding_of_odd_cells, with_odd_cells
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
    odd: OddCells | None = None  # in a text of two encodings


def decode(data: bytes, encoding: str | None, odd_encoding: str | None = None) -> Decoded:
    """Return the text as UTF-8, and its encoding.

    UTF-8 is certain when the whole file is valid, and in cells that are; all other encodings are
    guessed by the look of their letters.

    Parameters
    ----------
    data : the bytes of the file
    encoding : None: it is guessed
    odd_encoding : of cells that aren't UTF-8, where the text is; guessed with the encoding

    Raises
    ------
    TableRefused
        If the bytes are no text in any encoding known here.
    """
    is_text = b"\0" not in data if encoding is None else _is_utf_8(encoding)
    if is_text and (data.isascii() or is_valid(data, "utf-8")):
        text = data.removeprefix(codecs.BOM_UTF8)
        guessed = "utf-8" if len(text) == len(data) else "utf-8-sig"
        return Decoded(text, encoding or guessed, 0)
    guess = odd = None
    if encoding is None:
        encoding, odd_encoding, guess = _guessed_encoding(data)
    if odd_encoding and _is_utf_8(encoding):
        data, odd = with_odd_cells(data, odd_encoding)
    text, n_broken = _transcode(data, encoding)
    return Decoded(text, encoding, n_broken, guess, odd)


def _guessed_encoding(data: bytes) -> tuple[str, str | None, GuessedEncoding | None]:
    """Return the encoding of a text, that of its odd cells, and the guess if only letters tell."""
    marked = _marked_encoding(data)
    if marked not in (None, "utf-8-sig"):
        return marked, None, None
    odd = encoding_of_odd_cells(data)
    if marked or odd or _is_mostly_utf_8(data[:_CHUNK]):
        return marked or "utf-8", odd, None
    guess = guess_encoding(data)
    return western_encoding(data) if guess.name == "cp1252" else guess.name, None, guess


def _is_utf_8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


def _marked_encoding(data: bytes) -> str | None:
    """Return the encoding of a text that isn't valid UTF-8, where marks or zeros tell it."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data:
        return _utf_16_without_mark(data[:10_000])
    return None


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
