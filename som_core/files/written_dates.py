"""Dates and times that a table holds as text, or as numbers such as 20240131, read once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.cells import is_number
from som_core.files.class_codes import words_of
from som_core.files.dates import (
    DAYS_AS_NUMBERS,
    EPOCHS,
    date_format,
    day_comes_first,
    describe_format,
    ends_the_day,
    is_time_of_day,
    look_like_dates,
    other_order,
    plainly_written,
    texts_by_format,
    with_fraction,
)
from som_core.files.kinds import SPAN_OF_DAYS, is_boolean, kind_of_numbers
from som_core.remarks import Remark, Remedy
from som_core.wording import counted, excerpt, placed, share

UNIT = "datetime64[us]"  # reaches from long before the year 1 to long after 9999
_FROM_1900_TO_1970 = np.datetime64("1970-01-01") - np.datetime64("1900-01-01")  # see strptime
_QUICK_LOOK = 1000  # cells that tell dates from other texts
_FEWEST_LOOK = 20  # the first cells, which tell most columns of other texts
_SHOWN_WAYS = 4

_MOST_ODD = 0.05  # of the different texts of a column
_SPAN_OF_SECONDS = 631_152_000, 2_208_988_800  # 1990 to 2040
_NAMES_OF_MOMENTS = frozenset({
    "time", "timestamp", "ts", "date", "datetime", "epoch", "unix", "unixtime", "created",
    "updated", "modified", "at", "when", "mtime", "ctime", "utc", "zeit", "zeitstempel", "datum",
    "heure", "fecha", "hora", "start", "end", "begin", "expires", "seen", "visited", "joined",
})  # fmt: skip
_FEWEST_IN_ORDER = 10
_NARROW = 0.1


@dataclass(frozen=True, eq=False)
class WrittenDates:
    """The columns of a table that hold dates or times."""

    dates: pd.DataFrame  # datetime64[us]; a time of day is one of 1970-01-01; NaT where none
    formats: dict[str, str]  # of each of these columns, as strptime reads it
    remarks: tuple[Remark, ...] = ()  # what was guessed, and which cells are none


@dataclass(frozen=True, eq=False)
class _Column:
    """One column that holds dates or times."""

    cells: pd.Series
    texts: pd.Series  # the different cells
    codes: NDArray[np.int64]  # (n_rows,) place of each row's text; -1 where missing
    form: str
    other_form: str | None = None  # day and month exchanged, where that reads every text as well
    reason: str = ""  # why this order of the two was taken

    @property
    def moments(self) -> NDArray[np.datetime64]:
        return _moments(self.texts, self.form)[self.codes]

    def exchanged(self, reason: str) -> "_Column":
        """Return the column with day and month the other way round."""
        assert self.other_form is not None
        return replace(self, form=self.other_form, other_form=self.form, reason=reason)


def written_dates(
    frame: pd.DataFrame,
    *,
    not_dates: Collection[str] = (),
    day_first: Collection[str] = (),
    month_first: Collection[str] = (),
) -> WrittenDates:
    """Return the columns that hold dates or times, each written alike in nearly all cells.

    Parameters
    ----------
    frame : the cells of a table
    not_dates : columns that hold none, whatever they look like
    day_first, month_first : columns in which either comes first, where both can be read
    """
    columns, remarks = {}, []
    for name in frame.columns:
        if name in not_dates:
            continue
        found = _column_of(frame[name]) if _may_be_dates(frame[name]) else None
        if found is not None:
            columns[name] = found
        else:
            remarks += _remarks_on_mix(name, frame[name])
    settled = {*day_first, *month_first}
    columns = _in_order(columns, settled)
    for name, column in columns.items():
        wanted = name in day_first if not _is_day_first(column) else name in month_first
        if column.other_form is not None and wanted:
            columns[name] = column.exchanged("")
    dates = {name: column.moments for name, column in columns.items()}
    for name, column in columns.items():
        if name not in settled:
            remarks += _remarks_on_order(name, column)
        remarks += _remarks_on_numbers(name, column, dates[name])
        remarks += _remarks_on_odd_cells(name, column, dates[name])
    return WrittenDates(
        pd.DataFrame(dates, index=frame.index),
        {name: column.form for name, column in columns.items()},
        tuple(remarks),
    )


def _column_of(column: pd.Series) -> _Column | None:
    """Return what a column of dates or times holds; None for any other."""
    codes, cells = pd.factorize(column)
    texts = _texts(cells)
    form = _format_of(column, texts)
    if form is None:
        return None
    moments = _moments(texts, form)
    n_odd = int(np.isnat(moments[:-1]).sum())
    if n_odd > _MOST_ODD * len(texts):
        return None
    other = other_order(form)
    if other is not None and n_odd < int(np.isnat(_moments(texts, other)[:-1]).sum()):
        other = None
    return _Column(column, texts, codes, form, other)


def _in_order(columns: dict[str, _Column], settled: Collection[str]) -> dict[str, _Column]:
    """Return columns with day and month as other columns, or the order of the rows, have them."""
    sure = [c for c in columns.values() if c.other_form is None and other_order(c.form)]
    found = {}
    for name, column in columns.items():
        if column.other_form is None or name in settled:
            found[name] = column
            continue
        exchanged = column.exchanged("")
        like = {_is_day_first(one) for one in sure}
        if len(like) == 1:
            reason = "as another column shows"
            right = column if _is_day_first(column) in like else exchanged
            found[name] = replace(right, reason=reason)
        elif _rise_or_fall(exchanged.moments) and not _rise_or_fall(column.moments):
            found[name] = replace(exchanged, reason="as the rows are in order then")
        else:
            found[name] = column
    return found


def _is_day_first(column: _Column) -> bool:
    return other_order(column.form) is not None and day_comes_first(column.form)


def _rise_or_fall(moments: NDArray[np.datetime64]) -> bool:
    steps = np.diff(moments[~np.isnat(moments)]).astype(np.int64)
    return bool(len(steps) and steps.any() and ((steps >= 0).all() or (steps <= 0).all()))


def _remarks_on_order(name: str, column: _Column) -> list[Remark]:
    """Say that day and month were guessed."""
    if column.other_form is None:
        return []
    moments = [_moments(column.texts, form) for form in (column.form, column.other_form)]
    if (moments[0][:-1] == moments[1][:-1]).all():  # 01/01, 02/02: no matter
        return []
    orders = ["day, then month", "month, then day"]
    is_day_first = _is_day_first(column)
    taken, other = orders if is_day_first else reversed(orders)
    why = f" ({column.reason})" if column.reason else ""
    example = column.texts.iloc[int(np.flatnonzero(moments[0][:-1] != moments[1][:-1])[0])]
    return [
        Remark(
            kind="order of day and month",
            sentence=(
                f"“{name}” is read as {taken}{why}, a guess: “{example}” and all other cells can "
                f"be read as {other} as well."
            ),
            severity="note" if column.reason else "warning",
            columns=(name,),
            remedy=Remedy(
                words=f"Read “{name}” as {other}",
                target="reading",
                changes={"month_first_too" if is_day_first else "day_first_too": [name]},
            ),
        )
    ]


def _remarks_on_numbers(
    name: str, column: _Column, moments: NDArray[np.datetime64]
) -> list[Remark]:
    """Say that numbers were taken as moments."""
    if column.form not in EPOCHS:
        return []
    first, last = np.nanmin(moments), np.nanmax(moments)
    counting = describe_format(column.form).removeprefix("a moment, in ")
    return [
        Remark(
            kind="moments as numbers",
            sentence=(
                f"“{name}” is read as moments that count {counting}: {str(first)[:10]} to "
                f"{str(last)[:10]}."
            ),
            columns=(name,),
            remedy=_no_dates(name, f"Read “{name}” as numbers"),
        )
    ]


def _remarks_on_odd_cells(
    name: str, column: _Column, moments: NDArray[np.datetime64]
) -> list[Remark]:
    """Say which cells of a column of dates are none."""
    odd = np.flatnonzero(np.isnat(moments) & (column.codes >= 0))
    if len(odd) == 0:
        return []
    example = column.texts.iloc[column.codes[odd[0]]]
    are = "is no date and counts" if len(odd) == 1 else "are no dates and count"
    where = placed("row", [int(place) + 1 for place in odd])
    return [
        Remark(
            kind="cells that are no dates",
            sentence=(
                f"{counted(len(odd), 'cell')} of “{name}” {are} as missing among dates: "
                f"{where}, first “{excerpt(example)}”."
            ),
            severity="warning",
            columns=(name,),
            rows=tuple(int(place) for place in odd[:20]),
            remedy=_no_dates(name, f"Read “{name}” as text"),
        )
    ]


def _remarks_on_mix(name: str, column: pd.Series) -> list[Remark]:
    """Say that a column of texts holds dates, but written in several ways."""
    is_text = isinstance(column.dtype, pd.StringDtype)
    if not is_text or not look_like_dates(column.iloc[:_FEWEST_LOOK].dropna().tolist()):
        return []
    if len(column) > _QUICK_LOOK:  # at random, as every tenth row may well be written otherwise
        places = np.random.default_rng(0).integers(len(column), size=_QUICK_LOOK)
        column = column.iloc[np.unique(places)]
    texts = [text.strip() for text in column.dropna().tolist()]
    ways = list(texts_by_format(texts).values())
    if not ways:
        return []
    shown = [
        f"{share(len(way) / len(texts))} such as “{excerpt(way[0])}”" for way in ways[:_SHOWN_WAYS]
    ]
    more = ", …" if len(ways) > _SHOWN_WAYS else ""
    return [
        Remark(
            kind="dates in several ways",
            sentence=(
                f"“{name}” holds dates that are written in several ways (about "
                f"{', '.join(shown)}{more}), so it is read as text. To read it as dates, write all "
                "in one way in the file, such as 2024-12-31, and read it again."
            ),
            severity="warning",
            columns=(name,),
        )
    ]


def _no_dates(name: str, words: str) -> Remedy:
    return Remedy(words=words, target="reading", changes={"not_dates_too": [name]})


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
        values = column.to_numpy(dtype=float, na_value=np.nan)
        least, most = np.fmin.reduce(values, initial=np.nan), np.fmax.reduce(values, initial=np.nan)
        if SPAN_OF_DAYS[0] <= least and most <= SPAN_OF_DAYS[1]:
            return True
        return _epoch_of(least, most) is not None
    some = column.iloc[:: max(1, len(column) // _QUICK_LOOK)].dropna().unique()
    texts = _texts(some).tolist()
    return len(some) == 0 or date_format(texts) is not None or _digits_of_moments(texts) is not None


def _epoch_of(least: float, most: float) -> str | None:
    """Return in what numbers count since 1970, if they reach from 1990 to 2040 at most."""
    first, last = _SPAN_OF_SECONDS
    found = (form for form, n in EPOCHS.items() if first * n <= least and most <= last * n)
    return next(found, None)


def _digits_of_moments(texts: Sequence[str]) -> str | None:
    """Return in what digits count, too many for a number to keep: millionths or billionths."""
    for form, n_digits in (("%s.us", 16), ("%s.ns", 19)):
        if texts and all(len(text) == n_digits and text.isdigit() for text in texts):
            found = _epoch_of(float(min(texts)), float(max(texts)))
            return form if found == form else None
    return None


def _format_of(column: pd.Series, texts: pd.Series) -> str | None:
    """Return in which format a column writes dates or times; None where it holds others."""
    if _is_plain_number(column):
        return _format_of_numbers(column)
    if len(texts) < 2 or is_boolean(texts.tolist()):
        return None
    written = texts.tolist()
    return date_format(written) or _digits_of_moments(written)


def _format_of_numbers(column: pd.Series) -> str | None:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values)]
    form = _epoch_of(values.min(), values.max()) if len(values) else None
    if form is None:
        return DAYS_AS_NUMBERS if kind_of_numbers(column) == "date" else None
    is_named = bool(_NAMES_OF_MOMENTS & {*words_of(str(column.name))})
    steps = np.diff(values)
    rises = len(values) >= _FEWEST_IN_ORDER and (steps >= 0).all() and steps.any()
    # Amounts of ten digits differ by more than the moments of a few years do.
    is_narrow = len(values) >= _FEWEST_IN_ORDER and np.ptp(values) < _NARROW * values.max()
    likely = is_named or rises or (is_narrow and bool((values == np.floor(values)).all()))
    return form if likely and len(np.unique(values)) > 1 else None


def _is_plain_number(column: pd.Series) -> bool:
    return is_number(column) and not pd.api.types.is_datetime64_any_dtype(column.dtype)


def _texts(cells: ArrayLike) -> pd.Series:
    """Return different cells of any kind as they are written."""
    series = pd.Series(cells)
    if pd.api.types.is_float_dtype(series.dtype):
        is_whole = bool((series == np.floor(series)).all())
        return series.map("{:.0f}".format if is_whole else "{:.6f}".format)  # 20240131.0
    return series.astype("str").str.strip()


def _moments(texts: pd.Series, written_as: str) -> NDArray[np.datetime64]:
    """Return texts as dates, and NaT as the last: factorize gives missing cells the code -1."""
    if written_as in EPOCHS:
        values = _since_1970(texts, EPOCHS[written_as])
    else:
        values = _parsed(texts, written_as)
        odd = np.flatnonzero(np.isnat(values))
        if len(odd):
            values[odd] = _parsed_plainly(texts.iloc[odd], written_as)
    return np.append(values, np.datetime64("NaT"))


def _since_1970(texts: pd.Series, n_a_second: int) -> NDArray[np.datetime64]:
    counts = pd.to_numeric(texts, errors="coerce")
    if counts.isna().any():
        return np.full(len(texts), np.datetime64("NaT"), dtype=UNIT)
    if n_a_second > 1_000_000:
        return (counts.to_numpy() // (n_a_second // 1_000_000)).astype(np.int64).astype(UNIT)
    return np.rint(counts.to_numpy() * (1_000_000 // n_a_second)).astype(np.int64).astype(UNIT)


def _parsed(texts: pd.Series, written_as: str) -> NDArray[np.datetime64]:
    in_utc = "%z" in written_as
    # pandas takes these for the moment at which it reads, whatever the format.
    texts = texts.mask(texts.isin(["now", "today"]))
    moments = pd.to_datetime(texts, format=written_as, errors="coerce", utc=in_utc)
    values = (moments.dt.tz_convert(None) if in_utc else moments).to_numpy(UNIT, copy=True)
    if is_time_of_day(written_as):
        values = values + _FROM_1900_TO_1970
    return values


def _parsed_plainly(texts: pd.Series, written_as: str) -> NDArray[np.datetime64]:
    """Return dates that must first be written plainly; 24:00 is the next day's beginning."""
    if texts.str.endswith(" UTC").all():  # so many databases write it that it must be quick
        quick = _parsed(texts.str.removesuffix(" UTC") + "+00:00", written_as)
        if not np.isnat(quick).any():
            return quick
    plain = texts.map(plainly_written)
    if "%f" in written_as:
        plain = plain.map(with_fraction)
    ends = texts.map(ends_the_day).to_numpy(bool)
    return _parsed(plain, written_as) + ends * np.timedelta64(1, "D")
