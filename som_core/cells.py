"""What a cell of a table is: a number, a date, a level, or nothing to compute with."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LARGEST = 1e100  # beyond it sums of squares may overflow; such values count as missing
SMALLEST = 1e-100  # below it squares may vanish; such values count as 0
_EXACT = 2**53  # beyond it a decimal doesn't tell each whole number from the next


def is_number(series: pd.Series) -> bool:
    """Say whether a column holds numbers or dates; truth values and text are categories."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return True
    return pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(
        series.dtype
    )


def are_whole(values: NDArray[np.float64]) -> bool:
    """Say whether all decimals are whole numbers that a decimal tells from the next ones."""
    return bool((np.abs(values) <= _EXACT).all() and (values == np.trunc(values)).all())


def numbers_of(series: pd.Series) -> NDArray[np.float64]:
    """Return a column of numbers or dates, or one without values, as numbers; NaN where empty.

    A date is its days since 1970-01-01. Infinities and sizes above 1e100 become NaN too, and sizes
    below 1e-100 become 0.
    """
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        in_utc = series.dt.tz_convert(None) if series.dt.tz else series
        # Microseconds, because nanoseconds end in the year 2262.
        return (in_utc.to_numpy("datetime64[us]") - np.datetime64(0, "D")) / np.timedelta64(1, "D")
    values = series.to_numpy(dtype=float, na_value=np.nan, copy=True)
    sizes = np.abs(values)
    values[sizes > LARGEST] = np.nan
    values[sizes < SMALLEST] = 0.0
    return values


def level_texts(series: pd.Series) -> pd.Series:
    """Return a column of levels as texts, missing ones as missing; 2 and 2.0 are “2”."""
    codes, levels = pd.factorize(series)
    texts = pd.array([level_text(level) for level in levels], dtype="str")
    taken = pd.Series(texts, dtype="str").reindex(codes)  # a code of -1 is missing
    return taken.set_axis(series.index).rename(series.name)


def level_text(level: object) -> str:
    """Return one level as text; a whole number without a fraction."""
    if isinstance(level, float | np.floating) and float(level).is_integer():
        return str(int(level))
    return str(level)


def missing_in(series: pd.Series) -> NDArray[np.bool_]:
    """Say in which rows a column of any kind has nothing to compute with."""
    return np.isnan(numbers_of(series)) if is_number(series) else series.isna().to_numpy()
