"""How long one library takes for one workload, from runs in processes of their own.

A slow library trains on as many rows as take it a few seconds, and on a quarter of them: the time
for all rows follows from the two, so that what does not depend on rows counts once.
"""

import json
import subprocess
from dataclasses import asdict, dataclass, field

from benchmarks.contestants import Contestant
from benchmarks.processes import answer_of_module
from benchmarks.workloads import Workload

_SECONDS_TO_WAIT = 600.0


@dataclass
class Timing:
    """What is known of one contestant on one workload."""

    contestant: Contestant
    work: Workload
    rows: list[int] = field(
        default_factory=list
    )  # all rows; or a part of them, and a quarter of that
    seconds: dict[int, float] = field(default_factory=dict)  # the least so far, by number of rows
    peak_mb: float = 0.0  # of memory above what was held before, with the most rows
    version: str = ""
    blas: list[str] = field(default_factory=list)
    failure: str = ""  # why there is no time

    def __post_init__(self) -> None:
        if self.contestant.in_full:
            self.rows = [self.work.n_rows]

    @property
    def is_scaled(self) -> bool:
        return max(self.rows) < self.work.n_rows

    @property
    def in_all(self) -> float:
        """Seconds for all rows of the workload."""
        seconds = self.seconds[self.rows[0]]
        if not self.is_scaled:
            return seconds
        part, quarter = self.rows
        seconds_per_row = max(0.0, seconds - self.seconds[quarter]) / (part - quarter)
        return seconds + seconds_per_row * (self.work.n_rows - part)

    def run(self, seconds: float) -> None:
        """Run once; the first run also finds how many rows take about so many seconds."""
        if self.failure:
            return
        question = {
            "training": self.contestant.training,
            "workload": asdict(self.work),
            "rows": self.rows,
            "seconds": seconds,
        }
        try:
            written = answer_of_module(
                "benchmarks.contestants", json.dumps(question), seconds=_SECONDS_TO_WAIT
            )
        except subprocess.CalledProcessError as problem:
            said = problem.stderr.strip().splitlines()
            self.failure = said[-1] if said else f"ended with code {problem.returncode}"
        except subprocess.TimeoutExpired:
            self.failure = f"took more than {_SECONDS_TO_WAIT:.0f} seconds"
        else:
            self._note(json.loads(written.splitlines()[-1]))

    def _note(self, answer: dict) -> None:
        self.version, self.blas = answer["version"], answer["blas"]
        self.rows = [n_rows for n_rows, _, _ in answer["runs"]]
        for n_rows, seconds, _ in answer["runs"]:
            self.seconds[n_rows] = min(seconds, self.seconds.get(n_rows, seconds))
        self.peak_mb = max(self.peak_mb, answer["runs"][0][2])


def three_digits(number: float) -> str:
    """Return a number by its first three digits, such as 0.00141, 53.3 or 1,050."""
    return f"{float(f'{number:.3g}'):,.10g}"
