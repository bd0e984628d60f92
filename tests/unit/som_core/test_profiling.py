import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from som_core.files.dates import date_format
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Dialect, Table, read_table
from testing.paths import SAMPLES


def profile_of(values: list, name: str = "x") -> ColumnProfile:
    frame = pd.DataFrame({name: values})
    return profile(Table(frame, "t", Dialect()))[0]


UNEVEN = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        ("empty", "x", [None] * 5),
        ("empty", "x", [np.nan] * 5),
        ("constant", "x", [7, 7, 7]),
        ("constant", "x", ["a", "a", None]),
        ("constant", "x", [3.5]),
        ("number", "x", [1.5, 2.5, 3.25]),
        ("number", "x", UNEVEN),
        ("number", "year", [2007, 2008, 2009] * 5),
        ("number", "year", list(range(1990, 2020))),
        ("number", "a measure with unique values", [i * i for i in range(50)]),
        ("number", "height", [1, 2, 3]),
        ("number", "x", [1.0, np.inf, 2.5]),
        ("boolean", "x", [0, 1, 1, 0]),
        ("boolean", "x", ["yes", "no", None, "Yes"]),
        ("boolean", "x", [True, False, True]),
        ("category", "x", ["red", "blue", "red", "green"]),
        ("category", "x", ["a", "b"]),
        ("category", "x", [f"level {i % 40}" for i in range(400)]),
        ("text", "x", [f"a rather long answer, the {i}th of its kind, that goes on and on " * 2
                       for i in range(50)]),
        ("text", "x", [f"word {i // 2}" for i in range(60)]),
        ("identifier", "country", [f"land {i}" for i in range(50)]),
        ("identifier", "x", list(range(1, 51))),
        ("identifier", "x", list(range(50))),
        ("identifier", "id", [5, 3, 9]),
        ("identifier", "PatientID", [5, 3, 9]),
        ("number", "grid", [5, 3, 9]),
        ("number", "price index", [105, 103, 109]),
        ("identifier", "customer_id", [i * 37 % 1009 for i in range(200)]),
        ("identifier", "code", [f"{i:05d}" for i in range(60)]),
        ("date", "x", ["2024-01-31", "2024-02-29", None]),
        ("date", "x", ["31/12/2023", "01/01/2024"]),
        ("date", "x", ["12/31/2023", "01/01/2024"]),
        ("date", "x", ["18.00.00", "19.00.00"]),
        ("date", "x", ["2024-01-31T10:30:00Z", "2024-01-31T10:31:00Z"]),
        ("date", "x", [20240131, 20240229]),
        ("date", "x", pd.to_datetime(["2024-01-31", "2024-02-29"])),
    ],
    ids=str,
)  # fmt: skip
def test_each_kind_is_told_with_a_reason(kind, name, values):
    column = profile_of(values, name)
    assert column.kind == kind, column.reason
    assert column.reason[0].isupper()
    assert column.reason.endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("penguins.csv", {"species": "category", "year": "number", "body_mass_g": "number"}),
        ("cia_factbook.csv", {"country": "identifier", "population": "number"}),
        ("seattle_weather.csv", {"date": "date", "weather": "category", "wind": "number"}),
        ("air_quality.csv", {"Date": "date", "Time": "date", "AH": "number"}),
        ("automobiles.csv", {"make": "category", "symboling": "number"}),
    ],
)
def test_the_columns_of_a_sample_are_told_rightly(name, kinds):
    found = {column.name: column.kind for column in profile(read_table(SAMPLES / name, name))}
    assert {name: found[name] for name in kinds} == kinds


def test_numbers_are_described_as_pandas_describes_them():
    values = pd.Series(np.random.default_rng(0).normal(size=501).round(2)).mask(lambda x: x > 2)
    column = profile_of(values.tolist())
    facts = values.describe()
    assert column.n_rows == 501
    assert column.n_missing == values.isna().sum() > 0
    assert column.n_unique == values.nunique()
    described = [column.mean, column.std, column.minimum, *column.quartiles, column.maximum]
    np.testing.assert_allclose(described, facts.drop("count"))
    assert (column.lower_quartile, column.median, column.upper_quartile) == column.quartiles


def test_outliers_lie_beyond_the_fences_of_tukey():
    # Quartiles 3 and 7, so the fences stand at -3 and 13.
    assert profile_of([1, 3, 5, 7, 9]).n_outliers == 0
    column = profile_of([-3.5, 3, 3, 5, 7, 7, 13.5])
    assert column.quartiles == (3, 5, 7)
    assert column.n_outliers == 2
    assert profile_of([-3, 3, 3, 5, 7, 7, 13]).n_outliers == 0


def test_a_column_of_mostly_one_value_has_no_outliers():
    assert profile_of([0] * 90 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).n_outliers == 0


def test_few_whole_numbers_get_a_bar_each():
    histogram = profile_of([1, 1, 2, 4, 4, 4]).histogram
    assert histogram.counts == (2, 1, 0, 3)
    assert histogram.edges == (0.5, 1.5, 2.5, 3.5, 4.5)


def test_a_number_too_large_to_add_1_to_still_has_a_histogram():
    assert sum(profile_of([1e30, 1e30]).histogram.counts) == 2


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e99, 1e99) | st.integers(-9, 9) | st.none(), min_size=1, max_size=60))
def test_a_histogram_counts_each_value_once(values):
    column = profile_of(pd.Series(values, dtype=float).tolist())
    if column.histogram is not None:
        assert sum(column.histogram.counts) == column.n_rows - column.n_missing
        assert column.histogram.edges[0] <= column.minimum
        assert column.histogram.edges[-1] >= column.maximum
        assert list(column.histogram.edges) == sorted(column.histogram.edges)


def test_the_most_frequent_texts_come_first():
    column = profile_of(["b", "a", "b", None, "c", "b", "a"])
    assert column.top_values == ("b", "a", "c")
    assert column.top_counts == (3, 2, 1)
    assert column.n_unique == 3


def test_codes_of_classes_are_counted_and_not_averaged():
    column = profile_of([101, 205, 205, np.nan, 310, 205, 101] * 5, "sector_code")
    assert column.kind == "category"
    assert column.top_values == ("205", "101", "310")
    assert column.top_counts == (15, 10, 5)
    assert column.n_missing == 5
    assert column.reason == "Its 3 whole numbers are codes of classes, by its name."
    assert (column.mean, column.median, column.histogram) == (None, None, None)


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2024-01-31"], "%Y-%m-%d"),
        (["31/12/2023", "01/02/2024"], "%d/%m/%Y"),
        (["12/31/2023", "01/02/2024"], "%m/%d/%Y"),
        (["01/02/2024", "03/04/2024"], "%d/%m/%Y"),
        (["31.12.23"], "%d.%m.%y"),
        (["1 Jan 2024"], "%d %b %Y"),
        (["2024-01"], "%Y-%m"),
        (["18.00.00"], "%H.%M.%S"),
        (["9:05 PM"], "%I:%M %p"),
        (["2024-01-31 10:30:00"], "%Y-%m-%d %H:%M:%S"),
        (["2024-01-31T10:30:00.250+02:00"], "%Y-%m-%dT%H:%M:%S.%f%z"),
        (["2024-01-31", "soon"], None),
        (["2024-13-31"], None),
        (["A1", "B2"], None),
    ],
)
def test_the_format_of_dates_is_found(texts, form):
    assert date_format(texts) == form
