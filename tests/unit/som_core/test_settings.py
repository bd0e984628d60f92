import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.suggestions.before_training import expectations
from som_core.suggestions.settings import suggest_settings
from testing.maps import as_prepared

GOOD = {"height": 6, "width": 8, "sigma": 2.0}


def rows(n_rows, spreads, seed=0):
    return as_prepared(np.random.default_rng(seed).normal(size=(n_rows, len(spreads))) * spreads)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"height": 0}, "A map of 0 × 8 cells can't be made"),
        ({"sigma": 0}, "Sigma is 0, but must be above 0 and at most 8"),
        ({"sigma": 8.1}, "at most 8, the map's longer side"),
        ({"sigma": float("nan")}, "Sigma is nan"),
        ({"learning_rate": 1.5}, "learning rate is 1.5"),
        ({"epochs": 0}, "Epochs is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"end_sigma": 0}, "radius at the end is 0, but must be above 0 and at most 8"),
        ({"lattice": "round"}, "Lattice is “round”, but must be one of: hexagonal, rectangular"),
        ({"distance": "far"}, "must be one of: euclidean, cosine, manhattan, chebyshev"),
        ({"height": 5, "toroid": True}, "Choose an even height"),
    ],
)
def test_settings_out_of_range_are_refused_with_a_sentence(changed, sentence):
    with pytest.raises(AtlasError, match=sentence):
        MapSettings(**GOOD | changed)


def test_settings_are_the_same_after_json():
    chosen = MapSettings(
        **GOOD, lattice="rectangular", toroid=True, algorithm="online", seed=7, distance="cosine"
    )

    assert MapSettings.from_json(chosen.to_json()) == chosen


def test_a_thousand_rows_get_about_five_times_their_root_in_nodes():
    suggested = suggest_settings(rows(1_000, [1, 1, 1]))

    assert suggested.n_nodes == pytest.approx(5 * np.sqrt(1_000), rel=0.1)
    assert suggested.sigma == pytest.approx(suggested.width / 3, abs=0.06)


def test_a_small_table_gets_fewer_nodes_than_rows():
    assert [suggest_settings(rows(n, [1, 1])).n_nodes for n in (24, 40)] == [16, 28]


def test_a_map_is_as_elongated_as_its_rows():
    suggested = suggest_settings(rows(3_000, [3, 2, 0.1]))

    assert suggested.width / suggested.height == pytest.approx(1.5, abs=0.15)


def test_the_largest_map_has_sixty_nodes_in_a_row_and_keeps_its_shape():
    table = np.zeros((2_000_000, 2))
    table[::2, 0], table[::3, 1] = 1.5, 1

    suggested = suggest_settings(as_prepared(table))

    assert (suggested.width, suggested.height) == (60, 38)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 3_000), st.floats(0.1, 10))  # of few rows, all may lie on one line
def test_suggestions_are_wide_even_and_draw_no_warning(n_rows, spread):
    suggested = suggest_settings(rows(n_rows, [1, spread]))

    assert suggested.height % 2 == 0
    assert 4 <= suggested.height <= suggested.width <= 60
    assert suggested.n_nodes <= max(16, n_rows)
    if n_rows >= 50:
        assert expectations(n_rows, 2, suggested) == ()


def test_without_rows_nothing_can_be_suggested():
    with pytest.raises(AtlasError, match="There are no rows"):
        suggest_settings(as_prepared(np.zeros((0, 3))))
