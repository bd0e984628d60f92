"""How good maps are after so many seconds: batch against online training, and ways to hurry.

Run `python -m benchmarks.quality_over_time`; needs matplotlib. Figure and table go to
benchmarks/results/quality_over_time.png and .md. Each point is a whole training of so many epochs;
each of five seeds trains on another nine tenths of the rows and is judged on all of them. Seconds
are of processor time, which other work on the machine disturbs least; batch training shares them
among processors, online training can't.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time

import matplotlib
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from som_core.analyses.map_quality import topographic_error
from som_core.engines.batch import batch_steps
from som_core.engines.initialisation import initial_codebook
from som_core.engines.online.compilation import warm_up
from som_core.engines.online.training import train_online
from som_core.engines.schedule import full_schedule, suggested_schedule
from som_core.geometry.best_matching import best_two
from som_core.geometry.lattice import neighbours
from som_core.preparation import Prepared, prepare
from som_core.reading import read_table
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings

# After the choice of a backend that needs no window:
matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

SAMPLES = ("penguins", "automobiles", "breast_cancer", "seattle_weather", "air_quality")
LONG_ROWS = 50_000
EPOCHS = (3, 6, 12, 24)
SEEDS = range(5)
COLOURS = {
    "batch": "tab:blue",
    "batch, to sigma 1 as online": "tab:orange",
    "batch, all rows in every epoch": "tab:purple",
    "batch, coarse map first": "tab:olive",
    "online": "tab:green",
}
RESULT = Path(__file__).parent / "results" / "quality_over_time"

Matrix = NDArray[np.float64]
Training = Callable[[Matrix, MapSettings], Matrix]


def main() -> None:
    warm_up().join()  # online training by the compiled kernels
    threadpool_limits(1, "blas")  # idle BLAS threads spin, and would count
    tables = {name: sample(name) for name in SAMPLES}
    short = {
        "batch": batch,
        "batch, to sigma 1 as online": batch_to_sigma_1,
        "online": online,
    }
    measured = {}
    for name, prepared in tables.items():
        measured[f"{name}, {len(prepared.matrix):,} rows"] = curves(prepared, short)
    hurrying = {
        "batch": batch,
        "batch, all rows in every epoch": batch_of_all_rows,
        "batch, coarse map first": coarse_to_fine,
        "online": online,
    }
    long = long_table(tables["penguins"])
    measured[f"clusters, {LONG_ROWS:,} rows"] = curves(long, hurrying)
    draw(measured)
    write(measured)


def sample(name: str) -> Prepared:
    path = Path(__file__).parents[1] / "samples" / f"{name}.csv"
    table = read_table(path, path.name)
    return prepare(table, suggest_recipe(table))


def long_table(like: Prepared) -> Prepared:
    """Return rows in 30 overlapping groups, each spread along 4 directions of its own."""
    random = np.random.default_rng(5)
    group = random.integers(30, size=LONG_ROWS)
    middles, directions = random.normal(size=(30, 20)) * 2, random.normal(size=(30, 20, 4))
    along = np.einsum("nfk,nk->nf", directions[group], random.normal(size=(LONG_ROWS, 4)))
    matrix = middles[group] + along + 0.3 * random.normal(size=(LONG_ROWS, 20))
    return replace(like, matrix=matrix, rows=np.arange(LONG_ROWS))


def curves(prepared: Prepared, trainings: dict[str, Training]) -> dict[str, Matrix]:
    """Return seconds, quantization and topographic error, (epochs, seeds, 3), of each training."""
    suggested = suggest_settings(prepared)
    return {
        name: np.array(
            [
                [judge(prepared.matrix, training, suggested, epochs, seed) for seed in SEEDS]
                for epochs in EPOCHS
            ]
        )
        for name, training in trainings.items()
    }


def judge(
    matrix: Matrix, training: Training, settings: MapSettings, epochs: int, seed: int
) -> tuple[float, float, float]:
    settings = replace(settings, epochs=epochs, seed=seed)
    random = np.random.default_rng(seed)
    rows = matrix[random.permutation(len(matrix))[: len(matrix) * 9 // 10]]
    start = process_time()
    codebook = training(rows, settings)
    seconds = process_time() - start
    matches = best_two(matrix, codebook)
    table = neighbours(settings.height, settings.width, settings.lattice, toroid=False)
    folded = topographic_error(matches.bmu, matches.second_bmu, table)
    return seconds, float(matches.distance.mean()), folded


def batch(rows: Matrix, settings: MapSettings) -> Matrix:
    """Train as the product does."""
    schedule = suggested_schedule(settings, len(rows))
    *_, last = batch_steps(rows, initial_codebook(rows, settings), settings, schedule)
    return last.codebook()


def batch_of_all_rows(rows: Matrix, settings: MapSettings) -> Matrix:
    suggested = suggested_schedule(settings, len(rows))
    schedule = full_schedule(suggested.sigmas, suggested.learning_rates, len(rows))
    *_, last = batch_steps(rows, initial_codebook(rows, settings), settings, schedule)
    return last.codebook()


def batch_to_sigma_1(rows: Matrix, settings: MapSettings) -> Matrix:
    sigmas = np.geomspace(settings.sigma, min(settings.sigma, 1), settings.epochs)
    schedule = full_schedule(sigmas, np.ones(settings.epochs), len(rows))
    *_, last = batch_steps(rows, initial_codebook(rows, settings), settings, schedule)
    return last.codebook()


def coarse_to_fine(rows: Matrix, settings: MapSettings) -> Matrix:
    """Train a map of half the sides for the first half of the epochs, then the whole one."""
    sigmas = suggested_schedule(settings, len(rows)).sigmas
    half = settings.epochs // 2
    height, width = -(-settings.height // 2), -(-settings.width // 2)
    small = replace(settings, height=height, width=width, sigma=settings.sigma / 2)
    schedule = full_schedule(sigmas[:half] / 2, np.ones(half), len(rows))
    *_, last = batch_steps(rows, initial_codebook(rows, small), small, schedule)
    grown = last.codebook().repeat(2, axis=0).repeat(2, axis=1)
    schedule = full_schedule(sigmas[half:], np.ones(settings.epochs - half), len(rows))
    start = grown[: settings.height, : settings.width].copy()
    *_, last = batch_steps(rows, start, settings, schedule)
    return last.codebook()


def online(rows: Matrix, settings: MapSettings) -> Matrix:
    *_, last = train_online(rows, initial_codebook(rows, settings), settings)
    return np.array(last.codebook(), order="C")


def draw(measured: dict[str, dict[str, Matrix]]) -> None:
    figure, axes = pyplot.subplots(
        2, len(measured), figsize=(4 * len(measured), 7), layout="constrained"
    )
    for (table, trainings), (upper, lower) in zip(measured.items(), axes.T, strict=True):
        upper.set_title(table)
        for name, points in trainings.items():
            seconds = np.median(points[..., 0], axis=1)
            for axis, errors in ((upper, points[..., 1]), (lower, points[..., 2])):
                colour = COLOURS[name]
                axis.plot(seconds, errors.mean(axis=1), color=colour, marker="o", label=name)
                low, high = errors.min(axis=1), errors.max(axis=1)
                axis.fill_between(seconds, low, high, color=colour, alpha=0.15)
        for axis in (upper, lower):
            axis.set_xscale("log")
            axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axis.xaxis.set_minor_formatter(NullFormatter())
            axis.set_ylim(bottom=0)
            axis.legend(fontsize="small")
        upper.set_ylabel("quantization error")
        lower.set_ylabel("topographic error")
        lower.set_xlabel(f"seconds of processor time, for {', '.join(map(str, EPOCHS))} epochs")
    RESULT.parent.mkdir(exist_ok=True)
    figure.savefig(RESULT.with_suffix(".png"), dpi=110)


def write(measured: dict[str, dict[str, Matrix]]) -> None:
    lines = [
        "# Quality over time",
        "",
        "Mean of 5 seeds; seconds of processor time are the median. Batch training shares them",
        "among processors, online training can't. `python -m benchmarks.quality_over_time`",
        "",
        "| table | training | epochs | seconds | quantization error | topographic error |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for table, trainings in measured.items():
        for name, points in trainings.items():
            for epochs, of_seeds in zip(EPOCHS, points, strict=True):
                seconds = np.median(of_seeds[:, 0])
                quantization, topographic = of_seeds[:, 1:].mean(axis=0)
                lines.append(
                    f"| {table} | {name} | {epochs} | {seconds:.3f} | {quantization:.3f} "
                    f"| {topographic:.1%} |"
                )
    text = "\n".join(lines) + "\n"
    RESULT.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
