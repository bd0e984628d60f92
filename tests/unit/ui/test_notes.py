from ui.sections.notes import MOST_LETTERS, beginning


def test_a_long_note_is_cut_between_words_and_nothing_of_it_is_lost():
    text = "Ask Ana about these.\nThey pay late. " * 40
    start, rest = beginning(text)
    assert len(start) <= MOST_LETTERS + 2
    assert f"{start.removesuffix(' …')} {rest}".split() == text.split()


def test_a_short_note_is_whole():
    assert beginning("a" * MOST_LETTERS) == ("a" * MOST_LETTERS, "")


def test_a_word_without_an_end_is_cut():
    assert beginning("a" * 1_600) == (f"{'a' * MOST_LETTERS} …", "a" * 1_300)
