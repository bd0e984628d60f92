"""Maps as SVG: cells, colours, borders and names; well-formed, whatever things are called."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from som_core.drawing.overlays import Borders, Glyphs, MarkedCells, RowMarks
from som_core.drawing.palette import INK, LEVELS, MARK, PAPER, SEQUENTIAL
from som_core.errors import AtlasError
from som_core.exports.drawn_text import width_of
from som_core.exports.picture import picture
from som_core.layers.layer import DAYS, HOURS, Layer
from testing.payloads import HOSTILE_TEXTS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(layer, **options):
    options = {"lattice": "rectangular", **options}
    layers = layer if isinstance(layer, list) else [layer]
    return ElementTree.fromstring(picture(layers, **options))


def a_layer(values, **about):
    return Layer(**{"name": "size", "values": np.array(values), **about})


def paths(root, colour, *, attribute="fill"):
    """Return how many figures the paths of a colour have."""
    found = [path.get("d") for path in root.iter(f"{SVG}path") if path.get(attribute) == colour]
    return sum(path.count("M") for path in found)


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_cells_have_the_colours_of_their_values_and_the_legend_says_the_ends():
    root = drawn(a_layer([[0.0, 0.5, 1.0]], unit="kg"))
    assert [paths(root, SEQUENTIAL[place]) for place in (0, 5, -1)] == [1, 1, 1]
    assert texts(root) == ["size", "0", "1 kg"]


def test_every_cell_of_a_hexagonal_map_is_drawn_once_within_the_picture():
    values = np.random.default_rng(0).integers(0, 4, size=(7, 9)).astype(float)
    root = drawn(a_layer(values), lattice="hexagonal", with_words=False)
    figures = [path.get("d") for path in root.iter(f"{SVG}path")]
    assert sum(d.count("M") for d in figures) == 63
    starts = np.array([m for d in figures for m in re.findall(r"M(\S+) (\S+?)l", d)], dtype=float)
    assert starts.min() >= 0
    assert starts[:, 0].max() <= 400
    assert starts[:, 1].max() <= float(root.get("height")) - 32


def test_cells_without_a_value_are_grey_and_counts_of_nothing_are_hollow():
    root = drawn(a_layer([[np.nan, 1.0, 2.0]]))
    assert paths(root, "#e4e5e7") == 1
    root = drawn(a_layer([[0, 0, 2]], kind="count"))
    assert paths(root, "none") == 2


def test_cells_without_rows_have_a_dot_that_shows_on_their_colour():
    root = drawn(a_layer([[0.0, 1.0, 0.5]]), hits=np.array([[0, 0, 3]]))
    assert [paths(root, colour) for colour in (PAPER, INK)] == [1, 1]


@pytest.mark.parametrize(("toroid", "n_edges"), [(False, 2), (True, 6)])
def test_borders_run_between_groups_and_on_a_toroid_at_both_rims(toroid, n_edges):
    borders = Borders(node_labels=np.array([[0, 0], [1, 1]]))
    root = drawn(a_layer(np.zeros((2, 2))), borders=[borders], toroid=toroid)
    assert paths(root, INK, attribute="stroke") == n_edges


def test_names_stand_inside_of_their_groups_and_none_over_another():
    labels = np.repeat([[0, 0, 0, 1, 1, 1]], 4, axis=0)
    borders = Borders(node_labels=labels, names=("left", "right"), colours=LEVELS[:2])
    root = drawn(a_layer(np.zeros((4, 6))), borders=[borders], with_words=False)
    places = {text.text: float(text.get("x")) for text in root.iter(f"{SVG}text")}
    assert 0 < places["left"] < 200 < places["right"] < 400
    spots = [circle.get("fill") for circle in root.iter(f"{SVG}circle")]
    assert spots == list(LEVELS[:2])
    for circle in root.iter(f"{SVG}circle"):
        half = LEVELS.index(circle.get("fill"))
        assert half * 200 < float(circle.get("cx")) < (half + 1) * 200
    # Beside the deepest cell of its group this name would lie over the neighbour.
    long_left = Borders(node_labels=labels, names=("a rather long name", "b"), colours=LEVELS[:2])
    root = drawn(a_layer(np.zeros((4, 6))), borders=[long_left], with_words=False)
    middle = next(float(text.get("x")) for text in root.iter(f"{SVG}text") if text.text != "b")
    assert middle + width_of("a rather long name", 12) / 2 < 200
    strips = Borders(
        node_labels=np.array([[0, 1, 1, 1, 1, 2]]),
        names=("a long name", "middle", "a longer name"),
        colours=LEVELS[:3],
    )
    root = drawn(a_layer(np.zeros((1, 6))), borders=[strips], with_words=False)
    places = [float(circle.get("cx")) for circle in root.iter(f"{SVG}circle")]
    assert [int(place * 6 / 400) for place in places][::2] == [0, 5]
    long = "a" * 20 + " " + "b" * 20
    crowded = Borders(node_labels=np.array([[0, 1, 2]]), names=(long,) * 3)
    root = drawn(a_layer(np.zeros((1, 3))), borders=[crowded], with_words=False)
    assert len(texts(root)) == 8  # two names in two lines, each with its rim; no third one


def some_rows(**about):
    kinds = np.array([0, 1, 1])
    given = {"names": ("a", "b"), "colours": LEVELS[:2], "title": "Rows by letter", **about}
    return RowMarks(x=np.array([0.1, 1.0, 1.3]), y=np.zeros(3), kinds=kinds, **given)


def test_rows_are_drawn_where_they_lie_on_each_map_and_explained_once():
    layers = [a_layer(np.zeros((2, 2)), name=name) for name in ("one", "two")]
    root = drawn(layers, overlays=[some_rows()])
    # On both maps, and in the legend.
    assert [paths(root, colour) for colour in LEVELS[:2]] == [2 * 1 + 1, 2 * 2 + 1]
    assert texts(root)[-3:] == ["Rows by letter", "a", "b"]
    alone = drawn(layers[:1], overlays=[some_rows()], with_words=False)
    [first, second] = [
        path.get("d") for path in alone.iter(f"{SVG}path") if path.get("fill") in LEVELS[:2]
    ]
    # The first cell's middle lies at 100, 100, and a step is 200 pixels wide.
    assert first.startswith(f"M{120 + 2.8:.2f} {100 + 2.8:.2f}")
    assert second.startswith(f"M{300:.2f} {100 - 4:.2f}"), "another kind has another shape"
    assert texts(alone) == []


def test_a_small_chart_in_each_cell_is_drawn_on_a_single_map():
    values = np.array([[1.0, 3.0], [2.0, 0.0], [np.nan, 1.0], [0.0, 0.0]])
    about = {"names": ("x", "y"), "colours": LEVELS[:2], "title": "Share of z"}
    pies = Glyphs(values=values, kind="pie", **about)
    layer = a_layer(np.zeros((2, 2)))
    root = drawn(layer, overlays=[pies], with_words=False)
    assert [paths(root, colour) for colour in LEVELS[:2]] == [2, 1], "one cell has x alone"
    bars = Glyphs(values=values, kind="bars", **about)
    assert [paths(drawn(layer, overlays=[bars], with_words=False), c) for c in LEVELS[:2]] == [2, 1]
    assert texts(drawn(layer, overlays=[pies]))[-3:] == ["Share of z", "x", "y"]
    several = drawn([layer, layer], overlays=[pies])
    assert paths(several, LEVELS[0]) == 0
    assert "Share of z" not in texts(several)


def test_nothing_is_drawn_in_cells_that_are_too_small_for_it():
    small = a_layer(np.zeros((60, 60)))
    pies = Glyphs(
        values=np.ones((3600, 1)), kind="pie", names=("x",), colours=LEVELS[:1], title="Share of z"
    )
    root = drawn(small, overlays=[pies, some_rows()])
    assert [paths(root, colour) for colour in LEVELS[:2]] == [0, 0]
    assert texts(root)[0] == "size" and "Rows by letter" not in texts(root)


def test_cells_are_marked_in_their_middle_or_around_all_of_them():
    layer = a_layer(np.zeros((2, 3)))
    marked = MarkedCells(nodes=frozenset({0, 4}), is_dimmed=True)
    root = drawn(layer, overlays=[marked], with_words=False)
    assert paths(root, MARK) == 2
    assert len([group for group in root.iter(f"{SVG}g") if group.get("opacity") == "0.35"]) == 1
    outline = MarkedCells(nodes=frozenset({0, 1}), shape="outline")
    assert paths(drawn(layer, overlays=[outline]), INK, attribute="stroke") == 6


def test_overlays_of_another_map_are_refused():
    layer = a_layer([[0.0, 1.0]])
    for overlay in (
        MarkedCells(nodes=frozenset({2})),
        Glyphs(values=np.ones((3, 1)), kind="pie", names=("x",), colours=LEVELS[:1]),
    ):
        with pytest.raises(AtlasError, match="names other nodes than the 2"):
            drawn(layer, overlays=[overlay])
    with pytest.raises(AtlasError, match="from the same map"):
        drawn(layer, overlays=[Borders(node_labels=np.zeros((2, 2), dtype=int))])


def test_levels_are_in_the_legend_with_the_colours_of_the_table():
    layer = a_layer([["b", "c", None]], kind="category", levels=("a", "b", "c"))
    root = drawn(layer)
    assert [paths(root, colour) for colour in LEVELS[:3]] == [0, 1, 1]
    assert texts(root) == ["size", "b", "c"]


@pytest.mark.parametrize(
    ("unit", "ends"),
    [(DAYS, ["1970-01-02", "1971-01-01"]), (HOURS, ["01:00", "365:00"]), ("", ["1", "365"])],
)
def test_dates_and_times_are_written_as_such(unit, ends):
    assert texts(drawn(a_layer([[1.0, 365.0]], unit=unit)))[1:] == ends


def test_several_maps_are_one_picture_with_a_title():
    layers = [a_layer([[0.0, 1.0]], name=name) for name in "abcde"]
    root = drawn(layers, title="Customers")
    assert root.find(f"{SVG}title").text == "Customers"
    assert [text for text in texts(root) if text not in ("0", "1")] == ["Customers", *"abcde"]
    assert len({group.get("transform") for group in root.findall(f"{SVG}g")}) == 5


@pytest.mark.slow
def test_whatever_things_are_called_it_is_well_formed_and_says_so():
    hostile = list(HOSTILE_TEXTS.values())
    layers = [a_layer([[0.0, 1.0]], name=text, unit=text) for text in hostile]
    levels = [[text, hostile[place - 1]] for place, text in enumerate(hostile)]
    layers += [a_layer([pair], kind="category", levels=tuple(pair)) for pair in levels]
    borders = [Borders(node_labels=np.array([[0, 0]]), names=(text,)) for text in hostile]
    root = drawn(layers, borders=borders, title=HOSTILE_TEXTS["html comment"])
    assert root.find(f"{SVG}title").text == HOSTILE_TEXTS["html comment"]
    assert {"svg", "title", "rect", "g", "path", "text"} == {
        element.tag.removeprefix(SVG) for element in root.iter()
    }
    shown = [text or "" for text in texts(root)]
    assert any(text.startswith("<script>window.attacked") for text in shown)
    assert any("a�b�c" in text for text in shown)
    assert "\u202e" not in "".join(shown)


def test_layers_of_different_maps_are_refused():
    with pytest.raises(AtlasError, match="Take layers, hits and borders from the same map"):
        picture([a_layer([[0.0, 1.0]]), a_layer([[0.0]])], lattice="rectangular")
    with pytest.raises(AtlasError, match="There is no map"):
        picture([], lattice="rectangular")
