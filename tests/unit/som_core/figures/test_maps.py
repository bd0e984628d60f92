import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.figures.maps import map_figure, maps_figure
from som_core.figures.style import EMPTY_CELL, category_colors
from som_core.layers.categories import category_map
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.u_matrix import u_matrix
from testing.maps import a_map
from testing.payloads import HOSTILE_TEXTS

SQUARES = a_map([[[0], [10]], [[20], [30]]], [[0], [1], [21]], lattice="rectangular")
HEXAGONS = a_map([[[0], [10]], [[20], [30]]], [[0], [1], [21]], lattice="hexagonal")


def traces(figure):
    """Return the empty cells, the colours and the points of the first map."""
    return figure.data[:3]


def test_a_map_shows_the_value_of_each_cell():
    layer = u_matrix(SQUARES)
    _, colors, points = traces(map_figure(SQUARES, layer))
    assert_array_equal(colors.z, layer.values.astype(np.float32))
    assert_array_equal(points.customdata, [0, 1, 2, 3])


def test_hexagons_show_values_in_their_own_shape():
    _, colors, points = traces(map_figure(HEXAGONS, u_matrix(HEXAGONS)))
    shown = np.asarray(colors.z)
    assert {*np.unique(shown[np.isfinite(shown)])} == {
        *np.unique(u_matrix(HEXAGONS).values.astype(np.float32))
    }
    assert_array_equal(points.x, [0, 1, -0.5, 0.5])


def test_empty_cells_are_grey_and_not_low():
    empty, colors, _ = traces(map_figure(SQUARES, hit_map(SQUARES)))
    assert_array_equal(colors.z, [[2, np.nan], [1, np.nan]])
    assert_array_equal(empty.z, [[0, 1], [0, 1]])
    assert empty.colorscale[1][1] == EMPTY_CELL


def test_the_hover_says_cell_value_and_rows():
    *_, points = traces(map_figure(SQUARES, hit_map(SQUARES)))
    assert points.hovertext[0] == "Hits: 2<br>cell 0, 2 rows"
    assert points.hovertext[2] == "Hits: 1<br>cell 2, 1 row"


def test_the_colour_bar_has_the_unit():
    figure = map_figure(SQUARES, hit_map(SQUARES))
    assert figure.layout.coloraxis.colorbar.title.text == "rows"


def test_categories_have_colours_and_names_of_their_own():
    layer = category_map(SQUARES, ["owl", "ant", "ant"], "animal")
    figure = map_figure(SQUARES, layer)
    _, colors, points = traces(figure)
    assert_array_equal(colors.z, [[0, np.nan], [0, np.nan]])
    assert figure.layout.coloraxis.colorbar.ticktext == ("ant",)
    assert figure.layout.coloraxis.colorscale[0][1] == category_colors(1)[0]
    assert points.hovertext[1] == "animal: none<br>cell 1, 0 rows"


@pytest.mark.parametrize(
    "values",
    [np.full((2, 2), 5.0), np.full((2, 2), np.nan), np.array([[1.0, np.nan], [np.nan, 1]])],
)
def test_a_layer_without_variation_can_be_drawn(values):
    figure = map_figure(SQUARES, Layer(name="flat", values=values))
    assert figure.layout.coloraxis.cmin < figure.layout.coloraxis.cmax


def test_a_category_layer_without_any_label_can_be_drawn():
    layer = Layer(name="none", values=np.full((2, 2), None, dtype=object), kind="category")
    assert map_figure(SQUARES, layer).layout.coloraxis.colorbar.ticktext == ()


def test_maps_stand_side_by_side_each_with_its_own_scale():
    layers = [hit_map(SQUARES)] * 4
    figure = maps_figure(SQUARES, layers, columns=3)
    assert [trace.xaxis for trace in figure.data[::3]] == ["x", "x2", "x3", "x4"]
    assert figure.data[10].coloraxis == "coloraxis4"
    assert figure.layout.xaxis.domain == figure.layout.xaxis4.domain
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis4.domain[1]
    assert len({note.text for note in figure.layout.annotations}) == 1


def test_no_maps_make_an_empty_figure():
    assert len(maps_figure(SQUARES, []).data) == 0


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_names_labels_and_units_from_a_file_are_shown_as_text(text):
    labels = np.array([[text, None], [text, None]], dtype=object)
    layers = [
        Layer(name=text, values=labels, kind="category"),
        Layer(name="x", values=np.ones((2, 2)), unit=text),
    ]
    figure = maps_figure(SQUARES, layers)
    bars = figure.layout.coloraxis.colorbar, figure.layout.coloraxis2.colorbar
    shown = [figure.layout.annotations[0].text, *bars[0].ticktext, bars[1].title.text]
    for hover in (*figure.data[2].hovertext, *figure.data[5].hovertext):
        shown.append(hover.replace("<br>", "", 1))
    assert not any(set("<>${") & set(words) for words in shown)


def test_the_page_stands_alone():
    page = map_figure(SQUARES, hit_map(SQUARES)).to_html(include_plotlyjs=True)
    assert "<script src" not in page
    assert "<link" not in page


@pytest.mark.parametrize("n", [0, 1, 7, 23])
def test_colours_of_categories_differ(n):
    assert len(set(category_colors(n))) == n


def test_more_categories_than_colours_repeat_them():
    assert category_colors(50)[23:46] == category_colors(23)
