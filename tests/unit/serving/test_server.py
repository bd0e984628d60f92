"""What every answer of the server carries, and what its logs hold and don't hold."""

import io
import json
import logging
import re
import subprocess
import sys

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from serving.access_log import AccessLog, kind_of
from serving.headers import START_PAGE, SecurityHeaders, content_security_policy
from serving.load_ahead import LoadAhead
from som_core.drawing.script import PLOTLY_JS
from testing.event_loop import result_of
from testing.paths import ROOT
from workspace.log import JsonLines

WORKSPACE_ID = "Zq3l" * 8


async def plain(_):
    return PlainTextResponse("x", headers={"Access-Control-Allow-Origin": "*"})


async def start_page(_):
    return HTMLResponse("<script></script>", headers={"Link": "<a.css>; rel=preload; as=style"})


async def stream(socket: WebSocket):
    await socket.accept()
    await socket.close()


async def broken(_):
    raise ValueError("salary of Ada")


app = Starlette(
    routes=[
        WebSocketRoute("/_stcore/stream", stream),
        Route("/broken", broken),
        Route("/explore", start_page),
        Route("/{path:path}", plain),
    ]
)


def ask(app, path: str, query: str = "", kind: str = "http", headers: dict | None = None):
    """Send one request without a network; return the messages that came back."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request" if kind == "http" else "websocket.connect"}

    pairs = {"host": "atlas.example"} | (headers or {})
    scope = {
        "type": kind,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
    }
    asked = scope | ({"method": "GET"} if kind == "http" else {})
    result_of(app(asked, receive, send))
    return sent


def headers_of(path: str, query: str = "") -> dict[str, str]:
    answer = ask(SecurityHeaders(app), path, query)[0]
    return {name.decode(): value.decode() for name, value in answer["headers"]}


@pytest.fixture
def logged():
    """Return the lines that were logged since, as text and as facts."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines("web"))
    logger = logging.getLogger("som_atlas")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: (written.getvalue(), [json.loads(line) for line in _lines(written)])
    logger.removeHandler(handler)
    logger.setLevel(level)


def _lines(written: io.StringIO) -> list[str]:
    return written.getvalue().splitlines()


def test_the_logs_of_the_shipped_proxy_can_hold_no_address_of_a_page():
    """Addresses hold the key of a workspace; nginx's error log has no format of its own."""
    config = (ROOT / "deploy" / "nginx.conf").read_text()
    told = "".join(line for line in config.splitlines() if not line.lstrip().startswith("#"))
    assert re.findall(r"error_log \S+ (\w+);", told) == ["emerg"]
    logged = re.search(r"log_format som_atlas (.*?);", told, re.DOTALL).group(1)
    assert not re.search(r"\$(request|request_uri|uri|args|arg_|query|http_referer)\b", logged)
    assert set(re.findall(r"access_log ([^;]*);", told)) == {
        "off",
        "/var/log/nginx/som-atlas.log som_atlas",
    }


def test_an_open_page_can_tell_one_run_of_the_server_from_the_next():
    assert headers_of("/")["som-atlas-run"] == headers_of("/_stcore/health")["som-atlas-run"]


def test_every_answer_carries_the_security_headers():
    for path in ("/", "/explore", "/media/a.csv", "/app/static/plotly.min.js"):
        headers = headers_of(path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "access-control-allow-origin" not in headers


def test_the_start_page_and_nothing_else_names_the_script_to_load_ahead():
    server = LoadAhead(app, script="app/static/x.js?v=1")
    links = [
        value.decode() for name, value in ask(server, "/explore")[0]["headers"] if name == b"link"
    ]
    assert links == [
        "<a.css>; rel=preload; as=style",
        "<app/static/x.js?v=1>; rel=preload; as=script; fetchpriority=low",
    ]
    assert b"link" not in dict(ask(server, "/media/a.csv")[0]["headers"])


@pytest.mark.slow
def test_the_drawing_library_is_there_before_the_first_visitor(tmp_path):
    """His browser is told to load it ahead, and would remember that it wasn't there."""
    script = f"""
from pathlib import Path
from ui import plotly_js
plotly_js.STATIC = Path({str(tmp_path)!r})
import server
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert (tmp_path / "plotly.min.js").read_bytes() == PLOTLY_JS.read_bytes()


def test_the_policy_names_no_other_origin_and_allows_no_inline_script():
    policy = headers_of("/")["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy and "*" not in policy
    assert "'unsafe-inline'" not in rules["script-src"] and "'unsafe-eval'" not in policy
    assert "connect-src" not in rules  # as default-src: requests go to this server alone


def test_the_policy_allows_exactly_the_scripts_of_the_start_page():
    start_page = START_PAGE.read_text(encoding="utf-8")
    n_scripts = len(re.findall(r"<script>", start_page))
    assert n_scripts > 0
    assert content_security_policy(start_page).count("'sha256-") == n_scripts
    # Worked out by `printf 'let x' | openssl dgst -sha256 -binary | base64`.
    expected = "'sha256-dXKOHtfmzrnYeAHYBCbUmBpIqmNFRVEF6ulA+ucuqt0='"
    assert expected in content_security_policy("<p></p><script>let x</script>")


def test_only_the_drawing_library_under_its_version_is_kept_for_long():
    library = "/app/static/plotly.min.js"
    assert "immutable" in headers_of(library, "v=7.1.0")["cache-control"]
    assert "immutable" in headers_of(f"/atlas{library}", "v=7.1.0")["cache-control"]
    assert "cache-control" not in headers_of(library)
    assert "cache-control" not in headers_of("/explore", "v=1")


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True),  # no browser
        ("https://atlas.example", True),
        ("https://other.example", False),
        ("https://atlas.example.other.example", False),
        ("https://atlas.example:8443", False),
        ("null", False),
    ],
)
def test_a_page_of_another_site_can_open_no_session(origin, is_let_in):
    headers = {} if origin is None else {"origin": origin}
    messages = ask(SecurityHeaders(app), "/_stcore/stream", kind="websocket", headers=headers)
    assert (messages[0]["type"] == "websocket.accept") == is_let_in


def test_a_request_is_logged_without_its_address(logged):
    ask(AccessLog(app), f"/media/{WORKSPACE_ID}.csv", f"w={WORKSPACE_ID}")
    ask(AccessLog(app), f"/_stcore/upload_file/{WORKSPACE_ID}/salaries.csv")
    ask(AccessLog(app), "/explore", f"w={WORKSPACE_ID}")
    text, lines = logged()
    assert [line["request"] for line in lines] == ["download", "upload", "page"]
    assert {line["status"] for line in lines} == {200}
    assert WORKSPACE_ID not in text and "salaries" not in text


def test_a_session_is_logged_when_it_opens_and_when_it_ends(logged):
    ask(AccessLog(app), "/_stcore/stream", kind="websocket")
    _, lines = logged()
    assert [line["event"] for line in lines] == ["session opened", "session closed"]
    assert "seconds" in lines[1]


def test_a_refused_session_is_logged_as_refused(logged):
    guarded = AccessLog(SecurityHeaders(app))
    origin = {"origin": "https://other.example"}
    ask(guarded, "/_stcore/stream", kind="websocket", headers=origin)
    _, lines = logged()
    assert [(line["event"], line["status"]) for line in lines] == [("request", 403)]


def test_a_fault_is_logged_as_500_without_what_it_says(logged):
    with pytest.raises(ValueError, match="salary"):
        ask(AccessLog(app), "/broken")
    text, lines = logged()
    assert lines[0]["status"] == 500
    assert "Ada" not in text


def test_static_files_are_logged_only_when_they_are_missing(logged):
    missing = Starlette()
    ask(AccessLog(app), "/static/js/index.js")
    ask(AccessLog(app), "/_stcore/health")
    ask(AccessLog(missing), "/static/js/index.js")
    _, lines = logged()
    assert [(line["request"], line["status"]) for line in lines] == [("asset", 404)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/explore", "page"),
        (f"/{WORKSPACE_ID}", "page"),
        ("/_stcore/stream", "session"),
        ("/atlas/_stcore/stream", "session"),
        ("/_stcore/health", "server"),
        ("/oauth2callback", "sign-in"),
    ],
)
def test_a_path_is_named_by_its_kind_alone(path, kind):
    assert kind_of(path) == kind
