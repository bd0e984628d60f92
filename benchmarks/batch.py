"""Times batch training and matching, as ratios to MiniSom and to a bare matrix product.

Run `python -m benchmarks.batch`; the table goes to benchmarks/results/batch.md. What is compared is
timed in turns in one run, in double precision. Processor time is told beside the time that passed,
because other work on the machine disturbs it less. MiniSom takes as long for each row and epoch, so
it is timed on a part of them, which the table names, and scaled up.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from minisom import MiniSom
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from benchmarks.analysis import peak_above
from benchmarks.workloads import BY_NAME, Workload
from som_core.engines.batch import batch_steps
from som_core.engines.online.compilation import warm_up
from som_core.engines.online.som import Som
from som_core.engines.schedule import full_schedule
from som_core.geometry.best_matching import best_two
from som_core.settings import MapSettings

RESULT = Path(__file__).parent / "results" / "batch.md"
ROWS_IN_PRODUCT = (256, 1024, 4096)  # the fastest counts
SECONDS_OF_REPEATS = 20.0  # and 5 times at least


def main() -> None:
    threadpool_limits(1, "blas")  # threads that wait for each other spin, and would count
    lines = [
        "# Batch training against MiniSom and a bare matrix product",
        "",
        f"Least of several times, taken in turns. {blas()}. `python -m benchmarks.batch`",
        "",
        "| workload | MiniSom train_batch_offline, s | batch training, s | ratio "
        "| ratio of processor times | Som.train_batch_offline, s | its ratio |",
        "|---|--:|--:|--:|--:|--:|--:|",
        against_minisom(BY_NAME["W2"], rows_of_minisom=500),
        against_minisom(BY_NAME["W3"], rows_of_minisom=500),
        "",
        *against_product(replace(BY_NAME["W4"], epochs=1)),
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def blas() -> str:
    """Return which matrix products numpy uses, because times depend on it."""
    library = next(one for one in threadpool_info() if "numpy.libs" in one["filepath"])
    return "{internal_api} {version}, {architecture} kernels".format(**library)


def best_times(work: dict[str, Callable[[], object]]) -> dict[str, NDArray[np.float64]]:
    """Return the least time passed and the least processor time of each, in seconds, (2,)."""
    best = {name: np.full(2, np.inf) for name in work}
    began, rounds = perf_counter(), 0
    while rounds < 5 or perf_counter() - began < SECONDS_OF_REPEATS:
        rounds += 1
        for name, task in work.items():
            start = np.array([perf_counter(), process_time()])
            task()
            took = np.array([perf_counter(), process_time()]) - start
            best[name] = np.minimum(best[name], took)
    return best


def against_minisom(work: Workload, *, rows_of_minisom: int) -> str:
    matrix, codebook = work.rows(), work.codebook()
    few = matrix[:rows_of_minisom]
    theirs, drop_in = (
        kind(work.side, work.side, work.n_features, sigma=work.sigma, topology=work.lattice)
        for kind in (MiniSom, Som)
    )
    warm_up().join()
    best = best_times(
        {
            "minisom": lambda: theirs.train_batch_offline(few, 1),
            "ours": lambda: train(work, matrix, codebook),
            "drop-in": lambda: drop_in.train_batch_offline(matrix, work.epochs),
        }
    )
    minisom = best["minisom"] * work.epochs * work.n_rows / rows_of_minisom
    ratio = minisom / best["ours"]
    return (
        f"| {work.name}: {work} | {minisom[0]:.1f}, from {rows_of_minisom} rows in one epoch "
        f"| {best['ours'][0]:.3f} | {ratio[0]:.0f} | {ratio[1]:.0f} "
        f"| {best['drop-in'][0]:.3f} | {minisom[0] / best['drop-in'][0]:.0f} |"
    )


def train(work: Workload, matrix: NDArray[np.float64], codebook: NDArray[np.float64]) -> None:
    """Train on all rows in every epoch, as MiniSom does."""
    sigmas = np.linspace(work.sigma, 1, work.epochs)
    schedule = full_schedule(sigmas, np.ones(work.epochs), work.n_rows)
    settings = MapSettings(
        height=work.side, width=work.side, sigma=work.sigma, lattice=work.lattice
    )
    for _ in batch_steps(matrix, codebook, settings, schedule):
        pass


def against_product(work: Workload) -> list[str]:
    matrix, codebook = work.rows(), work.codebook()
    nodes = codebook.reshape(-1, work.n_features)
    products = {
        f"product, {length} rows at once": lambda length=length: product(matrix, nodes, length)
        for length in ROWS_IN_PRODUCT
    }
    ours: dict[str, Callable[[], object]] = {
        "batch training, one epoch": lambda: train(work, matrix, codebook),
        "best_two: two best nodes and exact distance": lambda: best_two(matrix, codebook),
    }
    best = best_times(products | ours)
    fastest = min(best[name][1] for name in products)
    lines = [
        f"| {work.name}: {work.n_rows:,} × {work.n_features}, {work.side} × {work.side} "
        "| processor time, s | by the fastest product | peak above the rows, MB |",
        "|---|--:|--:|--:|",
    ]
    for name, (_, took) in best.items():
        peak = f"{peak_above(ours[name]):.0f}" if name in ours else ""
        lines.append(f"| {name} | {took:.3f} | {took / fastest:.2f} | {peak} |")
    return lines


def product(matrix: NDArray[np.float64], nodes: NDArray[np.float64], rows_at_once: int) -> None:
    """Multiply all rows by all nodes, and keep nothing."""
    factors = np.ascontiguousarray(nodes.T)
    scores = np.empty((rows_at_once, len(nodes)))
    for start in range(0, len(matrix), rows_at_once):
        rows = matrix[start : start + rows_at_once]
        np.matmul(rows, factors, out=scores[: len(rows)])


if __name__ == "__main__":
    main()
