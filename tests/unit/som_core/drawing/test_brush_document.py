"""What the histograms beside the maps get: bins once, and counts of what is chosen."""

import base64
import json

import numpy as np
import pytest

from som_core.analyses.brushing import AskedRange, brushed_ranges, brushed_rows
from som_core.analyses.column_bins import column_bins
from som_core.drawing import brush_document as module
from som_core.drawing.brush_document import brush_document, brush_state
from testing.maps import a_map, a_table

TABLE = a_table(
    {"age": [21.0, 34.0, np.nan, 34.0, 58.0, 77.0], "island": ["a", "b", "a", "a", "b", "a"]}
)
M = a_map([[[0.0], [1.0], [9.0]]], [[0.0], [0.1], [0.9], [1.0], [1.0], [1.1]])
COLUMNS = [column_bins(M, TABLE, name) for name in ("age", "island")]


def bytes_of(text):
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8)


def test_the_browser_gets_the_node_of_each_row_and_its_bin_in_each_column():
    sent = json.loads(brush_document(M, COLUMNS).json)
    assert sent["hits"] == [2, 4, 0]
    assert np.frombuffer(base64.b64decode(sent["nodes"]), "<u2").tolist() == M.bmu.tolist()
    bins = bytes_of(sent["bins"]).reshape(2, 6)
    assert bins.tolist() == [column.codes.tolist() for column in COLUMNS]
    assert [column["name"] for column in sent["columns"]] == ["age", "island"]
    assert sent["columns"][1] | {"name": ""} == {
        "name": "", "kind": "levels", "ends": [["a", "a"], ["b", "b"]], "counts": [4, 2],
    }  # fmt: skip


def test_of_more_rows_than_a_browser_counts_it_gets_no_row(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    sent = json.loads(brush_document(M, COLUMNS).json)
    assert (sent["nodes"], sent["bins"]) == (None, None)
    assert sum(sent["columns"][0]["counts"]) == 5  # one has no value


@pytest.mark.parametrize("is_dragged", [False, True])
def test_of_more_rows_the_server_counts_and_says_how_to_light_the_cells(monkeypatch, is_dragged):
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    ranges = {"island": (1, 1)}
    state = brush_state(
        M,
        COLUMNS,
        {} if is_dragged else ranges,
        None if is_dragged else brushed_rows(COLUMNS, ranges),
        ranges if is_dragged else None,
    )
    assert state["shares"] == [0.5, 0.25, 0.0]
    assert (state["nSelected"], state["selected"][1]) == (2, [0, 2])
    assert state["ranges"] == ([] if is_dragged else [[1, [1, 1]]])


@pytest.mark.parametrize("is_live", [True, False])
def test_a_condition_in_its_own_words_comes_with_its_rows(monkeypatch, is_live):
    monkeypatch.setattr(module, "MOST_ROWS", 6 if is_live else 5)
    asked = brushed_ranges(M, TABLE, COLUMNS, "age > 34.5")
    assert isinstance(asked["age"], AskedRange)
    state = brush_state(M, COLUMNS, asked, brushed_rows(COLUMNS, asked), is_refused=True)
    ((place, sent),) = state["ranges"]
    assert (place, sent["asked"], sent["words"]) == (0, "age > 34.5", "> 34.5")
    assert (tuple(sent["bounds"]), state["isRefused"]) == (("> 34.5", ""), True)
    bins = COLUMNS[0].codes[[4, 5]]
    assert sent["bins"] == (bins.min(), bins.max())
    if is_live:
        bits = np.unpackbits(bytes_of(sent["rows"]), count=6, bitorder="little")
        assert (np.flatnonzero(bits).tolist(), state["shares"]) == ([4, 5], None)
    else:
        assert (sent["rows"], state["shares"]) == (None, [0.0, 0.5, 0.0])
    json.dumps(state)


def test_of_ranges_that_are_a_part_of_a_selection_its_own_rows_are_lit():
    selected = np.array([False, False, False, False, True, False])
    state = brush_state(M, COLUMNS, {"island": (1, 1)}, selected)
    assert state["ranges"] == [[1, [1, 1]]]
    assert (state["nSelected"], state["shares"]) == (1, [0.0, 0.25, 0.0])


def test_a_selection_that_is_no_range_is_counted_and_lights_no_cell():
    state = brush_state(M, COLUMNS, {}, np.array([True, False, True, False, False, False]))
    assert state["selected"][1] == [2, 0]
    assert state["shares"] is None
    assert brush_state(M, COLUMNS, {}, None)["selected"] is None
