"""Columns of another table, joined to the rows of a table by a key."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.row_cells import free_name
from som_core.cells import is_number, level_texts
from som_core.errors import AtlasError
from som_core.files.table import Table
from som_core.files.written_dates import WrittenDates
from som_core.remarks import Remark
from som_core.wording import counted, excerpt, listed, named

_NO_ROW = -1
_MOST_NAMED = 3


def joined(table: Table, other: Table, key: str, other_key: str) -> Table:
    """Return a table with the columns of another one beside it, row by row by a key.

    Several rows may have the same key (customers of a country); in the other table each key stands
    once. Numbers match numbers by value; where one of the keys is text, both match as they are
    written, so that 007 is not 7. A missing key finds no row. A remark counts the rows and keys
    that found their row, and names some that did not.

    Parameters
    ----------
    table : whose rows are kept, all of them and in their order
    other : whose columns, all but its key, are added; a name that is taken gets “ (map)”
    key : name of a column of `table`
    other_key : name of a column of `other`

    Returns
    -------
    Table
        With the dates and kinds of both; missing where no row was found.

    Raises
    ------
    AtlasError
        If a column isn't there, a key of `other` stands in several of its rows, or no key of
        `table` is in `other`.
    """
    keys, other_keys = _comparable(_column(table, key), _column(other, other_key))
    _refuse_repeated(other_keys, other, other_key, table)
    places = _places(keys, other_keys)
    if (places == _NO_ROW).all():
        raise AtlasError(
            f"No “{key}” of “{table.name}” is in “{other_key}” of “{other.name}”: there are "
            f"{_first(keys)} here and {_first(other_keys)} there. Choose the columns that hold the "
            "same keys, written alike: 007 is not 7."
        )
    names = _free_names(table, other, other_key)
    frame = pd.concat([table.frame, _taken(other.frame, places, names, table.frame.index)], axis=1)
    formats = other.date_formats
    dates = WrittenDates(
        pd.concat([table.dates, _taken(other.dates, places, names, table.frame.index)], axis=1),
        {
            **table.date_formats,
            **{new: formats[old] for old, new in names.items() if old in formats},
        },
    )
    return replace(
        table,
        frame=frame,
        remarks=(*table.remarks, _remark(keys, other_keys, places, table, other, key)),
        known_dates=dates,
        known_kinds={**table.kinds, **{new: other.kinds[old] for old, new in names.items()}},
        sha256="",
        labels={
            **table.labels,
            **{new: other.labels[old] for old, new in names.items() if old in other.labels},
        },
    )


def _column(table: Table, name: str) -> pd.Series:
    if name not in table.frame.columns:
        raise AtlasError(
            f"“{table.name}” has no column “{name}”. It has {listed(list(table.frame.columns))}."
        )
    return table.frame[name].reset_index(drop=True)


def _comparable(keys: pd.Series, other_keys: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return both keys as numbers where they are, else both as they are written."""
    if is_number(keys) and is_number(other_keys):
        return keys, other_keys
    return level_texts(keys), level_texts(other_keys)


def _refuse_repeated(other_keys: pd.Series, other: Table, other_key: str, table: Table) -> None:
    counts = other_keys.value_counts()
    repeated = counts[counts > 1]
    if len(repeated):
        raise AtlasError(
            f"“{other_key}” of “{other.name}” holds “{excerpt(str(repeated.index[0]))}” "
            f"{repeated.iloc[0]:,} times, and {counted(len(repeated), 'key')} in all more than "
            f"once, so a row of “{table.name}” would belong to several of its rows. Keep one row a "
            "key in that file, or choose another column."
        )


def _places(keys: pd.Series, other_keys: pd.Series) -> NDArray[np.int64]:
    """Return the row of the other table for each key; -1 where there is none."""
    filled = np.flatnonzero(other_keys.notna())
    found = pd.Index(other_keys.iloc[filled]).get_indexer(pd.Index(keys))
    found[keys.isna()] = _NO_ROW
    return np.where(found == _NO_ROW, _NO_ROW, filled[found])


def _free_names(table: Table, other: Table, other_key: str) -> dict[str, str]:
    """Return what the columns of the other table are called beside those of the table."""
    taken = set(table.frame.columns)
    names = {}
    for name in other.frame.columns:
        if name != other_key:
            names[name] = free_name(name, taken)
            taken.add(names[name])
    return names


def _taken(
    frame: pd.DataFrame, places: NDArray[np.int64], names: dict[str, str], index: pd.Index
) -> pd.DataFrame:
    """Return the rows at some places, empty ones for -1, under their new names."""
    columns = [name for name in frame.columns if name in names]
    rows = frame[columns].reset_index(drop=True).reindex(places)
    return rows.rename(columns=names).set_axis(index)


def _first(keys: pd.Series) -> str:
    return named([excerpt(str(value)) for value in keys.dropna().unique()[:_MOST_NAMED]])


def _remark(
    keys: pd.Series,
    other_keys: pd.Series,
    places: NDArray[np.int64],
    table: Table,
    other: Table,
    key: str,
) -> Remark:
    is_found = places != _NO_ROW
    n_keys = keys[is_found].nunique()
    sentence = (
        f"“{other.name}” is joined by “{key}”: {is_found.sum():,} of {counted(len(keys), 'row')} "
        f"found their row there, by {counted(n_keys, 'key')}."
    )
    lost = keys[~is_found]
    if len(lost):
        which = f", with {_first(lost)}" if lost.notna().any() else ""
        sentence += (
            f" {counted(len(lost), 'row')} found none{which}: its columns are missing there."
        )
    n_unused = int(other_keys.notna().sum()) - n_keys
    if n_unused:
        verb = "belongs" if n_unused == 1 else "belong"
        sentence += f" {counted(n_unused, 'row')} of it {verb} to no row here."
    return Remark(
        kind="joined",
        sentence=sentence,
        severity="warning" if len(lost) else "note",
        columns=(key,),
    )
