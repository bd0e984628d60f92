"""Downloads asked for while their button is drawn anew: what Streamlit 1.67 makes wrong of them.

Each run of a page draws its buttons anew, and a click is one on the button that the browser shows.

- Who changes a choice and clicks at once clicks the button before, and would get a file of what was
  chosen before. Here the file waits for the run that the change asked for, and is what the button
  makes then.
- Streamlit forgets what the buttons before would have made as soon as any run ends, and tells the
  click “Failed to generate file for download”. What was made is forgotten likewise, when two runs
  of anybody have ended, though a slow connection may not have asked for it yet. Here both stay for
  a minute after the page has let go of them.
"""

import time

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager

KEPT = 60.0  # seconds
LONGEST_WAIT = 60.0  # seconds for a run; then the file is what the button clicked would have made
LOOK = 0.02  # seconds between two looks whether the run has ended
_let_go: dict[str, float] = {}  # a file's id -> when it was first seen to belong to no page
_execute_deferred = MediaFileManager.execute_deferred


def keep_late_downloads() -> None:
    """Let every session of this process do as said above."""
    MediaFileManager.execute_deferred = _execute  # type: ignore[method-assign, assignment]
    MediaFileManager.remove_orphaned_files = _remove  # type: ignore[method-assign, assignment]


def _execute(files: MediaFileManager, clicked: str) -> str:
    """Return the address of what a button makes; called in a thread of its own."""
    entry = files._deferred_callables.get(clicked)
    if entry is None:
        return _execute_deferred(files, clicked)  # which says so
    last_look = time.monotonic() + LONGEST_WAIT
    while _is_running(entry["session_id"]) and time.monotonic() < last_look:
        time.sleep(LOOK)
    with files._lock:
        drawn = [
            file_id
            for file_id, other in files._deferred_callables.items()
            if (other["session_id"], other["element_id"])
            == (entry["session_id"], entry["element_id"])
        ]
    return _execute_deferred(files, drawn[-1] if drawn else clicked)


def _is_running(session_id: str) -> bool:
    """Return whether a session's page runs or is about to."""
    session = runtime.get_instance().get_app_session(session_id)
    return session is not None and session._scriptrunner is not None


def _remove(files: MediaFileManager) -> None:
    """Remove what belonged to no page for a minute; called at the end of each run."""
    with files._lock:
        of_pages = {
            file_id
            for page in files._files_by_session_and_coord.values()
            for file_id in page.values()
        }
        of_none = {*files._deferred_callables, *files._file_metadata} - of_pages
        now = time.monotonic()
        since = {file_id: _let_go.get(file_id, now) for file_id in of_none}
        _let_go.clear()
        for file_id, moment in since.items():
            if now - moment < KEPT:
                _let_go[file_id] = moment
            elif file_id in files._file_metadata:
                files._delete_file(file_id)
            else:
                files._drop_deferred_id(file_id)
