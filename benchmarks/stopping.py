"""Times how soon a training can be stopped, how often it tells of itself, and what that costs.

Run `python -m benchmarks.stopping`; the table goes to benchmarks/results/stopping.md. Each training
is watched as a job watches it: its reports are written to a disk, and it looks for a file that says
whether to go on. Other work on the machine only adds to a wait, so the least of three runs counts.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.workloads import BY_NAME, Workload
from som_core.engines.online import compilation, som
from som_core.preparation import Prepared, prepare
from som_core.reading import Dialect, Table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import Algorithm, Distance, MapSettings
from som_core.training import Progress, train
from workspace.jobs.progress import Reporter

RESULT = Path(__file__).parent / "results" / "stopping.md"
SECONDS = 3.0  # until the training is asked to stop
RUNS = 3


@dataclass(frozen=True, kw_only=True)
class Case:
    work: Workload
    algorithm: Algorithm = "batch"
    distance: Distance = "euclidean"
    gaps: bool = False

    @property
    def settings(self) -> MapSettings:
        return MapSettings(
            height=self.work.side,
            width=self.work.side,
            sigma=self.work.sigma,
            epochs=self.work.epochs,
            lattice=self.work.lattice,
            algorithm=self.algorithm,
            distance=self.distance,
        )

    def prepared(self) -> Prepared:
        values = self.work.rows()
        if self.gaps:
            values[np.random.default_rng(2).random(values.shape) < 0.05] = np.nan
        names = [f"column {place}" for place in range(self.work.n_features)]
        table = Table(pd.DataFrame(values, columns=names), "rows.csv", Dialect())
        missing = "keep" if self.gaps else "mean"
        recipe = Recipe(tuple(ColumnRecipe(name=name, missing=missing) for name in names))
        return prepare(table, recipe)

    def __str__(self) -> str:
        gaps = ", with empty cells" if self.gaps else ""
        return f"{self.work.name}: {self.work}; {self.algorithm}, {self.distance}{gaps}"


CASES = (
    *(Case(work=BY_NAME[name]) for name in ("W2", "W3", "W4", "W5", "W6")),
    Case(work=BY_NAME["W4"], gaps=True),
    *(Case(work=BY_NAME["W3"], distance=other) for other in ("cosine", "manhattan", "chebyshev")),
    *(
        Case(work=BY_NAME["W3"], distance=other, gaps=True)
        for other in ("cosine", "manhattan", "chebyshev")
    ),
    *(Case(work=BY_NAME[name], algorithm="online") for name in ("W2", "W4", "W5", "W6")),
)


@dataclass(frozen=True)
class Waits:
    """Of one training, in seconds."""

    to_stop: float  # the longest between two looks at whether to stop, the start included
    to_hear: float  # the longest between two reports, the last search for nodes included
    to_have: float  # from the word to stop to the map
    epochs: float  # learned until then


def main() -> None:
    compilation.warm_up().join()
    lines = [
        "# How soon a training can be stopped, and what that costs",
        "",
        f"Each is told to stop after {SECONDS:.0f} s, if it is not over by then; the least of "
        f"{RUNS} runs. The map of a stopped training is there once all rows have found their "
        "nodes. Cost: the time of a training of a second or more, watched, by that of the same "
        "unwatched; online training goes through all rows in one go then. "
        "`python -m benchmarks.stopping`",
        "",
        "| training | longest wait for a chance to stop, ms | for a report, ms "
        "| from the stop to the map, ms | cost |",
        "|---|--:|--:|--:|--:|",
        *(line(case) for case in CASES),
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def line(case: Case) -> str:
    prepared = case.prepared()
    runs = [waits(prepared, replace(case.settings, epochs=1_000)) for _ in range(RUNS)]
    stop, hear, have = (
        1e3 * min(getattr(run, name) for run in runs) for name in ("to_stop", "to_hear", "to_have")
    )
    epochs_a_second = max(run.epochs for run in runs) / SECONDS
    dearer = cost(case, prepared, epochs_a_second)
    text = f"| {case} | {stop:.0f} | {hear:.0f} | {have:.0f} | {dearer:.2f} |"
    print(text, flush=True)
    return text


def waits(prepared: Prepared, settings: MapSettings) -> Waits:
    begin = perf_counter()
    asked, told = [begin], [begin]

    def note(_: Progress) -> None:
        told.append(perf_counter())

    def stop() -> bool:
        asked.append(perf_counter())
        return asked[-1] - begin > SECONDS

    trained = train(prepared, settings, on_progress=note, should_stop=stop)
    end = perf_counter()
    return Waits(
        to_stop=float(np.diff(asked).max()),
        to_hear=float(np.diff(told).max()),
        to_have=end - asked[-1],
        epochs=trained.history[-1].epoch,
    )


def cost(case: Case, prepared: Prepared, epochs_a_second: float) -> float:
    """Return the time of a training that is watched, by the time of one that is not."""
    settings = replace(case.settings, epochs=max(2, int(epochs_a_second)))
    if case.algorithm == "online" and epochs_a_second < 2:  # all rows may take minutes
        n_rows = int(len(prepared.matrix) * epochs_a_second / 2)
        prepared = replace(prepared, matrix=prepared.matrix[:n_rows], rows=prepared.rows[:n_rows])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        go = folder / "go"
        go.touch()

        def watched() -> None:
            reporter = Reporter(folder)
            train(prepared, settings, on_progress=reporter, should_stop=lambda: not go.exists())

        def unwatched() -> None:
            with patch.object(som, "_SECONDS_BETWEEN_YIELDS", 3_600):
                train(prepared, settings)

        best = {watched: np.inf, unwatched: np.inf}
        for _ in range(RUNS + 2):
            for task in best:
                begin = perf_counter()
                task()
                best[task] = min(best[task], perf_counter() - begin)
    return best[watched] / best[unwatched]


if __name__ == "__main__":
    main()
