"""The worker: `python -m workspace.worker`. It keeps the line of trainings moving.

It loads all libraries and compiled kernels once and then forks one child for each training, so
that a training begins within milliseconds and its crash costs nothing but itself. When it forks, it
is single-threaded or its other thread sleeps, as only such a process forks safely.
"""

import argparse
import fcntl
import logging
import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from som_core.engines.online.compilation import reset_after_fork, warm_up
from som_core.errors import AtlasError
from workspace import queue
from workspace.config import Configuration
from workspace.files import read_json
from workspace.jobs import BEAT, LOCK
from workspace.log import configure_logging, ends_with_a_log_line, goes_on_with_a_log_line
from workspace.maps import saved_map
from workspace.queue import Job
from workspace.retention import sweep, witness_of
from workspace.training_process import run_training

_SECONDS_BETWEEN_ROUNDS = 0.05
_SECONDS_BETWEEN_LOOKS = 60.0  # whether the web server runs
_SECONDS_BETWEEN_SWEEPS = 3600.0
_INTERRUPTIONS = 2  # after which a training that dies again has failed
_NICENESS = 19  # pages come first: they need the processors for a moment only
_SHARE_OF_SESSION = Path("/proc/self/autogroup")
_OUT_OF_MEMORY_SCORE = Path("/proc/self/oom_score_adj")
_forking = multiprocessing.get_context("fork")
logger = logging.getLogger("som_atlas.worker")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Run the trainings of SOM Atlas.")
    arguments.add_argument(
        "--lock", type=int, help="used by the web server, which hands over the lock it took"
    )
    lock: int | None = arguments.parse_args().lock
    configure_logging("worker")
    config = Configuration.from_environment()
    config.data.mkdir(parents=True, exist_ok=True)
    owned = lock is not None
    if lock is None:
        lock = os.open(config.data / LOCK, os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for its turn while another worker lives
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
    _let_other_sessions_go_first()
    with ends_with_a_log_line(logger):
        Worker(config, lock).run(sys.stdin.fileno() if owned else None)


class Worker:
    """The rounds of the worker: take note of ends, start what can start, sweep."""

    def __init__(self, config: Configuration, lock: int) -> None:
        self.config = config
        self.lock = lock
        self.children: dict[str, tuple[Job, BaseProcess]] = {}
        # Children hold the reading end; it tells them when the only writing end died with us.
        self.life_of_worker, self.life = _forking.Pipe(duplex=False)
        self.witness = witness_of(config)
        self.next_look = self.next_sweep = 0.0
        self.told_to_stop = False
        # A thread, and the only one. While it waits for the compiler, trainings run by numpy.
        self.kernels = warm_up()

    def run(self, web_server: int | None) -> None:
        """Go round until stopped, or until idle once the other end of `web_server` is closed."""
        signal.signal(signal.SIGTERM, self._note_stop)
        logger.info("worker started")
        waiting_for_work = True
        try:
            for job in queue.running(self.config.data):
                self._note_end(job, "The process that runs the trainings was stopped")
            while not self.told_to_stop and (
                waiting_for_work or queue.unfinished(self.config.data)
            ):
                self._round()
                watched = [child.sentinel for _, child in self.children.values()]
                if web_server is not None:
                    watched.append(web_server)
                if web_server in wait(watched, _SECONDS_BETWEEN_ROUNDS):
                    web_server, waiting_for_work = None, False
        finally:
            self._leave()

    def _note_stop(self, *_: object) -> None:
        # No exception: one that is raised while Python clears an object away would be lost.
        self.told_to_stop = True

    def _round(self) -> None:
        (self.config.data / BEAT).touch()
        try:
            for job, child in list(self.children.values()):
                if child.is_alive():
                    self._stop_unbegun(job, child)
                else:
                    self._note_end(job, _why(child.exitcode))
                    del self.children[job.id]
            with self.kernels.fork_guard() as may_fork:
                if may_fork:
                    self._start_what_can_start()
            self._look_and_sweep()
        except AtlasError as problem:  # no room for the queue, or it is locked
            logger.error("queue not written", extra={"reason": type(problem).__name__})
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
            self._start(job)

    def _start(self, job: Job) -> None:
        child = _forking.Process(target=_child, args=(job, self.config, self))
        child.start()
        self.children[job.id] = (job, child)
        _log("training started", job)

    def _stop_unbegun(self, job: Job, child: BaseProcess) -> None:
        """End a cancelled child that still prepares its rows, when it can't hear the cancel."""
        folder = job.folder(self.config.data)
        if not (folder / "go").exists() and not (folder / "progress.json").exists():
            child.kill()

    def _note_end(self, job: Job, why: str) -> None:
        """Note how a training ended; `why` says it in words if it left nothing behind."""
        folder = job.folder(self.config.data)
        refusal = read_json(folder / "refusal.json")
        saved = saved_map(folder.parent.parent / "maps" / job.id)
        if saved is not None and saved.complete:
            self._end(job, "finished", job.message)
        elif saved is not None:
            self._end(job, "cancelled", "The training was cancelled. What it had learned is kept.")
        elif not (folder / "go").exists():
            self._end(job, "cancelled", "The training was cancelled before it learned anything.")
        elif refusal is not None:
            self._end(job, "failed", refusal["message"])
        else:
            self._interrupted(job, why)

    def _end(self, job: Job, state: queue.State, message: str) -> None:
        queue.end(self.config.data, job, state, message)
        for name in ("job.json", "checkpoint.npz", "codebook.npy"):
            (job.folder(self.config.data) / name).unlink(missing_ok=True)
        _log("training ended", job, state=state)

    def _interrupted(self, job: Job, why: str) -> None:
        """Let a training go on from its checkpoint, unless it was interrupted too often."""
        times = job.interruptions + 1
        if times > _INTERRUPTIONS:
            self._end(
                job,
                "failed",
                f"{why}. That happened {times} times, so it was given up. A smaller map or fewer "
                "rows need less memory; otherwise ask whoever runs the server.",
            )
            return
        was_saved = (job.folder(self.config.data) / "checkpoint.npz").exists()
        again = "it goes on from where it was last saved" if was_saved else "it starts again"
        message = f"{why}; {again}."
        queue.back_in_line(self.config.data, job, message, interruptions=times)
        _log("training interrupted", job, reason=why)

    def _leave(self) -> None:
        """Stop the children; the next worker goes on with their jobs, as if nothing had been."""
        for job, child in self.children.values():
            child.kill()
            child.join()
            queue.back_in_line(self.config.data, job, job.message, interruptions=job.interruptions)
        self.witness.look()
        with suppress(AtlasError):  # the disk is full: some time isn't counted
            self.witness.keep()
        logger.info("worker stopped")


def _child(job: Job, config: Configuration, worker: Worker) -> None:
    """Run one training; all that is done here happens in the forked child."""
    os.close(worker.lock)  # or the lock would outlive the worker in us
    worker.life.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(_NICENESS)
    reset_after_fork()
    if _OUT_OF_MEMORY_SCORE.exists():
        _OUT_OF_MEMORY_SCORE.write_text("1000")  # rather this training than a server
    with ends_with_a_log_line(logger):
        run_training(job.folder(config.data), config, worker.life_of_worker)


def _let_other_sessions_go_first() -> None:
    """Make niceness count against other sessions, too.

    Where Linux shares out the processors by session, it counts only among the processes of one:
    trainings would have as much of them as the web server. This says so for the whole session,
    therefore only if it is the worker's own.
    """
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # other systems don't have it, or don't allow it
            _SHARE_OF_SESSION.write_text(str(_NICENESS))


def _why(exit_code: int) -> str:
    """Say in words why a child ended without a result."""
    if exit_code == -signal.SIGKILL:
        return "The training was stopped from outside, perhaps because memory ran out"
    if exit_code < 0:
        return f"The training crashed ({signal.Signals(-exit_code).name})"
    return "The training stopped because of a fault in SOM Atlas"


def _log(event: str, job: Job, **fields: str) -> None:
    logger.info(event, extra={"job": job.id[:6], "workspace": job.workspace[:6], **fields})


if __name__ == "__main__":
    main()
