import numpy as np
import pytest
from numpy.testing import assert_allclose

from som_core.errors import AtlasError
from som_core.geometry.best_matching import best_two
from som_core.layers.component_plane import component_plane, order_planes
from som_core.preparation import prepare
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from testing.maps import a_map, a_table


def map_of_table(columns):
    """Return a map with one node for each row of a table; node and row are equal."""
    recipe = Recipe(tuple(ColumnRecipe(name=name, missing="mode") for name in columns))
    prepared = prepare(a_table(columns), recipe)
    codebook = prepared.matrix[None]
    matches = best_two(prepared.matrix, codebook)
    return TrainedMap(
        codebook=codebook,
        bmu=matches.bmu,
        second_bmu=matches.second_bmu,
        distance=matches.distance,
        rows=prepared.rows,
        settings=MapSettings(height=1, width=len(prepared.matrix), sigma=1),
        fitted=prepared.fitted,
    )


def test_a_plane_of_a_number_is_in_its_original_units():
    grams = [3750.0, 3800.0, 4675.0]
    layer = component_plane(map_of_table({"mass": grams, "wing": [1.0, 2.0, 4.0]}), "mass")
    assert_allclose(layer.values, [grams])
    assert layer.name == "mass"


def test_a_plane_of_a_category_level_is_its_share():
    m = map_of_table({"mass": [1.0, 2.0, 3.0], "island": ["Dream", "Biscoe", "Dream"]})
    layer = component_plane(m, "island = Dream")
    assert_allclose(layer.values, [[1, 0, 1]], atol=1e-12)
    assert layer.unit == "share"
    assert "“Dream” in “island”" in layer.description


@pytest.mark.parametrize(
    ("written", "unit", "values"),
    [
        (["1970-01-03", "1970-02-01", "1970-01-11"], "days since 1970", [2, 31, 10]),
        (["06:30", "18:00", "00:00"], "hours since midnight", [6.5, 18, 0]),
    ],
)
def test_a_plane_of_written_dates_says_how_they_are_counted(written, unit, values):
    layer = component_plane(map_of_table({"when": written, "mass": [1.0, 2.0, 4.0]}), "when")
    assert_allclose(layer.values, [values], atol=1e-9)
    assert layer.unit == unit


def test_a_plane_can_be_asked_for_by_position():
    m = a_map([[[1, 5], [2, 7]]], features=["a", "b"])
    assert_allclose(component_plane(m, 1).values, [[5, 7]])


def test_an_unknown_feature_is_answered_with_near_names():
    m = a_map([[[1, 5, 0]]], features=["bill_length", "bill_depth", "year"])
    with pytest.raises(AtlasError, match="“bill_length”"):
        component_plane(m, "bill_lenght")


@pytest.mark.parametrize("place", [-1, 2])
def test_a_position_beyond_the_features_is_refused(place):
    with pytest.raises(AtlasError, match="It has 2: 0 to 1"):
        component_plane(a_map([[[1, 5]]]), place)


def test_alike_planes_sit_together():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 60))
    noise = 0.1 * rng.normal(size=(2, 60))
    planes = np.array([first, second, 5 * first + noise[0], second - 3 + noise[1]])
    m = a_map(planes.T.reshape(6, 10, 4), features=["a", "b", "like a", "like b"])
    order = order_planes(m)
    assert abs(order.index("a") - order.index("like a")) == 1
    assert abs(order.index("b") - order.index("like b")) == 1


def test_a_gradual_change_of_planes_is_found_again():
    turn = np.linspace(0, 2, 9)
    places = np.arange(400) * 2 * np.pi / 400
    planes = np.cos(places[:, None] + turn)
    shuffled = np.random.default_rng(1).permutation(9)
    names = [str(place) for place in shuffled]
    m = a_map(planes[:, shuffled].reshape(20, 20, 9), features=names)
    order = [int(name) for name in order_planes(m)]
    assert order in (list(range(9)), list(range(9))[::-1])
    assert names.index(str(order[0])) < names.index(str(order[-1]))  # the table's first end


def test_planes_without_variation_come_last():
    codebook = np.random.default_rng(0).normal(size=(3, 3, 4))
    codebook[:, :, 1] = 7
    order = order_planes(a_map(codebook, features=["a", "flat", "b", "c"]))
    assert order[-1] == "flat"
    assert sorted(order) == ["a", "b", "c", "flat"]


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_few_planes_keep_all_their_names(n_features):
    codebook = np.random.default_rng(0).normal(size=(2, 2, n_features))
    m = a_map(codebook)
    assert sorted(order_planes(m)) == sorted(m.features)


def test_twins_sit_together_among_many_planes():
    rng = np.random.default_rng(0)
    planes = rng.normal(size=(64, 400))
    twins = planes + 0.01 * rng.normal(size=planes.shape)
    names = [f"plane {place}" for place in range(400)] + [f"twin {place}" for place in range(400)]
    m = a_map(np.hstack([planes, twins]).reshape(8, 8, 800), features=names)
    order = order_planes(m)
    assert all(
        abs(order.index(f"plane {place}") - order.index(f"twin {place}")) == 1
        for place in range(400)
    )
