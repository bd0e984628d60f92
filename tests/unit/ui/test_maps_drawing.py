"""What the browser gets to draw: one number or label a node and layer."""

import json

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from som_core.layers.layer import Layer
from testing.payloads import HOSTILE_TEXTS
from ui.maps_drawing import maps_drawing
from ui.standalone import standalone_html


def drawn(layer: Layer) -> dict:
    return json.loads(maps_drawing([layer], "hexagonal", None))["layers"][0]


@given(arrays(float, (3, 4), elements=st.floats(-1e12, 1e12, allow_subnormal=False)))
@example(np.full((3, 4), 343324220000.00006))
@example(np.array([1e12, 1e12 + 1e-3, 1e12 + 2e-3] * 4).reshape(3, 4))
@example(np.array([0.0, 1e-305, 2e-305] * 4).reshape(3, 4))
def test_numbers_arrive_as_exact_as_a_colour_bar_can_show(values):
    arrived = np.array(drawn(Layer(name="plane", values=values))["values"])
    assert np.abs(arrived - values.ravel()).max() <= 1e-5 * np.ptp(values)


def test_what_is_no_number_arrives_as_nothing_to_show():
    values = np.array([[1.0, np.nan], [np.inf, 2.0]])
    assert drawn(Layer(name="plane", values=values))["values"] == [1.0, None, None, 2.0]


def test_the_most_frequent_label_comes_first_and_gaps_stay_gaps():
    labels = np.array([["rare", "often"], ["often", None]], dtype=object)
    layer = drawn(Layer(name="species", values=labels, kind="category"))
    assert layer["levels"] == ["often", "rare"]
    assert layer["values"] == [1, 0, 0, None]


def test_a_node_lies_where_its_index_says():
    layer = Layer(name="plane", values=np.zeros((2, 3)))
    drawing = json.loads(maps_drawing([layer], "rectangular", np.arange(6).reshape(2, 3)))
    assert (drawing["x"][4], drawing["y"][4]) == (1.0, 1.0)
    assert drawing["hits"] == [0, 1, 2, 3, 4, 5]


def test_no_text_of_a_table_can_close_a_tag_of_the_single_file():
    layers = [Layer(name=text, values=np.zeros((2, 2))) for text in HOSTILE_TEXTS.values()]
    page = standalone_html(layers, title="maps", lattice="rectangular", hits=np.ones((2, 2), int))
    assert page.count("</script>") == 3
    assert "<script>window.attacked" not in page
