"""What a training will need is told before it begins."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.settings import MapSettings
from workspace.config import Configuration
from workspace.jobs.prediction import predict, refuse_beyond_limits

SMALL = MapSettings(height=10, width=10, sigma=3)
sizes = st.integers(1, 10_000)


@given(sizes, sizes, st.integers(1, 200), st.integers(1, 100))
@settings(max_examples=50, deadline=None)
def test_more_of_anything_never_needs_less(n_rows, n_features, side, epochs):
    map_settings = MapSettings(height=side, width=side, sigma=1, epochs=epochs)
    needs = predict((n_rows, n_features), map_settings)
    for more in (
        predict((n_rows + 1, n_features), map_settings),
        predict((n_rows, n_features + 1), map_settings),
        predict((n_rows, n_features), replace(map_settings, height=side + 1)),
        predict((n_rows, n_features), replace(map_settings, epochs=epochs + 1)),
        predict((n_rows, n_features), replace(map_settings, distance="manhattan")),
    ):
        assert more.memory_bytes >= needs.memory_bytes
        assert more.seconds >= needs.seconds


def test_a_million_rows_of_20_features_need_about_as_much_as_was_measured():
    """1.2 GB and some 15 s of one core were measured for 40 × 40 nodes and 3 epochs."""
    needs = predict((1_000_000, 20), MapSettings(height=40, width=40, sigma=13, epochs=3))
    assert needs.memory_bytes == pytest.approx(1.2e9, rel=0.3)
    assert 10 < needs.seconds < 40


@pytest.mark.parametrize("algorithm", ["batch", "online"])
def test_what_the_limits_were_made_for_is_allowed(algorithm):
    config = Configuration()
    refuse_beyond_limits((344, 13), replace(SMALL, algorithm=algorithm), config)
    large = MapSettings(height=40, width=40, sigma=13, epochs=20, algorithm=algorithm)
    refuse_beyond_limits((1_000_000, 20), large, config)
