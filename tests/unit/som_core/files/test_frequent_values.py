import numpy as np
import pandas as pd
import pytest

from som_core.files.frequent_values import remarks_on_frequent_values
from som_core.reading import read_table

RNG = np.random.default_rng(0)
DAYS = [-1] * 80 + RNG.integers(1, 400, 60).tolist()
CHANGE = [-1] * 5 + RNG.integers(-30, 30, 135).tolist()
JOBS = ["clerk", "nurse", "not stated", "teacher"] * 35


def proposed(**columns):
    return [remark.columns for remark in remarks_on_frequent_values(pd.DataFrame(columns))]


def test_one_click_makes_a_mark_missing_in_its_column_alone_and_one_takes_it_back():
    frame = pd.DataFrame({"days": DAYS, "change": CHANGE, "job": JOBS})
    table = read_table(frame.to_csv(index=False).encode(), "table.csv")
    found = [r for r in table.remarks if r.kind == "values that may be missing"]
    assert [remark.columns for remark in found] == [("days",), ("job",)]
    dialect = table.dialect
    for remark in found:
        dialect = dialect.changed(remark.remedy.changes)
    again = read_table(frame.to_csv(index=False).encode(), "table.csv", dialect=dialect)
    assert again.frame.isna().sum().to_dict() == {"days": 80, "change": 0, "job": 35}
    taken_back = dialect
    for remark in again.remarks:
        assert remark.kind == "marks for missing"
        taken_back = again.dialect.changed(remark.remedy.changes)
        once_more = read_table(frame.to_csv(index=False).encode(), "x.csv", dialect=taken_back)
        assert not once_more.frame[remark.columns[0]].isna().any()


@pytest.mark.parametrize(
    "values",
    [
        [0] * 100 + RNG.gamma(2, 5, 60).round(1).tolist(),  # no rain
        RNG.normal(0, 30, 200).round().tolist(),
        RNG.normal(5, 3, 200).round().tolist(),  # degrees, a few of them -1
        RNG.choice([-1, 0, 1], 200).tolist(),
        RNG.choice([99, 100, 101, 102], 200).tolist(),
        (RNG.integers(1, 60, 200) * -100).tolist(),
        RNG.integers(50, 100, 200).tolist(),  # marks up to 99
    ],
)
def test_true_values_are_not_proposed(values):
    assert proposed(x=values) == []


def test_a_word_in_several_columns_is_one_remark():
    texts = pd.Series(["a", "b", "unknown"] * 20, dtype="str")
    assert proposed(one=texts, other=texts) == [("one", "other")]
