"""Lists of names and counts in sentences for the analyst."""

_MOST_NAMES = 5  # a sentence with hundreds of names isn't read


def listed(names: list[str]) -> str:
    """Return names in quotation marks, at most five of them."""
    return joined([f"“{name}”" for name in names])


def joined(parts: list[str]) -> str:
    """Return parts with commas between, at most five of them, and how many more there are."""
    more = len(parts) - _MOST_NAMES
    return ", ".join(parts[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
