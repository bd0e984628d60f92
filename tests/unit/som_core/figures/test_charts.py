import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.figures.histogram import BINS, histogram_figure
from som_core.figures.training import training_figure
from som_core.trained_map import HistoryPoint
from testing.payloads import HOSTILE_TEXTS


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_a_unit_from_a_file_is_shown_as_text(text):
    histogram = histogram_figure(np.arange(3.0), np.arange(3.0), unit=text)
    assert not set("<>${") & set(histogram.layout.xaxis.title.text)


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
