"""Text from a file is shown as text; tests/e2e/test_labels.py looks at it in a browser."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.payloads import HOSTILE_TEXTS
from ui.labels import ZERO_WIDTH_SPACE, safe_label, safe_sentence
from workspace.tables import ReadOtherwise


def read_back(label: str) -> str:
    """Return what a reader sees: markdown takes one backslash away before a sign."""
    signs = iter(label.replace(ZERO_WIDTH_SPACE, ""))
    return "".join(next(signs) if sign == "\\" else sign for sign in signs)


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_no_sign_of_markup_stands_alone_in_a_label(text):
    label = safe_label(text)
    unescaped = iter(label.replace(ZERO_WIDTH_SPACE, ""))
    for sign in unescaped:
        if sign == "\\":
            next(unescaped)
        else:
            assert sign not in string.punctuation


@pytest.mark.parametrize(
    "start", ["http://host", "https://host", ":red[x]", ":smile:", "a@host", "www.host", "a -> b"]
)
def test_what_a_backslash_does_not_stop_is_broken_by_a_space_without_width(start):
    assert ZERO_WIDTH_SPACE in safe_label(start)


@given(st.text(alphabet=string.printable, max_size=100))
def test_a_reader_sees_the_text_itself_on_one_line(text):
    visible = "".join(" " if sign in string.whitespace else sign for sign in text)
    assert read_back(safe_label(text)) == " ".join(visible.split())


def test_plain_names_stay_as_they_are():
    assert safe_label("body mass größe 体重") == "body mass größe 体重"


def test_signs_that_turn_the_reading_direction_or_are_not_seen_are_left_out():
    assert read_back(safe_label("gpj.\u202egnp\u200b.exe\x00")) == "gpj.gnp.exe"


def test_a_very_long_name_is_cut_with_an_ellipsis():
    cut = safe_label("x" * 5_000, longest=30)
    assert cut == "x" * 29 + "…"
    assert safe_label("x" * 30, longest=30) == "x" * 30


def test_a_sentence_is_shown_up_to_the_way_out_at_its_end():
    said = str(ReadOtherwise("a long name " * 12))
    assert read_back(safe_sentence(said)) == " ".join(said.split())
    assert len(safe_sentence("x" * 5_000)) < 1_100
