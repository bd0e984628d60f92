import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.engines.schedule import suggested_schedule
from som_core.settings import MapSettings


def a_map(**changes):
    return MapSettings(**{"height": 20, "width": 30, "sigma": 10.0, "epochs": 12} | changes)


def test_the_radius_shrinks_by_the_same_factor_every_epoch():
    sigmas = suggested_schedule(a_map(), 500).sigmas

    assert sigmas[0] == 10
    assert sigmas[-1] == pytest.approx(0.7)
    assert_allclose(sigmas[1:] / sigmas[:-1], sigmas[1] / sigmas[0])


def test_a_small_radius_stays_as_it_is():
    assert_allclose(suggested_schedule(a_map(sigma=0.5), 500).sigmas, 0.5)


def test_the_radius_at_the_end_is_the_chosen_one():
    assert suggested_schedule(a_map(end_sigma=1.5), 500).sigmas[-1] == pytest.approx(1.5)


def test_nodes_move_all_the_way_whatever_the_learning_rate():
    assert (suggested_schedule(a_map(learning_rate=0.1), 500).learning_rates == 1).all()


@pytest.mark.parametrize("epochs", [1, 2, 12])
def test_short_tables_take_part_whole(epochs):
    assert (suggested_schedule(a_map(epochs=epochs), 10_000).rows == 10_000).all()


def test_long_tables_take_part_more_and_more_and_in_the_end_whole():
    schedule = suggested_schedule(a_map(), 1_000_000)

    # 100 rows for each node, if the circle of radius sigma around it holds 628 of 600 nodes.
    assert schedule.rows[0] == np.ceil(100 * 600 / (2 * np.pi * 100))
    assert (np.diff(schedule.rows) >= 0).all()
    assert schedule.rows[-1] == 1_000_000
    assert schedule.rows.sum() < 1_200_000
