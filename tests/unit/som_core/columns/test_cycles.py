import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from som_core.analyses.column_importance import column_importance
from som_core.errors import AtlasError
from som_core.layers.component_plane import component_plane, order_planes
from som_core.preparation import FittedRecipe, prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train
from testing.maps import a_table
from testing.remarks import sentences

HOURS = np.tile(np.arange(24.0), 10)


def on_a_circle(values, **choices):
    recipe = Recipe((ColumnRecipe(name="at", encoding="cyclic", **choices),))
    return prepare(a_table({"at": values}), recipe)


def test_the_end_of_a_circle_lies_beside_its_beginning():
    matrix = on_a_circle(HOURS).matrix
    apart = np.linalg.norm(matrix - matrix[0], axis=1)
    assert_allclose(apart[23], apart[1])
    assert apart[:24].argmax() == 12


@pytest.mark.parametrize("weight", [1.0, 2.5])
def test_sine_and_cosine_share_the_weight_of_one_column(weight):
    hours = np.random.default_rng(0).normal(8, 3, size=500) % 24
    prepared = on_a_circle(hours, weight=weight)
    assert prepared.features == ("at (sine)", "at (cosine)")
    assert_allclose(prepared.matrix.var(axis=0).sum(), weight**2)


@pytest.mark.parametrize(
    ("values", "period"),
    [
        (HOURS, 24),
        (np.arange(1.0, 13), 12),
        (np.arange(7.0), 7),
        (np.linspace(-179, 180, 50), 360),
        (np.linspace(0, 359, 50), 360),
        (np.linspace(0, 6.2, 50), 2 * np.pi),
    ],
)
def test_values_come_back_in_their_units(values, period):
    prepared = on_a_circle(values, period=period if period < 7 else None)
    back = prepared.fitted.plane(prepared.matrix, "at")
    assert_allclose(back % period, values % period, atol=1e-9)
    assert prepared.fitted.circle("at").period == pytest.approx(period)


def test_months_come_back_from_1_to_12():
    months = np.tile(np.arange(1.0, 13), 3)
    prepared = on_a_circle(months)
    assert_allclose(prepared.fitted.plane(prepared.matrix, "at"), months)


def test_a_missing_value_becomes_the_mean_direction():
    prepared = on_a_circle([23.0, 1.0, np.nan, 22.0, 2.0], period=24)
    assert_allclose(prepared.fitted.plane(prepared.matrix, "at")[2] % 24, 0, atol=1e-9)
    assert "mean direction of their circle: “at” (1)" in " ".join(sentences(prepared.remarks))


@pytest.mark.parametrize(
    ("period", "expected"),
    [(1.0, [0.0, 0.5, 0.75]), (7.0, [0.0, 0.5, 2.75]), (365.2425, [0.0, 0.5, 2.75])],
)
def test_parts_of_dates_go_round(period, expected):
    dates = pd.to_datetime(["2018-01-01 00:00", "2018-01-01 12:00", "2018-01-03 18:00"])  # a Monday
    prepared = on_a_circle(dates, period=period)
    assert_allclose(prepared.fitted.plane(prepared.matrix, "at"), expected, atol=0.5 * (period > 7))


def test_what_was_learned_is_kept_to_the_last_digit():
    table = a_table({"at": [*HOURS, np.nan]})
    prepared = prepare(table, Recipe((ColumnRecipe(name="at", encoding="cyclic"),)))
    again = FittedRecipe.from_json(prepared.fitted.to_json())
    assert (again.transform(table).matrix == prepared.matrix).all()


def test_a_circle_is_one_plane_in_its_own_units():
    rng = np.random.default_rng(0)
    table = a_table({"at": HOURS, "load": np.cos(HOURS / 12 * np.pi) + 0.1 * rng.normal(size=240)})
    recipe = Recipe((ColumnRecipe(name="at", encoding="cyclic"), ColumnRecipe(name="load")))
    prepared = prepare(table, recipe)
    m = train(prepared, MapSettings(height=4, width=6, sigma=2))
    assert sorted(order_planes(m)) == ["at", "load"]
    plane = component_plane(m, "at")
    assert plane.circle == (0, 24)
    shown = plane.values[np.isfinite(plane.values)]
    assert ((shown >= 0) & (shown < 24)).all()
    assert np.abs(component_plane(m, "at (sine)").values).max() <= 1
    # A cell stands for the hours of its rows: far less than a quarter of the day away.
    node = m.bmu.astype(int)
    away = (plane.values.ravel()[node] - HOURS + 12) % 24 - 12
    assert np.nanmedian(np.abs(away)) < 3
    importance = column_importance(m, table).set_index("column")
    assert importance.loc["at", "explained"] > 0.8  # as a line it would be parted at midnight
    assert importance["share_of_distance"].to_dict() == pytest.approx({"at": 0.5, "load": 0.5})


def test_a_cell_that_points_nowhere_has_no_value():
    prepared = on_a_circle(HOURS)
    middle = -np.array(prepared.fitted.circle("at").centre) / prepared.fitted.circle("at").spread
    assert np.isnan(prepared.fitted.plane(middle, "at"))


def test_one_click_takes_the_circle_back():
    recipe = Recipe((ColumnRecipe(name="at", encoding="cyclic"),))
    (remark,) = [r for r in prepare(a_table({"at": HOURS}), recipe).remarks if r.kind == "circle"]
    taken_back = prepare(a_table({"at": HOURS}), recipe.changed(remark.remedy.changes))
    assert taken_back.features == ("at",)
    assert not [r for r in taken_back.remarks if r.kind == "circle"]


def test_values_that_no_usual_circle_holds_need_a_period():
    with pytest.raises(AtlasError, match="no usual circle holds"):
        on_a_circle([0.0, 100_000.0])
    assert on_a_circle([0.0, 100_000.0, 30.0], period=400_000).fitted.circle("at").start == 0


def test_the_same_place_on_the_circle_in_all_rows_is_constant():
    with pytest.raises(AtlasError, match="one and the same"):
        on_a_circle([0.0, 24.0, 48.0], period=24)
