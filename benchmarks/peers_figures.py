"""The comparison with other libraries, as figures."""

from pathlib import Path

import matplotlib

from benchmarks.peers_timing import Timing, three_digits
from benchmarks.workloads import size_of
from som_core.drawing.palette import HIGHER

matplotlib.use("Agg")
from matplotlib import pyplot

OURS, THEIRS = HIGHER, "#b0b0b0"  # told apart in print and by colour-blind readers


def draw_times(timings: list[Timing], path: Path) -> None:
    """Draw a panel a workload, with a bar for the seconds of each training, the fastest on top."""
    measured = [timing for timing in timings if not timing.failure and timing.contestant.trains]
    works = list(dict.fromkeys(timing.work for timing in measured))
    n_lines = -(-len(works) // 2)
    figure, axes = pyplot.subplots(n_lines, 2, figsize=(16, 4 * n_lines), layout="constrained")
    for work, axis in zip(works, axes.flat, strict=False):
        of_work = [timing for timing in measured if timing.work == work]
        of_work.sort(key=lambda timing: timing.in_all, reverse=True)
        bars = axis.barh(
            [f"{timing.contestant} · {timing.contestant.precision}" for timing in of_work],
            [timing.in_all for timing in of_work],
            color=[THEIRS if timing.contestant.is_peer else OURS for timing in of_work],
        )
        axis.bar_label(bars, [three_digits(timing.in_all) for timing in of_work], padding=3)
        axis.set(xscale="log", xlabel="seconds")
        axis.set_title(f"{work.name}: {work}", loc="left")
        axis.margins(x=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=100)


def draw_growth(growth: dict[str, list[Timing]], path: Path) -> None:
    """Draw the seconds of trainings as rows, columns and nodes grow, on logarithmic axes."""
    figure, axes = pyplot.subplots(1, len(growth), figsize=(15, 5.5), layout="constrained")
    for (what, timings), axis in zip(growth.items(), axes, strict=True):
        measured = [timing for timing in timings if not timing.failure]
        for contestant in dict.fromkeys(timing.contestant for timing in measured):
            points = [timing for timing in measured if timing.contestant == contestant]
            axis.plot(
                [size_of(timing.work, what) for timing in points],
                [timing.in_all for timing in points],
                marker="o",
                linewidth=1.5 if contestant.is_peer else 3,
                label=contestant,
            )
        axis.set(xscale="log", yscale="log", xlabel=what)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("seconds")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=100)
