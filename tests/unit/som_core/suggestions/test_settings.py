import numpy as np
import pytest

from som_core.analyses.map_quality import quality
from som_core.suggestions.settings import suggest_settings
from som_core.training import train
from testing.maps import as_prepared

RNG = np.random.default_rng(0)
ALONG = RNG.normal(size=300)


@pytest.mark.parametrize(
    "matrix",
    [
        ALONG[:, None],
        np.repeat([1.0, 2.0, 3.0], 100)[:, None],
        np.column_stack([ALONG, -2 * ALONG, 0.5 * ALONG]),
        np.column_stack([ALONG, ALONG + 0.005 * RNG.normal(size=300)]),
    ],
)
def test_rows_on_a_line_get_a_chain_that_is_not_folded(matrix):
    prepared = as_prepared(matrix)
    settings = suggest_settings(prepared)
    assert settings.height == 1
    assert settings.width <= 60
    assert quality(train(prepared, settings), prepared).topographic_error < 0.2


def test_rows_beside_a_line_get_a_sheet():
    matrix = np.column_stack([ALONG, ALONG + 0.3 * RNG.normal(size=300)])
    settings = suggest_settings(as_prepared(matrix))
    assert settings.height >= 4
