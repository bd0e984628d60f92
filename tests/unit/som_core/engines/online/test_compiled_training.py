"""An online training gives way every 20 ms, however long a row takes."""

from itertools import count

import numpy as np
import pytest

from som_core.engines.online import compilation, compiled_training, som
from som_core.engines.online.compiled_training import CompiledTraining
from som_core.engines.online.som import Som


@pytest.mark.parametrize("milliseconds", [0.2, 1, 7])
def test_a_step_is_as_many_rows_as_go_into_20_ms_at_the_pace_of_the_last(milliseconds, monkeypatch):
    """By a clock that only rows move; after a third of them they take twice as long."""
    compilation.warm_up().join()
    rows = np.random.default_rng(0).normal(size=(300, 3))
    clock, moments = [0.0], []
    run = CompiledTraining.run

    def run_by_the_clock(self, kernels, nodes, first, stop):
        slow = 1 if first < 1_000 else 2
        clock[0] += slow * milliseconds / 1000 * (stop - first)
        run(self, kernels, nodes, first, stop)

    monkeypatch.setattr(CompiledTraining, "run", run_by_the_clock)
    monkeypatch.setattr(compiled_training, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(compiled_training, "_SECONDS_PER_WEIGHT", 1.0)  # begins with one row

    for _ in Som(6, 4, 3, sigma=1, random_seed=0).train_steps(rows, 3_000):
        moments.append(clock[0])

    pauses = np.diff(moments[:-1]).round(9)
    assert len(pauses) > 3
    assert pauses.max() <= 0.04  # the one in which rows begin to take longer
    assert np.median(pauses) == pytest.approx(0.02, rel=0.5)


def test_by_numpy_too_a_step_is_as_many_rows_as_go_into_20_ms(monkeypatch):
    """By a clock that moves 5 ms at every look."""
    moments = count()
    monkeypatch.setattr(compilation, "kernels", lambda: None)
    monkeypatch.setattr(som, "perf_counter", lambda: 0.005 * next(moments))
    rows = np.random.default_rng(0).normal(size=(30, 3))

    steps = list(Som(6, 4, 3, sigma=1, random_seed=0).train_steps(rows, 60))

    assert steps[-1] == 60
    assert 1 <= np.diff([0, *steps]).max() <= 4
