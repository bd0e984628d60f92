"""Linked maps as a widget of a notebook; that they live in a browser is seen in tests/e2e."""

import json
import sys

import numpy as np
import pytest

from som_core import AtlasError, explain, linked_maps, regions, rows_of, u_matrix
from som_core.exports.notebook_widget import notebook_module
from som_core.figures.effects import effects_figure
from testing.maps import a_map, a_table


@pytest.fixture(scope="module")
def m():
    return a_map(np.random.default_rng(0).normal(size=(4, 5, 3)))


def test_the_usual_maps_are_groups_u_matrix_hits_and_all_planes(m):
    widget = linked_maps(m, regions=regions(m, 2))
    names = [layer["name"] for layer in json.loads(widget.drawing)["layers"]]
    assert names[:3] == ["Groups", "U-matrix", "Hits"]
    assert sorted(names[3:]) == sorted(m.features)
    assert widget.large == "Groups"
    (borders,) = json.loads(widget.drawing)["overlays"]
    assert borders["names"] == ["group 1", "group 2"]


def test_chosen_layers_are_shown_alone(m):
    widget = linked_maps(m, [u_matrix(m)])
    assert [layer["name"] for layer in json.loads(widget.drawing)["layers"]] == ["U-matrix"]


def test_what_a_browser_selects_python_knows_as_nodes_and_as_rows(m):
    widget = linked_maps(m, selected=[3])
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), "selected")
    widget.set_state({"selected": [7, 0, 7]})
    assert widget.selected == [0, 7]
    assert heard == [[0, 7]]
    np.testing.assert_array_equal(rows_of(m, widget.selected), rows_of(m, [0, 7]))


def test_nodes_beside_the_map_are_refused_and_the_selection_stays(m):
    widget = linked_maps(m, selected=[3])
    with pytest.raises(AtlasError, match=r"There is no node 20: those of this map are 0 to 19\."):
        widget.selected = [20]
    assert widget.selected == [3]


def test_charts_are_shown_in_a_notebook_too():
    table = a_table({"a": np.arange(20.0), "b": np.arange(20.0) % 7})
    figure = effects_figure(explain(table, range(5)).effects)
    assert "plotly" in figure._repr_html_()


def test_its_module_fetches_nothing(m):
    module = notebook_module()
    assert "export default" in module
    assert not [line for line in module.splitlines() if line.startswith("import ")]


def test_without_anywidget_a_sentence_says_how_to_get_it(m, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "som_core.exports.notebook_widget")
    with pytest.raises(AtlasError, match=r"pip install 'som-atlas\[notebook\]'"):
        linked_maps(m)
