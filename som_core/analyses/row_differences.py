"""How two rows differ, column by column: in units of the table, and by what is usual there."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from som_core.analyses.ranked_table import CodedLevels, RankedNumbers, ranked_table
from som_core.cells import is_number, level_text, numbers_of
from som_core.files.dates import is_time_of_day
from som_core.reading import Table
from som_core.wording import as_date, number

NO_VALUE = "–"
_NO_CIRCLES: Mapping[str, float] = {}


def row_differences(
    table: Table, one: Table, other: Table, *, circles: Mapping[str, float] = _NO_CIRCLES
) -> pd.DataFrame:
    """Compare two rows in every column, those first in which they differ most beside other rows.

    Parameters
    ----------
    table : whose other rows say what is usual
    one, other : tables of one row each, with the same columns
    circles : once around, of columns whose end lies beside their beginning

    Returns
    -------
    DataFrame
        One line a column: `column`; `here` and `there` as people write them; `difference`
        (there − here) in units of the column, of dates in days, of times in hours, the shorter way
        around a circle; `deviations`, the same in standard deviations of the column; `place_here`
        and `place_there`, the share of the table's values below (of equals half); `differs`, in
        standard deviations too, where two levels are as far apart as a recipe takes them. Columns
        of texts that hardly repeat, and missing values, have no numbers.
    """
    ranked = {column.name: column for column in ranked_table(table).columns}
    lines = []
    for name in table.frame.columns:
        here, there = _value(one, name), _value(other, name)
        line: dict[str, object] = {
            "column": name,
            "here": in_words(table, name, here),
            "there": in_words(table, name, there),
        }
        column = ranked.get(name)
        if isinstance(column, RankedNumbers):
            if isinstance(here, float) and isinstance(there, float):
                line |= _of_numbers(column, here, there, circles.get(name))
        elif column is not None and here is not None and there is not None:
            line["differs"] = _between_levels(column) if here != there else 0.0
        lines.append(line)
    columns = [
        "column", "here", "there", "difference", "deviations", "place_here", "place_there",
        "differs",
    ]  # fmt: skip
    found = pd.DataFrame(lines).reindex(columns=columns)
    numeric = columns[3:]
    found[numeric] = found[numeric].astype(float)
    return found.sort_values("differs", ascending=False, kind="stable", ignore_index=True)


def difference_in_words(table: Table, name: str, one: Table, other: Table) -> str:
    """Say how another row differs from one in a column: “income +4,200”, “island Dream”.

    "" where they don't differ, or one has no value.
    """
    here, there = _value(one, name), _value(other, name)
    if here is None or there is None or here == there:
        return ""
    if isinstance(here, str) or isinstance(there, str):
        return f"{name} {there}"
    difference = there - here
    sign = "+" if difference > 0 else "−"
    unit = {"date": " days", "time": " h"}.get(_kind(table, name), "")
    return f"{name} {sign}{number(abs(difference))}{unit}"


def in_words(table: Table, name: str, value: float | str | None) -> str:
    """Return a value of a column as people write it: a number, a date, a time, a level, or –."""
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    match _kind(table, name):
        case "date":
            return as_date(value)
        case "time":
            hours, minutes = divmod(round(60 * value), 60)
            return f"{hours:02d}:{minutes:02d}"
        case _:
            return number(value, 10)


def _kind(table: Table, name: str) -> str:
    if name not in table.date_formats:
        return table.kinds[name]
    return "time" if is_time_of_day(table.date_formats[name]) else "date"


def _value(row: Table, name: str) -> float | str | None:
    """Return what a row holds: a number, days since 1970, hours since midnight, or a level."""
    column = row.column(name)
    if is_number(column):
        value = float(numbers_of(column)[0])
        return None if np.isnan(value) else value
    cell = column.iloc[0]
    return None if pd.isna(cell) else level_text(cell)


def _of_numbers(
    column: RankedNumbers, here: float, there: float, period: float | None
) -> dict[str, float]:
    difference = there - here
    if period is not None:
        difference = (difference + period / 2) % period - period / 2
    values = column.values[~np.isnan(column.values)]
    spread = float(values.std())
    deviations = difference / spread if spread > 0 else np.nan
    return {
        "difference": difference,
        "deviations": deviations,
        "place_here": _place(values, here),
        "place_there": _place(values, there),
        "differs": abs(deviations),
    }


def _place(values: np.ndarray, value: float) -> float:
    below, equal = np.count_nonzero(values < value), np.count_nonzero(values == value)
    return (below + equal / 2) / len(values)


def _between_levels(column: CodedLevels) -> float:
    """Return how far two levels are apart where the category counts as much as a number."""
    shares = column.counts / column.counts.sum()
    variance = float((shares * (1 - shares)).sum())
    return float(np.sqrt(2 / variance)) if variance > 0 else np.nan
