"""Dates and times written as text, or as numbers that count since 1970: in which format."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

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
    "%d %b %y": "a date, day month year",
    "%d-%m-%y": "a date, day-month-year",
    "%m-%d-%y": "a date, month-day-year",
    "%y-%m-%d": "a date, year-month-day",
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
    "%b-%Y": "a month of a year",
    "%b-%y": "a month of a year",
    "%b %y": "a month of a year",
    "%m/%Y": "a month, month/year",
    "%Y/%m": "a month, year/month",
}
_MOMENTS = {
    f"{date}{between}{time}{zone}": (
        f"{words} with {_TIMES.get(time, 'a time of day, hours').removeprefix('a ')}"
    )
    for date, words in _DATES.items()
    for between in " T"
    for time in (*_TIMES, "%H")
    for zone in ("", "%z")
}
DAYS_AS_NUMBERS = "%Y%m%d"  # 20240131, which is a number, too
# Counted since 1970, by the format that strftime has for seconds; how many make a second.
EPOCHS = {"%s": 1, "%s.ms": 1_000, "%s.us": 1_000_000, "%s.ns": 1_000_000_000}
_COUNTED = {
    "%s": "a moment, in seconds since 1970",
    "%s.ms": "a moment, in thousandths of a second since 1970",
    "%s.us": "a moment, in millionths of a second since 1970",
    "%s.ns": "a moment, in billionths of a second since 1970",
}
_FORMATS = _DATES | _TIMES | _MONTHS | _MOMENTS
_OF_DAYS = (*_DATES, DAYS_AS_NUMBERS)
_OTHER_ORDER = {
    form: form.replace(f"%d{mark}%m", f"%m{mark}%d")
    for form in (*_DATES, *_MOMENTS)
    for mark in "/-"
    if f"%d{mark}%m" in form
}
_OTHER_ORDER |= {other: form for form, other in _OTHER_ORDER.items()}
_N_SAMPLED = 500
_N_TRIED = 3  # texts of which any may be the odd one
_MOST_ODD = 0.05  # of the texts
_LONGEST = 60  # letters
_FEWEST_DATES = 0.8  # of texts that are dates in several formats

_LIKE_A_DATE = re.compile(
    r"(?:(?:\d{4}|\d\d?)([-/. ])(?:\d\d?|[^\W\d_]{3,}\.?)\1(?:\d{4}|\d\d?)"
    r"|[^\W\d_]{3,}\.? \d\d?, \d{4}|\d{8})(?![-/.\d])"
)
_ZONE = re.compile(r"(?<=\d)\s?(?:Z|UTC|GMT|Etc/UTC)$|(?<=\d)(?=[+-]\d\d$)")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")
_SHORT_ZONE = re.compile(r"(:\d\d(?:\.\d+)?)\s?([+-]\d\d)$")
_BLANK_BEFORE_ZONE = re.compile(r"(?<=\d)\s(?=[+-]\d\d:?\d\d$)")
_FRACTION = re.compile(r"(:\d\d)[.,](\d{1,6})\d*")
_NO_FRACTION = re.compile(r"(:\d\d:\d\d)(?![.,:\d])")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_COMMA_BEFORE_TIME = re.compile(r"(?<=\d),\s+(?=\d\d?:\d\d)")
_HOUR_24 = re.compile(r"(?<![\d.:])24(?=(?:[:.]00){1,2}(?![.:]?[1-9]))|(?<=[ T])24$")


def date_format(texts: Sequence[str]) -> str | None:
    """Return the format that reads texts as dates or times, or None.

    It reads all texts, or of 20 and more all but one in twenty. Of day/month and month/day, the
    first wins where both read as many. At most 500 texts, spread evenly, are looked at.
    """
    sampled = [text.strip() for text in texts[:: max(1, len(texts) // _N_SAMPLED)]]
    most_odd = int(_MOST_ODD * len(sampled))
    odd = [text for text in sampled if len(text) > _LONGEST or not any(map(str.isdigit, text))]
    if len(odd) > most_odd:
        return None
    plain = [plainly_written(text) for text in sampled if text not in odd]
    most_odd -= len(odd)
    found = _best_format(plain, most_odd)
    if any(_FRACTION.search(text) for text in plain):
        found = min(found, _best_format([with_fraction(text) for text in plain], most_odd))
    n_misread, _, form = found
    return form if n_misread <= most_odd else None


def texts_by_format(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return texts by the formats of dates that read them, the most first.

    None is read by two formats. {} unless at least four in five texts are dates, in two formats or
    more; times of day and months without a day are no dates here.
    """
    plain = {text: plainly_written(text) for text in set(texts) if len(text) <= _LONGEST}
    left = [text for text in texts if text in plain and _looks_like_a_date(plain[text])]
    fewest = _FEWEST_DATES * len(texts)
    found: dict[str, list[str]] = {}
    n_read = 0
    while left and n_read + len(left) >= fewest:
        forms = _MOMENTS if ":" in plain[left[0]] else _OF_DAYS
        likely = [form for form in forms if _reads(form, plain[left[0]])]
        if not likely:
            left = [text for text in left if text != left[0]]
            continue
        read = {form: [text for text in left if _reads(form, plain[text])] for form in likely}
        best = max(likely, key=lambda form: len(read[form]))  # of equals the first
        found[best] = read[best]
        n_read += len(read[best])
        done = set(read[best])
        left = [text for text in left if text not in done]
    if len(found) < 2 or n_read < fewest:
        return {}
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def look_like_dates(texts: Sequence[str]) -> bool:
    """Tell quickly most texts that are no dates, whatever the format: half must look like one."""
    n_alike = sum(_looks_like_a_date(plainly_written(text)) for text in texts)
    return n_alike >= len(texts) / 2


def _looks_like_a_date(text: str) -> bool:
    return _LIKE_A_DATE.match(text) is not None


def _best_format(texts: Sequence[str], most_odd: int) -> tuple[int, int, str]:
    """Return how many texts the best format can't read, its place, and the format.

    The best reads the most texts; of equals it is the first.
    """
    likely = [
        (place, form)
        for place, form in enumerate(_FORMATS)
        if any(_reads(form, text) for text in texts[:_N_TRIED])
    ]
    found = ((_n_misread(form, texts, most_odd), place, form) for place, form in likely)
    return min(found, default=(most_odd + 1, 0, ""))


def _n_misread(form: str, texts: Sequence[str], most: int) -> int:
    """Return how many texts a format can't read; it stops beyond the most that matter."""
    count = 0
    for text in texts:
        count += not _reads(form, text)
        if count > most:
            break
    return count


def plainly_written(text: str) -> str:
    """Return a text with what strptime can't read written plainly.

    UTC and named zones, nanoseconds, names of weekdays, a comma before the time; 24:00 becomes
    00:00, of the next day (see `ends_the_day`).
    """
    text = _ZONE_NAME.sub("", _WEEKDAY.sub("", text.strip()))
    text = _COMMA_BEFORE_TIME.sub(" ", text)
    if text.endswith(("Z", "UTC", "GMT")):
        text = _ZONE.sub("+00:00", text)
    text = _SHORT_ZONE.sub(r"\1\2:00", text)
    text = _BLANK_BEFORE_ZONE.sub("", text)
    text = _FRACTION.sub(r"\1.\2", text)
    return _HOUR_24.sub("00", text)


def with_fraction(text: str) -> str:
    """Return a text with .0 behind its seconds where others have a fraction."""
    return _NO_FRACTION.sub(r"\1.0", text, count=1)


def ends_the_day(text: str) -> bool:
    """Tell 24:00, the end of a day, which is the beginning of the next."""
    return _HOUR_24.search(text) is not None


def other_order(form: str) -> str | None:
    """Return the format with day and month exchanged; None where a format tells them apart."""
    return _OTHER_ORDER.get(form)


def day_comes_first(form: str) -> bool:
    """Tell day/month from month/day."""
    return form.index("%d") < form.index("%m")


def is_time_of_day(form: str) -> bool:
    """Tell a format of times from one of dates."""
    return "%y" not in form.lower() and form not in EPOCHS


def describe_format(form: str) -> str:
    """Return a format in words, such as “a date, day/month/year”."""
    return _DESCRIBED[form]


_DESCRIBED = _FORMATS | _COUNTED | {DAYS_AS_NUMBERS: "a day, written year, month, day"}


def _reads(form: str, text: str) -> bool:
    # strptime compiles each format anew, so most are told by their shape alone.
    if not _shape(form).fullmatch(text):
        return False
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


@cache
def _shape(form: str) -> re.Pattern[str]:
    """Return a pattern that every text of a format has, and few others."""
    return re.compile("".join(_SHAPES.get(part, re.escape(part)) for part in _PARTS.findall(form)))


_PARTS = re.compile(r"%.|[^%]")
_SHAPES = {
    "%Y": r"\d{4}",
    **dict.fromkeys(("%m", "%d", "%y", "%H", "%I", "%M", "%S"), r"\d{1,2}"),
    **dict.fromkeys(("%b", "%B", "%p"), r"[^\W\d_]+\.?"),
    "%f": r"\d{1,6}",
    "%z": r"(?:Z|[+-][\d:.]+)",
    " ": r"\s+",
}
