from dataclasses import fields
from typing import get_args

import pytest

from som_core import recipe, settings
from som_core.files.dialect import Dialect
from som_core.recipe import ColumnRecipe
from som_core.settings import MapSettings
from som_core.wording import HOW_TO_READ, RECIPE, SETTINGS, duration_in_words, number, size_in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s"), (41.6, "42 s"), (60, "1 min"), (750, "12 min"), (5400, "1.5 h"), (14_400, "4 h")],
)
def test_a_time_is_said_without_false_precision(seconds, words):
    assert duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [(812, "812 bytes"), (3100, "3.1 kB"), (3_140_000, "3.14 MB"), (2_000_000_000, "2 GB")],
)
def test_a_size_is_said_in_the_largest_unit_that_fits(n_bytes, words):
    assert size_in_words(n_bytes) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(2009, "2009"), (9_999.6, "10,000"), (16_730, "16,730"), (-0.01234, "−0.01234")],
)
def test_a_year_reads_as_one_and_large_numbers_are_parted(value, words):
    assert number(value) == words


@pytest.mark.parametrize(
    ("words", "chosen", "without_words"),
    [
        (HOW_TO_READ, Dialect, set()),
        (RECIPE, ColumnRecipe, {"name", "reason"}),
        (SETTINGS, MapSettings, set()),
    ],
)
def test_there_are_words_for_every_choice(words, chosen, without_words):
    assert set(words) == {field.name for field in fields(chosen)} - without_words


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        (RECIPE["missing"], recipe.Missing),
        (RECIPE["outliers"], recipe.Outliers),
        (RECIPE["transform"], recipe.Transform),
        (RECIPE["scale"], recipe.Scale),
        (RECIPE["role"], recipe.Role),
        (SETTINGS["algorithm"], settings.Algorithm),
        (SETTINGS["initialisation"], settings.Initialisation),
        (SETTINGS["neighbourhood"], settings.Neighbourhood),
    ],
)
def test_no_two_values_of_a_choice_are_called_the_same(choice, values):
    words = [choice.word(value) for value in get_args(values)]
    assert len(set(words)) == len(words)
    assert set(choice.values) <= set(get_args(values))


def test_what_is_chosen_for_a_training_can_be_read_in_a_third_of_a_narrow_page():
    words = [word for choice in SETTINGS.values() for word in choice.values.values()]
    assert max(map(len, words)) <= 36, "223 pixels at a width of 900, of about 6 a letter"
