"""Dates and times written as text: in which format."""

from collections.abc import Sequence
from datetime import datetime

_DATES = {
    "%Y-%m-%d": "a date, year-month-day",
    "%Y/%m/%d": "a date, year/month/day",
    "%Y.%m.%d": "a date, year.month.day",
    "%d/%m/%Y": "a date, day/month/year",
    "%m/%d/%Y": "a date, month/day/year",
    "%d.%m.%Y": "a date, day.month.year",
    "%d-%m-%Y": "a date, day-month-year",
    "%m-%d-%Y": "a date, month-day-year",
    "%d/%m/%y": "a date, day/month/year",
    "%m/%d/%y": "a date, month/day/year",
    "%d.%m.%y": "a date, day.month.year",
    "%d-%b-%Y": "a date, day-month-year",
    "%d-%b-%y": "a date, day-month-year",
    "%d %b %Y": "a date, day month year",
    "%d %B %Y": "a date, day month year",
    "%b %d, %Y": "a date, month day, year",
    "%B %d, %Y": "a date, month day, year",
}
_TIMES = {
    "%H:%M": "a time of day, hours:minutes",
    "%H:%M:%S": "a time of day, hours:minutes:seconds",
    "%H:%M:%S.%f": "a time of day, hours:minutes:seconds",
    "%H.%M.%S": "a time of day, hours.minutes.seconds",
    "%I:%M %p": "a time of day, hours:minutes",
    "%I:%M:%S %p": "a time of day, hours:minutes:seconds",
}
_MONTHS = {
    "%Y-%m": "a month, year-month",
    "%b %Y": "a month of a year",
    "%B %Y": "a month of a year",
}
_MOMENTS = {
    f"{date}{between}{time}{zone}": f"{words} with {_TIMES[time].removeprefix('a ')}"
    for date, words in _DATES.items()
    for between in " T"
    for time in _TIMES
    for zone in ("", "%z")
}
DAYS_AS_NUMBERS = "%Y%m%d"  # 20240131, which is a number, too
_FORMATS = _DATES | _TIMES | _MONTHS | _MOMENTS
_N_SAMPLED = 500
_LONGEST = 40  # letters


def date_format(texts: Sequence[str]) -> str | None:
    """Return the format that reads every text as a date or time, or None.

    Of day/month and month/day, the first wins where both read every text. At most 500 texts,
    spread evenly, are looked at.
    """
    sampled = [text.strip() for text in texts[:: max(1, len(texts) // _N_SAMPLED)]]
    if any(len(text) > _LONGEST or not any(map(str.isdigit, text)) for text in sampled):
        return None
    likely = [form for form in _FORMATS if _reads(form, sampled[0])]
    return next((form for form in likely if all(_reads(form, text) for text in sampled)), None)


def is_time_of_day(form: str) -> bool:
    """Tell a format of times from one of dates."""
    return "%y" not in form.lower()


def describe_format(form: str) -> str:
    """Return a format in words, such as “a date, day/month/year”."""
    return _FORMATS[form]


def _reads(form: str, text: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True
