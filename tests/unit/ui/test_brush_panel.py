from types import SimpleNamespace

import numpy as np

from testing.maps import a_map, a_table
from ui.sections.panels.brush import _columns


def test_columns_of_another_file_under_the_same_name_are_counted_anew():
    m = a_map(np.zeros((1, 2, 1)), np.array([[0.0], [1.0]]))

    def binned(values, columns_key):
        view = SimpleNamespace(
            m=m,
            saved=SimpleNamespace(id="a map"),
            source=SimpleNamespace(columns_key=columns_key),
            table=a_table({"gdp": values}),
        )
        return _columns(view, ["gdp"])[0]

    one, other = binned([1.0, 2.0], "one file"), binned([300.0, 400.0], "another file")
    assert one.ends != other.ends
