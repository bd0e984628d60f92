"""A kind of job is one file: put there, it is taken from the line, done, cancelled and followed."""

from multiprocessing import Pipe
from pathlib import Path

import pytest

from testing.workers import stop_worker
from workspace.config import Configuration
from workspace.jobs import kinds, queue
from workspace.jobs.child import REFUSAL, run_job
from workspace.jobs.kind import in_the_workspace
from workspace.jobs.order import GO, Order
from workspace.jobs.progress import latest_report
from workspace.jobs.submission import put_in_line
from workspace.store import create

COUNTING = '''
"""Counts to a number."""

from som_core.errors import AtlasError
from workspace.jobs.kind import Kind, in_the_workspace


def _count(task):
    if task.work < 0:
        raise AtlasError("Nobody can count below zero. Ask for more.")
    for done in range(task.work):
        task.tell((done + 1) / task.work)
    said = "0" if task.should_stop() else str(task.work)
    task.save(lambda folder: (folder / "count.txt").write_text(said))


KIND = Kind[int](
    name="counting",
    to_value=lambda n: {"n": n},
    from_fields=lambda fields: fields.whole("n"),
    do=_count,
    result=in_the_workspace,
)
'''

DOUBLING = '''
"""Follows every counting, and doubles it."""

from workspace.jobs.kind import Kind, in_the_workspace


def _double(task):
    task.save(lambda folder: (folder / "count.txt").write_text(str(2 * task.work)))


def _after_counting(workspace, job):
    if job.kind != "counting":
        return None
    return KIND.order(int((in_the_workspace(workspace, job) / "count.txt").read_text()))


KIND = Kind[int](
    name="doubling",
    to_value=lambda n: {"n": n},
    from_fields=lambda fields: fields.whole("n"),
    do=_double,
    result=in_the_workspace,
    follows=_after_counting,
)
'''


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace on a server that knows two kinds of job more; no worker takes its jobs."""
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "counting.py").write_text(COUNTING)
    (tmp_path / "kinds" / "doubling.py").write_text(DOUBLING)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "kinds")])
    kinds.all_kinds.cache_clear()
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    made = create()
    made.put_upload(b"a,b\n1,2\n3,4\n", "rows.csv")
    yield made
    kinds.all_kinds.cache_clear()
    stop_worker(Configuration.from_environment())


def ordered(workspace, n: int) -> queue.Job:
    order: Order = kinds.all_kinds()["counting"].order(n)
    return put_in_line(workspace.config, workspace.folder, order, at_most=5)


def done(workspace) -> queue.Job:
    """Take the next job from the line and do it, as a child of the worker would."""
    job = queue.start_next(workspace.config.data)
    assert job is not None
    reading, _writing = Pipe(duplex=False)
    run_job(job, workspace.config, reading)
    queue.end(workspace.config.data, job, "finished", "")
    return job


def result_of(workspace, job: queue.Job) -> Path:
    return in_the_workspace(workspace.folder, job) / "count.txt"


def test_a_new_kind_is_taken_from_the_line_told_of_and_leaves_its_result(workspace):
    ordered(workspace, 2)
    job = done(workspace)
    assert job.kind == "counting"
    assert result_of(workspace, job).read_text() == "2"
    assert latest_report(job.folder(workspace.config.data)).fraction == 1.0


def test_a_job_of_a_new_kind_is_cancelled_as_a_training_is(workspace):
    ordered(workspace, 3)
    job = queue.start_next(workspace.config.data)
    (job.folder(workspace.config.data) / GO).unlink()  # as `cancel` does
    reading, _writing = Pipe(duplex=False)
    run_job(job, workspace.config, reading)
    assert result_of(workspace, job).read_text() == "0"


def test_a_job_that_cannot_be_done_says_why(workspace):
    ordered(workspace, -1)
    job = done(workspace)
    assert not result_of(workspace, job).exists()
    refusal = REFUSAL.read(job.folder(workspace.config.data))
    assert refusal.message == "Nobody can count below zero. Ask for more."


def test_what_follows_is_put_in_line_by_itself_and_once(workspace):
    ordered(workspace, 3)
    assert done(workspace).kind == "counting"
    follower = done(workspace)
    assert follower.kind == "doubling"
    assert result_of(workspace, follower).read_text() == "6"
    assert queue.start_next(workspace.config.data) is None
