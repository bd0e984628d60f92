import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.metrics import adjusted_rand_score

from som_core import (
    AtlasError,
    ColumnRecipe,
    Recipe,
    Regions,
    prepare,
    regions,
    suggest_recipe,
    suggest_settings,
    train,
)
from testing.clouds import CLOUDS, blobs, cloud
from testing.fcps import fcps_set
from testing.maps import a_map, a_table


def made_of(rows, names=None, **settings):
    """Return the table of some rows, prepared, and a map of it."""
    names = names or [f"x{place}" for place in range(rows.shape[1])]
    table = a_table(dict(zip(names, rows.T, strict=True)))
    recipe = Recipe(tuple(ColumnRecipe(name=name, missing="keep") for name in names))
    prepared = prepare(table, recipe)
    return table, prepared, train(prepared, replace(suggest_settings(prepared), **settings))


def agreement(found, m, labels):
    return adjusted_rand_score(found.node_labels.ravel()[m.bmu], labels)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_the_number_proposed_is_that_of_the_blobs(k, seed):
    rows, labels = blobs(k, seed, n_rows=1000 if k == 8 else 600)
    _, prepared, m = made_of(rows)
    found = regions(m, prepared=prepared)
    assert found.k == k
    assert agreement(found, m, labels) > 0.95
    assert f"{k} groups are the most of which each is found again" in found.reason


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLOUDS)
def test_one_cloud_is_called_so(kind):
    table, prepared, m = made_of(cloud(kind, 1))
    found = regions(m, prepared=prepared, table=table)
    assert found.k == 1
    assert found.reason.startswith("One cloud, no groups")
    assert found.cloud_p > 0.05
    assert (found.node_labels <= 0).all()
    assert "slices of it, not groups" in found.at(4).reason


def test_a_strong_correlation_is_no_reason_to_cut_a_cloud_in_two():
    rng = np.random.default_rng(2)
    rows = np.sqrt(0.8) * rng.normal(size=(600, 1)) + np.sqrt(0.2) * rng.normal(size=(600, 5))
    _, prepared, m = made_of(rows)
    assert regions(m, prepared=prepared).k == 1


@pytest.mark.slow
def test_a_gradient_is_told_from_one_cloud():
    rng = np.random.default_rng(0)
    along = rng.uniform(0, np.pi, 600)
    _, prepared, m = made_of(
        np.column_stack([np.cos(along), np.sin(along)]) + rng.normal(0, 0.08, (600, 2))
    )
    found = regions(m, prepared=prepared)
    assert found.k == 1
    assert found.cloud_p <= 0.05
    assert "a gradient, or groups that overlap" in found.reason
    least = found.curve["survival"].iloc[4]
    assert f"(the least sure with Jaccard {least:.2f}, where 0.75 is asked)" in found.at(6).reason


def test_two_heaps_in_one_column_are_two_groups():
    rows = np.random.default_rng(0).normal(size=(600, 4))
    rows[:300, 2] += 6
    _, prepared, m = made_of(rows)
    found = regions(m, prepared=prepared)
    assert found.k == 2
    assert "“x2” alone parts them" in found.reason
    assert "differ in" not in found.reason  # it is said once


def test_groups_that_one_random_column_cuts_in_two_say_so():
    rows, _ = blobs(2, 0)
    rng = np.random.default_rng(1)
    cut = np.where(rng.random(len(rows)) < 0.5, 4.0, -4.0) + rng.normal(size=len(rows))
    _, prepared, m = made_of(np.column_stack([rows, cut]))
    found = regions(m, prepared=prepared)
    assert found.k == 4
    assert "of what shaped the map, two of them differ in “x5” alone" in found.reason
    again = Regions.from_json(found.to_json())
    assert again.reason == found.reason
    assert "differ in" not in again.at(1).reason


def test_groups_that_were_saved_before_it_was_asked_are_read():
    rows, _ = blobs(2, 0)
    _, prepared, m = made_of(rows)
    found = regions(m, prepared=prepared)
    written = json.loads(found.to_json())
    del written["evidence"]["single"]
    assert Regions.from_json(json.dumps(written)).reason == found.reason


def a_map_with_a_category(numbers, levels):
    table = a_table(
        {f"x{place}": column for place, column in enumerate(numbers.T)} | {"kind": levels}
    )
    prepared = prepare(table, Recipe(tuple(ColumnRecipe(name=name) for name in table.frame)))
    return table, prepared, train(prepared, suggest_settings(prepared))


def test_levels_of_a_random_category_are_no_groups():
    rng = np.random.default_rng(0)
    table, prepared, m = a_map_with_a_category(
        rng.normal(size=(600, 2)), rng.choice(["a", "b"], 600)
    )
    found = regions(m, prepared=prepared, table=table)
    assert found.k == 1
    assert "they repeat the levels of “kind”, but random rows" in found.reason


def test_groups_that_repeat_a_category_say_so():
    rows, labels = blobs(3, 0)
    _, prepared, m = a_map_with_a_category(rows, np.array(["a", "b", "c"])[labels])
    found = regions(m, prepared=prepared)
    assert found.k == 3
    assert "they repeat the levels of “kind”" in found.reason


def test_by_the_suggested_recipe_counts_make_no_groups_of_their_own():
    rng = np.random.default_rng(0)
    rows, labels = blobs(3, 0)
    visits = rng.negative_binomial(1, 1 / (1 + np.array([0.6, 1.5, 9])[labels]))
    table = a_table({"x": rows[:, 0], "y": rows[:, 1], "z": rows[:, 2], "visits": visits})
    recipe = suggest_recipe(table)
    assert recipe.column("visits").role == "train"
    prepared = prepare(table, recipe)
    m = train(prepared, suggest_settings(prepared))
    found = regions(m, table=table, prepared=prepared)
    assert found.k == 3
    assert agreement(found, m, labels) > 0.95


def test_rings_are_two_groups_though_one_lies_in_pieces():
    rows, labels = fcps_set("Chainlink")
    _, _, m = made_of(rows)
    found = regions(m, 2)
    assert agreement(found, m, labels) > 0.95
    assert max(found.pieces) > 1
    assert f"in {max(found.pieces)}" in found.reason


def test_a_group_across_the_edge_of_a_toroid_is_one_piece():
    ring = [[[0.0], [10.0], [11.0], [1.0]]]
    rows = np.repeat([0.0, 1.0, 10.0, 11.0], [10, 9, 8, 7])[:, None]
    assert regions(a_map(ring, rows), 2).pieces == (2, 1)
    around = a_map(ring, rows, lattice="rectangular", toroid=True)
    assert regions(around, 2).pieces == (1, 1)


@pytest.mark.slow
def test_far_rows_are_in_no_group_and_can_be_looked_at():
    rows, labels = fcps_set("Target")
    _, prepared, m = made_of(rows)
    found = regions(m, prepared=prepared)
    assert found.k == 2
    assert_array_equal(found.rows(m, -1), np.flatnonzero(labels > 1))
    assert "12 rows lie far from all others and are in no group" in found.reason
    assert sum(len(found.rows(m, label)) for label in (-1, 0, 1)) == len(rows)


@pytest.mark.slow
@given(st.integers(0, 1000), st.sampled_from(["hexagonal", "rectangular"]), st.booleans())
@settings(max_examples=20, deadline=None)
def test_levels_are_nested_and_at_is_the_same_as_asking(seed, lattice, toroid):
    rng = np.random.default_rng(seed)
    m = a_map(rng.normal(size=(4, 5, 2)), rng.normal(size=(30, 2)), lattice=lattice, toroid=toroid)
    first = regions(m, 1)
    for k in range(1, first.most + 1):
        found = first.at(k)
        assert_array_equal(found.node_labels, regions(m, k).node_labels)
        assert set(found.node_labels.ravel().tolist()) - {-1} == set(range(k))
        sizes = [len(found.rows(m, label)) for label in range(k)]
        assert sizes == sorted(sizes, reverse=True)
        if k < first.most:
            both = zip(found.node_labels.ravel(), first.at(k + 1).node_labels.ravel(), strict=True)
            assert len(set(both) - {(-1, -1)}) == k + 1


@pytest.mark.slow
def test_all_is_there_after_saving():
    rows, _ = fcps_set("Target")
    table, prepared, m = made_of(rows)
    found = regions(m, prepared=prepared, table=table)
    again = Regions.from_json(found.to_json())
    assert (again.k, again.reason, again.names) == (found.k, found.reason, found.names)
    assert again.cloud_p == found.cloud_p
    assert again.pieces == found.pieces
    assert again.curve.equals(found.curve)
    for k in (1, 2, 7):
        assert_array_equal(again.at(k).node_labels, found.at(k).node_labels)
        assert again.at(k).reason == found.at(k).reason


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "k": 2}', "null"])
def test_what_was_not_saved_by_it_is_refused(text):
    with pytest.raises(AtlasError, match="damaged"):
        Regions.from_json(text)


def test_rows_are_positions_in_the_table():
    rows, _ = blobs(2, 0, n_rows=60)
    m = a_map([[rows[0], rows[1]]], rows, rows=np.arange(60) + 100)
    found = regions(m, 2)
    assert sorted(np.concatenate([found.rows(m, 0), found.rows(m, 1)])) == list(range(100, 160))
    with pytest.raises(AtlasError, match="no group 2"):
        found.rows(m, 2)


def test_groups_are_named_in_words_where_the_table_is_known():
    rows, _ = blobs(3, 0)
    table, _, m = made_of(rows, names=["age", "income", "visits", "spend", "years"])
    assert regions(m, 3).names == ("group 1", "group 2", "group 3")
    named = regions(m, 3, table=table)
    assert len(set(named.names)) == 3
    assert any("income" in name or "age" in name for name in named.names)
    assert named.at(2).named_in_words(m, table).names == regions(m, 2, table=table).names
    assert named.named(["a", "b", "c"]).names == ("a", "b", "c")
    with pytest.raises(AtlasError, match="a name of its own"):
        named.named(["a", "b", "b"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"algorithm": "online", "epochs": 5}, {"distance": "cosine"}, {"toroid": True}]
)
def test_every_kind_of_map_has_its_number_proposed(settings):
    _, prepared, m = made_of(blobs(3, 0, apart=9)[0], **settings)
    assert regions(m, prepared=prepared).k == 3


def test_gaps_do_not_keep_the_number_from_being_found():
    rows, _ = blobs(3, 0, apart=9)
    rows[np.random.default_rng(0).random(rows.shape) < 0.1] = np.nan
    table, prepared, m = made_of(rows)
    assert regions(m, prepared=prepared, table=table).k == 3


def test_weights_decide_what_counts():
    rows, labels = blobs(3, 0, n_rows=900)
    _, prepared, m = made_of(rows)
    weights = np.where(labels == 2, 0.0, np.where(labels == 1, 5.0, 1.0))
    found = regions(m, prepared=prepared, row_weights=weights)
    assert found.k == 2
    assert set(found.rows(m, 0)) >= set(np.flatnonzero(labels == 1))
    for wrong in (weights[1:], -weights, 0 * weights):
        with pytest.raises(AtlasError, match="weights"):
            regions(m, 2, row_weights=wrong)


def test_a_proposal_tells_how_far_it_is_and_can_be_stopped():
    _, prepared, m = made_of(cloud("normal", 0))
    told = []
    found = regions(m, prepared=prepared, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert found.curve.k.tolist() == list(range(2, 16))
    told.clear()
    stopped = regions(
        m, prepared=prepared, on_progress=told.append, should_stop=lambda: len(told) > 3
    )
    assert "stopped" in stopped.reason
    assert stopped.was_stopped
    assert not found.was_stopped
    assert stopped.k == 1
    assert len(stopped.at(3).rows(m, 2)) > 0


@pytest.mark.slow
def test_the_same_seed_proposes_the_same():
    _, prepared, m = made_of(cloud("uniform square", 0))
    one, other = (regions(m, prepared=prepared, seed=5) for _ in range(2))
    assert one.curve.equals(other.curve)
    assert one.cloud_p == other.cloud_p


def test_a_proposal_needs_the_rows_and_a_number_must_be_possible():
    _, _, m = made_of(blobs(2, 0, n_rows=60)[0])
    with pytest.raises(AtlasError, match="prepared rows"):
        regions(m)
    for k in (0, -1, 10_000):
        with pytest.raises(AtlasError, match="Choose 1 to"):
            regions(m, k)


def test_a_map_that_tells_no_rows_apart_is_left_whole():
    _, prepared, m = made_of(blobs(2, 0, n_rows=60)[0], height=1, width=1, sigma=1)
    found = regions(m, prepared=prepared)
    assert found.k == 1
    assert np.isnan(found.cloud_p)
    assert found.curve.empty
    assert "Too few cells hold rows" in found.reason
