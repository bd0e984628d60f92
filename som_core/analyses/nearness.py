"""What is like one row, by the map's own distance: its nearest rows, and what parts them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.geometry.best_matching import has_gaps
from som_core.geometry.distances import distances, slices
from som_core.layers.distance_from import checked_vector
from som_core.preparation import Prepared
from som_core.reading import Table
from som_core.settings import Distance
from som_core.trained_map import TrainedMap
from som_core.wording import share

_CELLS = 100_000  # of rows that are compared at once
_MOST_NAMED, _ENOUGH = 3, 0.6  # columns, until they make so much of a distance
_FEWEST_COLUMNS = 4  # from which on it is worth saying in which a row hardly differs

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NearRows:
    """Rows that are like one row, the nearest first."""

    rows: NDArray[np.int64]  # (n_rows,) positions in table.frame
    distances: Floats  # (n_rows,) in scaled units


def row_vector(m: TrainedMap, table: Table, row: int) -> Floats:
    """Return a row as the map compares it, (n_features,), in scaled units.

    Raises
    ------
    AtlasError
        If the recipe leaves the row out.
    """
    return m.fitted.transform(table.of_rows([row])).matrix[0]


def near_rows(
    m: TrainedMap,
    prepared: Prepared,
    vector: ArrayLike,
    *,
    count: int = 10,
    leave_out: int | None = None,
) -> NearRows:
    """Return the rows on the map nearest to a vector; of equals the first in the table.

    Every row is compared, so the answer is exact. Rows are compared in blocks, so that beside the
    matrix it takes eight bytes a row.

    Parameters
    ----------
    m : TrainedMap
    prepared : the rows of the map after its recipe: `m.fitted.transform(table, m.chosen)`
    vector : array of shape (n_features,), in scaled units, as `row_vector` returns it
        Missing values don't count; rows that share no feature with it are left out.
    count : how many rows at most
    leave_out : position in table.frame of a row that is not to be among them: the row itself

    Raises
    ------
    AtlasError
        If the vector doesn't fit the map, or has no value at all.
    """
    wanted = checked_vector(m, vector)
    away = np.empty(len(prepared.rows))
    for block in slices(len(away), max(1, _CELLS // len(wanted))):
        away[block] = _distances(prepared.matrix[block], wanted, m.settings.distance)
    if leave_out is not None:
        away[prepared.rows == leave_out] = np.inf
    n_found = min(count, int(np.isfinite(away).sum()))
    if n_found == 0:
        return NearRows(np.empty(0, dtype=np.int64), np.empty(0))
    farthest = np.partition(away, n_found - 1)[n_found - 1]
    near = np.flatnonzero(away <= farthest)
    nearest = near[np.lexsort((prepared.rows[near], away[near]))][:n_found]
    return NearRows(prepared.rows[nearest], away[nearest])


def distance_parts(m: TrainedMap, vector: ArrayLike, other: ArrayLike) -> pd.Series:
    """Return the part that each column has in the distance of two vectors, the largest first.

    Parameters
    ----------
    m : TrainedMap
    vector, other : arrays of shape (n_features,), in scaled units: rows, or a node's weights

    Returns
    -------
    Series of floats by the name of the column
        Euclidean: its part of the squared distance; Manhattan: of the distance; cosine: of the
        squared distance of both at length 1, which is twice the cosine distance. Of a Chebyshev
        distance the column that differs most makes all. They sum to 1, or are 0 where the two
        don't differ; columns that only one of them has a value of are left out.
    """
    one, two = checked_vector(m, vector), np.asarray(other, dtype=float)
    known = ~(np.isnan(one) | np.isnan(two))
    squares = _feature_parts(np.where(known, one, 0.0), np.where(known, two, 0.0), m)
    columns = np.array([m.fitted.column_of(feature) for feature in m.features], dtype=object)
    parts = pd.Series(squares[known], dtype=float).groupby(columns[known]).sum()
    parts = parts.sort_values(ascending=False, kind="stable")
    whole = float(parts.sum())
    return parts / whole if whole > 0 else parts


def parts_in_words(parts: pd.Series, of: str = "its cell") -> str:
    """Say which columns make a distance, and in which the two are alike.

    Parameters
    ----------
    parts : as `distance_parts` returns them
    of : what the row is compared with
    """
    if not (parts > 0).any():
        return f"It equals {of} in every column that shaped the map."
    n_named = min(_MOST_NAMED, 1 + int((parts.cumsum() < _ENOUGH).sum()))
    made = [(name, share(float(part))) for name, part in parts.head(n_named).items()]
    most = f"“{made[0][0]}” makes {made[0][1]} of what parts it from {of}"
    said = ", ".join([most, *(f"“{name}” {part}" for name, part in made[1:])])
    if len(parts) < _FEWEST_COLUMNS:
        return f"{said}."
    alike = " and ".join(f"“{name}”" for name in parts.tail(2).index[::-1])
    return f"{said}. They are most alike in {alike}."


def _distances(rows: Floats, vector: Floats, distance: Distance) -> Floats:
    """Return the distance of each row from the vector; infinite where they share no feature."""
    has = ~np.isnan(vector)
    if has.all() and not has_gaps(rows):
        return distances(rows, np.broadcast_to(vector, rows.shape), distance, gaps=False)
    shared = np.where(has, rows, np.nan)
    comparable = ~np.isnan(shared).all(axis=1)
    found = np.full(len(rows), np.inf)
    beside = np.broadcast_to(np.nan_to_num(vector), (int(comparable.sum()), len(vector)))
    found[comparable] = distances(shared[comparable], beside, distance, gaps=True)
    return found


def _feature_parts(one: Floats, two: Floats, m: TrainedMap) -> Floats:
    """Return what each feature adds to the distance of two vectors without gaps."""
    match m.settings.distance:
        case "euclidean":
            return (one - two) ** 2
        case "manhattan":
            return np.abs(one - two)
        case "chebyshev":
            away = np.abs(one - two)
            return np.where(np.arange(len(away)) == away.argmax(), away, 0.0)
        case "cosine":
            lengths = [np.linalg.norm(vector) or 1.0 for vector in (one, two)]
            return (one / lengths[0] - two / lengths[1]) ** 2
