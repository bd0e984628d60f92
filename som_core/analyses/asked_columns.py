"""The columns by which rows were asked for: what sets them apart there, the question made so."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import columns_of
from som_core.analyses.search import columns_that_mention
from som_core.errors import AtlasError
from som_core.files.table import Table


def asked_columns(
    table: Table, rows: NDArray[np.int64], questions: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns by which conditions, or texts, found rows, in the order of the table.

    The key of a join settles what stands in the joined columns: whoever asked for one of these has
    chosen by the key, too, and whoever asked for the key by them.
    """
    named = {name for asked in questions for name in _columns_of(table, rows, asked)}
    if table.joined_from is not None:
        key, joined = table.joined_from.key, table.joined_columns
        if key in named:
            named.update(joined)
        elif not named.isdisjoint(joined):
            named.add(key)
    return tuple(name for name in table.frame.columns if name in named)


def _columns_of(table: Table, rows: NDArray[np.int64], asked: str) -> Collection[str]:
    try:
        named = set(columns_of(parse_condition(asked))) & set(table.frame.columns)
    except AtlasError:
        named = set()
    return named or columns_that_mention(table.frame.iloc[rows], asked)
