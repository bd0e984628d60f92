"""Times training of rows that no memory holds: from a disk, and over Dask on this machine.

Run `python -m benchmarks.beyond`; the table goes to benchmarks/results/beyond.md. It writes 8 GB of
Parquet (100,000,000 × 10) into the folder for temporary files, and for a while 16 GB more, as it
sorts the rows by their cells; it takes 20 minutes. `--quick` takes 1,000,000 rows and writes
no table. Each measurement is a process of its own, so that its memory is that of one thing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import dask.array as da
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster, wait

from som_core import (
    RowsByCell,
    bytes_by_cell,
    open_dataset,
    open_rows_by_cell,
    prepare,
    rows_by_cell,
    train,
)
from som_core.distributed import DaskSom
from som_core.preparation import Prepared
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from testing.paths import ROOT

RESULT = Path(__file__).parent / "results" / "beyond.md"
PICTURE = RESULT.with_suffix(".png")
ROWS, QUICK_ROWS = 100_000_000, 1_000_000
ROWS_IN_MEMORY = 5_000_000  # of the table; as many as an upload may have
ROWS_OF_A_CLUSTER = 20_000_000
N_FEATURES = 10
ROWS_A_GROUP, GROUPS_A_FILE = 1_000_000, 10
SETTINGS = MapSettings(height=30, width=40, sigma=13.3, epochs=20)
RECIPE = Recipe(tuple(ColumnRecipe(name=f"column {place}") for place in range(N_FEATURES)))
BLOCK = 250_000  # rows of a Dask array in one block
SAMPLE = 200_000
N_CLICKS = 20
CLICKS = {"one": 1, "a tenth": SETTINGS.n_nodes // 10, "all": SETTINGS.n_nodes}


def rows(number: int, n_rows: int) -> np.ndarray:
    """Return some rows of ten clusters; the same number gives the same."""
    random = np.random.default_rng([number, n_rows])
    middles = np.random.default_rng(0).normal(size=(10, N_FEATURES)) * 3
    return middles[random.integers(10, size=n_rows)] + random.normal(size=(n_rows, N_FEATURES))


def write(folder: Path, n_rows: int) -> None:
    """Write so many rows of Parquet, in groups and files as warehouses have them."""
    names = [column.name for column in RECIPE.columns]
    schema = pa.schema([(name, pa.float64()) for name in names])
    n_groups = -(-n_rows // ROWS_A_GROUP)
    for first in range(0, n_groups, GROUPS_A_FILE):
        with pq.ParquetWriter(folder / f"part-{first:05}.parquet", schema) as file:
            for group in range(first, min(first + GROUPS_A_FILE, n_groups)):
                length = min(ROWS_A_GROUP, n_rows - group * ROWS_A_GROUP)
                file.write_table(pa.table(list(rows(group, length).T), schema=schema))


# What is measured, each in a process of its own ---------------------------------------------------


def reading(folder: Path) -> dict:
    table = open_dataset(folder)
    start = perf_counter()
    n_rows = sum(batch.num_rows for batch in table.dataset.to_batches())
    return {"rows": n_rows, "seconds": perf_counter() - start}


def counting(folder: Path) -> dict:
    start = perf_counter()
    table = open_dataset(folder)
    n_sampled = len(table.sample.frame)
    return {"rows": table.n_rows, "seconds": perf_counter() - start, "sampled": n_sampled}


def preparing(folder: Path) -> dict:
    table = open_dataset(folder)
    _ = table.sample
    start = perf_counter()
    prepared = prepare(table, RECIPE)
    return {"rows": len(prepared.matrix), "seconds": perf_counter() - start}


def on_disk(folder: Path) -> dict:
    prepared = prepare(open_dataset(folder), RECIPE)
    start = perf_counter()
    m = train(prepared, SETTINGS)
    seconds = perf_counter() - start
    return {"rows": len(m.bmu), "seconds": seconds, "error": m.history[-1].quantization_error}


def drawing(folder: Path) -> dict:
    table = open_dataset(folder)
    start = perf_counter()
    sample = table.sample_as_parquet(min(SAMPLE, table.n_rows // 2))
    return {"rows": table.n_rows, "seconds": perf_counter() - start, "sample": len(sample)}


def sorting(folder: Path) -> dict:
    """Sort the rows by their cells; then click on cells, and draw lassos, with none opened yet."""
    table = open_dataset(folder)
    m = train(prepare(table, RECIPE), SETTINGS)
    with tempfile.TemporaryDirectory() as name:
        start = perf_counter()
        copy = rows_by_cell(m, table, Path(name) / "sorted")
        seconds = perf_counter() - start
        clicks = {what: clicked(copy, n_nodes) for what, n_nodes in CLICKS.items()}
        found = {"copied": copy.n_bytes, "told": bytes_by_cell(m, table), "clicks": clicks}
    return {"rows": len(m.rows), "seconds": seconds, **found}


def clicked(copy: RowsByCell, n_nodes: int) -> dict:
    """Return the median and the longest time in which the first rows of some nodes are there."""
    random, times = np.random.default_rng(0), []
    for _ in range(N_CLICKS):
        first = random.integers(SETTINGS.n_nodes - n_nodes + 1)
        start = perf_counter()
        open_rows_by_cell(copy.folder).rows(range(first, first + n_nodes))
        times.append(perf_counter() - start)
    return {"median": float(np.median(times)), "longest": max(times)}


def in_memory(folder: Path) -> dict:
    on_a_disk = prepare(open_dataset(folder), RECIPE)
    blocks, n_rows = [], 0
    for block in on_a_disk.matrix.blocks():
        blocks.append(block)
        n_rows += len(block)
        if n_rows >= ROWS_IN_MEMORY:
            break
    matrix = np.concatenate(blocks)[:ROWS_IN_MEMORY]
    del blocks
    prepared = Prepared(matrix, on_a_disk.features, np.arange(len(matrix)), (), on_a_disk.fitted)
    start = perf_counter()
    m = train(prepared, SETTINGS)
    seconds = perf_counter() - start
    return {"rows": len(m.bmu), "seconds": seconds, "error": m.history[-1].quantization_error}


def scaled(scale: float) -> MapSettings:
    """Return the map with longer or shorter sides, and as wide a start."""
    sides = {side: round(getattr(SETTINGS, side) * scale) for side in ("height", "width")}
    return replace(SETTINGS, **sides, sigma=SETTINGS.sigma * scale)


def over_dask(n_workers: int, n_rows: int, scale: float) -> dict:
    cluster = LocalCluster(
        n_workers=n_workers, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, Client(cluster) as client:
        array = client.persist(
            da.random.default_rng(0).normal(size=(n_rows, N_FEATURES), chunks=(BLOCK, N_FEATURES))
        )
        wait(array)
        start = perf_counter()
        som = DaskSom(scaled(scale), client).fit(array)
        seconds = perf_counter() - start
    return {"rows": n_rows, "seconds": seconds, "error": som.history_[-1].quantization_error}


MEASURED: dict[str, tuple[str, Callable[[Path], dict]]] = {
    "reading": ("reading alone, all columns", reading),
    "counting": ("opening, exact counts and the sample", counting),
    "preparing": ("`prepare`, after that", preparing),
    "on_disk": ("`train` from the disk", on_disk),
    "drawing": (f"a sample of {SAMPLE:,} rows for the dashboard", drawing),
    "sorting": ("`rows_by_cell`, after a training whose memory counts, too", sorting),
    "in_memory": ("`train` in memory", in_memory),
}


class Memory:
    """The most memory of its own that this process has had, looked at ten times a second."""

    def __init__(self) -> None:
        self.peak = 0
        self._is_over = Event()
        self._watch = Thread(target=self._look, daemon=True)
        self._watch.start()

    def _look(self) -> None:
        while not self._is_over.wait(0.1):
            for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("RssAnon:"):
                    self.peak = max(self.peak, int(line.split()[1]) * 1_024)

    def stop(self) -> int:
        self._is_over.set()
        self._watch.join()
        return self.peak


def measure(name: str, folder: Path, n_rows: int, scale: float) -> dict:
    memory = Memory()
    if name.startswith("dask"):
        found = over_dask(int(name.removeprefix("dask")), n_rows, scale)
    else:
        found = MEASURED[name][1](folder)
    return found | {"bytes": memory.stop()}


def in_a_process(name: str, folder: Path, n_rows: int, scale: float = 1.0) -> dict:
    command = [sys.executable, "-m", "benchmarks.beyond", "--measure", name]
    command += ["--folder", str(folder), "--rows", str(n_rows), "--scale", str(scale)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{name} {n_rows:,} × {scale}: {found}", file=sys.stderr)  # the whole takes long
    return found


# The table ----------------------------------------------------------------------------------------


def report(n_rows: int, picture: Path) -> str:
    from benchmarks.beyond_growth import WORKERS, growth  # with matplotlib, which takes memory

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, n_rows)
        size = sum(path.stat().st_size for path in folder.iterdir())
        found = {name: in_a_process(name, folder, n_rows) for name in MEASURED}
        of_cluster = min(n_rows, ROWS_OF_A_CLUSTER)
        clusters = {n: in_a_process(f"dask{n}", folder, of_cluster) for n in WORKERS}

        def seconds(n_workers: int, n_rows: int, scale: float) -> float:
            if (n_rows, scale) == (of_cluster, 1.0):
                return clusters[n_workers]["seconds"]
            return in_a_process(f"dask{n_workers}", folder, n_rows, scale)["seconds"]

        grown = growth(of_cluster, seconds, picture)
    lines = [
        "# Rows that no memory holds",
        "",
        f"{n_rows:,} rows × {N_FEATURES} columns of Parquet ({size / 1e9:.1f} GB), a map of "
        f"{SETTINGS.height} × {SETTINGS.width}, {SETTINGS.epochs} epochs; the file cache of the "
        "system may hold a part of the files. Memory is the most that the process has of its "
        "own: pages of mapped files, which the system can take back, are left out. Seconds are of "
        "one run. Made by `python -m benchmarks.beyond`.",
        "",
        "| what | rows | seconds | rows a second | memory, MB |",
        "|---|--:|--:|--:|--:|",
        *(line(MEASURED[name][0], row) for name, row in found.items()),
        "",
        "Training looks at all rows in its last epoch, and once more to find their cells; the "
        "epochs before take samples, which one pass gathers, and so does the start.",
        "",
        "## A click, once the rows are sorted by their cells",
        "",
        f"The first 1,000 rows of some cells, in the order of the table, of {N_CLICKS} choices. "
        f"The copy takes {found['sorting']['copied'] / 1e9:.1f} GB; "
        f"{found['sorting']['told'] / 1e9:.1f} GB were told before.",
        "",
        "| cells | median, ms | longest, ms |",
        "|---|--:|--:|",
        *(
            f"| {what} | {1_000 * times['median']:.0f} | {1_000 * times['longest']:.0f} |"
            for what, times in found["sorting"]["clicks"].items()
        ),
        "",
        "## Over Dask, on this machine",
        "",
        f"{of_cluster:,} rows × {N_FEATURES} in blocks of {BLOCK:,}, which the workers hold; one "
        "thread each. Memory is that of the client.",
        "",
        "| what | rows | seconds | rows a second | memory, MB |",
        "|---|--:|--:|--:|--:|",
        *(line(f"`DaskSom.fit`, workers: {n}", row) for n, row in clusters.items()),
        "",
        *grown,
        *model(of_cluster, clusters),
    ]
    return "\n".join(lines) + "\n"


def line(what: str, row: dict) -> str:
    pace = row["rows"] / row["seconds"]
    return (
        f"| {what} | {row['rows']:,} | {row['seconds']:.1f} | {pace:,.0f} "
        f"| {row['bytes'] / 1e6:,.0f} |"
    )


def model(n_rows: int, clusters: dict[int, dict]) -> list[str]:
    """Say how many bytes an epoch of all rows sends, and what that is for more workers."""
    codebook = SETTINGS.n_nodes * N_FEATURES * 8
    sums = SETTINGS.n_nodes * (N_FEATURES + 1) * 8
    n_blocks = -(-n_rows // BLOCK)
    pace = n_rows / clusters[1]["seconds"]
    rows_each = 100_000_000_000 / 100 / pace
    return [
        "## What travels",
        "",
        f"An epoch of all rows sends the codebook to each worker ({codebook / 1e6:.2f} MB) and the "
        f"sums of each block back ({sums / 1e6:.2f} MB, with gaps twice the codebook): "
        f"workers × {codebook / 1e6:.2f} MB + {n_blocks:,} blocks × {sums / 1e6:.2f} MB = "
        f"{(2 * codebook + n_blocks * sums) / 1e6:,.0f} MB here. Rows never travel, but those of "
        "sampled epochs.",
        "",
        f"A model, not a measurement: 100 workers of this pace ({pace:,.0f} rows a second, all of "
        f"`fit` counted) would take {rows_each:,.0f} s for 100,000,000,000 rows. In blocks of "
        f"2,500,000 rows an epoch's sums are {40_000 * sums / 1e9:,.1f} GB, which one client takes "
        f"in {40_000 * sums / 1.2e9:,.0f} s by a network of 1.2 GB a second; in blocks of "
        f"{BLOCK:,} rows ten times as many. With maps of more weights they grow alike: then "
        "make blocks larger, or the client sets the pace.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beyond", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000,000 rows, no table is written")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--scale", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.folder, given.rows, given.scale)))
        return
    if given.quick:
        with tempfile.TemporaryDirectory() as folder:
            print(report(QUICK_ROWS, Path(folder) / PICTURE.name))
        return
    text = report(given.rows, PICTURE)
    print(text)
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
