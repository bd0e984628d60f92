import numpy as np
import pandas as pd
import pytest

from som_core.analyses.group_profiles import group_profiles, most_parting
from testing.maps import a_table


def test_percentiles_of_numbers_and_shares_of_the_telling_level():
    table = a_table({"x": 0.3 * np.arange(100), "side": ["l"] * 50 + ["r"] * 50, "c": np.ones(100)})
    found = group_profiles(table, {"low": np.arange(50), "high": np.arange(50, 100)})
    assert found.loc["low", "x"] == pytest.approx(0.25, abs=0.01)
    assert found.loc["high", "x"] == pytest.approx(0.75, abs=0.01)
    side = next(name for name in found.columns if name.startswith("side = "))
    assert sorted(found[side]) == [0, 1]
    assert "c" not in found.columns  # one and the same value


def test_a_column_that_is_the_same_in_all_groups_stands_last():
    table = a_table({"same": np.resize([1.0, 2, 3, 4.5], 100), "x": 0.3 * np.arange(100)})
    found = group_profiles(table, {"low": np.arange(48), "high": np.arange(48, 96)})
    assert list(found.columns) == ["x", "same"]


def test_texts_of_which_hardly_two_are_alike_stand_beside_no_group():
    postcodes = [f"{10_000 + 17 * place}" for place in range(98)] + ["20000", "20000"]
    table = a_table({"x": 0.3 * np.arange(100), "postcode": pd.Series(postcodes, dtype="str")})
    assert table.kinds["postcode"] == "text"
    found = group_profiles(table, {"low": np.arange(50), "high": np.arange(50, 100)})
    assert list(found.columns) == ["x"]


def test_shares_are_of_all_rows_of_a_group_and_hardly_known_numbers_say_nothing():
    remark, known = np.full(100, None, dtype=object), np.full(100, np.nan)
    remark[:2], remark[2:4], known[:2] = "late", "early", [7.0, 8]
    half = np.where(np.arange(100) % 2 == 0, np.arange(100.0), np.nan)
    table = a_table({"x": 0.3 * np.arange(100), "half": half, "remark": remark, "known": known})
    found = group_profiles(table, {"low": np.arange(50), "high": np.arange(50, 100)})
    (level,) = (name for name in found if name.startswith("remark = "))
    assert found[level].tolist() == [0.04, 0]
    assert "known" not in found
    assert found["half"].tolist() == pytest.approx([0.25, 0.75], abs=0.01)
    narrow = group_profiles(table, {"low": np.arange(1, 50), "high": np.arange(50, 100)})
    assert np.isnan(narrow.loc["low", "half"])


def test_columns_that_go_along_stand_side_by_side():
    random = np.random.default_rng(0)
    base = np.repeat([0.0, 1, 2], 50)
    other = np.repeat([1.0, 3, 0], 50)
    noise = random.normal(0, 0.1, (4, 150))
    columns = {"a": base, "p": other, "b": base, "q": other}
    table = a_table({n: c + e for (n, c), e in zip(columns.items(), noise, strict=True)})
    groups = {str(k): np.arange(50 * k, 50 * k + 50) for k in range(3)}
    order = list(group_profiles(table, groups).columns)
    assert abs(order.index("a") - order.index("b")) == 1
    assert abs(order.index("p") - order.index("q")) == 1


def test_the_columns_that_part_groups_most_stay_in_their_order():
    profiles = pd.DataFrame(
        {"a": [0.5, 0.6], "b": [0.0, 1.0], "c": [np.nan, np.nan], "d": [0.9, 0]}
    )
    assert list(most_parting(profiles, 2).columns) == ["b", "d"]
    assert list(most_parting(profiles, 3).columns) == ["a", "b", "d"]
    assert list(most_parting(profiles, 9).columns) == list("abcd")
