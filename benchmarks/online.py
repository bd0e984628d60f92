"""Times online training by Som, as ratios to MiniSom, row by row.

Run `python -m benchmarks.online`; the table goes to benchmarks/results/online.md. Both train on the
same map in turns in one run, in double precision; what they learned is equal to the last bit
(tests/test_som.py). A step, one row presented, costs the same at any time, so long trainings are
timed on a part of the rows and epochs, which the table names. Processor time is told beside the
time that passed, because other work on the machine disturbs it less.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from minisom import MiniSom
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.workloads import BY_NAME, Workload
from som_core.engines.online import compilation
from som_core.engines.online.som import Som

RESULT = Path(__file__).parent / "results" / "online.md"
SECONDS_OF_REPEATS = 12.0  # for each line of the table, and 5 times at least


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One line of the table."""

    work: Workload
    rows: int  # of the workload that Som trains on here
    epochs: int
    minisom_rows: int  # that MiniSom trains on, in one epoch
    use_epochs: bool
    target: int  # ratio to reach


CONTESTS = (
    Contest(
        work=BY_NAME["W1"], rows=150, epochs=100, minisom_rows=150, use_epochs=True, target=150
    ),
    Contest(
        work=BY_NAME["W2"], rows=10_000, epochs=10, minisom_rows=1_000, use_epochs=True, target=50
    ),
    Contest(work=BY_NAME["W5"], rows=2_000, epochs=1, minisom_rows=50, use_epochs=True, target=10),
    Contest(work=BY_NAME["W6"], rows=2_000, epochs=1, minisom_rows=50, use_epochs=True, target=10),
    Contest(
        work=BY_NAME["W2"], rows=10_000, epochs=10, minisom_rows=1_000, use_epochs=False, target=40
    ),
)


def main() -> None:
    threadpool_limits(1, "blas")
    compilation.warm_up().join()
    lines = [
        "# Online training by Som against MiniSom",
        "",
        "Least of several times, taken in turns, for one step: one row presented. "
        "`python -m benchmarks.online`",
        "",
        "| training | timed | MiniSom, µs a step | Som, µs a step | ratio | ratio of processor "
        "times | to reach | longest wait for a chance to stop, ms |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(line(contest) for contest in CONTESTS),
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def line(contest: Contest) -> str:
    matrix = contest.work.rows()[: contest.rows]
    few = matrix[: contest.minisom_rows]
    theirs, ours = best_times(
        lambda: train(MiniSom, contest, few, 1),
        lambda: train(Som, contest, matrix, contest.epochs),
    )
    theirs, ours = theirs / len(few), ours / (len(matrix) * contest.epochs)
    ratio = theirs / ours
    mode = "in epochs" if contest.use_epochs else "default, decay at each step"
    timed = f"{len(matrix):,} rows, {contest.epochs} epochs; MiniSom {len(few):,} rows, 1 epoch"
    return (
        f"| {contest.work.name}: {contest.work}, {mode} | {timed} | {theirs[0] * 1e6:.1f} "
        f"| {ours[0] * 1e6:.3f} | {ratio[0]:.0f} | {ratio[1]:.0f} | {contest.target} "
        f"| {min(longest_wait(contest, matrix) for _ in range(5)) * 1e3:.0f} |"
    )


def best_times(*tasks: Callable[[], object]) -> list[NDArray[np.float64]]:
    """Return the least time passed and the least processor time of each, in seconds, (2,)."""
    best = [np.full(2, np.inf) for _ in tasks]
    began, rounds = perf_counter(), 0
    while rounds < 5 or perf_counter() - began < SECONDS_OF_REPEATS:
        rounds += 1
        for least, task in zip(best, tasks, strict=True):
            start = np.array([perf_counter(), process_time()])
            task()
            np.minimum(least, np.array([perf_counter(), process_time()]) - start, out=least)
    return best


def train(kind: type[MiniSom], contest: Contest, matrix: NDArray[np.float64], epochs: int) -> None:
    n = epochs if contest.use_epochs else epochs * len(matrix)
    fresh(kind, contest).train(matrix, n, random_order=True, use_epochs=contest.use_epochs)


def longest_wait(contest: Contest, matrix: NDArray[np.float64]) -> float:
    """Return the longest time in seconds that one training went on without handing back control."""
    som = fresh(Som, contest)
    n = contest.epochs if contest.use_epochs else contest.epochs * len(matrix)
    seen = [perf_counter()]
    seen += [perf_counter() for _ in som.train_steps(matrix, n, use_epochs=contest.use_epochs)]
    return float(np.diff(seen).max())


def fresh(kind: type[MiniSom], contest: Contest) -> MiniSom:
    work = contest.work
    return kind(work.side, work.side, work.n_features, sigma=work.sigma, random_seed=0)


if __name__ == "__main__":
    main()
