import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from serving import late_downloads

BUTTON = "where the button is"


@pytest.fixture
def clock(monkeypatch):
    """Let a test say what time it is."""
    now = [0.0]
    monkeypatch.setattr(late_downloads.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def files(monkeypatch, clock):
    """Return the files of a server as its start changes them, seen from one session."""
    manager = media_file_manager.MediaFileManager
    monkeypatch.setattr(manager, "remove_orphaned_files", manager.remove_orphaned_files)
    monkeypatch.setattr(manager, "execute_deferred", manager.execute_deferred)
    monkeypatch.setattr(late_downloads, "_is_running", lambda session: False)
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "session")
    late_downloads.keep_late_downloads()
    return manager(MemoryMediaFileStorage("/media"))


def draw(files, text):
    """Draw the page anew, as a run does, with a button that makes a text; return its id."""
    files.clear_session_refs()
    drawn = files.add_deferred(lambda: text, "text/plain", BUTTON, "words.txt", element_id="save")
    files.remove_orphaned_files()
    return drawn


def text_behind(files, url):
    return files.read_file(url.rpartition("/")[2].partition(".")[0]).content.decode()


def test_a_click_on_a_button_that_was_just_drawn_anew_makes_what_it_makes_now(files):
    before = draw(files, "one")
    draw(files, "two")
    assert text_behind(files, files.execute_deferred(before)) == "two"


def test_a_button_that_moved_makes_what_it_makes_where_it_is_now(files):
    """The run of a part of a page leaves what the page said of the places before."""
    before = draw(files, "one")
    for place, text in (("elsewhere", "two"), ("elsewhere again", "three")):
        files.add_deferred(lambda text=text: text, "text/plain", place, element_id="save")
    assert text_behind(files, files.execute_deferred(before)) == "three"


def test_a_click_waits_for_the_run_that_a_change_of_choices_asked_for(files, monkeypatch):
    before = draw(files, "one")
    looks = iter([True, True, False])

    def is_running(session):
        running = next(looks)
        if not running:
            draw(files, "two")
        return running

    monkeypatch.setattr(late_downloads, "_is_running", is_running)
    monkeypatch.setattr(late_downloads.time, "sleep", lambda seconds: None)
    assert text_behind(files, files.execute_deferred(before)) == "two"


def test_a_click_does_not_wait_for_ever(files, clock, monkeypatch):
    monkeypatch.setattr(late_downloads, "_is_running", lambda session: True)

    def sleep(seconds):
        clock[0] += seconds

    monkeypatch.setattr(late_downloads.time, "sleep", sleep)
    assert text_behind(files, files.execute_deferred(draw(files, "one"))) == "one"


def test_a_click_on_a_button_that_is_gone_still_makes_its_file(files):
    before = draw(files, "one")
    files.clear_session_refs()
    files.add_deferred(lambda: "other", "text/plain", BUTTON, "other.txt", element_id="other")
    files.remove_orphaned_files()
    assert text_behind(files, files.execute_deferred(before)) == "one"


def test_a_file_waits_for_a_slow_browser_though_many_runs_end(files):
    made = files.execute_deferred(draw(files, "one"))
    for _ in range(5):
        files.remove_orphaned_files()
    assert text_behind(files, made) == "one"


def test_after_a_minute_nothing_is_kept_that_no_page_shows(files, clock):
    before = draw(files, "one")
    made = files.execute_deferred(before)
    shown = draw(files, "two")
    clock[0] += late_downloads.KEPT
    files.remove_orphaned_files()
    with pytest.raises(MediaFileStorageError, match="not found"):
        files.execute_deferred(before)
    assert files.read_file(made.rpartition("/")[2].partition(".")[0]) is None
    assert text_behind(files, files.execute_deferred(shown)) == "two"
