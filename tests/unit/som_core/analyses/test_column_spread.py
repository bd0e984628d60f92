"""How a column is spread: the other rows are counted without a look at them."""

import numpy as np
import pytest

from som_core.analyses.column_spread import column_spread
from som_core.analyses.ranked_table import ranked_table
from testing.maps import a_table


@pytest.mark.parametrize("column", ["number", "day", "level", "many levels"])
def test_all_other_rows_are_spread_as_when_they_are_named(column):
    random = np.random.default_rng(3)
    number = np.where(random.random(500) < 0.1, np.nan, random.normal(size=500))
    table = a_table(
        {
            "number": number,
            "day": (np.datetime64("2024-01-01") + random.integers(0, 300, 500)).astype(str),
            "level": random.choice(["app", "web", ""], 500),
            "many levels": [f"city {one}" for one in random.integers(0, 20, 500)],
        }
    )
    here = random.permutation(500)[:60]
    ranked = next(one for one in ranked_table(table).columns if one.name == column)
    spread = column_spread(ranked, here)
    named = column_spread(ranked, here, np.setdiff1d(np.arange(500), here))
    np.testing.assert_array_equal(spread.here, named.here)
    np.testing.assert_array_equal(spread.elsewhere, named.elsewhere)
    assert spread.elsewhere.sum() == pytest.approx(1)
    assert spread.labels == named.labels
