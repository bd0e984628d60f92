from dataclasses import replace

import numpy as np
import pytest

from som_core.engines.runaway import RunawayWatch
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.suggestions.before_training import expectations
from som_core.suggestions.settings import suggest_settings
from som_core.training import train
from testing.maps import as_prepared

ROWS = as_prepared(np.random.default_rng(0).normal(size=(300, 4)))
HAT = MapSettings(
    height=8, width=10, sigma=3, algorithm="online", neighbourhood="mexican_hat", epochs=20
)


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.3])
def test_a_map_that_runs_away_from_its_rows_is_no_map(sigma):
    with pytest.raises(AtlasError, match="ran away from its rows") as problem:
        train(ROWS, replace(HAT, sigma=sigma))
    assert "Gaussian" in str(problem.value)


@pytest.mark.parametrize("algorithm", ["online", "batch"])
@pytest.mark.parametrize("neighbourhood", ["gaussian", "bubble", "triangle"])
@pytest.mark.parametrize("initialisation", ["pca", "random", "sample"])
def test_maps_that_only_pull_never_run_away(algorithm, neighbourhood, initialisation):
    settings = replace(
        HAT,
        algorithm=algorithm,
        neighbourhood=neighbourhood,
        initialisation=initialisation,
        sigma=1.0,
    )
    m = train(ROWS, settings)
    assert np.abs(m.codebook).max() <= 1.5 * np.abs(ROWS.matrix).max()


def test_the_hat_is_spoken_of_before_and_never_suggested():
    (remark,) = [r for r in expectations(300, 4, HAT) if r.kind == "mexican hat"]
    assert HAT.changed(remark.remedy.changes).neighbourhood == "gaussian"
    assert suggest_settings(ROWS).neighbourhood == "gaussian"


def test_a_row_far_out_is_no_flight_of_the_map_that_goes_there():
    rows = np.random.default_rng(0).normal(size=(300_001, 2))
    rows[7] = 500.0  # where a look at some of the rows doesn't come by
    start = np.zeros((4, 4, 2))
    watch = RunawayWatch(rows, start, HAT)
    watch.check(np.full_like(start, 450.0), 1.0)
    with pytest.raises(AtlasError, match="ran away"):
        watch.check(np.full_like(start, 5_000.0), 2.0)
    with pytest.raises(AtlasError, match="ran away"):
        watch.check(np.full_like(start, np.nan), 2.0)
