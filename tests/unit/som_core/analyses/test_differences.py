import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from som_core.analyses.differences import cohens_d, cohens_h, contrast
from som_core.errors import AtlasError
from testing.maps import a_table


def only(columns, rows, other=None):
    """Return the contrast of the only column as a Series."""
    found = contrast(a_table(columns), rows, other)
    assert len(found) == 1
    return found.iloc[0]


def test_a_number_is_compared_in_pooled_standard_deviations():
    one = only({"mass": [4.0, 5, 6, 1, 2, 3]}, [0, 1, 2])
    assert (one.kind, one.effect, one.difference) == ("number", 3, 3)
    assert (one.here, one.elsewhere, one.median_here, one.median_elsewhere) == (5, 2, 5, 2)
    assert one.in_words == "mass is higher: 5 here, 2 elsewhere"


@given(arrays(float, st.integers(3, 40), elements=st.integers(-999, 999)))
@settings(max_examples=50, deadline=None)
def test_medians_are_those_of_numpy(values):
    one = only({"mass": values}, range(len(values) // 3 + 1))
    here, elsewhere = np.split(values, [len(values) // 3 + 1])
    assert_allclose(one.median_here, np.median(here))
    assert_allclose(one.median_elsewhere, np.median(elsewhere))


def test_a_category_is_compared_by_the_level_that_differs_most():
    one = only({"island": ["Dream"] * 4 + ["Biscoe"] * 3 + ["Dream"]}, [0, 1, 2, 3])
    assert (one.kind, one.level, one.here, one.elsewhere) == ("category", "Dream", 1, 0.25)
    assert one.effect == pytest.approx(np.pi - np.pi / 3)  # h of 1 and 1/4
    assert one.in_words == "island is more often “Dream”: 100% here, 25% elsewhere"


def test_of_two_levels_that_mirror_each_other_the_more_frequent_one_is_named():
    one = only({"tame": ["no", "yes", "yes", "yes", "no", "no", "no", "yes"]}, [0, 1, 2, 3])
    assert one.in_words == "tame is more often “yes”: 75% here, 25% elsewhere"


def test_a_date_is_compared_as_a_date():
    days = pd.to_datetime(["2020-01-01", "2020-01-03", "2021-06-01", "2021-06-03"])
    one = only({"seen": days}, [2, 3])
    assert one.kind == "date"
    assert one.in_words == "seen is later: 2021-06-02 here, 2020-01-02 elsewhere"


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        (
            ["2020-01-01", "2020-01-03", "2021-06-01", "2021-06-03"],
            "date",
            "seen is later: 2021-06-02 here, 2020-01-02 elsewhere",
        ),
        (["06:30", "07:30", "18:00", "19:00"], "number", "seen is higher: 18.5 here, 7 elsewhere"),
    ],
)
def test_dates_and_times_written_as_text_are_compared_as_such(written, kind, words):
    one = only({"seen": written}, [2, 3])
    assert (one.kind, one.in_words) == (kind, words)


def test_a_truth_value_is_a_category():
    one = only({"tame": [True, True, False, False]}, [0, 1])
    assert (one.kind, one.level) == ("category", "True")


def test_the_largest_effect_comes_first_whatever_its_sign():
    table = a_table({"same": [1.0, 2, 1, 2], "lower": [0.0, 1, 8, 9], "higher": [5.0, 7, 4, 6]})
    assert contrast(table, [0, 1])["column"].tolist() == ["lower", "higher", "same"]


def test_a_small_difference_is_about_the_same():
    one = only({"mass": [1.0, 2, 3, 1.1, 2, 3]}, [0, 1, 2])
    assert one.in_words == "mass is about the same: 2 here, 2.033 elsewhere"


def test_rows_can_be_compared_with_other_rows():
    one = only({"mass": [1.0, 2, 9, 9, 3, 4]}, [0, 1], [4, 5])
    assert (one.here, one.elsewhere) == (1.5, 3.5)


def test_missing_values_are_left_out_of_means_and_counted():
    one = only({"mass": [1.0, np.nan, 3, 5, 7, np.nan]}, [0, 1, 2])
    assert (one.here, one.elsewhere) == (2, 6)
    assert_allclose([one.missing_here, one.missing_elsewhere], [1 / 3, 1 / 3])


def test_a_column_that_is_missing_here_altogether_is_said_to_be_missing():
    one = only({"mass": [np.nan, np.nan, 3, 5]}, [0, 1])
    assert (one.kind, one.effect) == ("missing", pytest.approx(np.pi))
    assert one.in_words == "mass is missing in 100% of rows here, in 0% elsewhere"


def test_an_infinite_value_counts_as_missing():
    one = only({"mass": [1.0, np.inf, 3, 5]}, [0, 1])
    assert (one.here, one.missing_here) == (1, 0.5)


@pytest.mark.parametrize(
    "values",
    [
        ["a", "b", "c", "d"],  # an identifier
        [None, None, None, None],
        [np.nan, np.nan, np.nan, np.nan],
    ],
)
def test_a_column_that_says_nothing_is_left_out(values):
    assert len(contrast(a_table({"x": values}), [0, 1])) == 0


def test_a_constant_column_has_no_effect():
    assert only({"year": [0.1, 0.1, 0.1, 0.1]}, [0, 1]).effect == 0


def test_two_different_constants_have_a_finite_effect():
    assert only({"year": [1.0, 1, 2, 2]}, [0, 1]).effect == pytest.approx(-2)


def test_two_single_rows_differ_in_a_level_that_is_common_in_the_table():
    one = only({"island": ["Dream", "Biscoe", "Dream", "Biscoe"]}, [0], [1])
    assert (one.level, one.here, one.elsewhere) == ("Dream", 1, 0)


def test_one_row_can_be_compared_with_the_rest():
    one = only({"mass": [9.0, 1, 2, 3]}, [0])
    assert one.effect == pytest.approx(7)


def test_two_single_rows_have_no_effect_size_and_come_last():
    found = contrast(a_table({"mass": [9.0, 1], "kind": ["a", "a"]}), [0], [1])
    assert found["column"].tolist() == ["kind", "mass"]
    assert np.isnan(found["effect"][1])
    assert found["in_words"][1] == "mass is higher: 9 here, 1 elsewhere"


@pytest.mark.parametrize("rows", [[], [0, 1, 2]])
def test_without_rows_on_both_sides_there_is_nothing_to_compare(rows):
    found = contrast(a_table({"mass": [1.0, 2, 3]}), rows)
    assert len(found) == 0
    assert {"column", "kind", "effect", "here", "elsewhere", "in_words"} <= set(found.columns)


@pytest.mark.parametrize("row", [-1, 3])
def test_a_row_that_the_table_does_not_have_is_refused(row):
    with pytest.raises(AtlasError, match="rows 0 to 2"):
        contrast(a_table({"mass": [1.0, 2, 3]}), [row])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([4, 5, 1, None], dtype="Int64"),
        pd.Series([4.5, 5, 1, None], dtype="Float64"),
        pd.Series([True, None, False, True], dtype="boolean"),
        pd.Series(["a", "b", "a", None], dtype="category"),
        pd.Series(["a", "b", "a", None], dtype="string"),
        pd.Series(["a", 1, "a", 2.5], dtype=object),
        pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02", None, "2020-01-04"], utc=True)),
    ],
)
def test_columns_of_any_kind_can_be_compared(column):
    assert np.isfinite(only({"x": column}, [0, 1]).effect)


numbers = arrays(
    float, st.integers(2, 20), elements=st.floats(-1e6, 1e6).map(lambda v: round(v, 3))
)


@given(numbers, numbers, st.floats(0.01, 100), st.floats(-1e3, 1e3))
@settings(max_examples=60, deadline=None)
def test_cohens_d_changes_sign_with_the_sides_and_ignores_units(values, other, scale, shift):
    effect = cohens_d(values, other)
    assert cohens_d(other, values) == pytest.approx(-effect)
    in_other_units = cohens_d(scale * values + shift, scale * other + shift)
    if np.ptp(np.concatenate([values, other])) > 1:
        assert in_other_units == pytest.approx(effect, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "other", "effect"),
    [(1, 0, np.pi), (0.5, 0, np.pi / 2), (0.25, 0.75, -np.pi / 3), (0.3, 0.3, 0)],
)
def test_cohens_h_is_the_difference_of_angles(share, other, effect):
    assert cohens_h(share, other) == pytest.approx(effect)


def test_large_means_are_told_without_powers_of_ten():
    one = only({"income": [73_595.0, 73_595.0, 29_432.0, 29_432.0]}, [0, 1])
    assert one.in_words == "income is higher: 73,595 here, 29,432 elsewhere"
