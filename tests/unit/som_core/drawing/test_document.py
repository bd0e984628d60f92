"""What the browser gets to draw: one number or label a node and layer."""

import json

import numpy as np
import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from som_core.drawing.document import document
from som_core.drawing.palette import LEVELS, OTHER, group_colour
from som_core.exports.html_maps import standalone_html
from som_core.figures.levels import levels_figure
from som_core.layers.categories import category_map
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap
from testing.maps import a_map
from testing.payloads import HOSTILE_TEXTS


def drawn(layer: Layer) -> dict:
    return json.loads(document([layer], lattice="hexagonal").json)["layers"][0]


@given(arrays(float, (3, 4), elements=st.floats(-1e12, 1e12, allow_subnormal=False)))
@example(np.full((3, 4), 343324220000.00006))
@example(np.array([1e12, 1e12 + 1e-3, 1e12 + 2e-3] * 4).reshape(3, 4))
@example(np.array([0.0, 1e-305, 2e-305] * 4).reshape(3, 4))
def test_numbers_arrive_as_exact_as_a_colour_bar_can_show(values):
    arrived = np.array(drawn(Layer(name="plane", values=values))["values"])
    assert np.abs(arrived - values.ravel()).max() <= 1e-5 * np.ptp(values)


def test_pale_layers_are_named_and_make_another_drawing():
    layers = [Layer(name=name, values=np.eye(3)) for name in ("plane", "noise")]
    drawings = [document(layers, lattice="hexagonal", pale=pale) for pale in ((), ["noise"])]
    assert [json.loads(one.json)["pale"] for one in drawings] == [[], ["noise"]]
    assert drawings[0].layers.version != drawings[1].layers.version


def test_what_is_no_number_arrives_as_nothing_to_show():
    values = np.array([[1.0, np.nan], [np.inf, 2.0]])
    assert drawn(Layer(name="plane", values=values))["values"] == [1.0, None, None, 2.0]


def test_levels_without_a_table_stand_by_how_many_cells_show_them_and_gaps_stay_gaps():
    labels = np.array([["rare", "often"], ["often", None]], dtype=object)
    layer = drawn(Layer(name="species", values=labels, kind="category"))
    assert layer["levels"] == ["often", "rare"]
    assert layer["values"] == [1, 0, 0, None]


def test_a_level_keeps_its_colour_on_every_map_and_chart():
    species = pd.Series(["owl"] * 4 + ["ant"] * 2 + ["bee"] * 2, name="species")
    all_three = category_map(map_with_rows_at([0, 0, 0, 0, 1, 1, 2, 3]), species)
    without_ants = category_map(map_with_rows_at([0, 0, 0, 0, 0, 0, 2, 3]), species)
    expected = dict(zip(["owl", "ant", "bee"], LEVELS, strict=False))
    assert colours(all_three) == expected
    assert colours(without_ants) == {level: expected[level] for level in ("owl", "bee")}
    (bars,) = levels_figure(species).data
    assert dict(zip(expected, bars.marker.color, strict=True)) == expected


def map_with_rows_at(nodes: list[int]) -> TrainedMap:
    return a_map([[[0], [10], [20], [30]]], [[10 * node] for node in nodes])


def colours(layer: Layer) -> dict[str, str]:
    content = drawn(layer)
    return dict(zip(content["levels"], content["colours"], strict=True))


def test_what_comes_after_the_last_colour_is_grey():
    levels = [f"level {k:02}" for k in range(15)]
    layer = Layer(name="x", values=np.array([levels], dtype=object), kind="category")
    assert list(colours(layer).values()) == [*LEVELS, OTHER, OTHER, OTHER]
    assert [group_colour(k) for k in range(13)] == [*LEVELS, OTHER]
    assert group_colour(-1) == OTHER


def test_a_node_lies_where_its_index_says():
    layer = Layer(name="plane", values=np.zeros((2, 3)))
    hits = np.arange(6).reshape(2, 3)
    drawing = json.loads(document([layer], lattice="rectangular", hits=hits).json)
    assert (drawing["x"][4], drawing["y"][4]) == (1.0, 1.0)
    assert drawing["hits"] == [0, 1, 2, 3, 4, 5]


def test_no_text_of_a_table_can_close_a_tag_of_the_single_file():
    layers = [Layer(name=text, values=np.zeros((2, 2))) for text in HOSTILE_TEXTS.values()]
    page = standalone_html(layers, title="maps", lattice="rectangular", hits=np.ones((2, 2), int))
    assert page.count("</script>") == 3
    assert "<script>window.attacked" not in page
