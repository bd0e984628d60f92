"""Columns joined by a key are tested by keys: facts that are noise are found to be noise."""

import numpy as np
import pytest
from scipy.stats import kstest

from som_core import MapSettings, column_importance, joined, prepare, train
from som_core.analyses.key_permutation import key_p
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table

N_ROWS, N_KEYS = 600, 30


@pytest.fixture(scope="module")
def customers():
    """Return a map of rows whose place hangs on the wealth of their key, their keys, and wealth."""
    random = np.random.default_rng(1)
    wealth = random.normal(size=N_KEYS)
    keys = random.integers(0, N_KEYS, N_ROWS)
    spending = 3 * wealth[keys] + random.normal(size=N_ROWS)
    table = a_table(
        {
            "country": [f"land {key}" for key in keys],
            "spending": spending,
            "age": random.normal(size=N_ROWS),
        }
    )
    recipe = Recipe((ColumnRecipe(name="spending"), ColumnRecipe(name="age")))
    m = train(prepare(table, recipe), MapSettings(height=5, width=7, sigma=2.5))
    return m, table, keys, wealth


def facts(**columns):
    return a_table({"country": [f"land {key}" for key in range(N_KEYS)], **columns})


@pytest.mark.slow
def test_noise_among_keys_is_not_taken_for_knowledge(customers):
    m, _, keys, _ = customers
    random = np.random.default_rng(2)
    p = [key_p(m.bmu, keys, random.normal(size=N_KEYS)[keys])[0] for _ in range(60)]
    assert kstest(p, "uniform").pvalue > 0.01
    by_row = [_by_row(m.bmu, random.normal(size=N_KEYS)[keys], random) for _ in range(20)]
    assert np.mean(np.array(by_row) <= 0.05) > 0.5, "as rows would be counted"


def _by_row(cells, values, random):
    def between(dealt):
        sums = np.bincount(cells, dealt - dealt.mean())
        return (sums**2 / np.maximum(np.bincount(cells), 1)).sum()

    observed = between(values)
    return (1 + sum(between(random.permutation(values)) >= observed for _ in range(99))) / 100


def test_what_the_map_knows_of_keys_is_found_and_their_number_told(customers):
    m, table, _, wealth = customers
    random = np.random.default_rng(3)
    both = joined(
        table,
        facts(
            wealth=np.where(np.arange(N_KEYS) == 4, np.nan, wealth),
            noise=random.normal(size=N_KEYS),
            continent=np.where(wealth > 0, "north", "south"),
        ),
        "country",
        "country",
    )
    importance = column_importance(m, both).set_index("column")
    assert importance.loc["wealth", "p"] == pytest.approx(0.001)
    assert importance.loc["wealth", "n_keys"] == N_KEYS - 1
    assert importance.loc["continent", "p"] <= 0.005
    assert importance.loc["noise", "p"] > 0.05
    assert importance["n_keys"].isna().sum() == 3, "its own columns are tested by row, or not"


def test_a_joined_column_that_shaped_the_map_and_its_key_have_no_p(customers):
    _, table, _, wealth = customers
    both = joined(table, facts(wealth=wealth), "country", "country")
    recipe = Recipe((ColumnRecipe(name="wealth"), ColumnRecipe(name="age")))
    m = train(prepare(both, recipe), MapSettings(height=3, width=4, sigma=1.5))
    importance = column_importance(m, both).set_index("column")
    assert importance.loc[["wealth", "country"], "p"].isna().all()
    assert importance.loc["spending", "p"] <= 0.05


def test_too_few_keys_or_one_value_tell_nothing():
    cells, keys = np.arange(40) % 4, np.arange(40) % 4
    p, n_keys = key_p(cells, keys, keys.astype(float))
    assert np.isnan(p)
    assert n_keys == 4
    p, n_keys = key_p(np.arange(40) % 8, np.arange(40) % 8, np.ones(40))
    assert np.isnan(p)
    assert n_keys == 8


def test_rows_without_a_key_or_a_value_do_not_count():
    keys = np.repeat(np.arange(8), 5)
    values = keys.astype(float)
    values[keys == 7] = np.nan
    without = np.where(keys == 6, -1, keys)
    _, n_keys = key_p(keys // 2, without, values)
    assert n_keys == 6
