"""Times the training of SOM Atlas and of other libraries on the same workloads, side by side.

Run `python -m benchmarks.peers`; tables go to benchmarks/results/peers.md, figures to peers.png and
growth.png beside it. With `--quick`, everything is tried once on few rows, for results/quick.

Each run is a process of its own, so that its peak of memory is its own; all take turns, so that a
busy moment hits all alike. The time is that of the call that trains, after one on a few rows.
"""

import argparse
from itertools import chain
from pathlib import Path

from benchmarks.contestants import CONTESTANTS
from benchmarks.peers_figures import draw_growth, draw_times
from benchmarks.peers_report import report
from benchmarks.peers_timing import Timing, three_digits
from benchmarks.workloads import GROWTH, WORKLOADS, few

RESULTS = Path(__file__).parent / "results"
ROUNDS, SECONDS_A_RUN = 5, 1.0
GROWTH_ROUNDS, GROWTH_SECONDS_A_RUN = 2, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare SOM Atlas with other libraries.")
    parser.add_argument("--quick", action="store_true", help="try everything once, on few rows")
    quick = parser.parse_args().quick

    workloads, growth, folder = WORKLOADS, GROWTH, RESULTS
    rounds, growth_rounds = ROUNDS, GROWTH_ROUNDS
    if quick:
        workloads = tuple(few(work) for work in workloads)
        growth = {what: [few(work) for work in works[:2]] for what, works in growth.items()}
        folder, rounds, growth_rounds = RESULTS / "quick", 1, 1

    timings = [
        Timing(contestant, work)
        for work in workloads
        for contestant in CONTESTANTS
        if contestant.takes(work)
    ]
    growing = [contestant for contestant in CONTESTANTS if contestant.grows]
    grown = {
        what: [Timing(contestant, work) for contestant in growing for work in works]
        for what, works in growth.items()
    }
    take_turns(timings, rounds, SECONDS_A_RUN)
    take_turns(list(chain.from_iterable(grown.values())), growth_rounds, GROWTH_SECONDS_A_RUN)

    folder.mkdir(parents=True, exist_ok=True)
    draw_times(timings, folder / "peers.png")
    draw_growth(grown, folder / "growth.png")
    text = report(timings, grown, rounds, growth_rounds)
    (folder / "peers.md").write_text(text, encoding="utf-8")
    print(text)


def take_turns(timings: list[Timing], rounds: int, seconds: float) -> None:
    """Run each timing so many times, in turns, on as many rows as take about so many seconds."""
    for number in range(1, rounds + 1):
        for timing in timings:
            timing.run(seconds)
            told = timing.failure or f"{three_digits(timing.in_all)} s"
            print(f"{number}/{rounds} {timing.work.name} {timing.contestant}: {told}", flush=True)


if __name__ == "__main__":
    main()
