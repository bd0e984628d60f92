"""What the server's processes take: memory and processor time, as Linux tells them in /proc."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_BETWEEN_SAMPLES = 1.0
GONE = (FileNotFoundError, ProcessLookupError)  # a process may end at any moment


@dataclass(frozen=True)
class Sample:
    """One moment. Memory in bytes, processor time in seconds since the processes began."""

    web: int
    web_own: int  # without pages of files that are mapped, which the system can take back
    worker: int
    reader: int  # with its child, while that reads a large file
    trainings: int  # all together
    n_trainings: int
    busy: float  # all programs of the machine
    server: float
    reading: float  # the reader and its child
    jobs: float  # the worker and all trainings
    crowd: float  # this process, which stands for the browsers


def sample(web: int) -> Sample:
    """Return what the web server with this process id and all that it started take now."""
    workers, trainings = _family(web, "workspace.worker")
    readers, readings = _family(web, "workspace.reader")
    return Sample(
        web=_memory(web),
        web_own=_memory(web, "RssAnon"),
        worker=sum(map(_memory, workers)),
        reader=sum(map(_memory, [*readers, *readings])),
        trainings=sum(map(_memory, trainings)),
        n_trainings=len(trainings),
        busy=_busy(),
        server=_processor_time(web),
        reading=sum(map(_processor_time, [*readers, *readings])),
        jobs=sum(map(_processor_time, [*workers, *trainings])),
        crowd=_processor_time(os.getpid()),
    )


async def watch(web: int, samples: list[Sample]) -> None:
    """Add a sample each second."""
    while True:
        samples.append(sample(web))
        await asyncio.sleep(SECONDS_BETWEEN_SAMPLES)


def _family(web: int, module: str) -> tuple[list[int], list[int]]:
    """Return the processes by which the web server runs a module, and their children."""
    parents = [child for child in _children(web) if module in _command(child)]
    return parents, [child for parent in parents for child in _children(parent)]


def _command(process: int) -> str:
    with suppress(*GONE):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*"):
        with suppress(*GONE):
            found += map(int, (task / "children").read_text().split())
    return found


def _memory(process: int, kind: str = "VmRSS") -> int:
    with suppress(*GONE):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return 1024 * int(line.split()[1])
    return 0


def _processor_time(process: int) -> float:
    with suppress(*GONE):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS  # its own, and of children that ended
    return 0.0


def _busy() -> float:
    user_nice_system = Path("/proc/stat").read_text().split()[1:4]
    return sum(map(int, user_nice_system)) / TICKS
