"""Headers that keep a page to its own server, whatever text from a file got into it.

The one thing allowed beyond the server's own files is what Streamlit can't do without: styles made
by scripts, one inline script of its start page (by its hash), and modules from `blob:`, in which it
hands a component its code. Markup alone can't make such a module, so markup can run nothing.
"""

import base64
import hashlib
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

START_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
# Its address carries the version of Plotly, so it never changes under that address.
LASTING = "/app/static/plotly.min.js"
A_YEAR = "public, max-age=31536000, immutable"


def content_security_policy(start_page: str) -> str:
    """Return the policy for a start page, with the hash of each inline script in it."""
    scripts = re.findall(r"<script>(.*?)</script>", start_page, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    ]
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' blob: {' '.join(hashes)}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


HEADERS = {
    "Content-Security-Policy": content_security_policy(START_PAGE.read_text(encoding="utf-8")),
    "X-Content-Type-Options": "nosniff",
    # The address holds the key to the workspace: no other server may learn it from a link.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # By it an open page knows whether the server that answers is still the one with its session.
    "SOM-Atlas-Run": secrets.token_hex(8),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds the headers to every answer, and refuses WebSockets that another site opens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_same_site(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008, "reason": "another origin"})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                # Streamlit lets every site read the static files; nobody else needs them.
                del headers["Access-Control-Allow-Origin"]
                if _is_lasting(scope, message["status"]):
                    headers["Cache-Control"] = A_YEAR
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_same_site(headers: Headers) -> bool:
    """Return whether a WebSocket comes from one of our pages, or from no page at all.

    Streamlit would check this as well, but ask an outside server for its own address on the way.
    """
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _is_lasting(scope: Scope, status: int) -> bool:
    return (
        scope["path"].endswith(LASTING)
        and scope["query_string"].startswith(b"v=")
        and status in (200, 206, 304)
    )
