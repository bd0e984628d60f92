"""One log line a request, without addresses: those hold keys to workspaces and names of files."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# By a part of the path, wherever a proxy puts the server; all other paths are pages.
KINDS = {
    "/_stcore/stream": "session",
    "/_stcore/upload_file": "upload",
    "/_stcore/": "server",
    "/media/": "download",
    "/static/": "asset",
    "/app/static/": "asset",
    "/oauth2callback": "sign-in",
    "/auth/": "sign-in",
    "/api/": "service",
}
QUIET = {"asset", "server"}  # many, and telling nothing while they succeed
logger = logging.getLogger("som_atlas.access")


class AccessLog:
    """Logs what kind of thing was asked for, how it ended, and how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        started = time.monotonic()
        kind = kind_of(scope["path"])
        status = 500 if scope["type"] == "http" else 403

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
                logger.info("session opened")
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            if kind not in QUIET or status >= 400:
                fields = {"request": kind, "method": scope.get("method", "GET"), "status": status}
                event = "session closed" if status == 101 else "request"
                seconds = round(time.monotonic() - started, 3)
                logger.info(event, extra=fields | {"seconds": seconds})


def kind_of(path: str) -> str:
    """Return what a path asks for, in one word that holds nothing of the path."""
    return next((kind for part, kind in KINDS.items() if part in path), "page")
