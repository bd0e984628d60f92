"""A row that somebody typed: read as the table's own cells are, and placed on the map."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.number_marks import MAY_BE_THOUSANDS, NumberMarks, number_marks
from som_core.cells import is_number, level_text, missing_in
from som_core.columns.calendar_words import calendar_numbers
from som_core.columns.categories import CategoryColumn
from som_core.columns.fitted_recipe import with_times
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.files.number_cells import number_pattern, written_number
from som_core.files.written_dates import WrittenDates, read_dates
from som_core.files.written_numbers import PERCENT_SIGNS
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import excerpt, listed

_NO_MARKS = ", without marks between thousands"
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d)?)?)?)?)?")


def typed_columns(m: TrainedMap) -> tuple[str, ...]:
    """Return the columns that place a row on the map, in the order of the recipe."""
    return tuple(column.recipe.name for column in m.fitted.columns)


def as_typed(m: TrainedMap, table: Table, row: int) -> dict[str, str]:
    """Return a row of the table as somebody would type it; "" where a value is missing."""
    typed = {}
    for name in typed_columns(m):
        cell = table.frame[name].iloc[row]
        typed[name] = "" if pd.isna(cell) else level_text(cell)
        if is_number(table.frame[name]):
            typed[name] = typed[name].replace(".", _marks(m, table, name).decimal)
    return typed


def typed_row(m: TrainedMap, table: Table, typed: Mapping[str, str]) -> Table:
    """Return a table of the one row that was typed, with the columns of a table.

    Parameters
    ----------
    m : TrainedMap
    table : that the map was trained on; it says what its columns hold
    typed : text by the name of a column that shapes the map; none, or "", is missing
        Numbers as the file writes them: 20.500 are twenty thousand where it has a decimal comma.
        Dates and times as the file writes them, or as 2024-03-31.

    Raises
    ------
    AtlasError
        If nothing was typed, or a text is no number, date or level where one is needed.
    """
    texts = {name: typed.get(name, "").strip() for name in typed_columns(m)}
    for name, text in texts.items():
        if is_number(table.frame[name]) and text in table.dialect.missing_marks:
            texts[name] = ""
    if not any(texts.values()):
        raise AtlasError("No value is typed. Give at least one column a value.")
    _check_levels(m, texts)
    moments = {
        name: _moment(name, texts.get(name, ""), written_as)
        for name, written_as in table.date_formats.items()
    }
    in_percent = {
        name for remark in table.remarks if remark.kind == PERCENT_SIGNS for name in remark.columns
    }
    cells: dict[str, pd.Series] = {}
    for name in table.frame.columns:
        text = texts.get(name, "")
        if is_number(table.frame[name]) and name not in moments:
            is_in_percent = name in in_percent
            cells[name] = pd.Series([_number(name, text, _marks(m, table, name), is_in_percent)])
        else:
            cells[name] = pd.Series([text or None], dtype="str")
    return Table(
        pd.DataFrame(cells),
        table.name,
        table.dialect,
        known_dates=WrittenDates(pd.DataFrame(moments, index=[0]), dict(table.date_formats)),
        known_kinds=table.kinds,
    )


def typed_vector(m: TrainedMap, typed: Table) -> NDArray[np.float64]:
    """Return a typed row as the map compares it, (n_features,), in scaled units.

    What is missing stays so, whatever the recipe says: it is left out of the comparison, as nobody
    said that it is usual. No value drops the row.
    """
    fitted = m.fitted
    frame, _ = with_times(typed, fitted.date_formats, fitted.calendar_parts)
    vector = np.empty((1, len(fitted.features)))
    start = 0
    for column in fitted.columns:
        series = frame[column.recipe.name]
        block = vector[:, start : start + len(column.features)]
        cells: NDArray = column.cells_of(series)  # numbers, or codes of levels
        column.encode(cells, block)
        block[missing_in(series)] = np.nan
        start += len(column.features)
    return vector[0]


def _marks(m: TrainedMap, table: Table, name: str) -> NumberMarks:
    """Return with which marks somebody types the numbers of a column: those of its file."""
    if any(c.recipe.name == name and isinstance(c, CategoryColumn) for c in m.fitted.columns):
        return NumberMarks(".", "")  # a level is typed as it is shown
    return number_marks(table, name)


def _number(name: str, text: str, marks: NumberMarks, is_in_percent: bool) -> float:
    """Return a number as the file writes it, or with a point where that can mean but one.

    Parameters
    ----------
    is_in_percent : whether the file writes the column as 12 %, which is read as 12
    """
    if not text:
        return np.nan
    match = number_pattern(*marks).fullmatch(text)
    written = written_number(match) if match else None
    signs = ("", "%") if is_in_percent else ("",)
    if written is not None and written.sign in signs and not written.unit:
        return written.value
    if marks.decimal == "," and MAY_BE_THOUSANDS.fullmatch(text):
        whole, as_decimals = text.replace(".", ""), text.replace(".", ",")
        either = f"{whole} or {as_decimals}" if text.count(".") == 1 else whole
        raise AtlasError(
            f"“{excerpt(text)}” in “{excerpt(name)}” can be read in two ways, as the file has a "
            f"decimal comma. Write {either}."
        )
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise AtlasError(
            f"“{excerpt(name)}” holds numbers, and “{excerpt(text)}” is none. Write one such as "
            f"40000 or 0{marks.decimal}5{'' if marks.thousands else _NO_MARKS}."
        )
    return value


def _moment(name: str, text: str, written_as: str) -> np.datetime64:
    if not text:
        return np.datetime64("NaT", "us")
    read = read_dates(pd.Series([text], dtype="str"), written_as).iloc[0]
    if not pd.isna(read):
        return np.datetime64(read, "us")
    is_time = is_time_of_day(written_as)
    try:
        if is_time or not _DATE.fullmatch(text):
            raise ValueError
        return np.datetime64(text, "us")
    except ValueError:
        kind, example = ("times", "08:30") if is_time else ("dates", "2024-03-31")
        raise AtlasError(
            f"“{excerpt(name)}” holds {kind}, and “{excerpt(text)}” is none. Write it as the file "
            f"does, or as {example}."
        ) from None


def _check_levels(m: TrainedMap, texts: Mapping[str, str]) -> None:
    """Raise an AtlasError if a text is none of the levels, weekdays or months that a map knows."""
    for column in m.fitted.columns:
        name = column.recipe.name
        if texts[name] and isinstance(column, CategoryColumn):
            _check_level(name, texts[name], column.levels)
    for name, part in m.fitted.calendar_parts.items():
        text = texts[name]
        if text and calendar_numbers(pd.Series([text], dtype="str"), part).isna().iloc[0]:
            raise AtlasError(f"“{excerpt(name)}” holds {part}, and “{excerpt(text)}” is none.")


def _check_level(name: str, text: str, levels: tuple[str, ...]) -> None:
    if text in levels:
        return
    small = {level.casefold(): level for level in levels}
    near = get_close_matches(text.casefold(), small, n=1)
    known = f"Did you mean “{excerpt(small[near[0]])}”?" if near else f"It knows {listed(levels)}."
    raise AtlasError(f"The map knows no “{excerpt(text)}” in “{excerpt(name)}”. {known}")
