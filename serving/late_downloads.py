"""Downloads asked for while their button is drawn anew: what Streamlit 1.67 throws away too soon.

Each run of a page draws its buttons anew, and Streamlit forgets what the buttons before would have
made as soon as any run ends. A browser that is still busy shows the button before for a moment: who
clicks it then is told “Failed to generate file for download”. What was made is forgotten likewise,
when two runs of anybody have ended, though a slow connection may not have asked for it yet. Here
both stay for a minute after the page has let go of them.
"""

import time

from streamlit.runtime.media_file_manager import MediaFileManager

KEPT = 60.0  # seconds
_let_go: dict[str, float] = {}  # a file's id -> when it was first seen to belong to no page


def keep_late_downloads() -> None:
    """Let every session of this process do as said above."""
    MediaFileManager.remove_orphaned_files = _remove  # type: ignore[method-assign, assignment]


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
