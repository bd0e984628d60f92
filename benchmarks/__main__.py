"""Runs the benchmarks: `python -m benchmarks` all of them, `python -m benchmarks NAME …` some.

Each is a process of its own, so that none is slowed by what another left behind, and one that fails
does not keep the rest from running.
"""

import argparse
import sys

from benchmarks.processes import run_module

# The quick ones first.
NAMES = (
    "reading",
    "readers",
    "online",
    "batch",
    "stopping",
    "analysis",
    "groups",
    "browser",
    "dashboard",
    "group_slider",
    "brush",
    "click",
    "quality_over_time",
    "load",
    "beyond",
    "peers",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}")
    names = parser.parse_args().names or NAMES
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"There is no benchmark {unknown[0]}; there are {', '.join(NAMES)}.")
    failed = [name for name in names if run_module(f"benchmarks.{name}") != 0]
    if failed:
        sys.exit(f"These benchmarks did not finish: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
