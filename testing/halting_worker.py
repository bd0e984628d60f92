"""A worker whose trainings halt once they saved how far they are: there they wait to be killed.

So no test depends on being quicker than what it kills: `python -m testing.halting_worker`.
"""

import os
from dataclasses import dataclass, field
from unittest.mock import patch

from som_core.training import Progress
from testing.waiting import wait_until
from workspace.jobs import progress
from workspace.jobs.kinds import training
from workspace.worker import main


@dataclass
class HaltingReporter(progress.Reporter):
    """Goes no further once it saved more than it began with; it ends with its worker."""

    _worker: int = field(default_factory=os.getppid, init=False)
    _began_with: float | None = field(default=None, init=False)

    def __call__(self, told: Progress) -> None:
        super().__call__(told)
        if self._began_with is None:
            self._began_with = told.checkpoint.epoch
        elif self._saved_epoch > self._began_with:
            wait_until(lambda: os.getppid() != self._worker)


if __name__ == "__main__":
    with (
        patch.object(training, "Reporter", HaltingReporter),
        patch.object(progress, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0),
    ):
        main()
