import json

import numpy as np
import pytest

from som_core.drawing.document import document
from som_core.drawing.overlays import (
    MOST_ROW_MARKS,
    Borders,
    CellPath,
    Glyphs,
    MarkedCells,
    Overlay,
    RowMarks,
)
from som_core.errors import AtlasError
from som_core.layers.layer import Layer
from testing.payloads import HOSTILE_TEXTS

SIX_NODES = Layer(name="plane", values=np.zeros((2, 3)))
HALVES = np.array([[0, 0, 1], [0, -1, 1]])


def drawn(*overlays: Overlay) -> list[dict]:
    written = document([SIX_NODES], lattice="hexagonal", overlays=overlays)
    return json.loads(written.json)["overlays"]


def test_overlays_are_drawn_in_the_order_given():
    path, marks = drawn(CellPath(nodes=(4, 1, 1)), MarkedCells(nodes=frozenset({5, 2})))
    assert (path["kind"], path["nodes"]) == ("path", [4, 1, 1])
    assert (marks["kind"], marks["nodes"]) == ("marks", [2, 5])


def test_names_of_groups_arrive_as_they_are():
    names = tuple(HOSTILE_TEXTS.values())[:2]
    (borders,) = drawn(Borders(node_labels=HALVES, names=names, dimmed=frozenset({1})))
    assert borders["names"] == list(names)
    assert borders["labels"] == [0, 0, 1, 0, -1, 1]
    assert borders["dimmed"] == [1]


def test_another_overlay_leaves_the_layers_as_they_were_drawn():
    def version(*overlays: Overlay) -> str:
        return document([SIX_NODES], lattice="hexagonal", overlays=overlays).layers.version

    assert version() == version(MarkedCells(nodes=frozenset({1})))


def test_an_overlay_is_the_same_part_of_a_drawing_whatever_else_is_drawn():
    def parts(*overlays: Overlay) -> list[str]:
        drawn = document([SIX_NODES], lattice="hexagonal", overlays=overlays)
        return [part.version for part in drawn.overlays]

    mark, path = MarkedCells(nodes=frozenset({1})), CellPath(nodes=(0, 1))
    assert parts(mark, path) == [*parts(mark), *parts(path)]
    assert parts(mark) == parts(MarkedCells(nodes=frozenset({1})))
    assert parts(mark) != parts(MarkedCells(nodes=frozenset({2})))


def test_a_node_without_parts_has_no_glyph():
    values = np.array([[1, 2], [np.nan, 1], [0, 0], [1, 0], [0, 1], [3, 3]])
    (glyphs,) = drawn(Glyphs(values=values, kind="pie", names=("a", "b"), colours=("red", "blue")))
    assert glyphs["values"][:3] == [[1, 2], [0, 0], [0, 0]]


def test_rows_lie_where_they_were_placed():
    x, y = np.array([0.25, 1.5]), np.array([0.0, 0.87])
    (rows,) = drawn(RowMarks(x=x, y=y, kinds=np.array([0, 0])))
    assert (rows["x"], rows["y"], rows["kinds"]) == ([0.25, 1.5], [0.0, 0.87], [0, 0])


@pytest.mark.parametrize(
    "overlay",
    [
        Borders(node_labels=np.zeros((3, 3), dtype=np.int64)),
        MarkedCells(nodes=frozenset({6})),
        CellPath(nodes=(0, -1)),
        Glyphs(values=np.ones((5, 1)), kind="bars", names=("a",), colours=("red",)),
    ],
    ids=lambda overlay: type(overlay).__name__,
)
def test_an_overlay_of_another_map_is_refused(overlay):
    with pytest.raises(AtlasError, match="other nodes than the 6"):
        drawn(overlay)


def test_each_group_needs_its_name():
    with pytest.raises(AtlasError, match="1 names for 2 groups"):
        Borders(node_labels=HALVES, names=("only one",))


def test_more_rows_than_can_be_seen_are_refused():
    many = np.zeros(MOST_ROW_MARKS + 1)
    with pytest.raises(AtlasError, match="Draw a sample"):
        RowMarks(x=many, y=many, kinds=many.astype(np.int64))


def test_rows_with_places_missing_are_refused():
    with pytest.raises(AtlasError, match="one of each for each row"):
        RowMarks(x=np.zeros(3), y=np.zeros(2), kinds=np.zeros(3, dtype=np.int64))
