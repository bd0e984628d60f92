"""A real server and a real Chromium: what the browser tests stand on."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-results"
PATIENCE = 20_000  # milliseconds; two cores may be shared with other tests
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Start any Streamlit script on a free port, with an empty data folder; return its address."""
    servers: list[subprocess.Popen] = []

    def start(script: Path) -> str:
        port = _free_port()
        folder = tmp_path_factory.mktemp(script.stem)
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"],
                cwd=ROOT,
                env=os.environ | {"SOM_ATLAS_DATA": str(folder / "data")},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        servers.append(server)
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, server, folder / "server.log")
        return address

    yield start
    for server in servers:
        os.killpg(server.pid, signal.SIGTERM)
    for server in servers:
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture(scope="session")
def app_url(serve: Callable[[Path], str]) -> str:
    """Return the address of the dashboard itself."""
    return serve(ROOT / "app.py")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else the one that Playwright brings."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests, so that scripts are loaded once; what a test makes is in its address."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page of 1280 × 800 that fails its test on script errors and on outside requests."""
    opened = context.new_page()
    troubles = _watch(opened)
    yield opened
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(exist_ok=True)
        opened.screenshot(path=PICTURES / f"{request.node.name}.png")
    opened.close()
    assert not troubles


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _watch(page: Page) -> list[str]:
    """Collect what must not happen while a page is open."""
    troubles: list[str] = []

    def note_outside(address: str) -> None:
        place = urlsplit(address)
        if place.scheme not in {"data", "blob", "file"} and place.hostname != "127.0.0.1":
            troubles.append(f"request that left the server: {address}")

    def note_console(message) -> None:
        if message.type == "error":
            troubles.append(f"console: {message.text}")

    page.on("request", lambda request: note_outside(request.url))
    page.on("websocket", lambda socket: note_outside(socket.url))
    page.on("console", note_console)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    return troubles


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')}")
