"""The mean of any column of numbers or dates over each node's rows, whether or not it trained."""

import numpy as np
import pandas as pd

from som_core.cells import is_number, numbers_of
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.files.written_dates import hours_of, written_dates
from som_core.layers.choice import LayerChoice
from som_core.layers.columns import Values, name_of, on_the_map
from som_core.layers.layer import DAYS, HOURS, Layer
from som_core.trained_map import TrainedMap


def mean_layer(m: TrainedMap, column: Values, *, unit: str = "") -> Layer:
    """Return the mean of each node's rows in one column; NaN where none of them has a value.

    A component plane says what a cell stands for, which its neighbours shape too; this layer says
    what its own rows hold.

    Parameters
    ----------
    m : TrainedMap
    column : numbers or dates, one for each row of the table or one for each trained row
        Dates may be written as text; they count as days since 1970, times of day as hours since
        midnight. Missing values don't count.
    unit : of the numbers; that of dates is known

    Raises
    ------
    AtlasError
        If the column holds neither numbers nor dates, or its length fits neither the table nor the
        trained rows.
    """
    series = pd.Series(column)
    name = name_of(column) or "column"
    if not is_number(series) and not pd.api.types.is_bool_dtype(series.dtype):
        series, unit = _read(series, name)
    elif pd.api.types.is_datetime64_any_dtype(series.dtype):
        unit = DAYS
    values = numbers_of(on_the_map(m, series))
    has_value = ~np.isnan(values)
    nodes, n_nodes = m.bmu[has_value], m.settings.n_nodes
    total = np.bincount(nodes, weights=values[has_value], minlength=n_nodes)
    count = np.bincount(nodes, minlength=n_nodes)
    mean = np.divide(total, count, out=np.full(n_nodes, np.nan), where=count > 0)
    return Layer(
        name=CHOICE.named(name),
        values=mean.reshape(m.codebook.shape[:2]),
        unit=unit,
        description=f"Mean of “{name}” over each cell's own rows; cells without any stay empty.",
    )


def _read(texts: pd.Series, name: str) -> tuple[pd.Series, str]:
    """Return dates or times that are written as text, and what they are counted in."""
    found = written_dates(texts.to_frame(name))
    if name not in found.formats:
        filled = texts.dropna()
        example = f"such as “{filled.iloc[0]}”" if len(filled) else "and not one value"
        raise AtlasError(
            f"“{name}” holds texts, {example}, which have no mean. Choose a column of numbers or "
            "dates, or show the most frequent text or the share of one."
        )
    if is_time_of_day(found.formats[name]):
        return hours_of(found.dates[name]), HOURS
    return found.dates[name], DAYS


CHOICE = LayerChoice(
    title="Mean of {column}",
    says="The mean over each cell's own rows, whether or not the column shaped the map.",
    needs="column",
    make=mean_layer,
    kinds=frozenset({"number", "date"}),
)
