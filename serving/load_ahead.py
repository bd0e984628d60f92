"""Loading ahead: the start page names a file that every page needs a moment later."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LoadAhead:
    """Tells the browser with the start page to load a script while it still starts Streamlit.

    Else it would hear of the script only when Streamlit has started and the page's data arrive.
    """

    def __init__(self, app: ASGIApp, script: str) -> None:
        self.app = app
        # At low priority: without Streamlit's own scripts there is no page at all.
        self.link = f"<{script}>; rel=preload; as=script; fetchpriority=low"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Link", self.link)
            await send(message)

        await self.app(scope, receive, send_with_link)
