"""Columns of another table, joined to the rows of a table by a key."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.row_cells import free_name
from som_core.cells import is_number, level_texts
from som_core.errors import AtlasError
from som_core.files.table import JoinedFrom, Table
from som_core.files.written_dates import WrittenDates
from som_core.remarks import Remark
from som_core.wording import counted, excerpt, listed, named

_NO_ROW = -1
_MOST_NAMED = 3
_MOST_ROWS = 0.5  # that find their row, so that columns of equal names are the keys


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
    found = _matches(keys, other_keys, places)
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
        remarks=(*table.remarks, _remark(found, other, key)),
        known_dates=dates,
        known_kinds={**table.kinds, **{new: other.kinds[old] for old, new in names.items()}},
        sha256="",
        labels={
            **table.labels,
            **{new: other.labels[old] for old, new in names.items() if old in other.labels},
        },
        joined_from=JoinedFrom(table, other, key, other_key),
    )


@dataclass(frozen=True, eq=False)
class Matches:
    """Which rows of a table find their row in another one by a key."""

    rows_without: NDArray[np.int64]  # positions in table.frame of the rows that find none
    keys_without: pd.Series  # how many rows there are of each key that isn't in the other table
    n_rows: int
    n_keys: int  # different ones that find their row
    n_unused: int  # rows of the other table that belong to no row here
    as_written: bool  # one of the keys is text, so that both are compared as texts

    @property
    def in_words(self) -> str:
        """How many rows find their row, which don't, and how many of the other are left over."""
        n_without = len(self.rows_without)
        said = (
            f"{self.n_rows - n_without:,} of {counted(self.n_rows, 'row')} found their row there, "
            f"by {counted(self.n_keys, 'key')}."
        )
        if n_without:
            lost = self.keys_without.index.to_series()
            which = f", with {_first(lost)}" if len(lost) else ""
            said += (
                f" {counted(n_without, 'row')} found none{which}: its columns are missing there."
            )
        if self.n_unused:
            verb = "belongs" if self.n_unused == 1 else "belong"
            said += f" {counted(self.n_unused, 'row')} of it {verb} to no row here."
        return said


def matches(table: Table, other: Table, key: str, other_key: str) -> Matches:
    """Return which rows find their row in another table, before both are joined.

    Raises
    ------
    AtlasError
        If a column isn't there, or a key of `other` stands in several of its rows.
    """
    keys, other_keys = _comparable(_column(table, key), _column(other, other_key))
    _refuse_repeated(other_keys, other, other_key, table)
    return _matches(keys, other_keys, _places(keys, other_keys))


def _matches(keys: pd.Series, other_keys: pd.Series, places: NDArray[np.int64]) -> Matches:
    is_found = places != _NO_ROW
    n_keys = int(keys[is_found].nunique())
    return Matches(
        rows_without=np.flatnonzero(~is_found),
        keys_without=keys[~is_found].value_counts(),
        n_rows=len(keys),
        n_keys=n_keys,
        n_unused=int(other_keys.notna().sum()) - n_keys,
        as_written=not is_number(keys),
    )


def rows_without_match(table: Table) -> NDArray[np.int64]:
    """Return the rows of a joined table that found no row in the other; none of any other table."""
    of = table.joined_from
    if of is None:
        return np.empty(0, dtype=np.int64)
    return matches(of.table, of.other, of.key, of.other_key).rows_without


def likeliest_keys(table: Table, other: Table) -> tuple[str, str] | None:
    """Return the columns by which most rows find their row in another table; None where none does.

    Of several pairs one of equal names wins, then the one by which most rows of the other are used:
    small whole numbers match whatever they count.
    """
    found: dict[tuple[bool, float, bool, int], tuple[str, str]] = {}
    counts = {name: table.frame[name].dropna().value_counts() for name in table.frame.columns}
    for other_key in other.frame.columns:
        others = other.frame[other_key].dropna()
        if len(others) < 2 or others.duplicated().any():
            continue
        for key, times in counts.items():
            here, there = _comparable(times.index.to_series(), others)
            is_in = here.isin(there).to_numpy()
            n_rows, n_keys = int(times.to_numpy()[is_in].sum()), int(is_in.sum())
            if n_keys < 2:
                continue
            is_most = n_rows >= _MOST_ROWS * max(int(times.sum()), 1)
            is_named_alike = key.casefold() == other_key.casefold()
            rank = (is_most and is_named_alike, n_rows / len(table.frame), is_named_alike, n_keys)
            found.setdefault(rank, (key, other_key))
    return found[max(found)] if found else None


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


def _remark(found: Matches, other: Table, key: str) -> Remark:
    return Remark(
        kind="joined",
        sentence=f"“{other.name}” is joined by “{key}”: {found.in_words}",
        severity="warning" if len(found.rows_without) else "note",
        columns=(key,),
    )
