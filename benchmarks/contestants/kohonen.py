"""The R package kohonen: online and batch training in double precision, in a process of R."""

import subprocess
import tempfile
from pathlib import Path

from benchmarks.contestants import Training
from benchmarks.processes import THREADS
from benchmarks.workloads import Workload

VERSION = subprocess.run(
    ["Rscript", "-e", 'cat(as.character(packageVersion("kohonen")))'],
    capture_output=True,
    text=True,
    check=True,
).stdout
_SCRIPT = Path(__file__).with_suffix(".R")


def epochs(work: Workload) -> Training:
    return _training(work, "online")


def batch(work: Workload) -> Training:
    return _training(work, "pbatch")


def _training(work: Workload, mode: str) -> Training:
    """Start R, and let it read the rows; it ends when its standard input is closed, unused."""
    numbers = (work.n_rows, work.n_features, work.side, work.epochs, work.sigma, THREADS)
    with tempfile.NamedTemporaryFile() as file:
        work.rows().tofile(file.name)
        rscript = subprocess.Popen(
            ["Rscript", str(_SCRIPT), file.name, mode, work.lattice, *map(str, numbers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _wait_for("ready", rscript)

    def run() -> None:
        rscript.stdin.write("go\n")
        rscript.stdin.flush()
        _wait_for("done", rscript)

    return Training(run, rscript.pid)


def _wait_for(word: str, rscript: subprocess.Popen[str]) -> None:
    if rscript.stdout.readline() != f"{word}\n":
        raise RuntimeError("R stopped; what it said stands above.")
