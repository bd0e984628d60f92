"""A sheet of a workbook becomes the table that the same cells in a text file become."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from pandas.testing import assert_frame_equal

from som_core.reading import Dialect, Limits, TableRefused, read_table
from testing.paths import SAMPLES
from testing.remarks import sentences
from testing.workbooks import ANIMALS, xlsx

# Each starts a process, so that nothing is shrunk.
few_examples = settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def with_rows(rows) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    for cells in rows:
        workbook.active.append(cells)
    return workbook


# The same table as a text ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["penguins.csv", "automobiles.csv", "breast_cancer.csv", "cia_factbook.csv"]
)
def test_a_sample_saved_as_a_workbook_is_the_same_table(name):
    table = read_table(SAMPLES / name, name)
    file = io.BytesIO()
    table.frame.to_excel(file, index=False)
    in_sheet = read_table(file.getvalue(), name)
    assert_frame_equal(in_sheet.frame, table.frame, check_exact=False, rtol=1e-14)
    assert in_sheet.kinds == table.kinds


def test_a_sheet_of_texts_is_read_by_the_rules_of_text_files():
    lines = (SAMPLES / "air_quality.csv").read_text().splitlines()[:500]
    table = read_table("\n".join(lines).encode(), "air")
    in_sheet = read_table(xlsx({"Air": [line.split(";") for line in lines]}), "air")
    assert_frame_equal(in_sheet.frame, table.frame)
    assert in_sheet.dialect.decimal == ","
    assert any("-200 is read as missing" in said for said in sentences(in_sheet.remarks))


# As many digits as Excel keeps, and no larger than what is taken for infinite.
floats = st.floats(-1e90, 1e90).map(lambda x: float(f"{x:.15g}"))


@pytest.mark.slow
@few_examples
@given(st.lists(floats | st.integers(-(2**53), 2**53), min_size=3, max_size=200))
def test_numbers_come_back_exactly(numbers):
    rows = [("x", "y"), *((number, "a") for number in numbers)]
    read = read_table(saved(with_rows(rows)), "t", dialect=Dialect(missing_marks=())).frame
    assert read["x"].astype(float).tolist() == [float(number) for number in numbers]


def test_numbers_with_three_decimals_leave_no_doubt():
    table = read_table(xlsx({"A": [("mass", "n"), (1.037, 1), (2.512, 2), (3.125, 4)]}), "t")
    assert table.frame["mass"].tolist() == [1.037, 2.512, 3.125]
    assert table.remarks == ()


def test_commas_in_texts_are_read_beside_numbers():
    rows = [("price", "mass"), *((f"{i},25 €", i + 0.5) for i in range(12))]
    frame = read_table(xlsx({"A": rows}), "t").frame
    assert frame["price"].tolist() == [i + 0.25 for i in range(12)]
    assert frame["mass"].tolist() == [i + 0.5 for i in range(12)]


def test_what_was_read_is_read_again_by_its_dialect():
    rows = [["A title"], [], *ANIMALS, [], ["Source: a garden"]]
    book = xlsx({"About": [["Nothing"]], "Animals": rows})
    table = read_table(book, "t")
    dialect = Dialect.from_json(table.dialect.to_json())
    assert dialect == table.dialect
    assert_frame_equal(read_table(book, "t", dialect=dialect).frame, table.frame)


# Cells -------------------------------------------------------------------------------------------


def test_moments_come_as_they_are_in_the_sheet():
    first = datetime(2024, 1, 1)
    rows = [("day", "moment", "hour", "lasted")]
    for i in range(4):
        moment = first + timedelta(hours=12 * i)
        rows.append((date(2024, 2, 28 + i % 2), moment, time(6 * i), timedelta(hours=26.5 * i)))
    table = read_table(saved(with_rows(rows)), "t")
    assert table.frame["day"].tolist()[:2] == ["2024-02-28", "2024-02-29"]
    assert table.dates["moment"].tolist() == [first + timedelta(hours=12 * i) for i in range(4)]
    assert table.column("hour").tolist() == [0, 6, 12, 18]
    assert table.frame["lasted"].tolist() == [0, 26.5, 53, 79.5]
    assert "4 durations read as hours: 1:30 is 1.5." in sentences(table.remarks)


def test_days_are_the_same_whether_counted_from_1900_or_1904():
    rows = [("day", "x"), *((date(2024, 2, 28) + timedelta(days=i), i) for i in range(4))]
    since_1900, since_1904 = with_rows(rows), with_rows(rows)
    since_1904.epoch = CALENDAR_MAC_1904
    first, second = (read_table(saved(book), "t").frame for book in (since_1900, since_1904))
    assert first["day"].tolist() == ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]
    assert_frame_equal(first, second)


def test_a_formula_is_its_last_value_and_an_error_is_missing():
    file = io.BytesIO()
    with pd.ExcelWriter(file, engine="xlsxwriter") as writer:
        sheet = writer.book.add_worksheet("A")
        sheet.write_row(0, 0, ["a", "b"])
        for row, (value, error) in enumerate([(1.5, "#DIV/0!"), (2.5, 3), (3.5, "#N/A")], start=1):
            sheet.write_formula(row, 0, "=1+1", None, value)
            sheet.write_formula(row, 1, "=1/0", None, error)
    frame = read_table(file.getvalue(), "t").frame
    assert frame["a"].tolist() == [1.5, 2.5, 3.5]
    np.testing.assert_array_equal(frame["b"], [np.nan, 3, np.nan])


def test_yes_and_no_codes_and_long_texts_stay_what_they_are():
    rows = [("ok", "code", "note"), (True, "007", "two\nlines"), (False, "042", 'say "hi", Jo')]
    frame = read_table(xlsx({"A": rows}), "t", dialect=Dialect()).frame
    assert frame["ok"].tolist() == ["TRUE", "FALSE"]
    assert frame["code"].tolist() == ["007", "042"]
    assert frame["note"].tolist() == ["two lines", 'say "hi", Jo']


def test_cells_merged_downwards_all_have_the_value_and_groups_stand_above_names():
    book = with_rows(
        [
            ("region", "spring", None, "autumn", None),
            (None, "mass", "length", "mass", "length"),
            *((f"r{i // 3}" if i % 3 == 0 else None, i, i + 1, i + 2, i + 3) for i in range(9)),
        ]
    )
    for cells in ("A1:A2", "B1:C1", "D1:E1", "A3:A5", "A6:A8", "A9:A11"):
        book.active.merge_cells(cells)
    table = read_table(saved(book), "t")
    names = ["region", "spring mass", "spring length", "autumn mass", "autumn length"]
    assert table.frame.columns.tolist() == names
    assert table.frame["region"].tolist() == ["r0"] * 3 + ["r1"] * 3 + ["r2"] * 3
    assert any("merged with the one above" in said for said in sentences(table.remarks))


def test_formulas_that_no_program_has_calculated_are_counted():
    lines = [("a", "b", "sum"), *((i, 2 * i, f"=A{i + 2}+B{i + 2}") for i in range(5))]
    book = with_rows(lines)
    book.active.title = "Sums & more"
    table = read_table(saved(book), "t")
    said = [remark for remark in table.remarks if remark.kind == "formulas without values"]
    assert len(said) == 1
    assert "5 formulas without a value" in str(said[0])
    calculated = with_formula_results(saved(book), b"7")
    assert not any("formula" in remark.kind for remark in read_table(calculated, "t").remarks)


@pytest.mark.slow
def test_formulas_of_a_sheet_that_is_looked_at_in_pieces_are_each_counted_once():
    lines = [("a", "twice"), *((i, f'=2*A{i + 2}+0*LEN("{"x" * 200}")') for i in range(9_000))]
    book = with_rows(lines)
    table = read_table(saved(book), "t")
    said = [remark for remark in table.remarks if remark.kind == "formulas without values"]
    assert "9,000 formulas without a value" in str(said[0])


def with_formula_results(book: bytes, value: bytes) -> bytes:
    """Return a workbook as it is once a program has calculated: the same value in each formula."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(result, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"</f><v ?/?>(</v>)?", b"</f><v>" + value + b"</v>", content)
            copy.writestr(name, content)
    return result.getvalue()


# Sheets ------------------------------------------------------------------------------------------


def test_any_sheet_can_be_read_and_is_laid_out_anew():
    book = xlsx({"One": ANIMALS, "Two": [["A title"], [], ("a", "b"), (1, 2), (3, 4)]})
    table = read_table(book, "t")
    assert (table.dialect.sheet, table.sheets) == ("One", ("One", "Two"))
    other = read_table(book, "t", sheet="Two")
    assert other.frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert other.dialect.in_words.startswith("sheet “Two” · ")


def test_of_sheets_of_like_size_the_first_is_read_and_a_cover_is_none():
    small, large = ANIMALS[:5], [*ANIMALS, *ANIMALS[1:], *ANIMALS[1:]]
    assert read_table(xlsx({"2023": small, "2024": large}), "t").dialect.sheet == "2023"
    assert read_table(xlsx({"Cover": [["x"]], "2024": small}), "t").dialect.sheet == "2024"


def test_a_sheet_that_is_not_there_or_empty_is_refused_with_those_that_are():
    book = xlsx({"One": ANIMALS, "Empty": ()})
    with pytest.raises(TableRefused, match="“One”, “Empty”"):
        read_table(book, "t", sheet="Three")
    with pytest.raises(TableRefused, match="holds a value"):
        read_table(book, "t", sheet="Empty")


def test_the_names_of_sheets_are_only_names():
    name = "<img src=x> ; rm -rf &"
    table = read_table(xlsx({"A": ANIMALS, name: ANIMALS}), "t", sheet=name)
    assert table.dialect.sheet == name


def test_how_a_text_is_parted_means_nothing_for_a_sheet_nor_a_sheet_for_a_text():
    told = Dialect(delimiter=";", quote=None, encoding="utf-16", sheet="Animals")
    table = read_table(xlsx({"Animals": ANIMALS}), "t", dialect=told)
    assert table.frame.shape == (12, 4)
    text = read_table(b"a;b\n1;2\n3;4\n", "t", dialect=Dialect(delimiter=";", sheet="Animals"))
    assert text.dialect.sheet is None
    assert text.sheets == ()


# Limits and faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(file_bytes=100), "larger than 100 bytes"),
        (Limits(unpacked_bytes=1000), "unpacks to more than"),
        (Limits(rows=5), "spans 13 rows"),
        (Limits(columns=2), "4 columns"),
        (Limits(cells=20), "at most"),
        (Limits(parser_seconds=0), "within 0 seconds"),
    ],
    ids=str,
)
def test_a_workbook_beyond_a_limit_is_refused_with_the_limit(limits, found):
    with pytest.raises(TableRefused, match=found):
        read_table(xlsx({"Animals": ANIMALS}), "t", limits=limits)


def test_a_text_in_many_cells_is_counted_as_often_as_it_is_written():
    book = xlsx({"A": [["x", "y"], *[["a" * 30_000, 1]] * 300]})
    with pytest.raises(TableRefused, match="unpacks to more than 5 MB"):
        read_table(book, "t", limits=Limits(unpacked_bytes=5_000_000))


@pytest.mark.slow
@few_examples
@given(places=st.lists(st.integers(0, 10_000), min_size=1, max_size=20), byte=st.integers(0, 255))
def test_a_damaged_workbook_loads_or_is_refused(places, byte):
    data = bytearray(xlsx({"Animals": ANIMALS}))
    for place in places:
        data[place % len(data)] = byte
    try:
        table = read_table(bytes(data), "t")
    except TableRefused:
        return
    assert len(table.frame) > 0
