"""The Data page by its own name: Streamlit has the first page at the server's address alone."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route


def start_page_routes() -> list[Route]:
    """Return the route from /data to the Data page; what follows in the address is kept."""
    return [Route("/data", _to_the_start)]


async def _to_the_start(request: Request) -> RedirectResponse:
    # Relative, as a proxy may put the server below a path of its own.
    return RedirectResponse("./" + (f"?{request.url.query}" if request.url.query else ""))
