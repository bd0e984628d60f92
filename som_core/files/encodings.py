"""In which encoding a text is that is no UTF-8: by its letters, as far as they can tell."""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from charset_normalizer import from_bytes

from som_core.remarks import Remark, Remedy

_CHUNK = 1 << 20
_MOST_CELLS = 500  # different ones that are looked at
# Only from where a cell begins: from each letter on, a cell of 1 MB would take hours.
_CELL = re.compile(rb'(?<![^,;\t\r\n"])[^,;\t\r\n"\x80-\xff]*[\x80-\xff][^,;\t\r\n"]*')
_SURE, _BETTER = 0.9, 0.1  # shares of letters: enough, and enough more than Western Europe's
_WESTERN = 0.75
_LIKELY, _MUCH_BETTER = 0.7, 0.25  # where names of several languages stand side by side
_LITTLE_MESS = 0.05
_SEVERAL = 3  # cells
_MOST_OF_A_WORD = 0.75

# Letters beyond ASCII by language, as far as the encoding has them.
_LATIN = {
    "cp1252": (
        "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíóúüñ", "ãõáéíóúâêôàçü", "àèéìíòóùú", "åäöéü", "æøåéóö",
        "áéíóúýþðæö", "éëïöüóèáç", "àèéíïòóúüç", "äöüõšž",
    ),
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ",
    ),
    "iso8859_2": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ",
    ),
    "cp1254": ("çğıöşüâîûİ",),
    "mac_roman": ("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíóúüñ", "ãõáéíóúâêôàçü", "åäöéü", "æøåéóö"),
    "cp850": ("äöüß", "àâæçéèêëîïôùûüÿ", "áéíóúüñ", "ãõáéíóúâêôàçü", "åäöéü", "æøåéóö"),
}  # fmt: skip
_LATIN_LETTERS = frozenset("".join(chain.from_iterable(_LATIN.values())))
_OTHERS = (
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp",
    "gb18030", "big5", "cp949",
)  # fmt: skip
_RUSSIAN = frozenset("аеёиоуыэюяіїє")
_VOWELS = {
    "cp1251": _RUSSIAN,
    "koi8_r": _RUSSIAN,
    "cp866": _RUSSIAN,
    "cp1253": frozenset("αεηιουωάέήίόύώϊϋΐΰ"),
}
# From the first to the last code of characters in common use: level 1 of each standard, and kana.
_COMMON_LEADS = {
    "cp932": (b"\x82\x9f", b"\x98\x72"),
    "euc_jp": (b"\xa4\xa1", b"\xcf\xd3"),
    "gb18030": (b"\xb0\xa1", b"\xd7\xf9"),
    "big5": (b"\xa4\x40", b"\xc6\x7e"),
    "cp949": (b"\xb0\xa1", b"\xc8\xfe"),
}
_ROW_OF_LETTERS = re.compile(r"[^\W\d_a-zA-Z]+")
_SIGNS = frozenset("\u00a0°µ²³¹±½¼¾€$£¥§©®™·…–—‘’‚“”„«»¿¡ªº×÷‰†•´`¨ ")
_BEFORE_LETTERS = frozenset("\u00a0µ–—‘’‚“”„«»¿¡·… €$£")

IN_WORDS = {
    "utf-8": "Unicode",
    "cp1252": "Western European",
    "latin-1": "Western European",
    "cp1250": "Central European",
    "iso8859_2": "Central European, Unix",
    "cp1254": "Turkish",
    "mac_roman": "Western European, old Macintosh",
    "cp850": "Western European, DOS",
    "cp1251": "Cyrillic",
    "koi8_r": "Cyrillic, Unix",
    "cp866": "Cyrillic, DOS",
    "cp1253": "Greek",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp874": "Thai",
    "cp932": "Japanese, Shift-JIS",
    "euc_jp": "Japanese, Unix",
    "gb18030": "Chinese, GBK",
    "big5": "Chinese, Big5",
    "cp949": "Korean",
}


@dataclass(frozen=True)
class GuessedEncoding:
    """An encoding, what else is likely, and a cell that shows the difference."""

    name: str
    other: str | None = None  # None: nothing else is likely
    example: str = ""


def guess_encoding(data: bytes) -> GuessedEncoding:
    """Return the encoding of a text with letters beyond ASCII that isn't Unicode.

    Letters of Latin alphabets must be those of one language, small within words and not in rows;
    other alphabets are told by charset-normalizer, which looks for the least mess. Where that says
    nothing, Western Europe's encoding is the most likely one.
    """
    cells = _cells_beyond_ascii(data)
    shares = {name: _share_of_one_language(cells, name) for name in _LATIN}
    best = max(shares, key=lambda name: shares[name])  # the first of equals
    western = shares["cp1252"]
    if shares["cp1254"] >= _SURE and _looks_turkish(cells):
        return _guessed("cp1254", "cp1252", cells)
    is_sure = shares[best] >= _SURE and shares[best] > western + _BETTER
    is_likely = shares[best] >= _LIKELY and shares[best] > western + _MUCH_BETTER
    if is_sure or (is_likely and len(cells) >= _SEVERAL):
        return _guessed(best, "cp1252", cells)
    if western >= _WESTERN:
        return GuessedEncoding("cp1252")
    found = _other_encodings(cells)
    if not found:
        return _guessed("cp1252", None if best == "cp1252" else best, cells)
    return _guessed(found[0], found[1] if len(found) > 1 else "cp1252", cells)


def guess_latin(data: bytes) -> str | None:
    """Return the likeliest encoding of a text that is known to be Latin; None if none is likely.

    Names of several languages may stand side by side.
    """
    cells = _cells_beyond_ascii(data)
    shares = {
        name: (
            _share_explained(cells, name, ["".join(set("".join(languages)))]),
            _share_explained(cells, name, languages),
        )
        for name, languages in _LATIN.items()
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best][0] >= _SURE else None


def is_usual_latin(text: str) -> bool:
    """Tell a text whose letters beyond ASCII are those of languages that Latin encodings write."""
    return all(_small(sign) in _LATIN_LETTERS for sign in text if sign.isalpha() and sign > "\x7f")


def western_encoding(data: bytes) -> str:
    """Return which of Western Europe's it is: cp1252 (Windows), or latin-1 where that can't be."""
    windows_only = any(byte in data for byte in range(0x80, 0xA0))
    return "cp1252" if windows_only and is_valid(data, "cp1252") else "latin-1"


def is_valid(data: bytes, encoding: str) -> bool:
    """Tell whether all bytes can be read in an encoding, a chunk at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _other_encodings(cells: list[bytes]) -> list[str]:
    """Return encodings of other alphabets that leave hardly any mess, the most likely first.

    Short texts are no mess in several of them, so the one wins whose words most often look like
    words: Cyrillic and Greek have vowels, Chinese, Japanese and Korean mostly common characters.
    """
    matches = from_bytes(b"\n".join(cells), cp_isolation=list(_OTHERS))
    least = min((match.chaos for match in matches), default=0.0)
    likely = [match.encoding for match in matches if match.chaos <= least + _LITTLE_MESS]
    shares = {name: _share_of_words(cells, name) for name in likely}
    return sorted(likely, key=lambda name: -shares[name])


def _share_of_words(cells: list[bytes], encoding: str) -> float:
    """Return the share of letters in words that look like those of an alphabet."""
    n_all = n_like = 0
    for cell in cells:
        for word in _ROW_OF_LETTERS.findall(cell.decode(encoding, "replace")):
            n_all += len(word)
            n_like += len(word) * _looks_like_a_word(word, encoding)
    return n_like / max(n_all, 1)


def _looks_like_a_word(word: str, encoding: str) -> bool:
    if encoding in _COMMON_LEADS:
        first, last = _COMMON_LEADS[encoding]
        encoded = [letter.encode(encoding) for letter in word]
        return sum(first <= code <= last for code in encoded) >= _MOST_OF_A_WORD * len(word)
    if encoding in _VOWELS:
        share = sum(letter in _VOWELS[encoding] for letter in word.lower()) / len(word)
        return len(word) < 3 or (0.2 <= share <= 0.75 and word[0] not in "ъьы")
    return not any(unicodedata.combining(letter) for letter in word[:1]) and (
        len({unicodedata.name(letter, "?").split()[0] for letter in word}) == 1
    )


def _guessed(name: str, other: str | None, cells: list[bytes]) -> GuessedEncoding:
    texts = (cell.decode(name, "replace").strip() for cell in cells)
    return GuessedEncoding(name, other, max(texts, key=_n_letters, default="")[:30])


def _n_letters(text: str) -> int:
    return sum(letter.isalpha() and not letter.isascii() for letter in text[:30])


def _cells_beyond_ascii(data: bytes) -> list[bytes]:
    """Return different cells with a byte beyond ASCII, the first ones of the file."""
    cells: dict[bytes, None] = {}
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        if chunk.isascii():
            continue
        for match in _CELL.finditer(chunk):
            cells[match[0][:200]] = None
            if len(cells) >= _MOST_CELLS:
                return list(cells)
    return list(cells)


def _share_of_one_language(cells: list[bytes], encoding: str) -> float:
    """Return the share of letters and signs beyond ASCII that one language explains."""
    return _share_explained(cells, encoding, _LATIN[encoding])


def _share_explained(cells: list[bytes], encoding: str, languages: Sequence[str]) -> float:
    """Return the share of letters and signs beyond ASCII that one of some languages explains."""
    letters: list[str] = []
    n_all = n_signs = 0
    for cell in cells:
        text = cell.decode(encoding, "replace")
        in_rows = {at for row in _ROW.finditer(text) for at in range(*row.span())}
        for word in _WORD.finditer(text):
            beyond = [letter for letter in word[0] if not letter.isascii()]
            n_all += len(beyond)
            if len(beyond) and word[0] in _SIGNS:
                n_signs += word.start() not in in_rows and _fits(word)
            else:
                letters += _fitting_letters(word[0], beyond)
    if n_all == 0:
        return 0.0
    explained = max(sum(map(language.count, letters)) for language in languages)
    return (n_signs + explained) / n_all


_WORD = re.compile(r"[^\W\d_µ²³¹½¼¾ªº]+|[^\x00-\x7f]")
_ROW = re.compile(r"[^\x00-\x7f]{3,}")


def _fitting_letters(word: str, beyond: list[str]) -> list[str]:
    """Return the letters of a word that stand as Latin letters do; a whole word of them is odd."""
    if len(word) >= 3 and len(beyond) > _MOST_OF_A_WORD * len(word):
        return []
    within = zip(" " + word, word, strict=False)
    misplaced = {letter for before, letter in within if letter.isupper() and before.islower()}
    return [_small(letter) for letter in beyond if letter not in misplaced]


def _small(letter: str) -> str:
    return letter.lower() if len(letter.lower()) == 1 else letter  # İ has no small letter


def _fits(sign: re.Match[str]) -> bool:
    """Tell whether a sign stands where people write such."""
    behind = sign.string[sign.end() : sign.end() + 1]
    return sign[0] in _BEFORE_LETTERS or (sign[0] in _SIGNS and not behind.isalpha())


def _looks_turkish(cells: list[bytes]) -> bool:
    """Tell ş, ı and ğ from þ, ý and ð, which Icelandic has beside vowels with an accent."""
    text = b" ".join(cells).decode("cp1252", "replace").lower()
    return sum(map(text.count, "ýþð")) > sum(map(text.count, "áéíóúæ"))


def remarks_on_encoding(guess: GuessedEncoding | None) -> list[Remark]:
    """Return a remark on an encoding that only the look of the letters tells."""
    if guess is None or guess.other is None:
        return []
    return [
        Remark(
            kind="encoding",
            sentence=(
                f"Letters are read as {IN_WORDS[guess.name]} ({guess.name}), by their look, as in "
                f"“{guess.example}”."
            ),
            remedy=Remedy(
                words=f"Read them as {IN_WORDS[guess.other]} ({guess.other})",
                target="reading",
                changes={"encoding": guess.other},
            ),
        )
    ]
