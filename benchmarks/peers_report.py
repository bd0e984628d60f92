"""What the comparison with other libraries found, in tables."""

from collections.abc import Iterator

from benchmarks.peers_goals import goals
from benchmarks.peers_timing import Timing, three_digits
from benchmarks.processes import THREADS
from benchmarks.workloads import GROWN_FROM, size_of


def report(
    timings: list[Timing], growth: dict[str, list[Timing]], rounds: int, growth_rounds: int
) -> str:
    """Return the text of peers.md."""
    kernels = sorted({kernel for timing in timings for kernel in timing.blas})
    versions = {timing.contestant.library: timing.version for timing in timings if timing.version}
    lines = [
        "# SOM Atlas and other libraries",
        "",
        f"Least of {rounds} runs (growth: {growth_rounds}), each a process of its own, taken in "
        f"turns; {THREADS} threads for all. `python -m benchmarks.peers`; how to read it: "
        "[benchmarks](../README.md).",
        "",
        f"Libraries: {', '.join(f'{name} {number}' for name, number in versions.items())}. "
        f"Matrix products: {', '.join(kernels)}.",
        "",
        "![Seconds of training](peers.png)",
        "",
        "## Ratios to reach",
        "",
        *map(str, goals(timings)),
        *_trainings(timings),
        "",
        "## Growth",
        "",
        f"From {GROWN_FROM}, more and more of one.",
        "",
        "![Seconds of training, as rows, columns and nodes grow](growth.png)",
    ]
    for what, grown in growth.items():
        lines += _growing(what, grown)
    return "\n".join(lines) + "\n"


def _trainings(timings: list[Timing]) -> Iterator[str]:
    """Yield a table for each workload, the fastest training first."""
    for work in dict.fromkeys(timing.work for timing in timings):
        of_work = [timing for timing in timings if timing.work == work]
        batch = next((one for one in of_work if one.contestant.training == "som_atlas.batch"), None)
        yield from (
            "",
            f"## {work.name}: {work}",
            "",
            "| training | seconds, f64 | seconds, f32 | by SOM Atlas batch | rows timed "
            "| memory above the rows, MB |",
            "|---|--:|--:|--:|--:|--:|",
        )
        for timing in sorted(of_work, key=_order):
            yield _line(timing, batch)


def _order(timing: Timing) -> float:
    return float("inf") if timing.failure else timing.in_all


def _line(timing: Timing, batch: Timing | None) -> str:
    if timing.failure:
        return f"| {timing.contestant} | {timing.failure} | | | | |"
    seconds = {timing.contestant.precision: three_digits(timing.in_all)}
    ratio = three_digits(timing.in_all / batch.in_all) if batch else ""
    n_rows = f"{timing.rows[0]:,}" if timing.is_scaled else "all"
    return (
        f"| {timing.contestant} | {seconds.get('f64', '')} | {seconds.get('f32', '')} | {ratio} "
        f"| {n_rows} | {timing.peak_mb:.0f} |"
    )


def _growing(what: str, timings: list[Timing]) -> Iterator[str]:
    """Yield a table of seconds: a line a training, a column a size."""
    works = list(dict.fromkeys(timing.work for timing in timings))
    yield from (
        "",
        f"Seconds for so many {what}:",
        "",
        f"| training | {' | '.join(f'{size_of(work, what):,}' for work in works)} |",
        "|---" + "|--:" * len(works) + "|",
    )
    for contestant in dict.fromkeys(timing.contestant for timing in timings):
        cells = [
            timing.failure or three_digits(timing.in_all)
            for timing in timings
            if timing.contestant == contestant
        ]
        yield f"| {contestant} | {' | '.join(cells)} |"
