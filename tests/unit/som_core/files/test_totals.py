"""A last row of totals is noticed, and the way out that the remark names works."""

import numpy as np
import pytest

from som_core.reading import read_table
from som_core.remarks import Remark

SALES = [("north", 120.5, 3), ("south", 80.25, 1), ("east", 199.0, 7), ("west", 42.0, 2)]
SALES += [("north", 61.75, 4), ("west", 90.0, 5)]


def written(rows, last="") -> bytes:
    lines = ["region,sales,orders", *(",".join(map(str, row)) for row in rows), last]
    return "\n".join(lines).encode()


def remarks_of(rows, last) -> list[Remark]:
    remarks = read_table(written(rows, last), "sales.csv").remarks
    return [remark for remark in remarks if remark.kind == "totals"]


@pytest.mark.parametrize(
    ("last", "because"),
    [
        (",593.5,22", "the sum of “sales” and “orders”"),
        ("all,593.5,", "the sum of “sales”"),
        ("all,593.5,3.7", "the sum of “sales”"),  # the mean of orders
        ("Total,600,20", "it begins with “Total”"),
        ("Gesamtergebnis,,", "it begins with “Gesamtergebnis”"),
        ("grand total:,1,", "it begins with “grand total:”"),
        ("Итого,600,", "it begins with “Итого”"),
    ],
)
def test_a_last_row_of_totals_is_noticed(last, because):
    (remark,) = remarks_of(SALES, last)
    assert because in str(remark)


@pytest.mark.parametrize(
    "last",
    [
        "south,110.5,6",
        "south,0,0",
        "Totally Wicker,110.5,6",  # not the word alone
        "summer,110.5,6",
        "south,593.5,6.5\nsouth,1,2",  # not last
    ],
)
def test_a_last_row_like_the_others_is_none(last):
    assert remarks_of(SALES, last) == []


def test_a_level_that_is_called_total_is_none():
    assert remarks_of([*SALES, ("total", 70.0, 3), ("north", 75.5, 2)], "total,110.5,6") == []


def test_a_column_of_one_value_and_zeros_is_no_sum():
    rows = [("a", 0, 0), ("b", 1, 2), ("c", 0, 0), ("d", 0, 0), ("e", 0, 0)]
    assert remarks_of(rows, "f,1,2") == []


def test_totals_of_a_column_that_is_empty_at_its_end_are_noticed():
    rows = [("a", 5, ""), ("b", 7, ""), *[("c", "", k) for k in range(25)]]
    (remark,) = remarks_of(rows, ",12,300")
    assert "the sum of “sales” and “orders”" in str(remark)


def test_rounded_totals_of_many_rows_are_noticed():
    rng = np.random.default_rng(0)
    rows = [(f"r{k}", f"{sales:.6f}", k) for k, sales in enumerate(rng.lognormal(5, 1, 3000))]
    total = sum(float(row[1]) for row in rows)
    (remark,) = remarks_of(rows, f",{total:.0f},4498500")
    assert "the sum of “sales” and “orders”" in str(remark)


def test_several_rows_of_totals_are_noticed_and_left_out():
    last = "Total: shops,593.5,22\nTotal: company,593.5,22"
    (remark,) = remarks_of(SALES, last)
    assert str(remark).startswith("The last 2 rows look like totals")
    assert remark.rows == (len(SALES), len(SALES) + 1)
    assert regions_left(written(SALES, last)) == [row[0] for row in SALES]


def test_subtotals_among_the_rows_are_noticed_and_left_out():
    half = len(SALES) // 2
    rows = [*SALES[:half], ("Total coast", 399.75, 11), *SALES[half:], ("Total land", 193.75, 11)]
    last = "Grand total,593.5,22"
    inner, final = remarks_of(rows, last)
    assert "Row 4 looks like subtotals" in str(inner)
    assert final.rows == (len(rows) - 1, len(rows))
    content = written(rows, last)
    assert regions_left(content) == [row[0] for row in SALES]
    table = read_table(content, "sales.csv")
    assert table.totals == [half, len(rows) - 1, len(rows)]
    at_once = read_table(content, "sales.csv", dialect=table.dialect_without_totals)
    assert at_once.frame["region"].tolist() == [row[0] for row in SALES]


def regions_left(content: bytes) -> list[str]:
    """Return the regions of the rows when each remedy was taken, one after the other."""
    table = read_table(content, "sales.csv")
    while totals := [remark for remark in table.remarks if remark.kind == "totals"]:
        dialect = table.dialect.changed(totals[0].remedy.changes)
        table = read_table(content, "sales.csv", dialect=dialect)
    return table.frame["region"].tolist()


@pytest.mark.parametrize("note", ["", "\nSource: the till", "\n,,\nSource: the till"])
def test_the_way_out_leaves_the_totals_out(note):
    content = written(SALES, ",593.5,22" + note)
    table = read_table(content, "sales.csv")
    (remark,) = [remark for remark in table.remarks if remark.kind == "totals"]
    assert remark.rows == (len(SALES),)
    dialect = table.dialect.changed(remark.remedy.changes)
    again = read_table(content, "sales.csv", dialect=dialect)
    assert again.frame["region"].tolist() == [row[0] for row in SALES]
    assert not any(remark.kind == "totals" for remark in again.remarks)


@pytest.mark.parametrize(
    ("last", "because"),
    [
        ("Average,98.9,3.67", "The last row looks like an average of the others"),
        ("Mean,98.92,4", "it begins with “Mean”"),
        ("Durchschnitt:,99,", "it begins with “Durchschnitt:”"),
        ("Mittelwert,98.917,", "it begins with “Mittelwert”"),
        ("Moyenne,98.917,9", "it begins with “Moyenne”"),  # half of its numbers
        ("Promedio,,", "it begins with “Promedio”"),
        ("Median,85.1,3.5", "it begins with “Median”"),
        ("Total,593.5,22\nAverage,98.9,3.7", "The last 2 rows look like totals and averages"),
        ("Total,,\nAverage,98.9,3.7", "the first begins with “Total”"),
        ("Media,98.9,3.7\nTotal,593.5,22", "the first begins with “Media”"),
        ("Mean,98.9,3.7\nMedian,85.1,3.5", "The last 2 rows look like averages of the others"),
    ],
)
def test_a_last_row_of_means_is_noticed_and_left_out(last, because):
    (remark,) = remarks_of(SALES, last)
    assert because in str(remark)
    assert regions_left(written(SALES, last)) == [row[0] for row in SALES]


@pytest.mark.parametrize(
    "last",
    [
        "Average,110.5,6",  # numbers of its own
        "Media,70,",  # a shop may be called so
        "mean streets,98.9,3.67",  # not the word alone
        "Average,98.9,3.67\nsouth,1,2",  # not last
    ],
)
def test_a_last_row_with_a_word_for_means_and_other_values_is_none(last):
    assert remarks_of(SALES, last) == []


def test_a_level_that_is_called_average_is_none():
    assert remarks_of([*SALES, ("average", 70.0, 3), ("good", 75.5, 2)], "average,98.9,3.67") == []


def test_a_mean_among_rows_that_are_as_empty_is_none():
    rows = [(name, "", "") for name, *_ in SALES]
    assert remarks_of([*SALES[:2], *rows], "Average,,") == []


def test_a_total_above_a_row_that_is_called_average_is_none_alone():
    assert remarks_of(SALES, "Total,593,20\nAverage,110.5,6") == []


def test_whole_numbers_with_a_gap_in_the_row_of_totals_are_whole_without_it():
    file = written(SALES, "all,593.5,")
    with_totals = read_table(file, "sales.csv")
    assert with_totals.frame.dtypes["orders"] == np.float64
    (remark,) = (remark for remark in with_totals.remarks if remark.kind == "totals")
    dialect = with_totals.dialect.changed(remark.remedy.changes)
    frame = read_table(file, "sales.csv", dialect=dialect).frame
    assert frame.dtypes["orders"] == np.int64
    assert frame["orders"].tolist() == [3, 1, 7, 2, 4, 5]
    assert frame.dtypes["sales"] == np.float64
