import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)

from som_core.columns.neighbour_fill import MOST_DONORS
from som_core.errors import AtlasError
from som_core.preparation import FittedRecipe, prepare
from som_core.reading import Dialect, Table
from som_core.recipe import ColumnRecipe, Recipe
from testing.paths import SAMPLES
from testing.remarks import sentences

PENGUINS = pd.read_csv(SAMPLES / "penguins.csv")
MEASURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TRANSFORMS = ["none", "log", "sqrt", "yeo-johnson", "rank"]
SCALES = ["zscore", "minmax", "robust", "none"]


def table_of(columns) -> Table:
    return Table(pd.DataFrame(columns), "table.csv", Dialect())


def alike(names, **choices) -> Recipe:
    """Return a recipe that does the same to each column."""
    return Recipe(tuple(ColumnRecipe(name=name, **choices) for name in names))


def prepared_alike(columns, **choices):
    return prepare(table_of(columns), alike(columns, **choices))


# Numbers against scikit-learn


@pytest.mark.parametrize(
    ("scale", "scaler"),
    [
        ("zscore", StandardScaler()),
        ("minmax", MinMaxScaler()),
        ("robust", RobustScaler()),
        ("none", FunctionTransformer()),
    ],
)
@pytest.mark.parametrize(
    ("missing", "imputer"),
    [
        ("mean", SimpleImputer(strategy="mean")),
        ("median", SimpleImputer(strategy="median")),
        ("mode", SimpleImputer(strategy="most_frequent")),
        ("keep", FunctionTransformer()),
    ],
)
def test_filled_and_scaled_measures_agree_with_scikit_learn(missing, imputer, scale, scaler):
    measures = PENGUINS[MEASURES]
    ours = prepared_alike(measures, missing=missing, scale=scale)
    theirs = make_pipeline(imputer, scaler).fit_transform(measures.to_numpy(float))
    assert ours.features == tuple(MEASURES)
    if missing == "keep":  # two birds without any measure: nothing says where they lie
        theirs = theirs[~np.isnan(theirs).all(axis=1)]
    assert_allclose(ours.matrix, theirs, atol=1e-9)


def test_a_yeo_johnson_transform_agrees_with_scikit_learn():
    measures = PENGUINS[MEASURES].dropna()
    ours = prepared_alike(measures, transform="yeo-johnson")
    theirs = PowerTransformer().fit_transform(measures.to_numpy(float))
    assert_allclose(ours.matrix, theirs, atol=1e-4)  # near a flat likelihood powers differ a little


def test_nearest_neighbours_agree_with_scikit_learn():
    rng = np.random.default_rng(0)  # no ties between distances, which rounding would decide
    measures = pd.DataFrame(rng.normal(size=(200, 4)) * [1, 10, 100, 1000], columns=MEASURES)
    measures = measures.mask(rng.random(measures.shape) < 0.1)
    ours = prepared_alike(measures, missing="knn")
    scaled = StandardScaler().fit_transform(measures)
    theirs = StandardScaler().fit_transform(KNNImputer(n_neighbors=5).fit_transform(scaled))
    assert_allclose(ours.matrix, theirs, atol=1e-9)


def test_outliers_are_clipped_to_the_fences_1_5_quartile_ranges_away():
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 100.0, -100.0]  # quartiles 0.5 and 3.5
    prepared = prepared_alike({"x": values}, outliers="clip", scale="none")
    assert_allclose(prepared.matrix[:, 0], [0, 1, 2, 3, 4, 8, -4])
    assert "Outliers were clipped to the fences: “x” (2)." in sentences(prepared.remarks)


def test_a_weight_multiplies_the_scaled_column():
    measures = PENGUINS[MEASURES]
    weighted = prepared_alike(measures, weight=2.5).matrix
    assert_allclose(weighted, 2.5 * prepared_alike(measures).matrix)


def test_dates_count_days():
    dates = pd.to_datetime(["1970-01-02 00:00", "1970-01-03 12:00", None])
    prepared = prepared_alike({"on": dates}, missing="keep", scale="none")
    assert_allclose(prepared.matrix, [[1.0], [2.5]])


def test_dates_written_as_text_count_days_and_times_hours():
    table = {"on": ["02/01/1970", "23/01/1970"], "at": ["18.00.00", "06.30.00"]}
    prepared = prepared_alike(table, scale="none")
    assert_allclose(prepared.matrix, [[1.0, 18.0], [22.0, 6.5]])
    read = FittedRecipe.from_json(prepared.fitted.to_json())
    new = read.transform(table_of({"on": [None, "23.1.70"], "at": ["", "06.30.00"]}))
    assert_allclose(new.matrix, [[11.5, 12.25], [11.5, 6.5]])
    assert "Unreadable as dates, so taken as missing: “on” (1), “at” (1)." in sentences(new.remarks)


# Categories


def test_a_category_has_one_feature_per_level_and_centres_on_the_share_of_each():
    prepared = prepared_alike({"sex": ["m", "f", "m", "m"]}, scale="none")
    assert prepared.features == ("sex = f", "sex = m")
    assert_allclose(prepared.matrix, [[-0.25, 0.25], [0.75, -0.75], [-0.25, 0.25], [-0.25, 0.25]])


labels = st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=60)


@settings(deadline=None, max_examples=60)
@given(labels.filter(lambda levels: len(set(levels)) > 1), st.floats(0.1, 10))
def test_a_category_varies_as_much_as_one_number_however_many_levels_it_has(levels, weight):
    prepared = prepared_alike({"level": levels}, weight=weight)
    assert_allclose(prepared.matrix.var(axis=0).sum(), weight**2)


@settings(deadline=None, max_examples=60)
@given(labels.filter(lambda levels: len(set(levels)) > 1))
def test_rows_of_different_levels_are_1_apart_when_a_category_is_scaled_min_to_max(levels):
    matrix = prepared_alike({"level": levels}, scale="minmax").matrix
    other = levels.index(next(level for level in levels if level != levels[0]))
    assert_allclose(np.linalg.norm(matrix[0] - matrix[other]), 1.0)


def test_truth_values_are_a_category_of_two_levels():
    prepared = prepared_alike({"paid": [True, False, True]})
    assert prepared.features == ("paid = False", "paid = True")


def test_numbers_written_as_text_are_a_category():
    assert prepared_alike({"zip": ["007", "7"]}).features == ("zip = 007", "zip = 7")


@pytest.mark.parametrize("missing", ["mode", "mean", "median", "knn"])
def test_a_missing_level_becomes_the_most_frequent_one(missing):
    prepared = prepared_alike({"sex": ["m", "f", "m", None]}, missing=missing)
    assert_array_equal(prepared.matrix[3], prepared.matrix[0])
    assert_allclose(prepared.matrix.var(axis=0).sum(), 1.0)
    assert any(
        "most frequent level" in remark and "“sex” (1)" in remark
        for remark in sentences(prepared.remarks)
    )


def test_a_missing_level_that_is_kept_is_missing_in_all_its_features():
    table = {"sex": ["m", "f", "m", None], "age": [1.0, 2.0, 3.0, 4.0]}
    matrix = prepared_alike(table, missing="keep").matrix
    assert_array_equal(np.isnan(matrix[3]), [True, True, False])
    assert not np.isnan(matrix[:3]).any()


def test_a_category_of_too_many_levels_is_refused_with_a_way_out():
    names = [f"customer {number}" for number in range(101)]
    with pytest.raises(AtlasError, match=r"“name” has 101 different values.*describe"):
        prepared_alike({"name": names})


# Rows and columns that remain


def test_it_says_how_many_rows_remain_and_why():
    measures = PENGUINS[[*MEASURES, "sex"]]
    prepared = prepare(table_of(measures), alike(MEASURES, missing="drop_row"))
    assert sentences(prepared.remarks)[0] == (
        "344 rows: 342 remain; 2 were dropped because “bill_length_mm” is missing."
    )
    assert prepared.matrix.shape == (342, 4)
    assert_array_equal(prepared.rows, np.flatnonzero(measures["bill_length_mm"].notna()))
    both = prepared_alike(measures, missing="drop_row")
    assert sentences(both.remarks)[0] == (
        "344 rows: 333 remain; 11 were dropped: 2 because “bill_length_mm” is missing, "
        "9 because “sex” is missing."
    )


def test_it_says_which_columns_train_and_which_are_left_out():
    recipe = Recipe(
        (
            ColumnRecipe(name="size"),
            ColumnRecipe(name="colour"),
            ColumnRecipe(name="constant"),
            ColumnRecipe(name="weightless", weight=0),
            ColumnRecipe(name="note", role="describe"),
            ColumnRecipe(name="id", role="drop"),
        )
    )
    table = {
        "size": [1, 2, 3],
        "colour": ["red", "blue", "red"],
        "constant": [5, 5, None],
        "weightless": [1, 2, 3],
        "note": ["x", "y", "z"],
        "id": [1, 2, 3],
    }
    assert sentences(prepare(table_of(table), recipe).remarks) == (
        "3 rows: all remain.",
        "6 columns: 2 train the map, as 3 features; 1 describes it; 3 left out.",
        "Left out, as the same in all rows that remain: “constant”.",
        "Left out, as of weight 0: “weightless”.",
    )


def test_rows_beyond_the_fences_are_dropped_but_not_those_without_a_value():
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 100.0, np.nan]
    prepared = prepared_alike({"x": values}, outliers="drop_row", missing="mean", scale="none")
    assert_array_equal(prepared.rows, [0, 1, 2, 3, 4, 6])
    assert_allclose(prepared.matrix[:, 0], [0, 1, 2, 3, 4, 2])
    assert (
        sentences(prepared.remarks)[0]
        == "7 rows: 6 remain; 1 was dropped because “x” is an outlier."
    )


def test_no_row_is_an_outlier_where_most_values_are_the_same():
    prepared = prepared_alike({"rain": [0.0] * 8 + [1.0, 9.0]}, outliers="drop_row")
    assert len(prepared.rows) == 10
    assert any("No outliers can be told" in remark for remark in sentences(prepared.remarks))


def test_infinite_and_huge_numbers_count_as_missing():
    values = [1.0, 3.0, np.inf, -np.inf, 1e308, np.nan]
    prepared = prepared_alike({"x": values}, missing="mean", scale="none")
    assert_allclose(prepared.matrix[:, 0], [1, 3, 2, 2, 2, 2])
    assert "Infinite, or too large to compute with, so taken as missing: “x” (3)." in (
        sentences(prepared.remarks)
    )


def test_numbers_too_small_to_be_squared_count_as_0():
    prepared = prepared_alike({"x": [1e-200, 2e-200, 1.0]}, scale="none")
    assert_allclose(prepared.matrix[:, 0], [0, 0, 1])


def test_robust_scaling_without_a_quartile_range_takes_the_standard_deviation():
    values = np.array([0.0] * 8 + [1.0, 9.0])
    prepared = prepared_alike({"rain": values}, scale="robust")
    assert_allclose(prepared.matrix[:, 0], values / values.std())


def test_neighbours_of_a_long_table_are_looked_for_in_a_part_of_it_and_that_is_said():
    rng = np.random.default_rng(0)
    x = rng.normal(size=MOST_DONORS + 500)
    table = {"x": x, "double": 2 * x}
    table["double"][:50] = np.nan
    prepared = prepared_alike(table, missing="knn", scale="none")
    assert_allclose(prepared.matrix[:50, 1], 2 * x[:50], atol=0.5)
    assert any("2,000 of the 2,500 rows" in remark for remark in sentences(prepared.remarks))
    assert_array_equal(prepared.matrix[:, 0], x)  # what is there stays to the last digit
    assert len(prepared.fitted.neighbours.donors) == MOST_DONORS


@pytest.mark.parametrize(
    ("table", "choices", "said"),
    [
        ({"x": [1, 2]}, {"role": "describe"}, "No column trains"),
        ({"x": [1, 2]}, {"weight": 0}, "weight 0"),
        ({"x": [3, 3]}, {}, "one and the same value: “x”"),
        ({"x": [3, 3], "y": [None, 1]}, {"role": "describe"}, "No column of .* two different"),
        ({"x": [3]}, {}, "has one row"),
        ({"x": ["a", "a"]}, {}, "one and the same value: “x”"),
        ({"x": [np.nan, np.nan], "y": [1, 2]}, {}, "“x” has no value in the rows"),
        ({"x": [None, None], "y": [1, 2]}, {}, "“x” has no value in the rows"),
        ({"x": [np.inf, np.nan], "y": [1, 2]}, {}, "“x” has no value in the rows"),
        ({"x": [np.nan] * 2, "y": [1, 2]}, {"outliers": "clip"}, "“x” has no value in the rows"),
        ({"x": [None, 1], "y": [1, None]}, {"missing": "drop_row"}, "2 rows: 0 remain"),
        ({"x": []}, {}, "The table has no rows"),
        ({"x": ["a", "b"], "x = a": [1, 2]}, {}, "both be called “x = a”"),
    ],
)
def test_what_cannot_be_prepared_is_said_in_a_sentence(table, choices, said):
    with pytest.raises(AtlasError, match=said):
        prepared_alike(table, **choices)


def test_a_recipe_for_another_table_names_the_columns_it_lacks():
    with pytest.raises(AtlasError, match=r"“table\.csv” has no column “b”, “c”"):
        prepare(table_of({"a": [1, 2]}), alike(["a", "b", "c"]))


# New rows


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["mean", "mode", "knn", "keep", "drop_row"])
@pytest.mark.parametrize("outliers", ["keep", "clip", "drop_row"])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_same_table_gives_the_same_matrix_also_after_a_way_through_json(
    missing, outliers, transform
):
    table = table_of(PENGUINS)
    recipe = alike(PENGUINS, missing=missing, outliers=outliers, transform=transform)
    prepared = prepare(table, recipe)
    read = FittedRecipe.from_json(prepared.fitted.to_json())
    assert read == prepared.fitted
    for again in (prepared.transform(table), read.transform(table)):
        assert_array_equal(again.matrix, prepared.matrix)
        assert_array_equal(again.rows, prepared.rows)
        assert again.features == prepared.features


def test_new_rows_are_scaled_by_what_the_old_ones_taught():
    prepared = prepared_alike({"x": [0.0, 2.0], "sex": ["f", "m"]})
    new = prepared.transform(table_of({"sex": ["m", "f"], "x": [4.0, None], "more": [1, 2]}))
    assert_allclose(new.matrix[:, 0], [3.0, 0.0])
    assert_allclose(new.matrix[:, 1:], prepared.matrix[::-1, 1:])


def test_a_level_that_was_never_seen_counts_as_none_and_that_is_said():
    prepared = prepared_alike({"sex": ["f", "m"]})
    new = prepared.transform(table_of({"sex": ["x", "f"]}))
    for feature, place in (("sex = f", 0), ("sex = m", 1)):
        assert prepared.original_units(new.matrix[0, place], feature) == 0
    assert any(
        "doesn't know" in remark and "“sex” (1)" in remark for remark in sentences(new.remarks)
    )


@pytest.mark.parametrize(("transform", "lowest"), [("log", 1.0), ("sqrt", 0.0), ("rank", 1.0)])
def test_a_new_value_that_the_transform_does_not_reach_becomes_the_nearest_it_does(
    transform, lowest
):
    prepared = prepared_alike({"x": [1.0, 2.0, 4.0]}, transform=transform)
    new = prepared.transform(table_of({"x": [-5.0, 2.0]}))
    assert_allclose(prepared.original_units(new.matrix[:, 0], "x"), [lowest, 2.0])
    assert any("nearer end" in remark and "“x” (1)" in remark for remark in sentences(new.remarks))


def test_a_new_table_that_lacks_a_column_is_refused_by_its_name():
    prepared = prepared_alike(PENGUINS)
    with pytest.raises(AtlasError, match="no column “year”"):
        prepared.transform(table_of(PENGUINS.drop(columns="year")))


def test_text_where_numbers_were_is_refused_with_its_row():
    prepared = prepared_alike({"x": [1.0, 2.0]})
    with pytest.raises(AtlasError, match=r"“x” held numbers.*“abc” in row 2"):
        prepared.transform(table_of({"x": [None, "abc"]}))


def test_a_new_table_may_have_no_value_in_a_column():
    prepared = prepared_alike({"x": [1.0, 2.0, 6.0]}, scale="none")
    assert_allclose(prepared.transform(table_of({"x": [None, None]})).matrix, [[2.0], [2.0]])


def test_an_outlier_drops_its_row_again_even_where_its_column_was_left_out():
    nearly_1 = 1.0 + 1e-15  # within rounding, so that “x” is constant without its last value
    table = {"x": [1.0, 1.0, nearly_1, nearly_1, 50.0], "y": [1.0, 2.0, 3.0, 4.0, 5.0]}
    prepared = prepared_alike(table, outliers="drop_row")
    assert prepared.features == ("y",)
    assert_array_equal(prepared.rows, [0, 1, 2, 3])
    assert_array_equal(prepared.transform(table_of(table)).rows, prepared.rows)


# Back to original units


@pytest.mark.slow
@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("scale", SCALES)
@settings(deadline=None, max_examples=25)
@given(
    values=st.lists(
        st.integers(-1_000_000, 1_000_000).map(lambda hundredths: hundredths / 100),
        min_size=2,
        max_size=30,
        unique=True,
    ),
    weight=st.floats(0.01, 100),
)
def test_original_units_undo_every_transform_and_scale(transform, scale, values, weight):
    prepared = prepared_alike({"x": values}, transform=transform, scale=scale, weight=weight)
    read = FittedRecipe.from_json(prepared.fitted.to_json())
    back = read.original_units(prepared.matrix.reshape(1, -1), "x")
    assert back.shape == (1, len(values))
    assert_allclose(back[0], values, rtol=0, atol=1e-5 * np.ptp(values))


def test_original_units_of_a_level_are_its_share_and_missing_stays_missing():
    prepared = prepared_alike({"sex": ["m", "f", "m", "m"]}, weight=3)
    of_males = prepared.matrix[:, prepared.features.index("sex = m")]
    assert_allclose(prepared.original_units(of_males, "sex = m"), [1, 0, 1, 1])
    assert_allclose(prepared.original_units(of_males.mean(), "sex = m"), 0.75)
    assert np.isnan(prepared.original_units([[np.nan]], "sex = m")).all()


def test_a_feature_knows_its_column():
    fitted = prepared_alike(PENGUINS).fitted
    assert fitted.column_of("island = Biscoe") == "island"
    assert fitted.column_of("year") == "year"
    with pytest.raises(AtlasError, match="no feature “Biscoe”"):
        fitted.original_units(0.0, "Biscoe")


@pytest.mark.parametrize(
    "damage",
    [
        lambda written: "",
        lambda written: "[]",
        lambda written: json.dumps(written | {"version": 9}),
        lambda written: json.dumps(written | {"columns": [{}]}),
        lambda written: json.dumps({"version": 1}),
        lambda written: json.dumps(written | {"recipe": "{}"}),
    ],
)
def test_a_damaged_file_is_refused_with_a_sentence(damage):
    written = json.loads(prepared_alike({"x": [1, 2]}).fitted.to_json())
    with pytest.raises(AtlasError, match=r"anew|isn't a recipe"):
        FittedRecipe.from_json(damage(written))


# Some rows only


@pytest.mark.parametrize("missing", ["drop_row", "median", "knn"])
@pytest.mark.parametrize("outliers", ["keep", "clip", "drop_row"])
def test_of_chosen_rows_all_is_learned_as_if_there_were_no_others(missing, outliers):
    columns = (*MEASURES, "island")
    recipe = Recipe(
        tuple(
            ColumnRecipe(name=name, missing=missing, outliers=outliers, scale="robust")
            if name in MEASURES
            else ColumnRecipe(name=name)
            for name in columns
        )
    )
    table = table_of(PENGUINS[list(columns)])
    chosen = np.flatnonzero(PENGUINS["species"] == "Gentoo")
    alone = prepare(table.of_rows(chosen), recipe)
    prepared = prepare(table, recipe, rows=chosen[::-1])
    assert_array_equal(prepared.matrix, alone.matrix)
    assert prepared.features == alone.features
    assert_array_equal(prepared.rows, chosen[alone.rows])
    assert_array_equal(prepared.chosen, chosen)
    again = prepared.fitted.transform(table, prepared.chosen)
    assert_array_equal(again.matrix, prepared.matrix)
    assert_array_equal(again.rows, prepared.rows)


def test_it_is_said_how_many_rows_the_map_is_not_of():
    prepared = prepare(
        table_of({"x": [1.0, 2.0, np.nan, 4.0, 5.0]}), alike("x", missing="drop_row"), [0, 2, 4]
    )
    assert sentences(prepared.remarks)[0] == (
        "5 rows: 2 remain; 3 were dropped: 2 because the map is of other rows, 1 because “x” is "
        "missing."
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "0 rows are chosen. Choose at least two rows"),
        ([3], "1 row is chosen. Choose at least two rows"),
        ([0, 4], "has rows 0 to 3"),
        ([-1, 2], "has rows 0 to 3"),
    ],
)
def test_rows_that_make_no_map_are_refused(rows, sentence):
    with pytest.raises(AtlasError, match=sentence):
        prepare(table_of({"x": [1.0, 2.0, 3.0, 4.0]}), alike("x"), rows)


def test_a_transform_that_makes_groups_of_equal_counts_is_said_with_the_way_back():
    counts = np.random.default_rng(0).negative_binomial(1, 0.4, 300).astype(float)
    counts[0] = np.nan
    table = table_of({"complaints": counts, "x": 0.5 * np.arange(300)})
    bent = Recipe(
        tuple(
            ColumnRecipe(name=name, transform="yeo-johnson", missing="median")
            for name in table.frame
        )
    )
    (remark,) = (one for one in prepare(table, bent).remarks if one.kind == "torn counts")
    assert remark.columns == ("complaints",)
    (remedy,) = remark.remedies
    mended = bent.changed(remedy.changes)
    assert mended.column("complaints").transform == "none"
    assert "torn counts" not in {one.kind for one in prepare(table, mended).remarks}
