import pytest

from workspace.durations import duration_in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s"), (41.6, "42 s"), (60, "1 min"), (750, "12 min"), (5400, "1.5 h"), (14_400, "4 h")],
)
def test_a_time_is_said_without_false_precision(seconds, words):
    assert duration_in_words(seconds) == words
