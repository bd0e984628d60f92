"""The columns by which rows were asked for: what sets them apart there, the question made so."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.condition_parser import parse_condition
from som_core.analyses.conditions import columns_of
from som_core.analyses.row_cells import free_name
from som_core.analyses.rows_by_condition import CELL, GROUP
from som_core.analyses.search import columns_that_mention
from som_core.errors import AtlasError
from som_core.files.table import Table


def asked_columns(
    table: Table, rows: NDArray[np.int64], questions: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns by which conditions, or texts, found rows, in the order of the table.

    The key of a join settles what stands in the joined columns: whoever asked for one of these has
    chosen by the key, too, and whoever asked for the key by them. Where they were taken away since,
    the key is taken to be among the columns each of whose values is inside or outside as a whole.
    """
    named = {name for asked in questions for name in _columns_of(table, rows, asked)}
    if any(_asks_what_is_gone(table, asked) for asked in questions):
        named.update(_deciding_columns(table, rows))
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


def _asks_what_is_gone(table: Table, asked: str) -> bool:
    """Return whether a condition names a column that the table hasn't, or has no more."""
    columns = table.frame.columns
    known = {*columns, *(free_name(name, columns) for name in (CELL, GROUP))}
    try:
        return not known.issuperset(columns_of(parse_condition(asked)))
    except AtlasError:
        return False


def _deciding_columns(table: Table, rows: NDArray[np.int64]) -> list[str]:
    """Return the columns with values that repeat, none of which is both inside and outside."""
    is_in = np.zeros(len(table.frame), dtype=bool)
    is_in[rows] = True
    found = []
    for name, column in table.frame.items():
        codes, levels = pd.factorize(column)
        is_filled = codes >= 0
        n_all = np.bincount(codes[is_filled], minlength=len(levels))
        n_in = np.bincount(codes[is_filled & is_in], minlength=len(levels))
        are_repeated = n_all.sum() >= 2 * len(levels) > 2
        if are_repeated and ((n_in == 0) | (n_in == n_all)).all():
            found.append(str(name))
    return found
