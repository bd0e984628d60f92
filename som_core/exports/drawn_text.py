"""Words in a picture: as XML writes them, and about as wide as they will be."""

import re
import unicodedata
from xml.sax.saxutils import escape

from som_core.drawing.palette import INK
from som_core.wording import in_one_direction

LINE = 1.35  # of the height of letters
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|! ()[]"), frozenset("mw%@—…")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def drawn_text(x: float, y: float, text: str, size: float, *, weight: str = "normal") -> str:
    """Return a text that begins at a place on its line."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{INK}">{plain(text)}</text>'
    )


def plain(text: str) -> str:
    """Return a text as XML writes it; signs that no XML may hold become “�”."""
    return escape(_NO_XML.sub("�", in_one_direction(text)))


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is: nobody knows which font a reader has."""
    return size * sum(map(_letter_width, text))


def _letter_width(sign: str) -> float:
    """Return the width of a letter by its height, as in Helvetica."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW:
        return 0.3
    return 0.75 if sign.isupper() or sign in _WIDE else 0.56


def cut(text: str, size: float, room: float) -> str:
    """Return as much of a text as has room."""
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
