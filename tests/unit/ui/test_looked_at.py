"""The row that is looked at lies on the map that is shown, or there is none."""

from types import SimpleNamespace

import numpy as np
import pytest

from som_core import MapSettings, prepare, suggest_recipe, train
from testing.maps import a_table
from ui import looked_at, session
from ui.session import TypedRow


@pytest.fixture(scope="module")
def views():
    """Return a map of all rows and one of the last twenty, as the page looks at them."""
    table = a_table({"x": [n / 3 for n in range(60)], "y": [n % 7 / 2 for n in range(60)]})
    recipe, settings = suggest_recipe(table), MapSettings(height=2, width=2, sigma=1)
    maps = (
        train(prepare(table, recipe), settings),
        train(prepare(table, recipe, np.arange(40, 60)), settings),
    )
    return [
        SimpleNamespace(m=m, table=table, saved=SimpleNamespace(id=name))
        for name, m in zip(("all", "some"), maps, strict=True)
    ]


def pointed_at(monkeypatch, **what):
    state = SimpleNamespace(**{"chosen_row": None, "typed": None} | what)
    monkeypatch.setattr(session, "current", lambda: state)


def test_what_was_typed_for_one_map_is_not_on_another(monkeypatch, views):
    every, some = views
    pointed_at(monkeypatch, typed=TypedRow("all", {"x": "3", "y": "1"}))
    assert looked_at.of(every).node >= 0
    assert looked_at.of(some) is None
    assert looked_at.typed_on(some) is None


def test_a_chosen_row_is_in_a_cell_of_the_map_that_it_is_on_alone(monkeypatch, views):
    every, some = views
    pointed_at(monkeypatch, chosen_row=5, typed=TypedRow("all", {"x": "19"}))
    assert looked_at.of(every).place is None, "what is typed goes before"
    found = looked_at.of(some)
    assert (found.place, found.node) == (5, -1)
