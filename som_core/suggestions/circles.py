"""Which columns run in a circle: told by what they are called, and by their numbers or names."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.columns.calendar_words import PERIODS, calendar_part
from som_core.files.class_codes import words_of


class Circle(NamedTuple):
    """A circle on which a column lies, and why that is thought so."""

    period: float
    reason: str


class _Part(NamedTuple):
    """A part of time: how long once around is, and the values that it must reach."""

    period: float
    lowest: float
    highest: float
    reaches: float  # at least as much lies between the smallest and the largest value


_HOUR = _Part(24, 0, 24, 12)
_MONTH = _Part(12, 0, 12, 6)
_WEEKDAY = _Part(7, 0, 7, 4)
_DAY_OF_MONTH = _Part(31, 1, 31, 20)
_DAY_OF_YEAR = _Part(366, 0, 366, 183)
_MINUTE = _Part(60, 0, 60, 40)
_QUARTER = _Part(4, 0, 4, 3)
_WEEK = _Part(52, 0, 53, 40)

# Singular only: hours, months and minutes are how long, not when.
_PARTS: Mapping[str, _Part] = {
    **dict.fromkeys(("hour", "hr", "hod", "hora", "heure", "stunde", "uhrzeit"), _HOUR),
    **dict.fromkeys(("month", "mnth", "mon", "mois", "mes", "monat", "moy"), _MONTH),
    **dict.fromkeys(
        ("weekday", "dow", "wday", "dayofweek", "wochentag", "jour", "weekdays"), _WEEKDAY
    ),
    **dict.fromkeys(("mday", "dayofmonth", "monthday", "dom", "diames"), _DAY_OF_MONTH),
    **dict.fromkeys(("doy", "yday", "dayofyear", "yearday", "julianday", "jday"), _DAY_OF_YEAR),
    **dict.fromkeys(("minute",), _MINUTE),
    **dict.fromkeys(("quarter", "qtr", "quartal", "season", "saison", "trimestre"), _QUARTER),
    **dict.fromkeys(("week", "weekofyear", "isoweek", "kalenderwoche", "kw", "woche"), _WEEK),
}
# These may also count the days of a trial, so months must show in how often each day comes.
_DAYS = frozenset({"day", "tag", "jour", "dia", "día", "giorno", "dag"})
_RARER_31 = 0.9  # of how often days 1 to 28 come; 7 of 12 months have a 31st
_DIRECTIONS = frozenset({
    "dir", "direction", "wd", "wdir", "winddir", "winddirection", "bearing", "heading", "hdg",
    "azimuth", "azimut", "azi", "aspect", "orientation", "course", "cog", "yaw", "hue", "angle",
    "phase", "windrichtung", "richtung", "kurs", "phi", "theta", "dirección", "direccion",
})  # fmt: skip
_ANYWHERE = frozenset({"dir", "wdir", "winddir", "direction", "bearing", "azimuth"})
_UNITS = frozenset({"deg", "degs", "degree", "degrees", "grad", "rad", "of", "in", "the", "day"})
_FULL_SECTORS, _FULL_SHARE = 12, 0.01  # degrees without a name fill each 30° with 1 % of the rows


def circle_of(name: str, values: NDArray[np.float64]) -> Circle | None:
    """Return the circle on which a column lies, by its name or else by its values; None for none.

    Parameters
    ----------
    name : of the column
    values : those that aren't missing, (n_values,)
    """
    if len(values) == 0:
        return None
    return _by_name(name, values) or _by_range(values)


def circle_of_names(series: pd.Series) -> Circle | None:
    """Return the circle on which a column of texts lies: names of weekdays, or of months."""
    part = calendar_part(series)
    return Circle(PERIODS[part], f"as it names {part}") if part else None


def _by_name(name: str, values: NDArray[np.float64]) -> Circle | None:
    words = words_of(name)
    joined = "".join(words)
    lowest, highest = float(values.min()), float(values.max())
    part = next((_PARTS[word] for word in (joined, _last(words)) if word in _PARTS), None)
    if part is not None:
        fits = part.lowest <= lowest and highest <= part.highest
        if fits and highest - lowest >= part.reaches:
            return Circle(part.period, "by its name and its values")
    if {joined, _last(words)} & _DAYS and _are_days_of_months(values):
        return Circle(31, "by its name, its values and as the 31st comes less often")
    if not _DIRECTIONS & {joined, _last(words), *words[:1]} and not _ANYWHERE & {*words}:
        return None
    if lowest >= 0 and 180 < highest <= 360 and highest - lowest > 180:
        return Circle(360, "by its name and its values, degrees")
    if -180 <= lowest < -60 and 60 < highest <= 180:
        return Circle(360, "by its name and its values, degrees")
    turn = 2 * np.pi
    is_whole = bool((values == np.floor(values)).all())
    half_to_half = -3.1416 <= lowest < -1.5 and 1.5 < highest <= 3.1416
    if not is_whole and (half_to_half or (lowest >= 0 and 3.2 < highest <= 6.2832)):
        return Circle(turn, "by its name and its values, radians")
    return None


def _are_days_of_months(values: NDArray[np.float64]) -> bool:
    """Tell days of many months, of which some have no 31st, from the days of a trial."""
    days, counts = np.unique(values, return_counts=True)
    if len(days) != 31 or (days != np.arange(1, 32)).any():
        return False
    return bool(counts[30] < _RARER_31 * counts[:28].mean())


def _last(words: list[str]) -> str:
    """Return the last word that is no unit: “dir” of “wind_dir_deg”."""
    return next((word for word in reversed(words) if word not in _UNITS), "")


def _by_range(values: NDArray[np.float64]) -> Circle | None:
    """Tell hours that all come about equally often, and degrees that come from all around."""
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) == 24 and (distinct == np.arange(24)).all():
        even = counts.max() <= 2 * counts.min()
        return Circle(24, "by its values, each hour of a day about equally often") if even else None
    if 0 <= values.min() <= 5 and 355 <= values.max() <= 360:
        sectors = np.bincount((values % 360 // 30).astype(int), minlength=_FULL_SECTORS)
        if sectors.min() >= _FULL_SHARE * len(values):
            return Circle(360, "by its values, degrees from all around")
    return None
