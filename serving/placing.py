"""A service for other programs: POST rows, get the cell, the group and the distance of each.

    POST /api/place            rows as JSON, CSV, or any file that the Data page reads
    Authorization: Bearer KEY  KEY is what stands behind w= in a read-only link
    ?map=ID                    which map; the one that the workspace shows if not given

It is off unless SOM_ATLAS_SERVICE is “on”, and nothing that is sent is kept.
"""

import asyncio
import threading
from dataclasses import asdict
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from som_core.errors import AtlasError
from som_core.reading import Limits
from workspace.placing import place_rows
from workspace.store import WorkspaceMissing, open_workspace

ADDRESS = "/api/place"
MOST_BYTES, MOST_ROWS, MOST_SECONDS = 5_000_000, 10_000, 30
_LIMITS = Limits(
    file_bytes=MOST_BYTES,
    unpacked_bytes=4 * MOST_BYTES,
    rows=MOST_ROWS,
    cells=1_000_000,
    parser_bytes=1_000_000_000,
    parser_seconds=MOST_SECONDS,
)
_AT_ONCE = 2
_working = threading.BoundedSemaphore(_AT_ONCE)


class _Answer(NamedTuple):
    status: int
    content: dict[str, object]


def placing_routes() -> list[Route]:
    """Return the routes of the service."""
    return [Route(ADDRESS, _place, methods=["POST"])]


async def _place(request: Request) -> JSONResponse:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        answer = _problem(
            401,
            "Send the key of a read-only link, what stands behind w= in it, in a header: "
            "Authorization: Bearer KEY.",
        )
        return _response(answer, {"WWW-Authenticate": "Bearer"})
    data = await _body(request)
    if data is None:
        sentence = f"At most {MOST_BYTES:,} bytes can be sent at once. Send the rows in parts."
        return _response(_problem(413, sentence))
    asked = request.query_params.get("map", "")
    if not _working.acquire(blocking=False):
        return _response(_busy("Others ask as well just now"), {"Retry-After": "5"})
    # The thread frees its place itself: it works on, even where nobody waits for it any more.
    working = asyncio.get_running_loop().run_in_executor(
        None, _free_after, key.strip(), asked, data
    )
    try:
        return _response(await asyncio.wait_for(asyncio.shield(working), MOST_SECONDS))
    except TimeoutError:
        return _response(_busy(f"It took more than {MOST_SECONDS} seconds"), {"Retry-After": "60"})


async def _body(request: Request) -> bytes | None:
    """Return what was sent, or None where it is more than may be: then the rest isn't read."""
    arrived = bytearray()
    async for part in request.stream():
        arrived += part
        if len(arrived) > MOST_BYTES:
            return None
    return bytes(arrived)


def _free_after(key: str, asked: str, data: bytes) -> _Answer:
    try:
        return _placed(key, asked, data)
    finally:
        _working.release()


def _placed(key: str, asked: str, data: bytes) -> _Answer:
    try:
        workspace = open_workspace(key)
    except WorkspaceMissing:
        return _problem(404, "No workspace is shared under this key. Ask its owner for the link.")
    if not workspace.read_only:
        return _problem(
            403, "This is the owner's key. Send that of the read-only link, which changes nothing."
        )
    saved = workspace.current_map
    if asked:
        saved = next((one for one in workspace.maps() if one.id == asked), None)
    if saved is None:
        return _problem(404, "There is no such map, or none yet, in the workspace.")
    try:
        placed = place_rows(workspace, saved, data, _LIMITS)
    except AtlasError as problem:
        return _problem(400, str(problem))
    return _Answer(
        200,
        {
            "map": saved.name,
            "rows": [asdict(row) for row in placed.rows],
            "remarks": list(placed.remarks),
        },
    )


def _problem(status: int, sentence: str) -> _Answer:
    return _Answer(status, {"problem": sentence})


def _busy(why: str) -> _Answer:
    return _problem(503, f"{why}. Send fewer rows, or the same ones a little later.")


def _response(answer: _Answer, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(answer.content, answer.status, headers)
