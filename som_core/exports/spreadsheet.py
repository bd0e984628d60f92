"""Tables on their way out, safe to open in a spreadsheet."""

import csv

import numpy as np
import pandas as pd

from som_core.cells import are_whole

RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_csv(frame: pd.DataFrame) -> bytes:
    """Return rows as CSV that no spreadsheet takes for formulas.

    Text that starts like a formula gets an apostrophe before it, which spreadsheets show as plain
    text; numbers stay as they are, whole ones with gaps without decimals, true and false are yes
    and no. UTF-8 with a byte order mark, so that Excel reads accents.

    References
    ----------
    OWASP (2020), CSV injection.
    """
    safe = frame.rename(columns=_harmless)
    for place, (_, column) in enumerate(frame.items()):
        if pd.api.types.is_bool_dtype(column.dtype):
            safe.isetitem(place, yes_or_no(column))
        elif not pd.api.types.is_numeric_dtype(column.dtype):
            safe.isetitem(place, column.map(_harmless, na_action="ignore"))
        elif _is_whole_with_gaps(column):
            safe.isetitem(place, column.astype("Int64"))
    # All text in quotes, so that a lone carriage return inside a cell ends no row.
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig")


def _is_whole_with_gaps(column: pd.Series) -> bool:
    """Return whether a column is of decimals only because some of its whole numbers are missing."""
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    values = column.to_numpy(dtype=float, na_value=np.nan)
    present = values[~np.isnan(values)]
    return 0 < len(present) < len(values) and are_whole(present)


def yes_or_no(column: pd.Series) -> pd.Series:
    """Return true and false as the words that people read in a table; missing stays missing."""
    return column.map({True: "yes", False: "no"})


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY_STARTS) else value
