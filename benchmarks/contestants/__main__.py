"""Times one library's training of some workloads; `benchmarks.peers` starts this for every run.

Reads a question from standard input and writes the answer to standard output, both JSON. The
question has numbers of `rows` to train on, or `seconds` to find rows for. The answer has for each
number of rows the seconds that training took, and its peak of memory above what was held before.
"""

import ctypes
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from time import perf_counter

from threadpoolctl import threadpool_info

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

Begin = Callable[[Workload], Training]

C_LIBRARY = ctypes.CDLL(None)
TINY = Workload(name="warm-up", n_rows=40, n_features=3, side=4, epochs=2)
FEWEST_ROWS = 100
STEP = 5  # from one trial to the next
SECONDS_OF_REPEATS = 0.3  # a short training is timed again and again for so long
MOST_REPEATS = 20


def main() -> None:
    question = json.load(sys.stdin)
    work = Workload(**question["workload"])
    module, function = question["training"].split(".")
    with redirect_stdout(sys.stderr):  # for what the libraries print
        library = import_module(f"benchmarks.contestants.{module}")
        begin = getattr(library, function)
        begin(TINY).run()
        rows = question["rows"] or parts(work, affordable_rows(begin, work, question["seconds"]))
        runs = [[n_rows, *measured(begin, work.with_rows(n_rows))] for n_rows in rows]
    print(json.dumps({"version": library.VERSION, "blas": blas(), "runs": runs}))


def parts(work: Workload, n_rows: int) -> list[int]:
    """Return how many rows to train on: all, or a part of them and a quarter of that."""
    return [n_rows] if n_rows == work.n_rows else [n_rows, n_rows // 4]


def affordable_rows(begin: Begin, work: Workload, seconds: float) -> int:
    """Return how many of the workload's rows take about so many seconds.

    Where they are many, all of them and a quarter of them are whole batches of 1,000.
    """
    n_rows = FEWEST_ROWS
    while n_rows < work.n_rows:
        took = min(timed(begin(work.with_rows(n_rows))) for _ in range(2))
        if took > seconds / STEP:
            affordable = max(4, int(n_rows * seconds / took))
            return min(work.n_rows, affordable - affordable % (4_000 if affordable > 4_000 else 4))
        n_rows *= STEP
    return work.n_rows


def measured(begin: Begin, work: Workload) -> tuple[float, float]:
    """Return the least of the seconds that a training took, and its peak of memory in MB."""
    training = begin(work)
    C_LIBRARY.malloc_trim(0)  # what was freed would hide what training needs anew
    before = restart_peak(training.process)
    least = spent = timed(training)
    above = peak(training.process) - before
    repeats = 1
    while spent < SECONDS_OF_REPEATS and repeats < MOST_REPEATS:
        took = timed(begin(work))
        least, spent, repeats = min(least, took), spent + took, repeats + 1
    return least, above


def timed(training: Training) -> float:
    start = perf_counter()
    training.run()
    return perf_counter() - start


def restart_peak(process: int) -> float:
    """Forget the process's peak of memory so far; return what it holds now, in MB."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
    return memory(process, "VmRSS")


def peak(process: int) -> float:
    return memory(process, "VmHWM")


def memory(process: int, name: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(kilobytes) * 1024 / 1e6


def blas() -> list[str]:
    """Return which matrix products the process uses, because times depend on them."""
    return [
        " ".join(str(library.get(key)) for key in ("internal_api", "version", "architecture"))
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]


if __name__ == "__main__":
    main()
