"""Which mark stands before decimals, and which between thousands, by what digits allow."""

import re
from collections import Counter

from som_core.files.header import Records

_AROUND_NUMBER = " \u00a0%€$£¥()+-−"
_PLAIN = re.compile(r"(\d+)([.,])(\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_LAKHS = re.compile(r"\d{1,2}(,)(?:\d\d,)+\d{3}(?:(\.)\d+)?")


def guess_marks(records: Records, delimiter: str) -> tuple[str, str | None]:
    """Return the decimal and the thousands mark, by what the digits around them allow."""
    counts = Counter(use for cells in records for cell in cells for use in uses_of_marks(cell))
    commas, points = counts["decimal ,"], counts["decimal ."]
    either_comma, either_point = counts["either ,"], counts["either ."]
    if commas or points:
        decimal = "," if commas > points or (commas == points and delimiter == ";") else "."
    elif counts["thousands ,"] or counts["thousands ."]:
        decimal = "." if counts["thousands ,"] >= counts["thousands ."] else ","
    else:
        # Only numbers like 1,234: a decimal comma in the files that semicolons delimit.
        decimal = "," if either_comma > either_point and delimiter == ";" else "."
    other = "." if decimal == "," else ","
    counts[f"thousands {other}"] += counts[f"either {other}"]
    marks = (other, " ", "'", "’", "\u00a0", "\u202f", "\u2009")
    thousands = max(marks, key=lambda mark: counts[f"thousands {mark}"])
    return decimal, thousands if counts[f"thousands {thousands}"] else None


def uses_of_marks(cell: str) -> tuple[str, ...]:
    """Return what a cell says of the marks: “decimal ,”, “thousands .”, or “either ,”."""
    digits = cell.strip(_AROUND_NUMBER)
    if plain := _PLAIN.fullmatch(digits):
        whole, mark, fraction, exponent = plain.groups()
        certain = len(fraction) != 3 or len(whole) > 3 or whole[0] == "0" or exponent
        return (f"decimal {mark}",) if certain else (f"either {mark}",)
    if grouped := _GROUPED.fullmatch(digits) or _LAKHS.fullmatch(digits):
        thousands, decimal = grouped.groups()
        if decimal == thousands:
            return ()
        return (
            (f"thousands {thousands}", f"decimal {decimal}")
            if decimal
            else (f"thousands {thousands}",)
        )
    return ()
