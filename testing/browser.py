"""Start a real server and a real Chromium; used by the browser tests and benchmarks/browser.py."""

import contextlib
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
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as TookTooLong

from som_core.geometry.lattice import coordinates
from som_core.settings import Lattice, MapSettings
from testing.paths import ROOT
from testing.waiting import PATIENCE

WINDOW: ViewportSize = {"width": 1280, "height": 800}
LONGEST_WAIT = 30_000  # milliseconds until a page is still
# An expander is moved by a script; a style sheet changes colours, and signs of waiting without end.
UNTIL_OPENED = """() => Promise.allSettled(
    document.getAnimations()
        .filter(moved => moved.constructor === Animation && moved.effect?.target?.open)
        .map(moved => moved.finished))"""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open Debian's Chromium where it is installed, else the one that Playwright brings."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@contextmanager
def chromium_with_profile() -> Iterator[BrowserContext]:
    """Open it with a profile on disk, empty at first, in which scripts stay compiled.

    That is what people have who come back: other contexts compile Streamlit and Plotly at each
    page that is loaded.
    """
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            "",
            executable_path=shutil.which("chromium"),
            args=CHROMIUM_FLAGS,
            viewport=WINDOW,
        )
        yield context
        context.close()


@contextmanager
def server(script: Path, folder: Path, port: int | None = None) -> Iterator[str]:
    """Run a Streamlit script, by default on a free port, with data and log in a folder."""
    port = port or free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"],
            cwd=ROOT,
            env=os.environ | {"SOM_ATLAS_DATA": str(folder / "data")},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """End the whole group of a server: nothing that it started outlives the tests."""
    for order in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        try:
            process.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            continue


def large_map(page: Page) -> Locator:
    return page.locator(".atlas-large [role=figure]")


def middle_of_cell(
    figure: Locator, node: int, size: tuple[int, int], lattice: Lattice = "hexagonal"
) -> tuple[float, float]:
    """Return where on the page the middle of a cell lies, on a map of this height and width."""
    x, y = coordinates(*size, lattice)[node]
    (left, right), (bottom, top) = figure.evaluate(
        "plot => [plot.layout.xaxis.range, plot.layout.yaxis.range]"
    )
    box = figure.bounding_box()
    if box is None:
        raise RuntimeError("The map is not to be seen.")
    return (
        box["x"] + (x - left) / (right - left) * box["width"],
        box["y"] + (y - top) / (bottom - top) * box["height"],
    )


def click_cell(page: Page, settings: MapSettings, node: int) -> None:
    """Click the middle of a cell of the large map."""
    wait_until_still(page)
    figure = large_map(page)
    figure.scroll_into_view_if_needed()
    size = settings.height, settings.width
    page.mouse.click(*middle_of_cell(figure, node, size, settings.lattice))


def wait_until_still(page: Page) -> None:
    """Wait until nothing on the page is about to replace or to move what is clicked.

    That is a run of its script, a place kept for what the browser still loads, or an expander that
    opens: a click whose button moves away under it is none.

    At most some seconds, as something may be meant to be clicked while a long run goes on.
    """
    running = "[data-testid=stApp]:not([data-test-script-state=notRunning])"
    loading = "[data-testid=stSkeleton]:visible"
    with contextlib.suppress(TookTooLong):
        page.locator(f"{running}, {loading}").first.wait_for(state="detached", timeout=LONGEST_WAIT)
    try:
        page.evaluate(UNTIL_OPENED)
    except PlaywrightError as problem:  # a page that loads itself anew has nothing that moves
        if "navigation" not in problem.message:
            raise


@contextmanager
def unhurried() -> Iterator[None]:
    """Let all clicks and typing wait until the page is still, as people do.

    Streamlit forgets what is clicked or typed while a run replaces it, and a test doesn't try again
    as a person would.
    """

    def once_still(act: Callable[..., None]) -> Callable[..., None]:
        @wraps(act)
        def acting(place: Locator, *arguments: object, **options: object) -> None:
            # The run that draws it may go on, and draw it once more.
            place.wait_for(state="attached")
            wait_until_still(place.page)
            act(place, *arguments, **options)

        return acting

    actions = {name: getattr(Locator, name) for name in ("click", "fill", "press", "check")}
    for name, act in actions.items():
        setattr(Locator, name, once_still(act))
    try:
        yield
    finally:
        for name, act in actions.items():
            setattr(Locator, name, act)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')}")
