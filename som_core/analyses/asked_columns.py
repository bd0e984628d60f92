"""The columns by which rows were asked for: what sets them apart there, the question made so."""

from collections.abc import Collection

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
from som_core.selection_steps import Asked, Step, keys_of, questions


def asked_columns(table: Table, rows: NDArray[np.int64], step: Step | None) -> tuple[str, ...]:
    """Return the columns by which conditions, or texts, found rows, in the order of the table.

    The key of a join settles what stands in the joined columns: whoever asked for one of these has
    chosen by the key, too, and whoever asked for the key by them. A step knows that key, also where
    they were taken away since; one that was kept before it did is taken to have chosen by each
    column whose values are inside or outside as a whole.
    """
    asked, keys = questions(step), keys_of(step)
    named = {name for text in asked for name in _columns_of(table, rows, text)} | {*keys}
    if not keys and any(_asks_what_is_gone(table, text) for text in asked):
        named.update(_deciding_columns(table, rows))
    if table.joined_from is not None:
        key, joined = table.joined_from.key, table.joined_columns
        if key in named:
            named.update(joined)
        elif not named.isdisjoint(joined):
            named.add(key)
    return tuple(name for name in table.frame.columns if name in named)


def join_asked_for(table: Table, rows: NDArray[np.int64], text: str) -> tuple[str, ...]:
    """Return the key of a join where a question finds rows by it, or by what is joined by it."""
    of = table.joined_from
    if of is None or of.key not in asked_columns(table, rows, Asked(text)):
        return ()
    return (of.key,)


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
