"""Which columns the map knows: known answers of ε², and p of columns without order."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from som_core import MapSettings, column_importance, prepare, train
from som_core.analyses.column_importance import (
    explained_share,
    importance_in_words,
    unknown_columns,
)
from som_core.recipe import ColumnRecipe, Recipe
from testing.maps import a_table


@pytest.fixture(scope="module")
def trained():
    """Return a map of two columns that order it, one of noise, and columns that only describe."""
    random = np.random.default_rng(0)
    x, y = random.uniform(size=(2, 1500))
    columns = {"x": x, "y": y, "noise": random.normal(size=1500), "copy": x + 0.05 * y}
    columns |= {"side": np.where(x > 0.5, "east", "west"), "coin": random.choice(["a", "b"], 1500)}
    columns |= {f"n{k}": random.normal(size=1500) for k in range(40)}
    table = a_table(columns)
    roles = {name: "train" if name in ("x", "y") else "describe" for name in columns}
    recipe = Recipe(tuple(ColumnRecipe(name=name, role=role) for name, role in roles.items()))
    m = train(prepare(table, recipe), MapSettings(height=8, width=10, sigma=3))
    return m, table, column_importance(m, table).set_index("column")


def test_a_column_that_is_the_same_in_each_cell_is_known_wholly():
    cells = np.repeat(np.arange(10), 7)
    assert explained_share(cells, cells**2.0) == pytest.approx(1)
    levels = np.eye(10)[cells]
    assert explained_share(cells, levels) == pytest.approx(1)


def test_it_is_kelleys_epsilon_squared():
    random = np.random.default_rng(1)
    cells, values = random.integers(0, 6, 90), random.normal(size=90)
    within = sum(((values[cells == c] - values[cells == c].mean()) ** 2).sum() for c in range(6))
    total = ((values - values.mean()) ** 2).sum()
    assert explained_share(cells, values) == pytest.approx(1 - (within / 84) / (total / 89))


def test_noise_has_0_on_average():
    random = np.random.default_rng(2)
    shares = [
        explained_share(random.integers(0, 40, 200), random.normal(size=200)) for _ in range(400)
    ]
    assert np.mean(shares) == pytest.approx(0, abs=0.01)


def test_ranks_trained_columns_and_copies_before_noise(trained):
    _, _, found = trained
    assert set(found.index[:4]) == {"x", "y", "copy", "side"}
    assert found.explained["copy"] > 0.9
    assert abs(found.explained["noise"]) < 0.1


def test_a_column_is_known_as_it_was_trained_whatever_one_value_far_out_weighs():
    random = np.random.default_rng(3)
    cost = np.exp(random.uniform(0, 5, 1500))
    cost[7] = 1e7
    table = a_table({"cost": cost, "y": random.uniform(size=1500)})
    steps = (ColumnRecipe(name="cost", transform="log"), ColumnRecipe(name="y"))
    m = train(prepare(table, Recipe(steps)), MapSettings(height=3, width=4, sigma=1.5))
    found = column_importance(m, table)
    assert found.set_index("column").explained["cost"] > 0.6
    assert not unknown_columns(found)


def test_p_is_told_for_untrained_columns_only_and_is_uniform_for_noise(trained):
    _, _, found = trained
    assert found.p[["x", "y"]].isna().all()
    assert found.p["copy"] == pytest.approx(1 / 201)
    assert found.p["side"] == pytest.approx(1 / 201)
    noise = found.p[[name for name in found.index if name.startswith("n") and name != "noise"]]
    assert kstest(noise, "uniform").pvalue > 0.01


def test_parts_in_the_distance_add_up_to_one(trained):
    _, _, found = trained
    assert found.share_of_distance[["x", "y"]].sum() == pytest.approx(1)
    assert found.share_of_distance.drop(["x", "y"]).isna().all()


def test_missing_values_are_left_out():
    cells = np.repeat(np.arange(4), 10)
    values = cells.astype(float)
    values[::3] = np.nan
    assert explained_share(cells, values) == pytest.approx(1)


def test_noise_is_what_the_map_does_not_know(trained):
    _, _, found = trained
    unknown = unknown_columns(found.reset_index())
    assert {"noise", "coin"} < unknown
    assert not unknown & {"x", "y", "copy", "side"}


def an_importance(**columns) -> pd.DataFrame:
    """Return an importance of columns: explained, p, trained and share of distance of each."""
    frame = pd.DataFrame.from_dict(
        columns, orient="index", columns=["explained", "p", "trained", "share_of_distance"]
    )
    return frame.rename_axis("column").reset_index().assign(differs=True)


def test_words_name_the_best_known_the_surprising_the_unknown_and_the_costly():
    importance = an_importance(
        age=(0.9, np.nan, True, 0.4),
        weight=(0.7, 0.005, False, np.nan),
        coin=(0.01, 0.4, False, np.nan),
        noise=(0.1, np.nan, True, 0.6),
    )
    assert unknown_columns(importance) == {"coin", "noise"}
    assert importance_in_words(importance) == (
        "The map knows most of “age” (90%), “weight” (70%).",
        "It knows “weight” well, without being trained on it.",
        "Of “coin” it tells no more than of shuffled values.",
        "“noise” takes 60% of all distances, but is not in order on the map: weigh it less, or "
        "leave it out.",
    )


def test_of_some_rows_columns_that_are_the_same_in_all_are_said_to_be_so():
    random = np.random.default_rng(5)
    species = np.repeat(["Adelie", "Gentoo"], 100)
    columns = {"mass": random.normal(size=200), "bill": random.normal(size=200)}
    columns |= {"species": species, "year": np.where(species == "Gentoo", 2008, 2009)}
    columns |= {"tag": np.where(species == "Gentoo", np.nan, random.normal(size=200))}
    columns |= {"ring": np.where(np.arange(200) % 50 == 3, random.normal(size=200), np.nan)}
    table = a_table(columns)
    steps = [ColumnRecipe(name=name) for name in ("mass", "bill")]
    steps += [ColumnRecipe(name=name, role="describe") for name in ("species", "year", "tag")]
    rows = np.flatnonzero(species == "Gentoo")
    prepared = prepare(table, Recipe(tuple(steps)), rows=rows)
    found = column_importance(train(prepared, MapSettings(height=3, width=4, sigma=1)), table)
    alike = set(found.loc[~found["differs"], "column"])
    assert alike == {"species", "year", "tag"}
    assert found.set_index("column").loc[list(alike), ["explained", "p"]].isna().all(axis=None)
    said = importance_in_words(found)
    assert all("shuffled" not in one for one in said)
    assert "The same in all rows of this map that have a value: “species”, “year”, “tag”." in said
    assert "With too few values on this map to tell: “ring”." in said


def test_a_table_without_columns_to_tell_of_says_so():
    assert "no column" in importance_in_words(an_importance())[0]
