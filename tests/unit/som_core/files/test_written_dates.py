"""Columns whose dates are written in several ways are named, and other texts aren't."""

import re

import pytest

from som_core.files.dates import texts_by_format
from som_core.reading import read_table
from som_core.remarks import Remark

ISO = [f"2023-12-{day:02}" for day in range(1, 21)]
GERMAN = [f"{day:02}.11.2023" for day in range(1, 21)]


def remarks_of(cells: list[str], **changes) -> list[Remark]:
    content = "".join(["when;plain\n", *(f"{cell};{k}.25\n" for k, cell in enumerate(cells))])
    table = read_table(content.encode(), "days.csv")
    if changes:
        table = read_table(content.encode(), "days.csv", dialect=table.dialect.changed(changes))
    return [remark for remark in table.remarks if remark.kind == "dates in several ways"]


def test_the_ways_are_told_by_a_cell_of_each_the_most_frequent_first():
    (remark,) = remarks_of([*ISO[:5], *GERMAN[:15]])
    assert remark.columns == ("when",)
    assert "“when” holds dates that are written in several ways" in str(remark)
    assert "about 75% such as “01.11.2023”, 25% such as “2023-12-01”" in str(remark)


def test_the_shares_in_many_rows_are_near_those_of_all():
    (remark,) = remarks_of([*GERMAN[:16], *ISO[:4]] * 500)  # each 20th row is written alike
    first, second = (int(share) for share in re.findall(r"(\d+)% such as", str(remark)))
    assert abs(first - 80) < 6
    assert first + second == 100


def test_a_moment_is_another_way_than_a_day():
    (remark,) = remarks_of([*ISO[:6], *(f"{day} 12:30" for day in GERMAN[:4])])
    assert "60% such as “2023-12-01”, 40% such as “01.11.2023 12:30”" in str(remark)


def test_a_few_words_among_the_dates_change_nothing():
    (remark,) = remarks_of([*ISO[:8], *GERMAN[:8], "tba", "soon"])
    assert "44% such as “2023-12-01”, 44% such as “01.11.2023”" in str(remark)


def test_a_column_that_was_said_to_hold_no_dates_is_left_alone():
    assert remarks_of([*ISO, *GERMAN], not_dates_too=["when"]) == []


@pytest.mark.parametrize(
    "cells",
    [
        [*ISO, "tba"],  # one way, and a word
        [*ISO[:10], *GERMAN[:3], *["tba", "soon", "later"] * 3],  # many words
        [f"2.{k}.{k % 3}" for k in range(20)] + ["1.2.03"],  # versions
        [f"10.0.{k}.{k % 3}" for k in range(20)],  # addresses
        [f"{100 + k}-45-6{k:03}" for k in range(20)],  # numbers of persons
        [f"{k}:30" for k in range(10)] + [f"{k}:30 PM" for k in range(1, 10)],  # times
        [f"street {k}" for k in range(20)],
    ],
)
def test_other_texts_are_none(cells):
    assert remarks_of(cells) == []


def test_each_text_is_of_one_format():
    found = texts_by_format(["13/01/2020", "02/03/2020", "01/13/2020", "14/02/2020"])
    assert found == {
        "%d/%m/%Y": ["13/01/2020", "02/03/2020", "14/02/2020"],
        "%m/%d/%Y": ["01/13/2020"],
    }
