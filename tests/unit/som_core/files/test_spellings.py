"""Levels that differ only by capitals or blanks are pointed out, and stay what they are."""

import pytest

from som_core.reading import read_table
from som_core.remarks import Remark


def remarks_of(content: str) -> list[Remark]:
    table = read_table(content.encode(), "staff.csv")
    return [remark for remark in table.remarks if remark.kind == "spellings"]


def written(*columns: list[str]) -> str:
    names = [f"c{place}" for place in range(len(columns))]
    rows = [",".join(cells) for cells in zip(*columns, strict=True)]
    return "\n".join([",".join([*names, "n"]), *(f"{row},{n}.5" for n, row in enumerate(rows))])


def test_levels_that_differ_by_capitals_are_pointed_out():
    departments = ["Sales", "IT", "sales", "Sales", "HR", "hr", "Ops"] * 4
    (remark,) = remarks_of(written(departments))
    assert "“c0” has levels that differ only by capitals or blanks" in str(remark)
    assert "“Sales” and “sales”" in str(remark)
    assert remark.columns == ("c0",)
    table = read_table(written(departments).encode(), "staff.csv")
    assert table.frame["c0"].tolist() == departments  # nothing is merged


def test_all_columns_with_such_levels_stand_in_one_remark():
    (remark,) = remarks_of(
        written(["Sales", "IT", "sales"] * 5, ["NO", "Yes", "no"] * 5, ["a", "b", "c"] * 5)
    )
    assert remark.columns == ("c0", "c1")
    assert "“Sales” and “sales” in “c0”, “NO” and “no” in “c1”" in str(remark)


def test_blanks_that_can_not_be_seen_are_told():
    (remark,) = remarks_of(written(["New York", "New  York", "Rome"] * 5))
    assert "“New York” with other blanks" in str(remark)


@pytest.mark.parametrize(
    "cells",
    [
        ["Sales", "IT", "HR"] * 5,
        [f"aB{k}" for k in range(30)] + [f"Ab{k}" for k in range(30)],  # codes of rows
        [f"{k} of many Words {k}" for k in range(400)] + [f"{k} of many words {k}" for k in [0, 1]],
        ["1 JAN 2024", "1 Jan 2024", "2 Feb 2024"] * 5,  # dates
    ],
)
def test_other_columns_are_passed_over(cells):
    assert remarks_of(written(cells)) == []


def test_no_more_than_five_columns_get_an_example():
    (remark,) = remarks_of(written(*[["Yes", "yes", "no"] * 5] * 40))
    assert "40 columns" in str(remark)
    assert str(remark).count("“Yes”") == 5


def test_of_many_spellings_the_first_are_told():
    spellings = ["yes", "Yes", "YES", "yEs", "yeS", "YEs", "yES"]
    (remark,) = remarks_of(written([*spellings, "no"] * 3))
    assert "“yeS” and 2 more" in str(remark)


def test_how_many_levels_are_spelled_in_several_ways_is_said():
    (remark,) = remarks_of(
        written(["Nord", "nord", "Nord", "Süd", "süd", "WEST", "West", "Ost"] * 3)
    )
    assert "“Nord” and “nord” (and 2 levels more)" in str(remark)
