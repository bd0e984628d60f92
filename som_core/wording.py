"""Numbers and names as they stand in a sentence for people."""

from collections.abc import Sequence

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
