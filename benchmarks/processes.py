"""Starts parts of a benchmark as processes of their own, all under the same conditions."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
THREADS = os.cpu_count() or 1
# Some systems set these for the sake of old OpenBLAS builds, which they keep from kernels that the
# processor can't run well. The build that comes with numpy chooses better by itself.
_SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def environment() -> dict[str, str]:
    """Return the variables for a process with all processors and the best BLAS kernels."""
    kept = {name: value for name, value in os.environ.items() if name not in _SLOWING}
    return kept | dict.fromkeys(_LIMITS, str(THREADS))


def run_module(name: str, *arguments: str) -> int:
    """Run `python -m name` in the folder of the project; return its exit code."""
    command = [sys.executable, "-m", name, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment()).returncode


def answer_of_module(name: str, question: str, *, seconds: float) -> str:
    """Run `python -m name` with a question on its standard input; return what it writes.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; with what it wrote to standard error.
    subprocess.TimeoutExpired
        If it takes longer than so many seconds.
    """
    done = subprocess.run(
        [sys.executable, "-m", name],
        cwd=ROOT,
        env=environment(),
        input=question,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=True,
    )
    return done.stdout
