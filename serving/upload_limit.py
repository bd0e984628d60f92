"""How much of uploaded files one session may fill: no more than one file of the largest size.

Streamlit limits each file alone, and keeps it in memory until the page has taken it, or for as long
as the session lives.
"""

from collections import Counter

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

_ADDRESS = "/_stcore/upload_file/"
_MEGABYTE = 1 << 20  # as Streamlit counts it


def most_bytes(file_bytes: int) -> int:
    """Return what a session may fill, where one file may have so many bytes.

    A little more than that: the page counts in Streamlit's megabytes, which it rounds, and what is
    sent holds more than the file.
    """
    return (file_bytes // 1_000_000 + 2) * _MEGABYTE


class UploadLimit:
    """Refuses an upload (413) that has no room beside those of its session that still arrive.

    Those that arrived and that no page took give way to it, the oldest first: somebody left the
    page while a file was on its way, and takes another one now.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.arriving = Counter[str]()  # bytes, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or _ADDRESS not in scope["path"]:
            await self.app(scope, receive, send)
            return
        session_id = scope["path"].partition(_ADDRESS)[2].partition("/")[0]
        arrived = 0

        def forget_what_arrived() -> None:
            nonlocal arrived
            self.arriving[session_id] -= arrived
            self.arriving += Counter()  # leaves out the sessions of which nothing arrives
            arrived = 0

        async def receive_within_limit() -> Message:
            nonlocal arrived
            message = await receive()
            n_bytes = len(message.get("body", b""))
            arrived += n_bytes
            self.arriving[session_id] += n_bytes
            room = self.most_bytes - self.arriving[session_id]
            if room < 0:
                forget_what_arrived()  # at once, lest the others are refused as well
                # Streamlit, which asked for the message, answers with this status.
                raise HTTPException(413, "There is no room for more files in this session.")
            _forget_files(session_id, room)
            return message

        try:
            await self.app(scope, receive_within_limit, send)
        finally:
            forget_what_arrived()


def _forget_files(session_id: str, room: int) -> None:
    """Forget files of a session, the oldest first, until those left fill no more than the room."""
    manager = get_instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        raise TypeError(f"Uploads are held by {type(manager).__name__}.")
    files = list(manager.file_storage.get(session_id, {}).values())
    held = sum(len(file.data) for file in files)
    for file in files:
        if held <= room:
            break
        manager.remove_file(session_id, file.file_id)
        held -= len(file.data)
