import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.sections.panels.row import _of_the_cell

NARROWEST = 399  # pixels of the panel at a window of 1280


def type_a_row() -> None:
    """Show the values of a row to type, of a table with a column of a very long name."""
    from types import SimpleNamespace

    import streamlit as st

    from som_core import MapSettings, prepare, suggest_recipe, train
    from testing.maps import a_table
    from ui.sections.panels.row import _type_values

    name = "systolic pressure at rest, seated for five minutes, the mean of two measurements"
    table = a_table({name: [float(n) for n in range(30)], "y": [n % 7 / 2 for n in range(30)]})
    m = train(prepare(table, suggest_recipe(table)), MapSettings(height=2, width=2, sigma=1))
    st.session_state["session"] = SimpleNamespace(
        workspace=SimpleNamespace(
            is_withdrawn=False, is_new=True
        ),  # as in a tab that was just opened
    )
    _type_values(SimpleNamespace(m=m, table=table), {})


@pytest.fixture(autouse=True)
def _main_script(monkeypatch):
    """Put back what new processes run first: Streamlit puts its own script there."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def test_a_long_name_leaves_room_to_type_the_value_beside_it():
    (editor,) = AppTest.from_function(type_a_row, default_timeout=60).run().dataframe
    columns = json.loads(editor.proto.columns)
    assert sum(columns[name]["width"] for name in ("column", "value")) <= NARROWEST


def test_what_a_cell_stands_for_is_written_without_powers_of_ten():
    plane = SimpleNamespace(values=np.array([[93_682.4, 20.0]]))
    view = SimpleNamespace(planes=("income",), classic={"income": plane})
    assert _of_the_cell(view, "income", 0) == "93,682"
