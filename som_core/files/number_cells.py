"""One written number: 1.234,50 · $5 · 12 % · (3) · 5.00- · 1,23,456 · €3.4K · 5.7 kg · <0.05."""

import re
from typing import NamedTuple

CURRENCY = (
    r"[$€£¥₹₩₽₺¢฿]|[A-Z]{0,2}\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL"
    r"|kr\.?|zł|Rs\.?"
)
# What a number is multiplied by, as far as nothing else can be meant.
MULTIPLIERS = {
    "K": 1e3, "k": 1e3, "Tsd": 1e3, "thousand": 1e3, "lakh": 1e5, "M": 1e6, "m": 1e6, "mn": 1e6,
    "Mio": 1e6, "million": 1e6, "crore": 1e7, "Cr": 1e7, "B": 1e9, "bn": 1e9, "Mrd": 1e9,
    "billion": 1e9, "T": 1e12, "trillion": 1e12,
}  # fmt: skip
_UNIT = r"[^\W\d_°µ%‰][^\W_°µ]{0,9}[²³\d]?(?:/[^\W\d_]{1,5}[²³\d]?)?\.?|°\s?[CFK]?|µ[^\W\d_]{1,3}"
# Units that people mix in one column.
UNITS = frozenset({
    "mg", "g", "kg", "t", "lb", "lbs", "oz", "mm", "cm", "m", "km", "ft", "in", "yd", "mi", "ml",
    "cl", "l", "L", "ms", "s", "sec", "min", "h", "hr", "hrs", "d", "days", "weeks", "months",
    "years", "KB", "MB", "GB", "TB", "kB", "W", "kW", "MW", "Wh", "kWh", "MWh", "Hz", "kHz",
    "MHz", "GHz", "°C", "°F",
})  # fmt: skip
_LONGEST_EXACT = 15  # digits that a float64 holds without loss


class WrittenNumber(NamedTuple):
    """What a cell writes."""

    value: float
    sign: str  # of the currency or percent, "" where there is none
    unit: str  # "kg", "K", or "" where there is none
    thousands: str  # mark between groups of digits, or ""


def number_pattern(decimal: str, separators: str) -> re.Pattern[str]:
    """Return the pattern of a cell that writes a number.

    Parameters
    ----------
    decimal : the decimal mark
    separators : the marks that may stand between groups of three digits, in India of two
    """
    mark = re.escape(decimal)
    separator = f"[{re.escape(separators)}]" if separators else "(?!)"
    again = r"(?P=separator)"
    grouped = rf"\d{{1,3}}(?P<separator>{separator})(?:(?:\d{{3}}{again})*|(?:\d\d{again})*)\d{{3}}"
    return re.compile(
        rf"(?P<sign>[-+−–])?\s?(?P<before>{CURRENCY})?\s?(?P<open>\()?"
        rf"(?P<sign_inside>[-+−–])?\s?(?P<before_inside>{CURRENCY})?\s?(?P<sign_behind>[-+−–])?"
        rf"(?P<whole>{grouped}|\d+|(?={mark}\d))"
        rf"(?:{mark}(?P<fraction>\d*))?(?P<exponent>[eE][-+]?\d{{1,3}})?"
        rf"(?:\s?(?P<percent>[%‰])|\s?(?P<after>{CURRENCY})"
        rf"|\s?(?P<unit>{_UNIT})(?:\s(?P<after_unit>{CURRENCY}))?)?"
        rf"(?P<trailing>\s?[-−–])?(?(open)\))"
    )


def written_number(match: re.Match[str]) -> WrittenNumber | None:
    """Return what a cell that matched the pattern writes; None where a number would lose digits.

    Such are codes with leading zeros, and more digits than a number keeps.
    """
    whole, separator = match["whole"], match["separator"] or ""
    if separator:
        whole = whole.replace(separator, "")
    if len(whole) > _LONGEST_EXACT or (len(whole) > 1 and whole[0] == "0"):
        return None
    size = float(f"{whole or '0'}.{match['fraction'] or '0'}{match['exponent'] or ''}")
    signs = [match[name] for name in ("sign", "sign_inside", "sign_behind", "trailing")]
    is_negative = bool(match["open"]) or any(sign and sign.strip() != "+" for sign in signs)
    currencies = (match["before"], match["before_inside"], match["after"], match["after_unit"])
    return WrittenNumber(
        value=-size if is_negative else size,
        sign=match["percent"] or next(filter(None, currencies), ""),
        unit=match["unit"] or "",
        thousands=separator,
    )
