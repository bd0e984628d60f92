"""The columns by which rows were asked for: what sets them apart there, the question made so."""

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import columns_of
from som_core.analyses.search import columns_that_mention
from som_core.errors import AtlasError
from som_core.files.table import Table


def asked_columns(table: Table, rows: NDArray[np.int64], asked: str) -> tuple[str, ...]:
    """Return the columns by which a condition, or a text, found rows; none where it is empty."""
    if not asked:
        return ()
    try:
        named = set(columns_of(parse_condition(asked))) & set(table.frame.columns)
    except AtlasError:
        named = set()
    if named:
        return tuple(name for name in table.frame.columns if name in named)
    return columns_that_mention(table.frame.iloc[rows], asked)
