"""The marks with which the numbers of a column are written in its file."""

import re
from typing import NamedTuple

from som_core.reading import Table

MAY_BE_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2}(\.\d{3})+")  # beside a decimal comma


class NumberMarks(NamedTuple):
    decimal: str
    thousands: str  # "" where the file has none


def number_marks(table: Table, name: str) -> NumberMarks:
    """Return the marks of a column of numbers; of one that was joined, those of its own file."""
    joined = table.joined_from if name in table.joined_columns else None
    dialect = joined.other.dialect if joined else table.dialect
    decimal, thousands = dialect.decimal, dialect.thousands or ""
    if name in dialect.other_decimal:
        decimal = "," if decimal == "." else "."
    return NumberMarks(decimal, "" if thousands == decimal else thousands)
