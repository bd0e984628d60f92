from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core import AtlasError, MapSettings, suggest_settings, train
from som_core.analyses.resampling import MOST_ROWS, batch_settings, sampled
from testing.clouds import cloud
from testing.maps import a_map, as_prepared


def test_a_long_table_is_drawn_from_and_rows_without_weight_are_left_out():
    rows = np.random.default_rng(0).normal(size=(MOST_ROWS + 500, 1))
    m, prepared = a_map([[[0.0], [1.0]]], rows), as_prepared(rows)
    weights = (np.arange(len(rows)) >= 100).astype(float)
    drawn, of_rows, places = sampled(m, prepared, weights, seed=0)
    assert len(drawn.matrix) == len(of_rows) == MOST_ROWS
    assert places.min() >= 100
    assert len(np.unique(places)) == MOST_ROWS
    assert_array_equal(drawn.matrix, rows[places])


def test_rows_of_another_map_are_refused():
    prepared = as_prepared(cloud("normal", 0))
    with pytest.raises(AtlasError, match="600 rows, but others were prepared"):
        sampled(
            a_map([[np.zeros(5)]], prepared.matrix),
            as_prepared(prepared.matrix[1:]),
            np.ones(600),
            0,
        )


@pytest.mark.parametrize("algorithm", ["batch", "online"])
def test_other_maps_train_in_batch_with_no_more_nodes_than_suit_the_rows(algorithm):
    m = a_map(np.zeros((40, 60, 2)), [[0.0, 1.0]], algorithm=algorithm, toroid=True)
    settings = batch_settings(replace(m, settings=replace(m.settings, sigma=20)), 400)
    assert settings.algorithm == "batch"
    assert settings.toroid
    assert 80 <= settings.n_nodes <= 130
    assert settings.width > settings.height
    assert settings.sigma < 6


def test_a_map_that_suits_its_rows_is_trained_as_it_was():
    prepared = as_prepared(cloud("normal", 0))
    settings: MapSettings = replace(suggest_settings(prepared), epochs=5)
    assert batch_settings(train(prepared, settings), 600) == settings
