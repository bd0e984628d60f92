"""How good a map is: four measures, each with what it means for this map in words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import pairwise_distances

from som_core.errors import AtlasError
from som_core.geometry.best_matching import Matches, best_two, has_gaps
from som_core.geometry.distances import distances_to
from som_core.geometry.lattice import grid_distance, neighbours
from som_core.preparation import Prepared, PreparedOnDisk
from som_core.settings import Distance
from som_core.trained_map import TrainedMap
from som_core.wording import number

MOST_FOR_TRUSTWORTHINESS = 2_000  # rows: every row meets every other one
NEIGHBOURS_TRUSTED = 10
RANKED_AT_ONCE = 200  # rows whose distances to all others are held in memory
HARDLY_BETTER = 0.9  # of the distance to the middle of all rows
TIED = 1e-6  # of the second best distance: a node as near counts as the second best
ROUNDING = 1e-9  # of the rows' mean distance from their middle
ROWS_AT_ONCE = 2**15  # bounds the memory of what is counted row by row


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well a map stands for some rows; NaN where a measure is not defined."""

    quantization_error: float  # mean distance to the best matching unit; lower is better
    centre_error: float  # the same for a map of one node in the middle of the rows
    # Share of rows whose two best nodes are not adjacent, 0 is best; of nodes equally near, an
    # adjacent one counts as the second best.
    topographic_error: float
    trustworthiness: float  # 1 where all neighbours on the map are neighbours in the table
    trustworthiness_rows: int  # how many rows it was measured on; fewer than n_rows: a sample
    explained_variance: float  # share of the variance that lies between nodes, 1 is best
    n_rows: int

    @property
    def in_words(self) -> dict[str, str]:
        """What each measure means for this map: one sentence by name of the measure."""
        return {
            "quantization_error": self._about_quantization(),
            "topographic_error": self._about_topography(),
            "trustworthiness": self._about_trust(),
            "explained_variance": self._about_variance(),
        }

    def _about_quantization(self) -> str:
        distance = number(self.quantization_error, digits=3)
        units = "scaled unit" if distance == "1" else "scaled units"
        sentence = f"On average a row lies {distance} {units} from its cell"
        if not self.centre_error > 0:
            return f"{sentence}."
        share = self.quantization_error / self.centre_error
        if share > HARDLY_BETTER:
            return f"{sentence}; one cell in the middle of all rows would stand for them as well."
        return f"{sentence}; that is {share:.0%} of its distance from the middle of all rows."

    def _about_topography(self) -> str:
        if np.isnan(self.topographic_error):
            return "A map of one cell has no neighbours, so it has no topographic error."
        verdict = "neighbouring cells are mostly alike"
        if self.topographic_error > 0.2:
            verdict = "the map is folded in places, so distances on it mislead there"
        return (
            f"For {self.topographic_error:.1%} of rows the two best cells are not neighbours: "
            f"{verdict}."
        )

    def _about_trust(self) -> str:
        if np.isnan(self.trustworthiness):
            return "Trustworthiness needs at least five rows."
        verdict = "rows near each other on the map are near each other in the table too"
        if self.trustworthiness < 0.9:
            verdict = "some rows near each other on the map are far apart in the table"
        sample = ""
        if self.trustworthiness_rows < self.n_rows:
            sample = f" (measured on {self.trustworthiness_rows:,} rows chosen at random)"
        return f"Trustworthiness is {self.trustworthiness:.2f} of 1: {verdict}{sample}."

    def _about_variance(self) -> str:
        if np.isnan(self.explained_variance):
            return "All rows are equal, so there is no variance to explain."
        return (
            f"Knowing a row's cell explains {self.explained_variance:.0%} of the variance of the "
            "features."
        )


def quality(m: TrainedMap, prepared: Prepared, *, seed: int = 0) -> Quality:
    """Measure how well a map stands for some rows: those it was trained on, or new ones.

    Parameters
    ----------
    m : TrainedMap
    prepared : rows prepared with the recipe of the map
    seed : chooses the rows for trustworthiness where there are more than 2,000

    Raises
    ------
    AtlasError
        If the rows don't fit the map, or lie on a disk.
    """
    if isinstance(prepared, PreparedOnDisk):
        raise AtlasError(
            "The quality of a map is measured on rows in memory. Prepare `table.sample` with "
            "`m.fitted.transform`; the error on all rows is the last of `m.history`."
        )
    matrix = prepared.matrix
    matches = best_two(matrix, m.codebook, m.settings.distance)
    table = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    centre_error = _centre_error(matrix, m.settings.distance)
    second = _tied_neighbours(m, matrix, matches, table, rounding=ROUNDING * centre_error)
    judged = np.arange(len(matrix))
    if len(matrix) > MOST_FOR_TRUSTWORTHINESS:
        chosen = np.random.default_rng(seed).choice(
            len(matrix), MOST_FOR_TRUSTWORTHINESS, replace=False
        )
        judged = np.sort(chosen)
    return Quality(
        quantization_error=float(matches.distance.mean()),
        centre_error=centre_error,
        topographic_error=topographic_error(matches.bmu, second, table),
        trustworthiness=trustworthiness(
            matrix[judged], _map_distances(m, matches.bmu[judged]), m.settings.distance
        ),
        trustworthiness_rows=len(judged),
        explained_variance=explained_variance(matrix, matches.bmu, m.settings.n_nodes),
        n_rows=len(matrix),
    )


def _tied_neighbours(
    m: TrainedMap,
    matrix: NDArray[np.float64],
    matches: Matches,
    neighbour_table: NDArray[np.int64],
    *,
    rounding: float,
) -> NDArray[np.int64]:
    """Return the second best node of each row; of nodes equally near, one beside the best.

    Which of them came first is a matter of their numbers, not of the map. Equally near is what lies
    within a millionth of the second best distance, or within rounding.
    """
    second = matches.second_bmu.copy()
    nodes = m.codebook.reshape(m.settings.n_nodes, -1)
    distance, gaps = m.settings.distance, has_gaps(matrix)
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        beside = neighbour_table[matches.bmu[block]]
        torn = np.flatnonzero((beside != second[block, None]).all(axis=1))
        rows, places = matrix[start + torn], start + torn
        to_second = distances_to(rows, nodes, second[places], distance, gaps=gaps)
        for near in beside[torn].T:
            to_near = distances_to(rows, nodes, np.maximum(near, 0), distance, gaps=gaps)
            tied = (near >= 0) & (to_near <= to_second * (1 + TIED) + rounding)
            second[places[tied]] = near[tied]
    return second


def topographic_error(
    bmu: NDArray[np.int64], second_bmu: NDArray[np.int64], neighbour_table: NDArray[np.int64]
) -> float:
    """Return the share of rows whose two best nodes are not neighbours; NaN for a map of one node.

    `quality` first takes, of nodes equally near, one beside the best.

    Parameters
    ----------
    bmu, second_bmu : arrays of shape (n_rows,)
    neighbour_table : array of shape (n_nodes, 6 or 8), as `lattice.neighbours` returns

    References
    ----------
    Kiviluoto (1996), Topology preservation in self-organizing maps.
    """
    if len(neighbour_table) == 1:
        return float("nan")
    n_adjacent = 0
    for start in range(0, len(bmu), ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        beside = neighbour_table[bmu[block]]
        n_adjacent += int((beside == second_bmu[block, None]).any(axis=1).sum())
    return 1 - n_adjacent / len(bmu)


def explained_variance(matrix: NDArray[np.float64], bmu: NDArray[np.int64], n_nodes: int) -> float:
    """Return 1 − variance of rows around the mean of their node / variance around the mean of all.

    Values that are missing don't count. NaN if all rows are equal.

    References
    ----------
    Fisher (1925), Statistical methods for research workers (the correlation ratio η²).
    """
    total = within = 0.0
    for values in matrix.T:  # one feature at a time, so that memory stays small
        present = ~np.isnan(values)
        nodes, values = bmu[present], values[present]
        values = values - values.mean() if len(values) else values
        squares = float(values @ values)
        count = np.bincount(nodes, minlength=n_nodes)
        sums = np.bincount(nodes, weights=values, minlength=n_nodes)
        total += squares
        within += squares - float((sums**2 / np.maximum(count, 1)).sum())
    return 1 - within / total if total > 0 else float("nan")


def trustworthiness(
    matrix: NDArray[np.float64],
    map_distances: NDArray[np.floating],
    distance: Distance = "euclidean",
) -> float:
    """Return how far the nearest rows on the map are also nearest in the table, 1 being best.

    A row's ten nearest on the map (fewer in tables below 21 rows) are found by the distance of the
    nodes on the lattice. Each that is not among its ten nearest in the table counts by how far down
    the table's order it stands. Rows equally near on the map, as all rows of one node are, share
    the places left: the result is the mean over all orders that agree with the map.

    Parameters
    ----------
    matrix : array of shape (n_rows, n_features)
        Where values are missing, rows are compared by the Euclidean distance over the features
        that both have, scaled up to all features (Dixon, 1979).
    map_distances : array of shape (n_rows, n_rows), between the nodes of the rows on the lattice
    distance : how far rows are from each other in the table

    Returns
    -------
    float; NaN below five rows

    References
    ----------
    Venna and Kaski (2001), Neighborhood preservation in nonlinear projection methods.
    """
    n_rows = len(matrix)
    trusted = min(NEIGHBOURS_TRUSTED, (n_rows - 1) // 2)
    if n_rows < 5:
        return float("nan")
    metric = "nan_euclidean" if np.isnan(matrix).any() else distance
    penalty = 0.0
    for start in range(0, n_rows, RANKED_AT_ONCE):
        itself = np.arange(start, min(start + RANKED_AT_ONCE, n_rows))
        line = np.arange(len(itself))
        apart = pairwise_distances(matrix[itself], matrix, metric, ensure_all_finite="allow-nan")
        apart[np.isnan(apart)] = np.inf  # rows without a common feature
        apart[line, itself] = -np.inf
        rank = rankdata(apart, method="min", axis=1) - 1  # 0 is the row itself
        on_map = map_distances[itself]
        on_map[line, itself] = np.inf
        penalty += float((_share_of_place(on_map, trusted) * np.maximum(rank - trusted, 0)).sum())
    worst = n_rows * trusted * (2 * n_rows - 3 * trusted - 1) / 2
    return 1 - penalty / worst


def _share_of_place(on_map: NDArray[np.floating], trusted: int) -> NDArray[np.float64]:
    """Return how likely each row is among the nearest on the map if ties are broken at random."""
    last = np.partition(on_map, trusted - 1, axis=1)[:, [trusted - 1]]
    nearer, tied = on_map < last, on_map == last
    left = trusted - nearer.sum(axis=1, keepdims=True)
    return nearer + tied * (left / tied.sum(axis=1, keepdims=True))


def _map_distances(m: TrainedMap, bmu: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the distance between the nodes of any two rows, in lattice steps, (n_rows, n_rows)."""
    nodes, place = np.unique(bmu, return_inverse=True)
    # In single precision, steps in different directions of a hexagonal lattice are equally long.
    between = np.empty((len(nodes), len(nodes)), dtype=np.float32)
    for line, node in zip(between, nodes.tolist(), strict=True):
        line[:] = grid_distance(m.height, m.width, m.lattice, toroid=m.toroid, node=node)[nodes]
    return between[np.ix_(place, place)]


def _centre_error(matrix: NDArray[np.float64], distance: Distance) -> float:
    """Return the mean distance of rows from the mean of the values that they have."""
    centre = np.zeros(matrix.shape[1])
    for feature, values in enumerate(matrix.T):
        present = ~np.isnan(values)
        centre[feature] = values.sum(where=present) / max(present.sum(), 1)
    return float(best_two(matrix, centre[None], distance).distance.mean())
