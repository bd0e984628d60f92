"""What stands for a missing value: words in any column, and marks in number columns only."""

import re

# Read as missing in every column.
MISSING_MARKS = (
    "NA", "N/A", "n/a", "na", "n.a.", "N.A.", "#N/A", "<NA>",
    "NaN", "nan", "NAN", "NULL", "Null", "null",
    "missing", "Missing", "MISSING", "?", "-", "--", "–", "—", "...", "…",
)  # fmt: skip

# Read as missing only among numbers: in a text column “none” or “unknown” may be a true answer.
NUMBER_MARKS = (
    "None", "none", "NONE", "Na", "N/a", "nil", "nd", "n.d.", "ND", "unknown", "Unknown",
    "UNKNOWN", "not available", "no data", "No data", "tbd", "TBD", "x", "X", "*", "**", ".", "..",
    "---", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "(missing)", "(null)",
    "blank", "error", "Error", "ERROR",
)  # fmt: skip


def is_number_mark(mark: str) -> bool:
    """Tell whether a mark counts in number columns only."""
    return mark in NUMBER_MARKS or is_number(mark)


def is_number(mark: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", mark) is not None
