"""Dates and times that a table holds as text, read so that they can train a map."""

import pandas as pd

from som_core.cells import is_number
from som_core.columns.dates import date_format


def written_dates(frame: pd.DataFrame, names: list[str]) -> dict[str, str]:
    """Return those of the named columns that hold dates or times as text, each with its format."""
    formats = {}
    for name in names:
        if not is_number(frame[name]) and not pd.api.types.is_bool_dtype(frame[name].dtype):
            texts = [str(text) for text in frame[name].dropna().unique()]
            written_as = date_format(texts) if len(texts) > 1 else None
            if written_as is not None:
                formats[name] = written_as
    return formats


def read_dates(column: pd.Series, written_as: str) -> pd.Series:
    """Return a column of text as dates, or hours since midnight where it holds times of day.

    What can't be read in this format becomes missing.
    """
    texts = column.astype("str").str.strip()
    moments = pd.to_datetime(texts, format=written_as, errors="coerce", utc="%z" in written_as)
    if "%y" in written_as.lower():
        return moments
    return (moments - pd.Timestamp(1900, 1, 1)) / pd.Timedelta(hours=1)  # where strptime puts them
