"""A crowd of analysts at one server: 30 at once for 5 minutes, each with a table of 20 MB.

Run `python -m benchmarks.load`; the tables go to benchmarks/results/load.md. It takes 16 minutes
and 3 GB of disk. `--quick` is a small form for development, and writes nothing.

The crowd speaks to the server as browsers do, but draws nothing (see browser_tab.py). Then the same
analysts come back to their workspaces, twice, which shows whether memory stays flat.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from benchmarks.load_processes import Sample, sample, watch
from benchmarks.load_visit import FIRSTS, Diary, visit
from testing.browser import free_port

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "load.md"
TRAININGS = 4  # at once
N_NUMBERS = 14  # columns of a table, beside a category and a row number
BYTES_A_ROW = 140
MOST_SECONDS = 0.5  # that 95 of 100 light actions may take
MOST_GROWTH = 15e6  # bytes that the web server may grow by a session
TIMES_LEFT = ("after they left", "after they came again and left", "after a third time")
SECONDS_TO_SWEEP = 30.0  # twice: Streamlit forgets sessions, the server gives memory back


@dataclass(frozen=True)
class Size:
    """How large the test is."""

    sessions: int
    seconds: float  # of the first crowd, from the last arrival on
    seconds_again: float  # when they come back
    table_bytes: int
    seconds_between_arrivals: float
    seconds_remembered: int  # a session after its tab was closed


FULL = Size(30, 300, 60, 20_000_000, 2.0, 15)
QUICK = Size(5, 30, 15, 2_000_000, 1.0, 5)


@dataclass(frozen=True)
class Outcome:
    """What was measured; memory in bytes."""

    before: Sample
    crowded: int
    crowded_own: int
    left: list[Sample]  # after each time that all had left
    diary: Diary
    samples: list[Sample]  # while the first crowd was there
    logged: int  # errors in the server's log


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--quick", action="store_true", help="small, and writes no result")
    size = QUICK if arguments.parse_args().quick else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = [write_table(folder / f"table {k}.csv", size, k) for k in range(size.sessions)]
        with server(folder, size) as (address, process):
            outcome = asyncio.run(crowd(address, process, tables, size, folder / "server.log"))
    text = report(outcome, size)
    print(text)
    if size is FULL:
        RESULT.write_text(text, encoding="utf-8")


def write_table(path: Path, size: Size, seed: int) -> Path:
    """Write a table of six groups of rows, unlike that of any other seed."""
    random_numbers = np.random.default_rng(seed)
    n_rows = size.table_bytes // BYTES_A_ROW
    group = random_numbers.integers(0, 6, n_rows)
    middles = random_numbers.normal(0, 3, (6, N_NUMBERS))
    numbers = (middles[group] + random_numbers.normal(size=(n_rows, N_NUMBERS))).round(6)
    columns = {f"measure {k}": numbers[:, k] for k in range(N_NUMBERS)}
    columns |= {"group": np.array(list("abcdef"))[group], "row": np.arange(n_rows)}
    pyarrow.csv.write_csv(pa.table(columns), path)
    return path


@contextmanager
def server(folder: Path, size: Size) -> Iterator[tuple[str, int]]:
    """Run a server with its data in a folder; yield its address and process id."""
    port = free_port()
    settings = {"SOM_ATLAS_DATA": str(folder / "data"), "SOM_ATLAS_TRAININGS": str(TRAININGS)}
    command = ["-m", "streamlit", "run", "server.py", f"--server.port={port}"]
    command.append(f"--server.disconnectedSessionTTL={size.seconds_remembered}")
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for_log(folder / "server.log", "server started")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()
        # The worker would do the trainings that wait; without it those that run stop as well.
        with suppress(ProcessLookupError):
            os.kill(int((folder / "data" / "worker.lock").read_text()), signal.SIGTERM)


def wait_for_log(log: Path, words: str) -> None:
    deadline = time.monotonic() + 60
    while words not in log.read_text(encoding="utf-8"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"The server did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.1)


async def crowd(address: str, web: int, tables: list[Path], size: Size, log: Path) -> Outcome:
    """Let one analyst come and leave, then the crowd, and then the crowd again, twice."""
    say("one analyst, so that all is loaded")
    await arrive(address, tables[:1], [""], size.seconds_again, size, Diary())
    before = await memory_once_left(address, web, size)

    say(f"{size.sessions} analysts for {size.seconds:.0f} s")
    diary, samples = Diary(), []
    watching = asyncio.create_task(watch(web, samples))
    queries = await arrive(address, tables, [""] * len(tables), size.seconds, size, diary)
    watching.cancel()
    crowded = int(statistics.median(moment.web for moment in samples[-30:]))
    crowded_own = int(statistics.median(moment.web_own for moment in samples[-30:]))
    left = [await memory_once_left(address, web, size)]

    for _ in range(2):
        say("the same analysts again")
        await arrive(address, [None] * len(tables), queries, size.seconds_again, size, diary)
        left.append(await memory_once_left(address, web, size))
    logged = log.read_text(encoding="utf-8").count('"level": "error"')
    return Outcome(before, crowded, crowded_own, left, diary, samples, logged)


async def arrive(
    address: str,
    tables: list[Path] | list[None],
    queries: list[str],
    seconds: float,
    size: Size,
    diary: Diary,
) -> list[str]:
    """Let analysts arrive one after the other and work; all leave at the same time."""
    until = time.monotonic() + len(tables) * size.seconds_between_arrivals + seconds

    async def one(k: int) -> str:
        await asyncio.sleep(k * size.seconds_between_arrivals)
        return await visit(address, tables[k], queries[k], until, diary, random.Random(k))

    return await asyncio.gather(*map(one, range(len(tables))))


async def memory_once_left(address: str, web: int, size: Size) -> Sample:
    """Return what the web server takes after it has forgotten everybody who left."""
    await asyncio.sleep(size.seconds_remembered + SECONDS_TO_SWEEP)
    # Streamlit looks for sessions to forget when the next one ends.
    await visit(address, None, "", 0.0, Diary(), random.Random(0))
    await asyncio.sleep(SECONDS_TO_SWEEP)
    return sample(web)


def report(outcome: Outcome, size: Size) -> str:
    seconds = outcome.diary.seconds
    light = [took for action, all_of in seconds.items() if action not in FIRSTS for took in all_of]
    growth = (outcome.crowded_own - outcome.before.web_own) / size.sessions
    with_files = (outcome.crowded - outcome.before.web) / size.sessions
    busy = [moment.n_trainings for moment in outcome.samples]
    n_faults = len(outcome.diary.faults) + outcome.logged
    _, twice, thrice = outcome.left
    lines = [
        f"# {size.sessions} analysts at once",
        "",
        f"Each with a table of {size.table_bytes / 1e6:.0f} MB, for {size.seconds:.0f} s; "
        f"{TRAININGS} trainings at once, the median is {statistics.median(busy):.0f}. "
        f"{os.cpu_count()} processors. Made by `python -m benchmarks.load`.",
        "",
        "| what | measured | to reach |",
        "| --- | ---: | ---: |",
        f"| errors | {n_faults} | 0 |",
        f"| 95 of 100 light actions take less than | {percentile(light, 95):.2f} s "
        f"| {MOST_SECONDS:g} s |",
        f"| growth of the web server's own memory by a session | {growth / 1e6:.1f} MB "
        f"| {MOST_GROWTH / 1e6:.0f} MB |",
        f"| the same with pages of mapped files | {with_files / 1e6:.1f} MB | |",
        "| growth of its own memory from the second to the third time that all had left "
        f"| {(thrice.web_own - twice.web_own) / 1e6:+.1f} MB | 0 MB |",
        "",
        "Seconds until the last of the answer has arrived; a browser then still draws it.",
        "",
        "| action | times | median | 95 % below | slowest |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for action, took in sorted(seconds.items(), key=lambda item: item[0] in FIRSTS):
        name = f"*{action}*" if action in FIRSTS else action
        lines.append(
            f"| {name} | {len(took)} | {statistics.median(took):.2f} "
            f"| {percentile(took, 95):.2f} | {max(took):.2f} |"
        )
    lines += [
        "",
        "Those in italics are not light. Memory, resident; that of its own leaves out pages of "
        "mapped files, which the system can take back:",
        "",
        "| process | when | MB | its own, MB |",
        "| --- | --- | ---: | ---: |",
        memory_line("after a first analyst", outcome.before),
        f"| web server | with all of them | {outcome.crowded / 1e6:.0f} "
        f"| {outcome.crowded_own / 1e6:.0f} |",
        *map(memory_line, TIMES_LEFT, outcome.left),
        f"| web server | at most | {most(outcome, 'web'):.0f} | |",
        f"| worker | at most | {most(outcome, 'worker'):.0f} | |",
        f"| reader of large files | at most | {most(outcome, 'reader'):.0f} | |",
        f"| all trainings | at most | {most(outcome, 'trainings'):.0f} | |",
        "",
        others(outcome.samples),
        "",
    ]
    lines += [f"- error: {fault}" for fault in sorted(set(outcome.diary.faults))]
    return "\n".join(lines)


def memory_line(when: str, moment: Sample) -> str:
    return f"| web server | {when} | {moment.web / 1e6:.0f} | {moment.web_own / 1e6:.0f} |"


def most(outcome: Outcome, part: str) -> float:
    return max(getattr(moment, part) for moment in outcome.samples) / 1e6


def others(samples: list[Sample]) -> str:
    """Say what the processors were busy with."""
    first, last, seconds = samples[0], samples[-1], len(samples)
    server, reading, jobs, crowd, busy = (
        (getattr(last, what) - getattr(first, what)) / seconds
        for what in ("server", "reading", "jobs", "crowd", "busy")
    )
    rest = max(0.0, busy - server - reading - jobs - crowd)
    return (
        f"Of {os.cpu_count()} processors the server kept {server:.2f} busy, its reader of large "
        f"files {reading:.2f}, its trainings {jobs:.2f}, the crowd {crowd:.2f}, other programs on "
        f"the machine {rest:.2f}. Server and crowd ran at nice value {os.nice(0)}, the reader at a "
        "lower priority, the trainings at one that is lower still."
    )


def percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share))


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
