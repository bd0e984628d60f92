"""Rows as marks on the map that was trained on them."""

import numpy as np
import pandas as pd
from numpy.testing import assert_array_equal

from som_core.analyses.row_places import row_places
from som_core.drawing.palette import LEVELS, OTHER
from som_core.drawing.row_marks import placed_rows, row_marks
from som_core.preparation import prepare
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from som_core.training import train
from testing.maps import a_table

RANDOM = np.random.default_rng(0)
N_ROWS = 200
TABLE = a_table(
    {
        "a": RANDOM.normal(size=N_ROWS),
        "when": [f"2024-03-{1 + k % 28:02}" for k in range(N_ROWS)],
        "kind": ["owl", "owl", "ant", None] * (N_ROWS // 4),
    }
)
PREPARED = prepare(TABLE, suggest_recipe(TABLE))
MAP = train(PREPARED, MapSettings(height=4, width=5, sigma=2, epochs=3))


def test_each_row_of_the_map_is_placed_as_it_was_trained():
    placed = placed_rows(MAP, TABLE)
    assert_array_equal(placed.rows, MAP.rows)
    assert_array_equal(placed.places, row_places(MAP, PREPARED.matrix))
    (name,) = row_marks(placed).names
    assert name == "Rows"


def test_of_too_many_rows_the_same_ones_are_drawn_each_time_and_said_so():
    placed, again = (placed_rows(MAP, TABLE, at_most=50) for _ in range(2))
    assert len(set(placed.rows)) == 50
    assert_array_equal(placed.rows, again.rows)
    assert_array_equal(placed.places, row_places(MAP, PREPARED.matrix)[placed.rows])
    assert row_marks(placed).names == ("50 of 200 rows, drawn by chance",)
    assert row_marks(placed, TABLE.frame["kind"]).title.startswith("50 of 200 rows")


def test_a_category_gives_each_row_the_colour_of_its_level_and_gaps_a_kind_of_their_own():
    placed = placed_rows(MAP, TABLE)
    marks = row_marks(placed, TABLE.frame["kind"])
    assert marks.title == "Rows by kind"
    assert dict(zip(marks.names, marks.colours, strict=True)) == {
        "owl": LEVELS[0],
        "ant": LEVELS[1],
        "no value": OTHER,
    }
    told = np.array(marks.names)[marks.kinds]
    assert_array_equal(told, TABLE.frame["kind"].fillna("no value").to_numpy()[placed.rows])


def test_levels_without_a_colour_of_their_own_are_one_kind():
    many = pd.Series([f"level {k % 20:02}" for k in range(N_ROWS)], name="many")
    marks = row_marks(placed_rows(MAP, TABLE), many)
    assert marks.names[-1] == f"other ({20 - len(LEVELS)} more)"
    assert marks.colours == (*LEVELS, OTHER)
    assert (marks.kinds == len(LEVELS)).sum() == N_ROWS // 20 * (20 - len(LEVELS))
