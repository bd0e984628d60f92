import pandas as pd

from som_core.figures.levels import MOST_LEVELS, levels_figure


def test_levels_stand_by_how_often_they_occur():
    figure = levels_figure(pd.Series(["b", "a", "b", None]))
    (bars,) = figure.data
    assert bars.x == (2, 1)
    assert figure.layout.yaxis.ticktext == ("b", "a")


def test_a_column_of_many_levels_shows_the_most_frequent():
    figure = levels_figure(pd.Series([f"level {k}" for k in range(100)]))
    assert len(figure.data[0].x) == MOST_LEVELS


def test_a_level_that_looks_like_markup_is_shown_as_text():
    figure = levels_figure(pd.Series(["<b>bold</b>"]))
    assert "<b>" not in figure.layout.yaxis.ticktext[0] + figure.data[0].hovertext[0]
