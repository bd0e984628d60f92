"""Bars of what makes a group different: which are drawn, what they say, and that it stays text."""

import numpy as np
import pytest

from som_core import ColumnRecipe, Recipe, explain
from som_core.drawing.palette import HIGHER, LOWER
from som_core.figures.effects import effects_figure
from testing.maps import a_table
from testing.payloads import HOSTILE_TEXTS

RANDOM = np.random.default_rng(0)
SHAPING = np.concatenate([np.arange(50.0), np.arange(100.0, 150)])
TABLE = a_table(
    {
        "shaping": SHAPING,
        "twin": SHAPING + 0.001 * np.arange(100) ** 2,
        "island": ["Dream"] * 45 + ["Biscoe"] * 55,
        "noise": RANDOM.normal(size=100),
    }
)
RECIPE = Recipe(
    (
        ColumnRecipe(name="shaping", role="train"),
        *(ColumnRecipe(name=name, role="describe") for name in ("twin", "island", "noise")),
    )
)


def notes(figure) -> dict[str, str]:
    """Return what stands behind each bar, by the name before it."""
    names = figure.layout.yaxis.ticktext
    return {names[note.y]: note.text for note in figure.layout.annotations}


def test_the_largest_difference_is_the_bar_on_top():
    figure = effects_figure(explain(TABLE, range(50), recipe=RECIPE).effects)
    bars = figure.data[0]
    assert list(bars.customdata)[2:] == ["island", "noise"]
    assert figure.layout.yaxis.ticktext[2] == "island: Dream"
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(bars.marker.color)[:3] == [LOWER, LOWER, HIGHER]


def test_bars_have_their_intervals_and_say_it_in_words():
    effects = explain(TABLE, range(50)).effects
    bars = effects_figure(effects).data[0]
    assert np.asarray(bars.x) - bars.error_x.arrayminus == pytest.approx(effects["low"])
    assert np.asarray(bars.x) + bars.error_x.array == pytest.approx(effects["high"])
    assert "lower in 100 of 100 pairs" in bars.hovertext[list(bars.customdata).index("shaping")]


def test_a_bar_has_its_q_or_says_that_the_column_shaped_the_map():
    figure = effects_figure(explain(TABLE, range(50), recipe=RECIPE).effects)
    assert notes(figure) == {
        "shaping": "shaped the map",
        "twin": "q &lt; 0.001 ?",  # nearly the same as what shaped the map
        "island: Dream": "q &lt; 0.001",
        "noise": notes(figure)["noise"],
    }
    assert notes(figure)["noise"].startswith("q 0.")
    pale = dict(zip(figure.data[0].customdata, figure.data[0].marker.opacity, strict=True))
    assert pale["shaping"] < 1
    assert pale["island"] == 1


def test_a_column_that_made_the_selection_says_so():
    effects = explain(TABLE, range(45), recipe=RECIPE, drawn_by=["island"]).effects
    assert notes(effects_figure(effects))["island: Dream"] == "made the selection"


def test_only_the_largest_differences_are_drawn():
    assert len(effects_figure(explain(TABLE, range(50)).effects, most=2).data[0].x) == 2


def test_no_difference_is_an_empty_chart():
    assert len(effects_figure(explain(TABLE, []).effects).data[0].x) == 0


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_names_and_levels_from_a_file_are_shown_as_text(text):
    table = a_table({text: [1.0, 2, 8, 9], "kind": [text, text, "b", "b"]})
    recipe = Recipe(
        (ColumnRecipe(name=text, role="train"), ColumnRecipe(name="kind", role="describe"))
    )
    figure = effects_figure(explain(table, [0, 1], recipe=recipe).effects)
    shown = [*figure.layout.yaxis.ticktext, *figure.data[0].hovertext, *notes(figure).values()]
    assert not any(set("<>${") & set(words.replace("<br>", "")) for words in shown)
