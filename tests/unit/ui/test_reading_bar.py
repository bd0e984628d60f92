import threading
from contextlib import nullcontext

import pytest

from som_core.files.reading_progress import note_lines, note_rows
from ui import reading_bar as module
from ui.reading_bar import reading_bar


class Place:
    """Stands for what a page shows in the place of the bar."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, str]] = []
        self.threads: set[threading.Thread] = set()
        self.is_empty = False

    def progress(self, fraction: float, words: str) -> None:
        self.shown.append((fraction, words))
        self.threads.add(threading.current_thread())

    def empty(self) -> None:
        self.is_empty = True


@pytest.fixture
def place(monkeypatch) -> Place:
    found = Place()
    monkeypatch.setattr(module.st, "empty", lambda: found)
    monkeypatch.setattr(module.st, "spinner", lambda *_, **__: nullcontext())
    return found


def read_half() -> None:
    note_lines(100)
    note_rows(50)


def test_a_file_that_takes_a_while_says_how_much_of_it_is_read(place, monkeypatch):
    monkeypatch.setattr(module, "_SECONDS_WITHOUT", 0)
    with reading_bar("large.csv"):
        read_half()
    assert place.shown == [(0.1, "10% of the file is read"), (0.4, "40% of the file is read")]
    assert place.is_empty
    # Whatever the run's own thread shows may end the run, and the file were not read.
    assert threading.current_thread() not in place.threads


def test_a_quick_one_has_no_bar_and_a_refused_one_leaves_none(place, monkeypatch):
    with reading_bar("small.csv"):
        read_half()
    assert place.shown == []
    monkeypatch.setattr(module, "_SECONDS_WITHOUT", 0)
    with pytest.raises(ValueError, match="broken"), reading_bar("broken.csv"):
        raise ValueError("broken")
    assert place.is_empty
    assert not [thread for thread in threading.enumerate() if thread.name == "reading bar"]
