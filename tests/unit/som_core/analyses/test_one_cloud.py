import numpy as np
import pytest

from som_core import ColumnRecipe, Recipe, prepare, suggest_settings, train
from som_core.analyses.one_cloud import CLOUD_ABOVE, N_REFERENCES, cloud_p
from testing.clouds import blobs, cloud
from testing.fcps import fcps_set
from testing.maps import a_table, as_prepared


def p_of(rows, **keywords):
    prepared = as_prepared((rows - rows.mean(axis=0)) / rows.std(axis=0))
    m = train(prepared, suggest_settings(prepared))
    return cloud_p(m, prepared, np.ones(len(rows)), **keywords)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["normal", "correlated normal", "log-normal", "rounded normal"])
def test_a_cloud_is_one(kind):
    assert p_of(cloud(kind, 0)) > CLOUD_ABOVE


@pytest.mark.slow
def test_blobs_and_rings_are_more_than_one_cloud_beyond_doubt():
    assert p_of(blobs(3, 0)[0]) == pytest.approx(1 / 40)
    assert p_of(fcps_set("Chainlink")[0]) == pytest.approx(1 / 40)


@pytest.mark.slow
def test_a_doubtful_table_is_compared_with_all_references():
    told = []
    p = p_of(fcps_set("Atom", 4)[0], on_reference=told.append)
    assert told[-1] == N_REFERENCES
    assert 1 / (N_REFERENCES + 1) <= p <= CLOUD_ABOVE


def test_a_bent_cloud_has_structure_though_no_groups():
    rng = np.random.default_rng(0)
    along = rng.uniform(0, np.pi, 600)
    arc = np.column_stack([np.cos(along), np.sin(along)]) + rng.normal(0, 0.08, (600, 2))
    assert p_of(arc) <= CLOUD_ABOVE


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4])
def test_independent_numbers_beside_a_random_category_are_one_cloud(seed):
    rng = np.random.default_rng(seed)
    columns = {f"x{place}": rng.normal(size=600) for place in range(3)}
    columns["level"] = rng.choice(["a", "b", "c"], 600, p=[0.5, 0.3, 0.2])
    table = a_table(columns)
    prepared = prepare(table, Recipe(tuple(ColumnRecipe(name=name) for name in columns)))
    m = train(prepared, suggest_settings(prepared))
    assert cloud_p(m, prepared, np.ones(600), table) > CLOUD_ABOVE
    assert cloud_p(m, prepared, np.ones(600)) > CLOUD_ABOVE


def test_cells_that_are_missing_together_and_filled_make_no_structure():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, 4))
    rows[rng.random(600) < 0.4, :3] = np.nan
    table = a_table({f"x{place}": column for place, column in enumerate(rows.T)})
    prepared = prepare(table, Recipe(tuple(ColumnRecipe(name=name) for name in table.frame)))
    m = train(prepared, suggest_settings(prepared))
    assert cloud_p(m, prepared, np.ones(600), table) > CLOUD_ABOVE


def test_it_ends_early_where_there_is_nothing_to_see_and_stops_when_asked():
    told = []
    p_of(cloud("normal", 0), on_reference=told.append)
    assert told[0] == 0
    assert told[-1] < N_REFERENCES
    told.clear()
    p = p_of(cloud("normal", 0), on_reference=told.append, should_stop=lambda: len(told) > 2)
    assert np.isnan(p)
    assert len(told) == 3
