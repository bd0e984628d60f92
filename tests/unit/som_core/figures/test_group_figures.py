"""Charts of groups: what is drawn, and that names from a file stay text."""

import numpy as np
import pytest

from som_core.analyses.group_profiles import group_profiles
from som_core.analyses.ranked_table import ranked_table
from som_core.figures.group_heat import group_heat, profile_lines
from som_core.figures.paired_bars import paired_bars
from testing.maps import a_table
from testing.payloads import HOSTILE_TEXTS


def a_grouped_table(name="x", level="l"):
    random = np.random.default_rng(0)
    sides = np.repeat([level, "other level"], 50)
    return a_table({name: 0.3 * np.arange(100), "noise": random.normal(size=100), "side": sides})


def test_pairs_of_bars_are_shares_of_each_side():
    for column in ranked_table(a_grouped_table()).columns:
        here, elsewhere = paired_bars(column, np.arange(50)).data
        assert sum(here.y) == pytest.approx(1)
        assert sum(elsewhere.y) == pytest.approx(1)
        if column.name == "side":
            assert list(here.y) == [1, 0]


def test_rare_levels_are_one_bar():
    level = np.array([f"l{k}" for k in range(20)] * 2)
    (column,) = ranked_table(a_table({"level": level})).columns
    here, _ = paired_bars(column, np.arange(20)).data
    assert len(here.y) == 9
    assert here.y[-1] == pytest.approx(12 / 20)


def test_heat_and_lines_show_each_group_in_each_column():
    table = a_grouped_table()
    profiles = group_profiles(table, {"low": np.arange(50), "high": np.arange(50, 100)})
    heat = group_heat(profiles)
    assert np.asarray(heat.data[0].z).shape == (2, 3)
    assert heat.layout.yaxis.ticktext == ("low", "high")
    lines = profile_lines(profiles, ["#000000", "#ffffff"]).data
    assert [line.name for line in lines] == ["low", "high"]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_names_from_a_file_are_shown_as_text(text):
    table = a_grouped_table(text, text)
    profiles = group_profiles(table, {text: np.arange(50), "rest": np.arange(50, 100)})
    figures = [
        group_heat(profiles),
        profile_lines(profiles, ["#000000", "#ffffff"]),
        *(paired_bars(c, np.arange(50), names=(text, "b")) for c in ranked_table(table).columns),
    ]
    for figure in figures:
        figure.update_traces(customdata=None)  # which is never drawn
        drawn = figure.to_json().replace("\\u003cbr\\u003e", "")
        assert "\\u003c" not in drawn
