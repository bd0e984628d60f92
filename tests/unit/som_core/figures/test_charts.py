import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.analyses.differences import contrast
from som_core.drawing.palette import HIGHER, LOWER
from som_core.figures.contrast import contrast_figure
from som_core.figures.histogram import BINS, histogram_figure
from som_core.figures.training import training_figure
from som_core.trained_map import HistoryPoint
from testing.maps import a_table
from testing.payloads import HOSTILE_TEXTS

TABLE = a_table(
    {
        "lower": [0.0, 1, 8, 9],
        "higher": [5.0, 7, 4, 6],
        "island": ["Dream", "Dream", "Biscoe", "Dream"],
    }
)


def test_the_largest_effect_is_the_bar_on_top():
    figure = contrast_figure(contrast(TABLE, [0, 1]))
    bars = figure.data[0]
    assert list(bars.customdata) == ["lower", "island", "higher"]
    assert figure.layout.yaxis.ticktext == ("lower", "island: Dream", "higher")
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(bars.marker.color) == [LOWER, HIGHER, HIGHER]


def test_the_hover_of_a_bar_speaks_in_original_units():
    bars = contrast_figure(contrast(TABLE, [0, 1])).data[0]
    assert bars.hovertext[0] == "lower is lower: 0.5 here, 8.5 elsewhere"


def test_only_the_largest_effects_are_drawn():
    assert len(contrast_figure(contrast(TABLE, [0, 1]), most=2).data[0].x) == 2


def test_columns_without_an_effect_size_are_not_drawn():
    assert len(contrast_figure(contrast(TABLE, [0], [2])).data[0].x) == 1  # island, by its share


def test_no_contrast_is_an_empty_chart():
    assert len(contrast_figure(contrast(TABLE, [])).data[0].x) == 0


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_names_and_levels_from_a_file_are_shown_as_text(text):
    table = a_table({text: [1.0, 2, 8, 9], "kind": [text, text, "b", "b"]})
    figure = contrast_figure(contrast(table, [0, 1]))
    shown = [*figure.layout.yaxis.ticktext, *figure.data[0].hovertext]
    histogram = histogram_figure(np.arange(3.0), np.arange(3.0), unit=text)
    shown.append(histogram.layout.xaxis.title.text)
    assert not any(set("<>${") & set(words) for words in shown)


def test_a_histogram_counts_every_finite_value_before_and_after():
    before = np.array([1.0, 2, 2, 3, np.nan, np.inf])
    figure = histogram_figure(before, np.log(before[:4]))
    assert [sum(bars.y) for bars in figure.data] == [4, 4]
    assert [len(bars.y) for bars in figure.data] == [BINS, BINS]


@pytest.mark.parametrize("values", [np.array([]), np.array([np.nan]), np.full(3, 7.0)])
def test_a_histogram_of_nothing_or_of_one_value_can_be_drawn(values):
    figure = histogram_figure(values, values)
    assert sum(figure.data[0].y) == np.isfinite(values).sum()


def test_the_training_curve_is_error_by_epoch():
    history = [HistoryPoint(0.0, 2.0, 0.1), HistoryPoint(1.0, 1.5, 0.3)]
    curve = training_figure(history).data[0]
    assert_array_equal(curve.x, [0, 1])
    assert_array_equal(curve.y, [2, 1.5])
    assert_array_equal(curve.customdata, [0.1, 0.3])


def test_a_training_that_has_not_begun_has_an_empty_curve():
    assert len(training_figure(()).data[0].x) == 0
