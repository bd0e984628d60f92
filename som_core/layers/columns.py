"""A column of the table, or any other values a row, as the rows of a map have them."""

from collections.abc import Sequence
from typing import TypeAlias

import pandas as pd
from numpy.typing import ArrayLike

from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.reading import Table
from som_core.trained_map import TrainedMap

Values: TypeAlias = ArrayLike | Sequence[object]


def on_the_map(m: TrainedMap, values: Values) -> pd.Series:
    """Return the value of each row on the map, in the order of `m.rows`.

    Parameters
    ----------
    values : one for each row of the table, or one for each row on the map

    Raises
    ------
    AtlasError
        If their number fits neither.
    """
    series = pd.Series(values)
    if len(series) == len(m.rows):
        return series
    if len(series) <= m.rows.max(initial=-1):
        raise AtlasError(
            f"There are {len(series)} values for {len(m.rows)} rows on the map. Give one value for "
            "each row of the table, or one for each row on the map."
        )
    return series.iloc[m.rows]


def name_of(values: Values) -> str:
    """Return the name of the column that these values are; "" where they are no column."""
    return str(values.name) if isinstance(values, pd.Series) and values.name is not None else ""


def column_to_average(table: Table, name: str) -> pd.Series:
    """Return a column as layers take it: dates as dates, times of day as they are written."""
    is_time = is_time_of_day(table.date_formats.get(name, "%Y"))
    return table.frame[name] if is_time else table.column(name)
