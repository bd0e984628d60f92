"""Dates and times that a table holds as text, or as numbers such as 20240131, read once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.cells import is_number
from som_core.files.dates import DAYS_AS_NUMBERS, date_format, is_time_of_day
from som_core.files.kinds import SPAN_OF_DAYS, is_boolean, kind_of_numbers

UNIT = "datetime64[us]"  # reaches from long before the year 1 to long after 9999
_FROM_1900_TO_1970 = np.datetime64("1970-01-01") - np.datetime64("1900-01-01")  # see strptime
_QUICK_LOOK = 1000  # cells that tell dates from other texts


@dataclass(frozen=True, eq=False)
class WrittenDates:
    """The columns of a table that hold dates or times."""

    dates: pd.DataFrame  # datetime64[us]; a time of day is one of 1970-01-01; NaT where none
    formats: dict[str, str]  # of each of these columns, as strptime reads it


def written_dates(frame: pd.DataFrame) -> WrittenDates:
    """Return the columns that hold dates or times, each written alike in all cells looked at."""
    dates, formats = {}, {}
    for name in frame.columns:
        column = frame[name]
        if not _may_be_dates(column):
            continue
        codes, cells = pd.factorize(column)
        texts = _texts(cells)
        written_as = _format_of(column, texts)
        if written_as is not None:
            formats[name] = written_as
            dates[name] = _moments(texts, written_as)[codes]
    return WrittenDates(pd.DataFrame(dates, index=frame.index), formats)


def read_dates(column: pd.Series, written_as: str) -> pd.Series:
    """Return a column as dates (datetime64[us]), a time of day as one of 1970-01-01.

    What can't be read in this format becomes missing. Dates with a zone are given in UTC.
    """
    codes, cells = pd.factorize(column)
    moments = _moments(_texts(cells), written_as)
    return pd.Series(moments[codes], index=column.index, name=column.name)


def hours_of(times: pd.Series) -> pd.Series:
    """Return times of day as hours since midnight."""
    return (times - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(hours=1)


def _may_be_dates(column: pd.Series) -> bool:
    """Tell quickly most columns that hold no dates: each is looked at while it is read."""
    if _is_plain_number(column):
        lowest, highest = SPAN_OF_DAYS
        values = column.to_numpy(dtype=float, na_value=np.nan)
        least, most = np.fmin.reduce(values, initial=np.nan), np.fmax.reduce(values, initial=np.nan)
        return bool(lowest <= least and most <= highest)
    some = column.iloc[:: max(1, len(column) // _QUICK_LOOK)].dropna().unique()
    return len(some) == 0 or date_format(_texts(some).tolist()) is not None


def _format_of(column: pd.Series, texts: pd.Series) -> str | None:
    """Return in which format a column writes dates or times; None where it holds others."""
    if _is_plain_number(column):
        return DAYS_AS_NUMBERS if kind_of_numbers(column) == "date" else None
    if len(texts) < 2 or is_boolean(texts.tolist()):
        return None
    return date_format(texts.tolist())


def _is_plain_number(column: pd.Series) -> bool:
    return is_number(column) and not pd.api.types.is_datetime64_any_dtype(column.dtype)


def _texts(cells: ArrayLike) -> pd.Series:
    """Return different cells of any kind as they are written."""
    series = pd.Series(cells)
    if pd.api.types.is_float_dtype(series.dtype):
        return series.map("{:.0f}".format)  # 20240131.0
    return series.astype("str").str.strip()


def _moments(texts: pd.Series, written_as: str) -> NDArray[np.datetime64]:
    """Return texts as dates, and NaT as the last: factorize gives missing cells the code -1."""
    in_utc = "%z" in written_as
    moments = pd.to_datetime(texts, format=written_as, errors="coerce", utc=in_utc)
    values = (moments.dt.tz_convert(None) if in_utc else moments).to_numpy(UNIT)
    if is_time_of_day(written_as):
        values = values + _FROM_1900_TO_1970
    return np.append(values, np.datetime64("NaT"))
