import html

import pytest

from som_core.figures.text import LONGEST_LABEL, label_in_lines, safe_plotly, short_label
from testing.payloads import HOSTILE_TEXTS


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_no_text_is_read_as_markup(text):
    safe = safe_plotly(text)
    assert not set("<>${") & set(safe)
    assert "\u202e" not in safe


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_every_letter_is_shown_but_for_signs_that_turn_the_direction(text):
    assert html.unescape(safe_plotly(text)) == text.replace("\u202e", "")


def test_a_number_can_be_shown():
    assert safe_plotly(7.5) == "7.5"


def test_a_long_label_is_shortened_before_it_is_made_safe():
    label = short_label("<" * 200)
    assert html.unescape(label) == "<" * (LONGEST_LABEL - 1) + "…"


def test_a_label_of_forty_letters_is_whole():
    assert short_label("x" * 40) == "x" * 40


def test_a_label_of_several_words_goes_on_in_a_second_line_and_no_further():
    label = label_in_lines("nearly all App, high <Zufriedenheit>, low Umsatz " * 3)
    first, second = label.split("<br>")
    assert first == "nearly all App, high &lt;Zufriedenheit&gt;,"
    assert second.endswith(" …")
    assert label_in_lines("<br>") == "&lt;br&gt;"
