"""Tables on their way out, safe to open in a spreadsheet."""

import csv

import pandas as pd

RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_csv(frame: pd.DataFrame) -> bytes:
    """Return rows as CSV that no spreadsheet takes for formulas.

    Text that starts like a formula gets an apostrophe before it, which spreadsheets show as plain
    text; numbers stay as they are. UTF-8 with a byte order mark, so that Excel reads accents.

    References
    ----------
    OWASP (2020), CSV injection.
    """
    safe = frame.rename(columns=_harmless)
    for place, (_, column) in enumerate(frame.items()):
        if not pd.api.types.is_numeric_dtype(column.dtype):
            safe.isetitem(place, column.map(_harmless, na_action="ignore"))
    # All text in quotes, so that a lone carriage return inside a cell ends no row.
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY_STARTS) else value
