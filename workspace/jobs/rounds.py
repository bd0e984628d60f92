"""What the worker does, round after round: take note of ends, start what can start, sweep.

Nothing that goes wrong with one job, one workspace or one sweep stops the others.
"""

import logging
import multiprocessing
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from som_core.engines.online.compilation import reset_after_fork, warm_up
from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.jobs import queue
from workspace.jobs.child import REFUSAL, run_job
from workspace.jobs.kind import Ending
from workspace.jobs.kinds import all_kinds
from workspace.jobs.order import GO, ORDER
from workspace.jobs.progress import ALIVE, CHECKPOINT, CODEBOOK, REPORT
from workspace.jobs.queue import Job
from workspace.jobs.watch import BEAT
from workspace.log import ends_with_a_log_line, goes_on_with_a_log_line
from workspace.priority import let_others_go_first
from workspace.retention import sweep, witness_of

_NICENESS = 10  # of jobs: pages come first, which need the processors for a moment only
_SECONDS_BETWEEN_ROUNDS = 0.05
_SECONDS_BETWEEN_LOOKS = 60.0  # whether the web server runs
_SECONDS_BETWEEN_SWEEPS = 3600.0
_SECONDS_OF_SILENCE = 60.0  # after which a cancelled job that gives no sign of life is killed
_INTERRUPTIONS = 2  # after which a job that dies again has failed
_forking = multiprocessing.get_context("fork")
logger = logging.getLogger("som_atlas.worker")


@dataclass
class Child:
    """A process that does a job, and what was heard of it."""

    job: Job
    process: BaseProcess
    folder: Path  # of the job
    last_sign: float = 0.0
    heard: float = field(default_factory=time.monotonic)  # when that sign was new
    killed_because: str = ""

    @property
    def silence(self) -> float:
        """Seconds without a new sign of life, by a clock that can't be set."""
        with suppress(FileNotFoundError):
            sign = (self.folder / ALIVE).stat().st_mtime
            if sign != self.last_sign:
                self.last_sign, self.heard = sign, time.monotonic()
        return time.monotonic() - self.heard


class Worker:
    """The worker of a data folder.

    When it forks, it is single-threaded or its other thread sleeps: only such a process forks
    safely.
    """

    def __init__(self, config: Configuration, lock: int) -> None:
        self.config = config
        self.lock = lock
        self.children: dict[str, Child] = {}
        # Children hold the reading end; it tells them when the only writing end died with us.
        self.life_of_worker, self.life = _forking.Pipe(duplex=False)
        self.witness = witness_of(config)
        self.next_look = self.next_sweep = 0.0
        self.has_begun = False
        self.told_to_stop = False
        all_kinds()  # so that no child need load one
        # A thread, and the only one. While it waits for the compiler, trainings run by numpy.
        self.kernels = warm_up()

    def run(self, web_server: int | None) -> None:
        """Go round until stopped, or until idle once the other end of `web_server` is closed."""
        signal.signal(signal.SIGTERM, self._note_stop)
        logger.info("worker started")
        waiting_for_work = True
        try:
            while not self.told_to_stop and (waiting_for_work or self._has_work()):
                self._round()
                watched = [child.process.sentinel for child in self.children.values()]
                if web_server is not None:
                    watched.append(web_server)
                if web_server in wait(watched, _SECONDS_BETWEEN_ROUNDS):
                    web_server, waiting_for_work = None, False
        finally:
            self._leave()

    def _note_stop(self, *_: object) -> None:
        # No exception: one that is raised while Python clears an object away would be lost.
        self.told_to_stop = True

    def _has_work(self) -> bool:
        try:
            return bool(queue.unfinished(self.config.data))
        except AtlasError:
            return True  # nobody knows

    def _round(self) -> None:
        try:
            (self.config.data / BEAT).touch()
            if not self.has_begun:
                for job in queue.running(self.config.data):  # by the worker before
                    self._note_end(job, "The process that does the work was stopped")
                self.has_begun = True
            for child in list(self.children.values()):
                if child.process.is_alive():
                    self._stop_if_it_cant_hear(child)
                else:
                    why = child.killed_because or _why(child.job, child.process.exitcode)
                    self._note_end(child.job, why, is_killed=bool(child.killed_because))
                    del self.children[child.job.id]
            with self.kernels.fork_guard() as may_fork:
                if may_fork:
                    self._start_what_can_start()
            self._look_and_sweep()
        except (AtlasError, OSError) as problem:  # no room for the queue, or it is locked
            logger.error("round not finished", extra={"reason": type(problem).__name__})
            time.sleep(1.0)  # nothing is lost: the next round finds the same ends

    def _look_and_sweep(self) -> None:
        now = time.monotonic()
        if now >= self.next_look:
            self.next_look = now + _SECONDS_BETWEEN_LOOKS
            self.witness.look()
        if now >= self.next_sweep:
            self.next_sweep = now + _SECONDS_BETWEEN_SWEEPS
            with goes_on_with_a_log_line(logger, "not swept"):
                sweep(self.config, self.witness)

    def _start_what_can_start(self) -> None:
        while len(self.children) < self.config.trainings:
            job = queue.start_next(self.config.data)
            if job is None:
                return
            # Whoever made a damaged line anew takes those that run for ones that wait.
            if job.id not in self.children:
                self._start(job)

    def _start(self, job: Job) -> None:
        folder = job.folder(self.config.data)
        (folder / ALIVE).unlink(missing_ok=True)  # of an earlier try
        process = _forking.Process(target=_child, args=(job, self.config, self))
        try:
            process.start()
        except OSError:
            queue.back_in_line(self.config.data, job, job.message, interruptions=job.interruptions)
            raise
        self.children[job.id] = Child(job, process, folder)
        _log("job started", job)

    def _stop_if_it_cant_hear(self, child: Child) -> None:
        """End a cancelled child that hasn't begun to learn, or that has hung for a minute."""
        if (child.folder / GO).exists():
            return
        if not REPORT.path(child.folder).exists():
            child.process.kill()  # it still prepares its rows, when it can't hear the cancel
        elif child.silence > _SECONDS_OF_SILENCE and not child.killed_because:
            child.killed_because = (
                f"The {child.job.kind_in_words} was cancelled but didn't answer for a minute, so "
                "its process was ended"
            )
            child.process.kill()
            _log("job killed", child.job, reason="it was cancelled and gave no sign of life")

    def _note_end(self, job: Job, why: str, *, is_killed: bool = False) -> None:
        """Note how a job ended; `why` says it in words if it left nothing behind."""
        ending: Ending | None = Ending(
            "failed",
            f"What the {job.kind_in_words} left behind can't be read. Ask for it again, or tell "
            "whoever runs the server.",
        )
        with goes_on_with_a_log_line(logger, "end of a job can't be read", job.workspace):
            ending = self._ending(job, why if is_killed else "")
        if ending is None:
            self._interrupted(job, why)
        else:
            self._end(job, ending)

    def _ending(self, job: Job, killed_because: str) -> Ending | None:
        """Return how a job ended by what it left behind; None if it can go on."""
        folder = job.folder(self.config.data)
        kind = all_kinds().get(job.kind)
        result = None if kind is None else kind.result(folder.parent.parent, job)
        if kind is not None and result is not None and result.exists():
            ending = kind.ending(result)
            return Ending(ending.state, f"{job.message} {ending.message}".strip())
        if not (folder / GO).exists():
            if (folder / CHECKPOINT).exists() and job.interruptions < _INTERRUPTIONS:
                return None  # to go on, only to save what was learned
            told = killed_because or f"The {job.kind_in_words} was cancelled before it had a result"
            return Ending("cancelled", f"{told}.")
        refusal = REFUSAL.read(folder)
        return None if refusal is None else Ending("failed", refusal.message)

    def _end(self, job: Job, ending: Ending) -> None:
        queue.end(self.config.data, job, ending.state, ending.message)
        folder = job.folder(self.config.data)
        for name in (ORDER.file, CHECKPOINT, CODEBOOK, ALIVE):
            with suppress(OSError):
                (folder / name).unlink()
        _log("job ended", job, state=ending.state)

    def _interrupted(self, job: Job, why: str) -> None:
        """Let a job go on from its checkpoint, unless it was interrupted too often."""
        times = job.interruptions + 1
        if times > _INTERRUPTIONS:
            told = (
                f"{why}. That happened {times} times, so it was given up. A smaller map or fewer "
                "rows need less memory; otherwise ask whoever runs the server."
            )
            return self._end(job, Ending("failed", told))
        folder = job.folder(self.config.data)
        again = "it starts again"
        if (folder / CHECKPOINT).exists():
            again = "it goes on from where it was last saved"
        if not (folder / GO).exists():
            again = "what it had learned is saved now"
        queue.back_in_line(self.config.data, job, f"{why}; {again}.", interruptions=times)
        _log("job interrupted", job, reason=why)

    def _leave(self) -> None:
        """Stop the children; the next worker goes on with their jobs, as if nothing had been."""
        for child in self.children.values():
            child.process.kill()
            child.process.join()
            job = child.job
            queue.back_in_line(self.config.data, job, job.message, interruptions=job.interruptions)
        self.witness.look()
        with suppress(AtlasError):  # the disk is full: some time isn't counted
            self.witness.keep()
        logger.info("worker stopped")


def _child(job: Job, config: Configuration, worker: Worker) -> None:
    """Do one job; all that is done here happens in the forked child."""
    os.close(worker.lock)  # or the lock would outlive the worker in us
    worker.life.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    let_others_go_first(_NICENESS)
    reset_after_fork()
    with ends_with_a_log_line(logger):
        run_job(job, config, worker.life_of_worker)


def _why(job: Job, exit_code: int | None) -> str:
    """Say in words why a child ended without a result."""
    if exit_code == -signal.SIGKILL:
        return f"The {job.kind_in_words} was stopped from outside, perhaps because memory ran out"
    if exit_code is not None and exit_code < 0:
        return f"The {job.kind_in_words} crashed ({signal.Signals(-exit_code).name})"
    return f"The {job.kind_in_words} stopped because of a fault in SOM Atlas"


def _log(event: str, job: Job, **fields: str) -> None:
    facts = {"job": job.id[:6], "kind": job.kind, "workspace": job.workspace[:6]}
    logger.info(event, extra=facts | fields)
