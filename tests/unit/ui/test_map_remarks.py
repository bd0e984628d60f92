import numpy as np
import pandas as pd

from som_core.reading import read_table
from ui.sections.map_remarks import totals_in_words


def shops_with_a_total():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(50, 5, (60, 2)).round(1), columns=["sold", "paid"])
    rows.insert(0, "shop", [f"shop {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)])
    total = pd.DataFrame([{"shop": "Total", **rows[["sold", "paid"]].sum().round(1)}])
    return read_table(pd.concat([rows, total]).to_csv(index=False).encode(), "shops.csv")


def test_a_row_of_totals_on_a_map_is_named_as_people_count():
    said = totals_in_words(shops_with_a_total(), np.arange(61))
    assert said.startswith("Row 61 looks like totals, but counts as a row of this map")


def test_nothing_is_said_of_a_map_without_it():
    assert totals_in_words(shops_with_a_total(), np.arange(60)) == ""
