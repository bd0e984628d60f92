"""Times what is read from a trained map of 1,000,000 rows × 20 columns and 40 × 40 nodes.

Run `python -m benchmarks.analysis`. Each is compared, in the same run, with the bare matrix product
of all rows and all nodes; the table goes to benchmarks/results/analysis.md.
"""

import os
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from som_core.analyses.clusters import cluster_nodes
from som_core.analyses.column_importance import column_importance
from som_core.analyses.differences import contrast
from som_core.analyses.explanation import explain
from som_core.analyses.map_quality import quality, topographic_error
from som_core.analyses.ranked_table import ranked_table
from som_core.analyses.selection import nearest_rows, nodes_of, rows_of
from som_core.geometry.best_matching import best_two
from som_core.geometry.lattice import neighbours
from som_core.layers.categories import category_map
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.errors import node_error
from som_core.layers.hits import hit_map
from som_core.layers.u_matrix import u_matrix
from som_core.preparation import Prepared, prepare
from som_core.reading import Dialect, Table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap

N_ROWS, N_COLUMNS, SIDE = 1_000_000, 20, 40
REPEATS = 5
ROWS_IN_PRODUCT = 256  # their scores stay in the cache; all at once would be 12.8 GB
RESULT = Path(__file__).parent / "results" / "analysis.md"


def main() -> None:
    table, prepared, m = a_large_map()
    labels = np.array(list("abcde"), dtype=object)[np.arange(N_ROWS) % 5]
    half = np.arange(m.settings.n_nodes // 2)
    rows, others = rows_of(m, half), rows_of(m, half + half.size)
    ranked_table(table)
    work: dict[str, Callable[[], object]] = {
        "matrix product of all rows and nodes": lambda: product(prepared.matrix, m.codebook),
        "quantization error, topographic error, hits": lambda: errors_and_hits(prepared, m),
        "quality, with trustworthiness and explained variance": lambda: quality(m, prepared),
        "projection of all rows onto the map": lambda: m.project(prepared.matrix),
        "U-matrix, hit map, node error": lambda: (u_matrix(m), hit_map(m), node_error(m)),
        "all component planes, in order": lambda: [
            component_plane(m, feature) for feature in order_planes(m)
        ],
        "category map of 5 labels": lambda: category_map(m, labels),
        "clusters, with their number proposed": lambda: cluster_nodes(m),
        "rows of half the nodes": lambda: rows_of(m, half),
        "nodes of these rows": lambda: nodes_of(m, rows),
        "3 typical rows of every node": lambda: nearest_rows(m),
        "contrast of these rows with the rest": lambda: contrast(table, rows),
        "columns ranked, once for a table": lambda: ranked_table(replace(table)),
        "explanation of these rows, columns ranked already": lambda: explain(table, rows),
        "explanation of a twentieth of the rows": lambda: explain(table, rows[::10]),
        "explanation of these rows against as many others": lambda: explain(table, rows, others),
        "how much the map knows of each column": lambda: column_importance(m, table),
    }
    seconds = best_times(work)
    write(seconds, {name: peak_above(task) for name, task in work.items()})


def a_large_map(n_rows: int = N_ROWS) -> tuple[Table, Prepared, TrainedMap]:
    """Return a table with structure, and a map whose nodes are rows of it."""
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=3, size=(12, N_COLUMNS))
    values = centres[rng.integers(0, 12, n_rows)] + rng.normal(size=(n_rows, N_COLUMNS))
    names = [f"column {place}" for place in range(N_COLUMNS)]
    table = Table(pd.DataFrame(values, columns=names), "large.csv", Dialect())
    prepared = prepare(table, Recipe(tuple(ColumnRecipe(name=name) for name in names)))
    nodes = prepared.matrix[rng.choice(n_rows, SIDE * SIDE, replace=False)]
    matches = best_two(prepared.matrix, nodes)
    m = TrainedMap(
        codebook=nodes.reshape(SIDE, SIDE, N_COLUMNS),
        bmu=matches.bmu,
        second_bmu=matches.second_bmu,
        distance=matches.distance,
        rows=prepared.rows,
        settings=MapSettings(height=SIDE, width=SIDE, sigma=1),
        fitted=prepared.fitted,
    )
    return table, prepared, m


def product(matrix: NDArray[np.float64], codebook: NDArray[np.float64]) -> None:
    """Multiply all rows by all nodes and keep nothing.

    In blocks that stay in the cache, each thread with one BLAS thread: the fastest way found.
    """
    nodes = np.ascontiguousarray(codebook.reshape(-1, codebook.shape[-1]).T)
    n_threads = os.cpu_count() or 1

    def multiply(part: NDArray[np.float64]) -> None:
        scores = np.empty((ROWS_IN_PRODUCT, nodes.shape[1]))
        for start in range(0, len(part), ROWS_IN_PRODUCT):
            rows = part[start : start + ROWS_IN_PRODUCT]
            np.matmul(rows, nodes, out=scores[: len(rows)])

    with threadpool_limits(limits=1), ThreadPoolExecutor(n_threads) as pool:
        deque(pool.map(multiply, np.array_split(matrix, n_threads)), maxlen=0)


def errors_and_hits(prepared: Prepared, m: TrainedMap) -> tuple[float, float, NDArray[np.int64]]:
    matches = best_two(prepared.matrix, m.codebook)
    table = neighbours(m.height, m.width, m.lattice, toroid=m.toroid)
    return (
        float(matches.distance.mean()),
        topographic_error(matches.bmu, matches.second_bmu, table),
        np.bincount(matches.bmu, minlength=m.settings.n_nodes),
    )


def best_times(work: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least of several times, taken in turns, so that a busy moment hits all alike."""
    seconds = dict.fromkeys(work, np.inf)
    for _ in range(REPEATS):
        for name, task in work.items():
            start = time.perf_counter()
            task()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return seconds


def peak_above(task: Callable[[], object]) -> float:
    """Return the most memory held by Python and numpy during a task, result included, in MB."""
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def write(seconds: dict[str, float], peaks: dict[str, float]) -> None:
    unit = next(iter(seconds.values()))
    lines = [
        f"# Reading a map of {N_ROWS:,} rows × {N_COLUMNS} columns, {SIDE} × {SIDE} nodes",
        "",
        f"Least of {REPEATS} times, taken in turns. `python -m benchmarks.analysis`",
        "",
        "| what | seconds | by the matrix product | memory above the data, MB |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {taken:.3f} | {taken / unit:.2f} | {peaks[name]:.0f} |"
            for name, taken in seconds.items()
        ),
    ]
    text = "\n".join(lines) + "\n"
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
