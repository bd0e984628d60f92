"""What a browser sends of ranges is taken only where it can be one of a column that is there."""

import pytest

from som_core.analyses.column_bins import column_bins
from testing.maps import a_map, a_table
from ui.brush import ranges_in

TABLE = a_table({"x": [1.0, 2.0, 3.0], "island": ["a", "b", "a"]})
M = a_map([[[0.0]]], [[0.0], [0.0], [0.0]])
COLUMNS = [column_bins(M, TABLE, name) for name in TABLE.frame.columns]


def test_ranges_come_by_the_name_of_their_column():
    assert ranges_in([[1, [0, 0]], [0, [1, 2]]], COLUMNS) == {"island": (0, 0), "x": (1, 2)}
    assert ranges_in([], COLUMNS) == {}


@pytest.mark.parametrize("sent", [None, "x", {"x": [0, 1]}, 3])
def test_nothing_else_is_ranges(sent):
    assert ranges_in(sent, COLUMNS) is None


def test_bounds_that_were_typed_and_conditions_come_as_they_are():
    sent = [[0, ["1.5", 2]], [1, 'island = "a"']]
    found = ranges_in(sent, COLUMNS)
    assert found["x"] == ("1.5", 2)
    assert str(found["island"]) == 'island = "a"'


WRONG_BINS = [[2, [0, 0]], [-1, [0, 0]], [1, [1, 0]], [1, [0, 2]], [1, [-1, 0]], "1", [1]]
WRONG_BOUNDS = [[0, ["1", 99]], [0, [-1, "1"]], [0, ["1" * 201, ""]], [0, ["1"]], [0, [1.5, "2"]]]
WRONG_CONDITIONS = [[0, "01"], [0, "island = 'a'"], [0, "x > 1 or island = 'a'"], [0, "x >"]]


@pytest.mark.parametrize(
    "one", [*WRONG_BINS, *WRONG_BOUNDS, *WRONG_CONDITIONS, [1, ["a", "b"]], [0, {"a": 1}]]
)
def test_a_range_that_is_not_there_is_left_out(one):
    assert ranges_in([one], COLUMNS) == {}
    assert ranges_in([one, [1, [1, 1]]], COLUMNS) == {"island": (1, 1)}
