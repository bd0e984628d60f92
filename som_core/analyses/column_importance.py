"""Which columns the map knows: how much of each column's differences lies between its cells."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.key_permutation import key_p
from som_core.analyses.ranked_table import CodedLevels, RankedColumn, ranked_table
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import listed, share

N_PERMUTATIONS = 200
MOST_ROWS = 20_000  # that are permuted; more would hardly change a p
MOST_LEVELS = 50  # rarer ones have hardly any part in the variance
BY_CHANCE = 0.05  # a p above it: the map tells no more of the column than of a shuffled one
LITTLE = 0.25  # a column that shaped the map, but isn't in order on it
MUCH = 0.5  # a column that didn't shape the map, and yet is in order on it
_NAMED = 3


def column_importance(m: TrainedMap, table: Table) -> pd.DataFrame:
    """Return how much of each column the map tells, trained on it or not, the most first.

    Parameters
    ----------
    m : TrainedMap
    table : whose rows lie on the map

    Returns
    -------
    DataFrame, one line a column
        column; kind (number, date, category); explained: ε², the share of the column's variance
        that lies between cells, corrected for the number of cells, so that noise has 0 on average
        (a little below 0 is possible) and a column that is the same within each cell has 1, a
        category by the indicators of its levels (there the share before correction is Goodman and
        Kruskal's τ), a column that was trained as the recipe has it, such as its logarithm, or its
        sine and cosine on a circle; p: how often a
        column without any order on the map has as much, by 200 permutations of at most 20,000 rows,
        NaN for columns that shaped the map, and for the key by which one of them was joined;
        trained; share_of_distance: the column's part in the
        squared distances from the middle of all rows,
        NaN where not trained. A large part with little explained is a column of noise that costs
        distance. n_keys: of a column that was joined from another table, among how many keys its
        values were permuted (see `key_p`), missing for any other. differs: whether any two rows on
        the map have different values of it; else explained and p are NaN.

    References
    ----------
    Kelley (1935), An unbiased correlation ratio measure.
    Goodman and Kruskal (1954), Measures of association for cross classifications.
    """
    trained = {column.recipe.name for column in m.fitted.columns}
    shaping = trained | table.keys_of(trained)
    shares = _shares_of_distance(m, table)
    keys = _keys(table)
    found = []
    for column in ranked_table(table).columns:
        is_trained, n_keys = column.name in trained, None
        p = np.nan
        if not is_trained and keys is not None and column.name in table.joined_columns:
            p, n_keys = key_p(m.bmu, keys[m.rows], _indicators(column, m.rows))
        elif column.name not in shaping:
            p = _p(m, column)
        found.append(
            {
                "column": column.name,
                "kind": column.kind,
                "explained": explained_share(m.bmu, _as_trained(m, column)),
                "p": p,
                "trained": is_trained,
                "share_of_distance": shares.get(column.name, np.nan),
                "n_keys": n_keys,
                "differs": _differs(column, m.rows),
            }
        )
    names = [
        "column",
        "kind",
        "explained",
        "p",
        "trained",
        "share_of_distance",
        "n_keys",
        "differs",
    ]
    frame = pd.DataFrame(found, columns=names).astype({"n_keys": "Int64", "differs": bool})
    return frame.sort_values("explained", ascending=False, kind="stable", ignore_index=True)


def _keys(table: Table) -> NDArray[np.int64] | None:
    """Return a number for the key by which each row was joined, -1: missing; None: none was."""
    if table.joined_from is None:
        return None
    codes, _ = pd.factorize(table.frame[table.joined_from.key])
    return codes


def unknown_columns(importance: pd.DataFrame) -> frozenset[str]:
    """Return the columns that are noise to the map.

    Of columns that did not shape it those of which it tells no more than of shuffled values (p
    above 0.05); of the others those of whose differences less than a quarter lies between cells, as
    a map orders whatever it is trained on to some degree. So are those with nothing to know: alike
    in all rows, or with too few values.

    Parameters
    ----------
    importance : as `column_importance` returns it
    """
    by_chance = importance["p"] > BY_CHANCE
    in_disorder = importance["trained"] & (importance["explained"] < LITTLE)
    nothing = importance["explained"].isna()
    return frozenset(importance.loc[by_chance | in_disorder | nothing, "column"])


def importance_in_words(importance: pd.DataFrame) -> tuple[str, ...]:
    """Return what a reader should know of `column_importance`, in at most six sentences."""
    if importance.empty:
        return ("The table has no column of which a map could tell anything.",)
    is_unknown = importance["column"].isin(unknown_columns(importance))
    known, unknown = importance[~is_unknown].head(_NAMED), importance[is_unknown]
    described = importance[~importance["trained"]]
    told = described[(described["explained"] >= MUCH) & (described["p"] <= BY_CHANCE)]
    alike = importance.loc[~importance["differs"], "column"].tolist()
    nothing = importance["explained"].isna()
    too_few = importance.loc[importance["differs"] & nothing, "column"].tolist()
    unknown = unknown[unknown["explained"].notna()]
    costly = unknown[unknown["trained"]].sort_values("share_of_distance", ascending=False)
    said = []
    if len(known):
        best = ", ".join(
            f"“{name}” ({share(part)})"
            for name, part in zip(known["column"], known["explained"], strict=True)
        )
        said.append(f"The map knows most of {best}.")
    if len(told):
        said.append(
            f"It knows {listed(told['column'].tolist())} well, without being trained on it."
        )
    noise = unknown.loc[~unknown["trained"], "column"].tolist()
    if noise:
        said.append(f"Of {listed(noise)} it tells no more than of shuffled values.")
    if alike:
        said.append(f"The same in all rows of this map that have a value: {listed(alike)}.")
    if too_few:
        said.append(f"With too few values on this map to tell: {listed(too_few)}.")
    if len(costly):
        part = share(float(costly["share_of_distance"].iloc[0]))
        said.append(
            f"“{costly['column'].iloc[0]}” takes {part} of all distances, but is not in order on "
            "the map: weigh it less, or leave it out."
        )
    return tuple(said)


def explained_share(cells: NDArray[np.int64], values: NDArray[np.float64]) -> float:
    """Return ε² of values, (n_rows,) or (n_rows, n_indicators), over the cells of rows, (n_rows,).

    Rows with NaN are left out; NaN where no row differs, or as many cells as rows are taken.
    """
    cells, values = _compared(cells, values)
    return _explained(cells, values, _between(cells, values))


def _compared(
    cells: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return occupied cells, numbered anew, and centred values, of the rows that have a value."""
    values = values.reshape(len(values), -1)
    present = ~np.isnan(values[:, 0])
    cells = cells[present]
    numbers = np.cumsum(np.bincount(cells) > 0) - 1  # counted, as sorting many rows takes long
    values = values[present]
    return numbers[cells], values - values.mean(axis=0) if present.any() else values


def _between(cells: NDArray[np.int64], values: NDArray[np.float64]) -> float:
    """Return the sum of squares between cells of centred values, (n_rows, n_indicators)."""
    hits = np.bincount(cells)
    sums = [np.bincount(cells, weights=indicator) for indicator in values.T]
    return float(sum((one**2 / hits).sum() for one in sums))


def _explained(cells: NDArray[np.int64], values: NDArray[np.float64], between: float) -> float:
    n_rows, n_cells = len(cells), int(cells.max(initial=-1)) + 1
    total = float((values**2).sum())
    if n_rows <= n_cells or total == 0:
        return np.nan
    return 1 - (1 - between / total) * (n_rows - 1) / (n_rows - n_cells)


def _indicators(column: RankedColumn, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the values of a column, or an indicator a level, (n_rows, n_levels); NaN: missing."""
    if not isinstance(column, CodedLevels):
        return column.values[rows]
    codes = column.codes[rows]
    often = np.argsort(-column.counts, kind="stable")[:MOST_LEVELS]
    indicators = (codes[:, None] == often).astype(float)
    indicators[codes < 0] = np.nan
    return indicators


def _differs(column: RankedColumn, rows: NDArray[np.int64]) -> bool:
    """Return whether any two of these rows have different values of a column."""
    if isinstance(column, CodedLevels):
        codes = column.codes[rows]
        return _are_different(codes[codes >= 0])
    values = column.values[rows]
    return _are_different(values[~np.isnan(values)])


def _are_different(values: NDArray[np.int32] | NDArray[np.float64]) -> bool:
    return bool(values.size and values.min() != values.max())  # without sorting many rows


def _as_trained(m: TrainedMap, column: RankedColumn) -> NDArray[np.float64]:
    """Return the values of a column as the map compares them: clipped, transformed, on a circle."""
    values = _indicators(column, m.rows)
    fitted = m.fitted.numbers(column.name)
    if fitted is None or isinstance(column, CodedLevels):
        return values
    points = np.empty((len(values), len(fitted.features)))
    fitted.encode(values, points)
    points[np.isnan(values)] = np.nan
    return points


def _p(m: TrainedMap, column: RankedColumn) -> float:
    step = max(1, len(m.rows) // MOST_ROWS)
    cells, values = _compared(m.bmu[::step], _indicators(column, m.rows[::step]))
    observed = _between(cells, values)
    if np.isnan(_explained(cells, values, observed)):
        return np.nan
    random = np.random.default_rng(0)
    as_much = sum(
        _between(random.permutation(cells), values) >= observed for _ in range(N_PERMUTATIONS)
    )
    return (1 + as_much) / (1 + N_PERMUTATIONS)


def _shares_of_distance(m: TrainedMap, table: Table) -> dict[str, float]:
    matrix = m.fitted.transform(table, m.chosen).matrix
    squares = np.nansum((matrix - np.nanmean(matrix, axis=0)) ** 2, axis=0)
    by_column = pd.Series(squares).groupby([m.fitted.column_of(f) for f in m.features]).sum()
    return dict((by_column / by_column.sum()).items())
