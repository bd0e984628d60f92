"""A row that was typed lies where the same row of the table does, and faults are said."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.analyses.nearness import near_rows, row_vector
from som_core.analyses.typed_row import as_typed, typed_columns, typed_row, typed_vector
from som_core.errors import AtlasError
from som_core.preparation import prepare
from som_core.reading import read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train

TABLE = read_table(
    b"income,region,joined,at,day,note\n"
    + "".join(
        f"{1000 * row + 0.5},{'north' if row % 3 else 'south'},{1 + row % 28:02}.03.2024,"
        f"{row % 24:02}:30,{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[row % 7]},n{row}\n"
        for row in range(60)
    ).encode(),
    "shop.csv",
)
RECIPE = Recipe(
    tuple(ColumnRecipe(name=name) for name in ("income", "region", "joined"))
    + tuple(ColumnRecipe(name=name, encoding="cyclic", missing="mode") for name in ("at", "day"))
)
PREPARED = prepare(TABLE, RECIPE)
M = train(PREPARED, MapSettings(height=3, width=4, sigma=1, epochs=3))


@pytest.mark.parametrize("row", [0, 7, 59])
def test_a_row_of_the_table_typed_anew_lies_where_it_lay(row):
    typed = typed_row(M, TABLE, as_typed(M, TABLE, row))
    vector = typed_vector(M, typed)
    assert_allclose(vector, row_vector(M, TABLE, row), atol=1e-12)
    assert near_rows(M, PREPARED, vector, count=1).rows.tolist() == [row]


def test_the_columns_to_type_are_those_that_shape_the_map():
    assert typed_columns(M) == ("income", "region", "joined", "at", "day")


def test_a_date_may_be_typed_as_the_file_writes_it_or_year_first():
    one, other = (
        typed_vector(M, typed_row(M, TABLE, {"joined": date}))
        for date in ("07.03.2024", "2024-03-07")
    )
    assert_allclose(one, other)


def test_what_is_not_typed_stays_missing_whatever_the_recipe_fills():
    vector = typed_vector(M, typed_row(M, TABLE, {"income": "5000"}))
    known = [feature for feature, value in zip(M.features, vector, strict=True) if value == value]
    assert known == ["income"]
    assert np.isfinite(M.project(vector[None])[1]).all()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({}, "No value is typed"),
        ({"income": "much"}, "“income” holds numbers, and “much” is none"),
        ({"income": "1,000"}, "without marks between thousands"),
        ({"income": "inf"}, "“inf” is none"),
        ({"region": "North"}, "Did you mean “north”"),
        ({"region": "?"}, "It knows “north”, “south”"),
        ({"joined": "soon"}, "“joined” holds dates"),
        ({"joined": "today"}, "“today” is none"),
        ({"at": "noon"}, "“at” holds times"),
        ({"day": "Someday"}, "“day” holds weekdays"),
    ],
)
def test_what_can_not_be_read_is_said_with_the_way_out(typed, why):
    with pytest.raises(AtlasError, match=why.replace("?", r"\?")):
        typed_row(M, TABLE, typed)
