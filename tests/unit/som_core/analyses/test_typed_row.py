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


def small_map(content: str, *names: str):
    """Return a map by some columns of a small file, and its table."""
    table = read_table(content.encode(), "shop.csv")
    recipe = Recipe(tuple(ColumnRecipe(name=name) for name in names))
    settings = MapSettings(height=2, width=3, sigma=1, epochs=2)
    return train(prepare(table, recipe), settings), table


def with_commas(thousands: str):
    """Return a map and a table of a file with a decimal comma."""
    rows = [f"{row + 1}{thousands}{100 + row},5;{row}\n" for row in range(30)]
    return small_map("income;age\n" + "".join(rows), "income", "age")


def income(m, table, text) -> float:
    return typed_row(m, table, {"income": text}).frame["income"].iloc[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20.500", 20_500),  # as the file writes its thousands
        ("1.234.567,5", 1_234_567.5),
        ("-20.500", -20_500),
        ("20,5", 20.5),
        ("20500", 20_500),
        ("20.5", 20.5),  # can be no thousands
        ("0.500", 0.5),
        ("1,5e3", 1500),
    ],
)
def test_a_number_is_read_as_the_file_writes_it(text, value):
    assert income(*with_commas("."), text) == value


def test_a_number_of_two_meanings_is_asked_about():
    m, table = with_commas("")
    with pytest.raises(AtlasError, match=r"two ways.*Write 20500 or 20,500"):
        income(m, table, "20.500")
    with pytest.raises(AtlasError, match=r"Write 1234567\."):
        income(m, table, "1.234.567")
    assert income(m, table, "20,500") == 20.5


def test_thousands_may_be_typed_where_the_file_has_them():
    rows = "".join(f'"{row + 1},{100 + row}.5",{row}\n' for row in range(30))
    m, table = small_map(f"income,age\n{rows}", "income", "age")
    assert income(m, table, "20,500") == 20_500
    assert income(m, table, "20.500") == 20.5
    with pytest.raises(AtlasError, match=r"such as 40000 or 0\.5"):
        income(m, table, "20,5")


def test_a_column_with_the_other_decimal_mark_is_typed_with_it():
    rows = "".join(f"{row + 1}.5;{row},125\n" for row in range(30))
    m, table = small_map(f"income;age\n{rows}", "income", "age")
    assert len(table.dialect.other_decimal) == 1
    for row in (0, 7):
        typed = as_typed(m, table, row)
        assert typed == {"income": f"{row + 1}.5", "age": f"{row},125"}
        frame = typed_row(m, table, typed).frame
        assert frame.iloc[0].tolist() == table.frame.iloc[row].tolist()


@pytest.mark.parametrize("thousands", ["", ".", " "])
def test_a_row_of_a_file_with_commas_is_typed_with_commas_and_read_back(thousands):
    m, table = with_commas(thousands)
    typed = as_typed(m, table, 3)
    assert typed == {"income": "4103,5", "age": "3"}
    assert typed_row(m, table, typed).frame["income"].iloc[0] == 4103.5


def test_a_number_may_be_typed_as_the_file_writes_it():
    lines = (f"{row},5;{row / 10:.1f} %".replace(".", ",") for row in range(40))
    table = read_table("\n".join(["x;discount", *lines]).encode(), "shares.csv")
    prepared = prepare(table, Recipe((ColumnRecipe(name="x"), ColumnRecipe(name="discount"))))
    m = train(prepared, MapSettings(height=3, width=3, sigma=1, epochs=2))

    def discount(text):
        return typed_row(m, table, {"x": "3", "discount": text}).frame["discount"].iloc[0]

    assert (discount("1,4 %"), discount("1,4"), discount("1.4")) == (1.4, 1.4, 1.4)
    assert np.isnan(discount("-"))  # a mark of the file for what is missing
    with pytest.raises(AtlasError, match="“3 €” is none"):
        discount("3 €")
    with pytest.raises(AtlasError, match="“3 %” is none"):
        typed_row(m, table, {"x": "3 %"})
