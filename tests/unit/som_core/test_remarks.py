"""What was noticed is a value: it can be kept, said, and mended by its remedy."""

import pandas as pd
import pytest

from som_core.reading import Table, read_table
from som_core.remarks import Remark
from som_core.settings import MapSettings
from som_core.suggestions.before_training import expectations


def by_hand(text: str) -> Table:
    return read_table(text.encode(), "by hand.csv")


def test_a_remark_that_was_kept_as_a_sentence_still_says_it():
    assert str(Remark.from_dict("2 blank rows left out.")) == "2 blank rows left out."


ODD_WORD = "x,y\n" + "".join(f"{i}.5,{i}\n" for i in range(20)) + "oops,3\n"


def test_rows_in_a_sentence_are_counted_from_1():
    (remark,) = by_hand(ODD_WORD).remarks
    assert "“oops” in row 21" in str(remark)
    assert remark.rows == (20,)
    assert remark.columns == ("x",)


def test_lines_in_a_sentence_are_those_of_the_file():
    text = "Masses\n\na,b\n" + '"1\n1",2\n' + "3,4\n" * 10 + "5,6,7\n"
    table = by_hand(text)
    assert any("line 16 of the file" in str(remark) for remark in table.remarks)
    assert text.splitlines()[15] == "5,6,7"


@pytest.mark.parametrize(
    ("text", "kind", "n_rows", "n_missing"),
    [
        (ODD_WORD, "nearly numbers", 21, 1),
        ("x,y\n" + "1.5,2\n" * 9 + "unknown,3\n", "marks for missing", 10, 0),
        ("x,y\n-200,1\n-200,1\n-200,1\n1,2\n2,3\n3,1\n4,1\n", "marks for missing", 7, 0),
        ("red,yes\nblue,no\nred,no\nblue,yes\nred,yes\n", "no header", 4, 0),
    ],
)
def test_a_remedy_changes_how_the_file_is_read(text, kind, n_rows, n_missing):
    table = by_hand(text)
    (remark,) = [remark for remark in table.remarks if remark.kind == kind]
    dialect = table.dialect.changed(remark.remedy.changes)
    again = read_table(text.encode(), "by hand.csv", dialect=dialect)
    assert len(again.frame) == n_rows
    assert again.frame.isna().sum().sum() == n_missing


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("x,y\n" + "<0.5,1\n" + "".join(f"{i}.5,2\n" for i in range(9)), "nearly numbers", 0.25),
        ("x\n" + "".join(f'"1,{i}00"\n' for i in range(1, 9)), "doubtful marks", 1.1),
        ("x,y\n" + "".join(f"{i} kg,2\n" for i in range(1, 9)), "units", "1 kg"),
        ("x,y\n" + "".join(f"{i}%,2\n" for i in range(1, 9)), "percent signs", "1%"),
        ("x,y\nkg,s\n" + "".join(f"{i},2\n" for i in range(1, 9)), "rows below names", "kg"),
    ],
)
def test_a_guess_about_numbers_is_taken_back(text, kind, first):
    table = by_hand(text)
    (remark,) = [remark for remark in table.remarks if remark.kind == kind]
    dialect = table.dialect.changed(remark.remedy.changes)
    again = read_table(text.encode(), "by hand.csv", dialect=dialect)
    assert again.frame["x"].iloc[0] == first


NUMBERS = "".join(f"{i}.5,{i},{i % 7}\n" for i in range(12))


@pytest.mark.parametrize(
    ("text", "kind", "n_rows"),
    [
        ("a,b,c\n# May\n" + NUMBERS, "comments", 13),
        ("a,b,c\n" + NUMBERS + "a,b,c\n" + NUMBERS, "repeated header", 25),
        ("a,b,c\n" + NUMBERS + "Source: us, 2021\n", "lines below", 13),
        ("Weights, in May\na,b,c\n" + NUMBERS, "lines above", 13),
        ("a,b,c\n" + NUMBERS + "\nd,e,f,g\n" + "1,2,3,4\n" * 5, "several tables", 5),
    ],
)
def test_lines_that_were_left_out_are_taken_back(text, kind, n_rows):
    table = by_hand(text)
    (remark,) = [remark for remark in table.remarks if remark.kind == kind]
    dialect = table.dialect.changed(remark.remedy.changes)
    assert len(read_table(text.encode(), "by hand.csv", dialect=dialect).frame) == n_rows


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        ("a b c\n" + NUMBERS.replace(",", " "), "a b c", "0.5 0 0"),
        ("a,b\n" + "'x',1\n" * 6, "a", "'x'"),
        ("a,b\n" + '"say \\"hi\\" x",1\n' * 6, "a", 'say \\hi\\" x"'),
    ],
)
def test_a_guess_about_delimiters_is_taken_back(text, name, first):
    table = by_hand(text)
    (remark,) = [remark for remark in table.remarks if remark.kind == "delimiters"]
    dialect = table.dialect.changed(remark.remedy.changes)
    assert read_table(text.encode(), "by hand.csv", dialect=dialect).frame[name].iloc[0] == first


@pytest.mark.parametrize(("place", "below", "above"), [(0, 1, 9), (1, 2, 9), (2, None, None)])
def test_there_are_three_ways_out_of_limits(place, below, above):
    text = "x,y\n<2,1\n>9,1\n" + "".join(f"{i}.5,2\n" for i in range(9)) + "spilt,3\n"
    table = by_hand(text)
    (remark,) = [remark for remark in table.remarks if remark.kind == "nearly numbers"]
    dialect = table.dialect.changed(remark.remedies[place].changes)
    again = read_table(text.encode(), "by hand.csv", dialect=dialect).frame["x"]
    first = [None if pd.isna(value) else value for value in again[:2]]
    assert first == [below, above]
    assert again.isna().sum() == 1 + first.count(None)  # the word


def test_a_remedy_changes_settings():
    settings = MapSettings(height=10, width=12, sigma=11)
    (remark,) = expectations(1000, 5, settings)
    assert settings.changed(remark.remedy.changes).sigma == 4
