import io

import pandas as pd
import pytest

from som_core.exports.spreadsheet import spreadsheet_csv


def read_back(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_starts_like_a_formula_is_shown_as_text(start):
    frame = pd.DataFrame({"note": [f"{start}HYPERLINK(0)", "plain"]})
    assert read_back(spreadsheet_csv(frame))["note"].tolist() == [f"'{start}HYPERLINK(0)", "plain"]


def test_a_column_name_that_starts_like_a_formula_is_shown_as_text():
    assert list(read_back(spreadsheet_csv(pd.DataFrame({"=1+1": [1]})))) == ["'=1+1"]


def test_negative_numbers_stay_numbers_and_missing_stays_missing():
    frame = pd.DataFrame({"x": [-1.5, None], "word": ["a", None]})
    pd.testing.assert_frame_equal(read_back(spreadsheet_csv(frame)), frame)


def test_whole_numbers_with_gaps_have_no_decimals():
    frame = pd.DataFrame(
        {"score": [1.0, None, -3.0], "size": [1.0, None, 2.5], "far": [1e300, 1, None]}
    )
    lines = spreadsheet_csv(frame).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["1,1.0,1e+300", '"","",1.0', '-3,2.5,""']


def test_true_and_false_are_words():
    frame = pd.DataFrame({"in": [True, False], "maybe": pd.array([None, True], dtype="boolean")})
    back = read_back(spreadsheet_csv(frame))
    assert back["in"].tolist() == ["yes", "no"]
    assert back["maybe"].fillna("blank").tolist() == ["blank", "yes"]


def test_accents_open_rightly_in_excel():
    assert spreadsheet_csv(pd.DataFrame({"ville": ["Montréal"]})).startswith(b"\xef\xbb\xbf")
