"""Numbers and names as they stand in a sentence for people."""

import math
from collections.abc import Sequence

import numpy as np

MARKS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ".": "point",
    "'": "apostrophe",
}

_SHOWN_NAMES, _SHOWN_PLACES, _SHOWN_PARTS = 3, 5, 5  # a sentence with hundreds isn't read


def counted(number: int, thing: str) -> str:
    """Return “1 row” or “1,234 rows”."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def named(names: Sequence[str]) -> str:
    """Return “a”; “a” and “b”; or 7 columns (“a”, “b”, “c”, …)."""
    quoted = [f"“{name}”" for name in names[:_SHOWN_NAMES]]
    if len(names) == 1:
        return quoted[0]
    if len(names) <= _SHOWN_NAMES:
        return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return f"{len(names):,} columns ({', '.join(quoted)}, …)"


def placed(thing: str, places: Sequence[int]) -> str:
    """Return “row 7”, or “rows 7, 12, …”."""
    shown = ", ".join(f"{place:,}" for place in places[:_SHOWN_PLACES])
    if len(places) == 1:
        return f"{thing} {shown}"
    return f"{thing}s {shown}{', …' if len(places) > _SHOWN_PLACES else ''}"


def listed(names: Sequence[str]) -> str:
    """Return names in quotation marks, at most five of them."""
    return joined([f"“{name}”" for name in names])


def joined(parts: Sequence[str]) -> str:
    """Return parts with commas between, at most five of them, and how many more there are."""
    more = len(parts) - _SHOWN_PARTS
    return ", ".join(parts[:_SHOWN_PARTS]) + (f" and {more:,} more" if more > 0 else "")


def number(value: float, digits: int = 4) -> str:
    """Return a number for people: 16,730; 5.25; −0.0123; its leading digits, no powers of ten.

    Only what is too large or too small to be read so is written as 1.2e+15.
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-6:
        return f"{value:.{digits - 1}g}".replace("-", "−")
    decimals = 0 if size == 0 else max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def as_date(days: float) -> str:
    """Return days since 1970 as a date, 2024-02-29."""
    return str(np.datetime64("1970-01-01") + np.timedelta64(round(days * 86_400), "s"))[:10]


def share(part: float) -> str:
    """Return a share of 0 to 1 as people say it: 39%; only none is 0% and only all 100%."""
    if 0 < part < 0.01:
        return "below 1%"
    if 0.99 < part < 1:
        return "above 99%"
    return f"{part:.0%}"


def mark_in_words(mark: str | None) -> str:
    """Return what a mark in a file is called, such as “comma”; one without a name as it is."""
    return "none" if mark is None else MARKS.get(mark, mark)
