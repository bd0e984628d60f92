"""SPSS, SAS and Stata: labels, declared missing values and moments become what they mean."""

from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences

# Each starts a process, so that nothing is shrunk.
few_examples = settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])

WRITERS = {
    "sav": pyreadstat.write_sav,
    "zsav": lambda *args, **options: pyreadstat.write_sav(*args, compress=True, **options),
    "por": pyreadstat.write_por,
    "xpt": pyreadstat.write_xport,
    "dta": pyreadstat.write_dta,
}
FILES = Path(__file__).parent / "statistics"
PLACE = 8 + 32  # where a damage is no other kind of file


@pytest.fixture
def written(tmp_path):
    def bytes_of(suffix, columns, **options):
        path = tmp_path / f"table.{suffix}"
        WRITERS[suffix](pd.DataFrame(columns), path, **options)
        return path.read_bytes()

    return bytes_of


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WRITERS)
def test_a_sample_written_by_a_statistics_program_is_the_same_table(suffix, written):
    table = read_table(SAMPLES / "penguins.csv", "t")
    frame = table.frame.rename(columns=lambda name: name[:8].upper())
    again = read_table(written(suffix, frame.astype(object).where(frame.notna(), None)), "t")
    assert_frame_equal(again.frame, frame)
    assert again.dialect.in_words == "read as columns with types"


def test_a_file_that_sas_wrote_is_the_table_that_pandas_reads():
    """The file of SAS 9.0 is from the tests of pandas (BSD)."""
    path = FILES / "airline.sas7bdat"
    expected = pd.read_sas(path)
    table = read_table(path, path.name)
    assert len(table.frame) == 32
    assert table.labels["K"] == "capital input"
    assert_frame_equal(table.frame.astype("float64"), expected)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["sav", "dta"])
@few_examples
@given(numbers=st.lists(st.floats(-1e90, 1e90), min_size=3, max_size=50))
def test_numbers_come_back_exactly(suffix, numbers, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "table"
    WRITERS[suffix](pd.DataFrame({"x": numbers, "y": "a"}), path)
    dialect = Dialect(missing_marks=())
    read = read_table(path, "t", dialect=dialect).frame["x"].astype(float)
    np.testing.assert_array_equal(read, numbers)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["sav", "zsav", "dta"])
def test_labels_are_the_categories_where_every_value_has_one(suffix, written):
    columns = {"q1": [1, 2, 2, 1, None], "q2": [1, 2, 2, 3, 1], "age": [31, 99, 42, 57, 60]}
    labels = {"q1": {1: "yes", 2: "no"}, "q2": {1: "A", 2: "A", 3: "B"}, "age": {99: "no answer"}}
    says = {"q1": "Are you\nwell?", "age": "Age in years"}
    table = read_table(
        written(suffix, columns, variable_value_labels=labels, column_labels=says), "t"
    )
    assert table.frame["q1"].fillna("none").tolist() == ["yes", "no", "no", "yes", "none"]
    assert table.frame["q2"].tolist() == ["A (1)", "A (2)", "A (2)", "B", "A (1)"]
    assert table.frame["age"].tolist() == [31, 99, 42, 57, 60]
    assert any("99 in “age” is “no answer”" in said for said in sentences(table.remarks))
    assert table.labels == {"q1": "Are you well?", "age": "Age in years"}


def test_values_and_ranges_that_spss_declares_missing_are_missing(written):
    columns = {"q1": [1, 2, 9, 1], "age": [31, 98, 99, 57], "name": ["Jo", "XX", "Al", "Bo"]}
    data = written(
        "sav",
        columns,
        missing_ranges={"q1": [9], "age": [{"lo": 97, "hi": 99}], "name": ["XX"]},
        variable_value_labels={"q1": {1: "yes", 2: "no", 9: "refused"}},
    )
    table = read_table(data, "t")
    assert table.frame["q1"].fillna("none").tolist() == ["yes", "no", "none", "yes"]
    np.testing.assert_array_equal(table.frame["age"], [31, np.nan, np.nan, 57])
    assert table.frame["name"].fillna("none").tolist() == ["Jo", "none", "Al", "Bo"]
    said = "Values that the file declares missing are missing: those of “q1”, “age” and “name”."
    assert said in sentences(table.remarks)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["sav", "por", "xpt", "dta"])
def test_days_and_moments_are_those_of_the_program(suffix, written):
    days = [date(1960, 1, 1), date(1582, 10, 15), date(2024, 2, 29), date(9999, 12, 31)]
    moments = [datetime(2024, 1, 1, 12, 30, i) for i in range(4)]
    table = read_table(written(suffix, {"DAY": days, "AT": moments}), "t")
    assert table.frame["DAY"].tolist() == [day.isoformat() for day in days]
    assert table.dates["AT"].tolist() == moments


def test_times_of_day_are_these_and_durations_are_hours(written):
    table = read_table(
        written(
            "sav",
            {"at": [time(6), time(12, 30), time(0)], "took": [100_000.0, 3_600.0, -5_400.0]},
            variable_format={"took": "TIME8"},
        ),
        "t",
    )
    assert table.column("at").tolist() == [6, 12.5, 0]
    np.testing.assert_allclose(table.frame["took"], [100_000 / 3600, 1, -1.5])
    assert "Durations of “took” are read as hours: 1:30 is 1.5." in sentences(table.remarks)


def test_a_day_that_no_calendar_has_leaves_the_column_as_it_is(written):
    data = written("sav", {"d": [1e15, 0.0, 3.5]}, variable_format={"d": "DATE11"})
    assert read_table(data, "t").frame["d"].tolist() == [1e15, 0, 3.5]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "number", "day"),
    [
        ("%tm", 770, "2024-03-01"),
        ("%tq", -1, "1959-10-01"),
        ("%th", 129, "2024-07-01"),
        ("%tw", 3129, "2020-03-04"),  # the tenth week
        ("%td", -1, "1959-12-31"),
        ("%tC", 1_896_134_427_000, "2020-02-01 00:00:00"),  # 27 leap seconds
    ],
)
def test_dates_of_stata_are_their_first_day(form, number, day, written):
    data = written("dta", {"t": [number, 0, 1000]}, variable_format={"t": form})
    assert read_table(data, "t").frame["t"].tolist()[0] == day


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "number", "day"),
    [
        ("MONNAME3", 12_054, "1993-01-01"),
        ("YEAR4", 12_054, "1993-01-01"),
        ("YYQC6", 12_143, "1993-03-31"),
        ("MINGUO10", 20_513, "2016-02-29"),
        ("DTMONYY7", 12_054 * 86_400, "1993-01-01"),
    ],
)
def test_what_sas_shows_in_part_is_the_whole_day(form, number, day, written):
    data = written("xpt", {"T": [number, 0, 86_400]}, variable_format={"T": form})
    assert read_table(data, "t").frame["T"].tolist()[:2] == [day, "1960-01-01"]


def test_letters_of_old_files_are_western(tmp_path):
    pd.DataFrame({"x": ["café", "tea"]}).to_stata(tmp_path / "old.dta", version=114)
    assert read_table(tmp_path / "old.dta", "t").frame["x"].tolist() == ["café", "tea"]


def test_letters_in_another_encoding_than_the_file_says_are_western_and_said(written):
    data = written("sav", {"x": ["caf?s", "tea"]}).replace(b"caf?s", b"caf\xe9s")
    table = read_table(data, "t")
    assert table.frame["x"].tolist() == ["cafés", "tea"]
    assert any("Western Europe" in said for said in sentences(table.remarks))


def test_what_was_read_is_read_again_by_its_dialect(written):
    data = written("sav", {"x": [-999.0, *range(20)], "t": ["1,5"] * 10 + ["2,5"] * 11})
    table = read_table(data, "t")
    dialect = Dialect.from_json(table.dialect.to_json())
    assert dialect == table.dialect
    assert_frame_equal(read_table(data, "t", dialect=dialect).frame, table.frame)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["zsav", "por", "xpt", "dta"])
@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(rows=5), "1,000 rows"),
        (Limits(columns=1), "2 columns"),
        (Limits(cells=20), "20 cells"),
        (Limits(unpacked_bytes=100), "unpacks to more than 100 bytes"),
    ],
    ids=str,
)
def test_a_table_beyond_a_limit_is_refused_with_the_limit(suffix, limits, found, written):
    data = written(suffix, {"X": range(1000), "Y": range(1000)})
    with pytest.raises(TableRefused, match=found):
        read_table(data, "t", limits=limits)


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(written):
    data = written("zsav", {"x": ["a" * 1000] * 10_000})
    assert len(data) < 100_000
    with pytest.raises(TableRefused, match="unpacks to more than"):
        read_table(data, "t", limits=Limits(unpacked_bytes=1_000_000))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WRITERS)
@few_examples
@given(places=st.lists(st.integers(0, 100_000), min_size=1, max_size=20), byte=st.integers(0, 255))
def test_a_damaged_file_loads_or_is_refused(suffix, places, byte, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "table"
    WRITERS[suffix](pd.DataFrame({"X": range(9), "T": ["a"] * 9}), path)
    data = bytearray(path.read_bytes())
    for place in places:
        data[PLACE + place % (len(data) - PLACE)] = byte
    try:
        table = read_table(bytes(data), "t")
    except TableRefused:
        return
    assert len(table.frame) > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    [
        b"$FL2",
        b"$FL3",
        b"HEADER RECORD*******LIBRARY",
        b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92",
        b"<stata_dta>",
        b"\x72\x01\x01\0",
    ],
    ids=["sav", "zsav", "xpt", "sas7bdat", "dta", "old dta"],
)
def test_a_broken_file_is_refused_by_its_kind(start):
    noise = np.random.default_rng(0).bytes(5_000)
    with pytest.raises(TableRefused, match="SPSS, SAS or Stata"):
        read_table(start + noise, "t")


def test_a_catalogue_of_sas_is_no_table():
    with pytest.raises(TableRefused, match="SAS catalogue of formats"):
        read_table(b"\0" * 12 + b"\xc2\xea\x81\x63" + bytes(range(100)), "t")
