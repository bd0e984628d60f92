"""Columns of another table, joined to the rows of a table by a key."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce

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
_MOST_ROWS = 0.5  # of the rows find their row, so that two columns are likely to be the keys

# What keys that look equal differ by. A look is what is left of a text without it.
_LOOKS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "capitals": lambda texts: texts.str.casefold(),
    "blanks at the ends": lambda texts: texts.str.strip(),
    "how accents are encoded": lambda texts: texts.str.normalize("NFC"),
    "zeros in front": lambda texts: texts.str.replace(r"^0+(?=\d+$)", "", regex=True),
}
_SEVERAL = "capitals, blanks and the like at once"
_SEEN = (_SEVERAL, "capitals", "zeros in front")  # on the page, so that an example shows both


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
    found = _matches(key, keys, other_keys, places)
    if found.n_keys == 0:
        why = found.near_misses or ("Choose the columns that hold the same keys, written alike.",)
        raise AtlasError(
            f"No “{key}” of “{table.name}” is in “{other_key}” of “{other.name}”: there are "
            f"{_first(keys)} here and {_first(other_keys)} there. {' '.join(why)}"
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

    key: str  # the column of the table
    rows_without: NDArray[np.int64]  # positions in table.frame of the rows that find none
    keys_without: pd.Series  # how many rows there are of each key that isn't in the other table
    n_rows: int
    n_keys: int  # different ones that find their row
    n_unused: int  # rows of the other table that belong to no row here
    as_written: bool  # one of the keys is text, so that both are compared as texts
    near_misses: tuple[str, ...]  # why keys that look equal don't match, each a sentence

    @property
    def in_words(self) -> str:
        """How many rows find their row, which don't, and how many of the other are left over."""
        said = [
            f"{self.n_rows - len(self.rows_without):,} of {counted(self.n_rows, 'row')} found "
            f"their row there, by {counted(self.n_keys, 'key')}."
        ]
        if len(self.rows_without):
            said.append(f"{self._without}: the added columns are missing there.")
        said += self.near_misses
        if self.n_unused:
            verb = "belongs" if self.n_unused == 1 else "belong"
            said.append(f"{counted(self.n_unused, 'row')} of it {verb} to no row here.")
        return " ".join(said)

    @property
    def _without(self) -> str:
        """How many rows have a key that isn't there, and how many have none."""
        n_lost = int(self.keys_without.sum())
        n_missing = len(self.rows_without) - n_lost
        said = []
        if n_lost:
            lost = self.keys_without.index
            said.append(f"{counted(n_lost, 'row')} with {_some(lost)} found none")
        if n_missing:
            verb = "has" if n_missing == 1 else "have"
            said.append(f"{counted(n_missing, 'row')} {verb} no “{excerpt(self.key)}”")
        return "; ".join(said)


def matches(table: Table, other: Table, key: str, other_key: str) -> Matches:
    """Return which rows find their row in another table, before both are joined.

    Raises
    ------
    AtlasError
        If a column isn't there, or a key of `other` stands in several of its rows.
    """
    keys, other_keys = _comparable(_column(table, key), _column(other, other_key))
    _refuse_repeated(other_keys, other, other_key, table)
    return _matches(key, keys, other_keys, _places(keys, other_keys))


def _matches(
    key: str, keys: pd.Series, other_keys: pd.Series, places: NDArray[np.int64]
) -> Matches:
    is_found = places != _NO_ROW
    n_keys = int(keys[is_found].nunique())
    keys_without = keys[~is_found].value_counts()
    as_written = not is_number(keys)
    unused = other_keys[~other_keys.isin(keys)]
    return Matches(
        key=key,
        rows_without=np.flatnonzero(~is_found),
        keys_without=keys_without,
        n_rows=len(keys),
        n_keys=n_keys,
        n_unused=len(other_keys) - n_keys,  # one without a key belongs to none
        as_written=as_written,
        near_misses=_near_misses(keys_without.index.to_series(), unused) if as_written else (),
    )


def rows_without_match(table: Table) -> NDArray[np.int64]:
    """Return the rows of a joined table that found no row in the other; none of any other table."""
    of = table.joined_from
    if of is None:
        return np.empty(0, dtype=np.int64)
    return matches(of.table, of.other, of.key, of.other_key).rows_without


def likeliest_keys(table: Table, other: Table) -> tuple[str, str] | None:
    """Return the columns that are most likely meant as keys; None where none are likely.

    First come columns of equal names whose keys look equal, then those by which most rows find
    their row as texts. Next are columns of equal names with keys that stand there in several rows,
    so that this is said; numbers that match, as small whole ones do whatever they count; and any
    other columns of equal names. Of those alike the pair wins by which most rows match, then that
    by which most rows of the other are used.
    """
    found: dict[tuple[int, int, int], tuple[str, str]] = {}
    counts = {name: table.frame[name].dropna().value_counts() for name in table.frame.columns}
    for other_key in other.frame.columns:
        others = other.frame[other_key].dropna()
        is_repeated = bool(others.duplicated().any())
        for key, times in counts.items():
            is_named_alike = key.casefold() == other_key.casefold()
            if is_repeated and not is_named_alike:
                continue
            here, there = _comparable(times.index.to_series(), others)
            if is_named_alike:
                here, there = _look(here), _look(there)
            is_in = here.isin(there).to_numpy()
            n_rows, n_keys = int(times.to_numpy()[is_in].sum()), int(is_in.sum())
            is_most = n_keys >= 2 and n_rows >= _MOST_ROWS * int(times.sum())
            are_texts = not is_number(here)
            if is_named_alike:
                # Texts don't look equal by chance, even where few of the rows here have them.
                looks_equal = is_most or (are_texts and there.isin(here).mean() >= _MOST_ROWS)
                likeliness = (2 if is_repeated else 4) if looks_equal else 0
            elif is_most:
                likeliness = 3 if are_texts else 1
            else:
                continue
            found.setdefault((likeliness, n_rows, n_keys), (key, other_key))
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


def _look(keys: pd.Series) -> pd.Series:
    """Return keys without what can't be seen, or is easily overlooked; numbers as they are."""
    return keys if is_number(keys) else reduce(lambda texts, of: of(texts), _LOOKS.values(), keys)


def _near_misses(keys: pd.Series, other_keys: pd.Series) -> tuple[str, ...]:
    """Say how many keys without a row differ from unused ones of the other by their look only."""
    here, there = _distinct(keys), _distinct(other_keys)
    said = []
    for difference, look in [*_LOOKS.items(), (_SEVERAL, _look)]:
        looks, others = look(here), look(there)
        is_near = looks.isin(others)
        if not is_near.any():
            continue
        one = here[is_near].iloc[0]
        twin = there[others == looks[is_near].iloc[0]].iloc[0]
        example = f"“{excerpt(one)}”"
        if difference in _SEEN:
            example += f" and “{excerpt(twin)}”"
        n_near = int(is_near.sum())
        verb = "differs" if n_near == 1 else "differ"
        said.append(f"{counted(n_near, 'key')} {verb} only by {difference}, such as {example}.")
        here = here[~is_near]
    return tuple(said)


def _distinct(keys: pd.Series) -> pd.Series:
    return pd.Series(keys.dropna().unique(), dtype="str")


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


def _some(keys: pd.Index) -> str:
    """Return the first keys, and how many more there are."""
    more = len(keys) - _MOST_NAMED
    shown = [excerpt(str(key)) for key in keys[:_MOST_NAMED]]
    if more <= 0:
        return named(shown)
    return f"{listed(shown)} and {more:,} more"


def _remark(found: Matches, other: Table, key: str) -> Remark:
    return Remark(
        kind="joined",
        sentence=f"“{other.name}” is joined by “{key}”: {found.in_words}",
        severity="warning" if len(found.rows_without) else "note",
        columns=(key,),
    )
