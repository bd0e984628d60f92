"""Measures what `regions` finds on tables whose groups are known, beside other ways, and how soon.

Run `python -m benchmarks.groups`; the tables go to benchmarks/results/groups.md. Every way gets the
same rows, z-scored; those on a map get the same map, of the settings that are suggested.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score

from som_core import cluster_nodes, prepare, regions, suggest_recipe, suggest_settings, train
from som_core.analyses import one_cloud
from som_core.preparation import Prepared
from som_core.reading import Dialect, Table, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from testing.clouds import CLOUDS, blobs, cloud
from testing.fcps import FCPS, fcps_set

N_DRAWS = 5  # of each set with k given
N_TABLES = 20  # of each kind with k proposed
MOST_GROUPS = 15
GOOD_ENOUGH = 0.03  # short of the better of k-means and Ward
SAMPLES = Path(__file__).parent.parent / "samples"
RESULT = Path(__file__).parent / "results" / "groups.md"

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Case:
    """Rows with known groups, and their map."""

    table: Table
    truth: Labels

    @cached_property
    def prepared(self) -> Prepared:
        names = [str(name) for name in self.table.frame]
        return prepare(self.table, Recipe(tuple(ColumnRecipe(name=name) for name in names)))

    @cached_property
    def m(self) -> TrainedMap:
        return train(self.prepared, suggest_settings(self.prepared))

    @property
    def nodes(self) -> NDArray[np.float64]:
        return self.m.codebook.reshape(self.m.settings.n_nodes, -1)

    def score(self, labels: Labels) -> float:
        return float(adjusted_rand_score(self.truth, labels))


def case(rows: NDArray[np.float64], truth: Labels) -> Case:
    frame = pd.DataFrame(rows, columns=[f"x{place}" for place in range(rows.shape[1])])
    return Case(Table(frame, "a table", Dialect()), truth)


# What each way makes of k groups: the group of each row.
def k_means(of: Case, k: int) -> Labels:
    return KMeans(k, n_init=10, random_state=0).fit_predict(of.prepared.matrix)


def ward(of: Case, k: int) -> Labels:
    return AgglomerativeClustering(k).fit_predict(of.prepared.matrix)


def hdbscan(of: Case, _: int = 0) -> Labels:
    return HDBSCAN(copy=True).fit_predict(of.prepared.matrix)


def matlab(of: Case, k: int) -> Labels:
    return fcluster(linkage(of.nodes, "ward"), k, "maxclust")[of.m.bmu]


def som_toolbox(of: Case, k: int) -> Labels:
    return KMeans(k, n_init=5, init="random", random_state=0).fit_predict(of.nodes)[of.m.bmu]


def lattice_ward(of: Case, k: int) -> Labels:
    return cluster_nodes(of.m, k).node_labels.ravel()[of.m.bmu]


def linked(of: Case, k: int) -> Labels:
    return regions(of.m, k).node_labels.ravel()[of.m.bmu]


GIVEN: dict[str, Callable[[Case, int], Labels]] = {
    "k-means on rows": k_means,
    "Ward on rows": ward,
    "HDBSCAN on rows, k its own": hdbscan,
    "MATLAB: Ward on the codebook": matlab,
    "SOM Toolbox: k-means on the codebook": som_toolbox,
    "lattice Ward (`cluster_nodes`)": lattice_ward,
    "`regions`": linked,
}


# How many groups each way proposes.
def proposed_by_hdbscan(of: Case) -> int:
    return max(1, int(hdbscan(of).max()) + 1)


def proposed_as_in_matlab(of: Case) -> int:
    merges = linkage(of.nodes, "ward")
    return _best(of, lambda k: calinski_harabasz_score(of.nodes, fcluster(merges, k, "maxclust")))


def proposed_as_in_som_toolbox(of: Case) -> int:
    def index(k: int) -> float:
        found = KMeans(k, n_init=5, init="random", random_state=0).fit_predict(of.nodes)
        return -davies_bouldin_score(of.nodes, found)

    return _best(of, index)


def _best(of: Case, index: Callable[[int], float]) -> int:
    most = min(MOST_GROUPS, int(np.sqrt(len(of.nodes))))
    return max(range(2, most + 1), key=index)


def proposed_by_lattice_ward(of: Case) -> int:
    return cluster_nodes(of.m).k


def proposed_by_regions(of: Case) -> int:
    return regions(of.m, prepared=of.prepared).k


PROPOSING: dict[str, Callable[[Case], int]] = {
    "HDBSCAN on rows": proposed_by_hdbscan,
    "MATLAB: Calinski–Harabasz": proposed_as_in_matlab,
    "SOM Toolbox: Davies–Bouldin": proposed_as_in_som_toolbox,
    "`cluster_nodes`": proposed_by_lattice_ward,
    "`regions`": proposed_by_regions,
}


def main() -> None:
    lines = ["# Groups", "", "`python -m benchmarks.groups`", ""]
    for part in (k_given, k_proposed, k_of_sets, samples, times):
        lines += [*part(), ""]
        print("\n".join(lines[-40:]))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines).rstrip() + "\n")


def k_given() -> list[str]:
    """Return the table of adjusted Rand indices with k given, on the ten sets."""
    lines = [
        "## With k given: the Fundamental Clustering Problems Suite",
        "",
        "Adjusted Rand index with the published groups, outliers as a group of their own: the",
        f"middle one of {N_DRAWS} draws of each set (`testing/fcps.py`), the least in brackets.",
        "k is the number of published groups, those of a few outliers included.",
        "",
        f"| set | k | {' | '.join(GIVEN)} | short of the better of k-means and Ward |",
        f"|---|--:|{'--:|' * len(GIVEN)}--:|",
    ]
    n_good = 0
    for name in FCPS:
        cases = [case(*fcps_set(name, seed)) for seed in range(N_DRAWS)]
        k = int(cases[0].truth.max()) + 1
        scores = {way: [of.score(find(of, k)) for of in cases] for way, find in GIVEN.items()}
        middle = {way: float(np.median(of_way)) for way, of_way in scores.items()}
        short = max(middle["k-means on rows"], middle["Ward on rows"]) - middle["`regions`"]
        n_good += short <= GOOD_ENOUGH
        cells = [f"{middle[way]:.3f} ({min(scores[way]):.2f})" for way in GIVEN]
        lines.append(f"| {name} | {k} | {' | '.join(cells)} | {max(short, 0):.3f} |")
    lines += ["", f"No more than {GOOD_ENOUGH} short on {n_good} of {len(FCPS)} sets."]
    return lines


def k_proposed() -> list[str]:
    """Return the table of how often the number of clouds and blobs is right."""
    kinds: dict[str, tuple[int, Callable[[int], Case]]] = {
        f"{kind}, one cloud": (1, lambda seed, kind=kind: _cloud(kind, seed)) for kind in CLOUDS
    }
    kinds |= {
        f"{k} blobs{where}": (k, lambda seed, k=k, a=apart: case(*blobs(k, seed, apart=a)))
        for k, apart, where in (
            (2, 6, ""),
            (3, 6, ""),
            (5, 6, ""),
            (8, 6, ""),
            (3, 4, ", 4 sd apart"),
        )
    }
    kinds["two heaps in one column of 4, 6 sd apart"] = (2, _heaps)
    kinds["numbers beside a random category"] = (1, _category)
    lines = [
        "## With k proposed: clouds and blobs",
        "",
        f"How many of {N_TABLES} tables of 600 rows have the right number proposed.",
        "",
        f"| table | groups | {' | '.join(PROPOSING)} |",
        f"|---|--:|{'--:|' * len(PROPOSING)}",
    ]
    for kind, (k, make) in kinds.items():
        cases = [make(seed) for seed in range(N_TABLES)]
        right = [sum(propose(of) == k for of in cases) for propose in PROPOSING.values()]
        lines.append(f"| {kind} | {k} | {' | '.join(str(n) for n in right)} |")
    return lines


def _cloud(kind: str, seed: int) -> Case:
    rows = cloud(kind, seed)
    return case(rows, np.zeros(len(rows), dtype=np.int64))


def _heaps(seed: int) -> Case:
    rows, labels = np.random.default_rng(seed).normal(size=(600, 4)), np.arange(600) % 2
    rows[:, 0] += 6 * labels
    return case(rows, labels)


def _category(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(600, 3)), columns=["x0", "x1", "x2"])
    frame["level"] = pd.Series(rng.choice(["a", "b"], 600), dtype="str")
    return Case(Table(frame, "a table", Dialect()), np.zeros(600, dtype=np.int64))


def k_of_sets() -> list[str]:
    """Return the table of the numbers that are proposed for the ten sets."""
    lines = [
        "## With k proposed: the Fundamental Clustering Problems Suite",
        "",
        f"The number proposed on each of {N_DRAWS} draws. Published groups of fewer than five rows",
        "are outliers, which `regions` shows as such, and don't count.",
        "",
        f"| set | groups | {' | '.join(PROPOSING)} |",
        f"|---|--:|{'---|' * len(PROPOSING)}",
    ]
    for name in FCPS:
        cases = [case(*fcps_set(name, seed)) for seed in range(N_DRAWS)]
        k = int((np.bincount(cases[0].truth) >= 5).sum())
        found = [", ".join(str(propose(of)) for of in cases) for propose in PROPOSING.values()]
        lines.append(f"| {name} | {k} | {' | '.join(found)} |")
    return lines


def samples() -> list[str]:
    """Return what is said of each sample that ships with the product."""
    lines = ["## The samples", "", "With the recipe and the settings that are suggested.", ""]
    for path in sorted(SAMPLES.glob("*.csv*")):
        table = read_table(path, path.name)
        prepared = prepare(table, suggest_recipe(table))
        m = train(prepared, suggest_settings(prepared))
        found = regions(m, prepared=prepared, table=table)
        lines.append(
            f"- **{path.name}**, {len(prepared.rows):,} rows: k = {found.k}. {found.reason}"
        )
        if found.k > 1:
            lines.append(f"  Groups: {'; '.join(found.names)}.")
    return lines


def times() -> list[str]:
    """Return how long groups take, with k given and proposed, and how soon a proposal stops."""
    rng = np.random.default_rng(0)
    large = case(rng.normal(size=(50_000, 20)), np.zeros(50_000, dtype=np.int64))
    wide = train(large.prepared, MapSettings(height=50, width=60, sigma=20))
    lines = [
        "## Times",
        "",
        f"Least of 3, on {os.cpu_count()} processors; load of the machine meanwhile "
        f"{os.getloadavg()[0]:.1f}.",
        "",
        "| what | seconds | seconds of processors | to reach |",
        "|---|--:|--:|--:|",
        _timed("k given, 3,000 nodes, 50,000 rows × 20", "0.3", lambda: regions(wide, 8)),
    ]
    for name, rows in {
        "5 blobs": blobs(5, 0, n_rows=10_000, n_columns=20)[0],
        "rings in a cloud": _rings(rng),
        "one cloud": rng.normal(size=(10_000, 20)),
    }.items():
        of = case(rows, np.zeros(len(rows), dtype=np.int64))
        m = of.m
        propose = partial(regions, m, prepared=of.prepared)
        work = f"k proposed, 10,000 rows × 20, {name}"
        lines.append(_timed(work, "15", propose))
        if name == "rings in a cloud":
            with mock.patch.object(one_cloud, "N_USUAL", one_cloud.N_REFERENCES):
                lines.append(_timed(f"{work}, were it doubtful", "15", propose))
    return [*lines, _stopping(m, of)]


def _rings(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return 10,000 rows of two linked rings in 3 of 20 columns."""
    rings = np.vstack([fcps_set("Chainlink", seed)[0] for seed in range(10)])
    return np.hstack([rings, rng.normal(0, 0.05, (10_000, 17))]) * ([1.0] * 3 + [0.05] * 17)


def _timed(work: str, goal: str, do: Callable[[], object]) -> str:
    taken = []
    for _ in range(3):
        start, used = time.perf_counter(), time.process_time()
        do()
        taken.append((time.perf_counter() - start, time.process_time() - used))
    seconds, processors = (min(of_each) for of_each in zip(*taken, strict=True))
    return f"| {work} | {seconds:.2f} | {processors:.2f} | {goal} |"


def _stopping(m: TrainedMap, of: Case) -> str:
    """Return how long a proposal goes on after it was told to stop, at the most of ten moments."""
    waits = []
    for moment in np.linspace(0.02, 0.5, 10):
        stop = _Stop(float(moment))
        regions(m, prepared=of.prepared, on_progress=stop.note, should_stop=stop.is_due)
        waits.append(time.perf_counter() - stop.asked_at)
    return f"| from stop to an answer, at most | {max(waits):.2f} | | |"


class _Stop:
    """Asks to stop when so much is done, and remembers when it did."""

    def __init__(self, moment: float) -> None:
        self._moment, self._done, self.asked_at = moment, 0.0, np.inf

    def note(self, done: float) -> None:
        self._done = done

    def is_due(self) -> bool:
        if self._done < self._moment:
            return False
        self.asked_at = min(self.asked_at, time.perf_counter())
        return True


if __name__ == "__main__":
    main()
