"""What every browser test stands on; a page that misbehaves fails its test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from som_core.analyses.regions import Regions
from testing.browser import chromium_with_profile, server, unhurried
from testing.customers import customers
from testing.paths import ROOT
from testing.workspaces import find_groups, workspace_with_maps
from workspace.store import Workspace

PICTURES = ROOT / "test-results"  # of the pages of failed tests
PATIENCE = 180_000  # milliseconds; a page says sooner than a training that it won't come
FAILED = pytest.StashKey[bool]()
# The page itself tells of a fault, so that none is missed because a test looked elsewhere.
TELL_OF_FAULTS = """
const faults = /Something went wrong|has encountered an error|Failed to generate file/;
new MutationObserver(() => {
    for (const alert of document.querySelectorAll("[role=alert], .stDownloadButton"))
        if (faults.test(alert.textContent))
            console.error(alert.textContent);
}).observe(document, {childList: true, subtree: true});
"""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Serve any Streamlit script with an empty data folder until the end; give its address."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(
            server(script, tmp_path_factory.mktemp(script.stem))
        )


@pytest.fixture(scope="session")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the dashboard keeps its data and log."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def app_url(app_folder: Path) -> Iterator[str]:
    """Serve the dashboard itself; give its address."""
    with server(ROOT / "server.py", app_folder) as address:
        yield address


@pytest.fixture
def shop(app_folder: Path, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a map of customers."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    return workspace_with_maps(customers().csv, "customers.csv")


@pytest.fixture
def found(shop: Workspace) -> Regions:
    """Return the groups of the customers, found already."""
    return find_groups(shop)


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """One for all tests, so that scripts are loaded once; what a test makes is in its address."""
    with chromium_with_profile() as opened, unhurried():
        opened.set_default_timeout(PATIENCE)
        yield opened


@pytest.fixture(scope="session")
def browser(context: BrowserContext) -> Browser:
    """Return the browser, for contexts that know nothing of what others have seen."""
    assert context.browser is not None
    return context.browser


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a page of 1280 × 800 that fails its test on faults and on outside requests."""
    opened = context.new_page()
    opened.add_init_script(TELL_OF_FAULTS)
    troubles = _watch(opened)
    yield opened
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(exist_ok=True)
        opened.screenshot(path=PICTURES / f"{request.node.name}.png")
    opened.close()
    assert not troubles


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _watch(page: Page) -> list[str]:
    """Collect what must not happen while a page is open."""
    troubles: list[str] = []

    def note_request(address: str) -> None:
        place = urlsplit(address)
        if place.scheme not in {"data", "blob", "file"} and place.hostname != "127.0.0.1":
            troubles.append(f"request that left the server: {address}")

    def note_message(message: ConsoleMessage) -> None:
        # Below a page's path Streamlit looks for its own files first, and then where they are.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            troubles.append(f"console: {message.text}")

    page.on("request", lambda request: note_request(request.url))
    page.on("websocket", lambda socket: note_request(socket.url))
    page.on("console", note_message)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    return troubles
