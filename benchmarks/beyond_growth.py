"""How training over Dask grows with rows, nodes and workers, as a table and a figure."""

from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import LogLocator

SCALES = {0.5: 300, 1.0: 1_200, 2.0: 4_800}  # of the sides of the map -> nodes
SHARES = (0.01, 0.1, 1.0)  # of the rows
WORKERS = (1, 2)

Seconds = Callable[[int, int, float], float]  # of workers, rows and the scale of the map


def growth(n_rows: int, seconds: Seconds, picture: Path) -> list[str]:
    """Return a table of the seconds, rows by nodes by workers, and draw them on log axes."""
    few = round(n_rows * SHARES[1])
    by_rows = {
        n: {round(n_rows * share): seconds(n, round(n_rows * share), 1.0) for share in SHARES}
        for n in WORKERS
    }
    by_nodes = {
        n: {
            nodes: by_rows[n][few] if scale == 1 else seconds(n, few, scale)
            for scale, nodes in SCALES.items()
        }
        for n in WORKERS
    }
    panels = {
        f"rows, {SCALES[1.0]:,} nodes": by_rows,
        f"nodes, {few:,} rows": by_nodes,
    }
    _draw(panels, picture)
    lines = [f"![Seconds of training as rows and nodes grow]({picture.name})", ""]
    for what, of_workers in panels.items():
        sizes = list(of_workers[WORKERS[0]])
        lines += [
            f"| {what} | {' | '.join(f'{size:,}' for size in sizes)} |",
            f"|---|{'--:|' * len(sizes)}",
            *(_line(f"seconds, workers: {n}", row) for n, row in of_workers.items()),
            "",
        ]
    return lines


def _line(what: str, row: dict[int, float]) -> str:
    return f"| {what} | {' | '.join(f'{taken:.1f}' for taken in row.values())} |"


def _draw(panels: dict[str, dict[int, dict[int, float]]], path: Path) -> None:
    figure, axes = pyplot.subplots(1, len(panels), figsize=(12, 4.5), layout="constrained")
    for (what, of_workers), axis in zip(panels.items(), axes, strict=True):
        for n, row in of_workers.items():
            axis.plot([*row], [*row.values()], marker="o", label=f"workers: {n}")
        sizes = list(of_workers[WORKERS[0]])
        axis.set(xscale="log", yscale="log", xlabel=what)
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.minorticks_off()
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("seconds")
    axes[0].legend()
    figure.savefig(path, dpi=100)
