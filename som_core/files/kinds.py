"""What a column of a table holds: numbers, categories, dates, or what only names the rows."""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.cells import numbers_of
from som_core.files.class_codes import are_classes_by_name, are_codes_by_name

Kind = Literal["number", "category", "boolean", "date", "text", "identifier", "constant", "empty"]

_FEW_LEVELS, _MANY_LEVELS = 12, 200
_FEWEST_ROWS_TO_NUMBER = 10  # below, numbers that count up may well be measures
_LONG_TEXT = 60  # letters; names and codes are shorter
_BOOLEANS = (
    {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"on", "off"}, {"0", "1"},
    {"ja", "nein"}, {"oui", "non"}, {"si", "no"}, {"sí", "no"}, {"sim", "não"},
)  # fmt: skip
SPAN_OF_DAYS = 1500_01_01, 2200_12_31  # of numbers that are written days
_ID_NAME = re.compile(
    r"(^|.*[\W_])(?i:id|ids|uuid|guid)|.*[a-z]I[dD]|(?i:index|key|row|row (name|number))"
)


def kind_of_numbers(column: pd.Series) -> Kind:
    """Return the kind of a column of numbers."""
    values = numbers_of(column)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return "empty"
    smallest, largest = values.min(), values.max()
    if smallest == largest:
        return "constant"
    if not (values == np.floor(values)).all():
        return "number"
    if smallest == 0 and largest == 1:
        return "boolean"
    if counts_up(values, len(column)):
        return "identifier"
    if _ID_NAME.fullmatch(str(column.name)):
        n_unique = len(np.unique(values))
        if n_unique == len(values) or n_unique > _FEW_LEVELS:
            return "identifier"
    if are_classes_by_name(str(column.name), values):
        return "category"
    if are_codes_by_name(str(column.name), values):
        return "identifier"
    return "date" if _are_days(values, smallest, largest) else "number"


def counts_up(values: NDArray[np.float64], n_rows: int) -> bool:
    """Tell row numbers, from values that aren't missing; years that count up are none."""
    if not len(values) or not may_number_rows(len(values), n_rows, values[0], values[-1]):
        return False
    return bool((np.diff(values) == 1).all())


def may_number_rows(n_filled: int, n_rows: int, first: float, last: float) -> bool:
    """Tell whether numbers that count up from first to last may number rows, and be no years."""
    looks_like_years = first >= 1500 and last <= 2200
    return n_filled >= max(n_rows, _FEWEST_ROWS_TO_NUMBER) and not looks_like_years


def _are_days(values: NDArray[np.float64], smallest: float, largest: float) -> bool:
    """Tell numbers such as 20240131."""
    if smallest < SPAN_OF_DAYS[0] or largest > SPAN_OF_DAYS[1]:
        return False
    months, days = values // 100 % 100, values % 100
    return bool(((months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)).all())


def kind_of_texts(name: str, texts: Sequence[str], n_filled: int) -> Kind:
    """Return the kind of a column of texts that are no dates.

    Parameters
    ----------
    name : of the column
    texts : its different texts
    n_filled : how many of its cells hold a text
    """
    n_unique = len(texts)
    if n_unique == 0:
        return "empty"
    if n_unique == 1:
        return "constant"
    if is_boolean(texts):
        return "boolean"
    if all_differ(texts, n_filled):
        return "identifier"
    if n_unique > max(_FEW_LEVELS, n_filled / 2) and _ID_NAME.fullmatch(name):
        return "identifier"
    if n_unique <= _FEW_LEVELS or n_unique <= min(_MANY_LEVELS, n_filled / 5):
        return "category"
    return "text"


def is_boolean(texts: Sequence[str]) -> bool:
    """Tell yes and no, in some languages, from other texts."""
    return len(texts) <= 4 and {text.strip().lower() for text in texts} in _BOOLEANS


def all_differ(texts: Sequence[str], n_filled: int) -> bool:
    """Tell texts that name the rows; long ones rather are answers."""
    n_unique = len(texts)
    if n_unique != n_filled or n_unique <= _FEW_LEVELS:
        return False
    return sum(map(len, texts)) <= _LONG_TEXT * n_unique
