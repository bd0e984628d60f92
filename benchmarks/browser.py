"""Times the linked maps in headless Chromium: 40 × 40 hexagons, 8 planes, a table of 50,000 rows.

Run `python -m benchmarks.browser`; the table goes to benchmarks/results/browser.md. A time ends
with the frame that follows the change, so it holds up to 17 ms of waiting for the screen.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from benchmarks.waits import write_waits
from testing.browser import WINDOW, chromium, server
from testing.waiting import wait_until

REPEATS = 15
RESULT = Path(__file__).parent / "results" / "browser.md"
HEADING = (
    "# Linked maps in headless Chromium",
    "",
    "40 × 40 hexagons, 8 planes, 50,000 rows × 20 columns; 1280 × 800. Milliseconds, each up",
    "to the frame that follows. Made by `python -m benchmarks.browser`.",
)
LIMITS = {  # milliseconds
    "first draw, first visit": "< 1000",
    "first draw, scripts in the browser's cache": "< 1000",
    "hover to the cell lit in all maps": "< 50",
    "click to outlines in all maps": "< 50",
    "click to its rows in the table": "< 700",
}

# Notes when the page's data arrive, when all maps are drawn, and when all highlights have changed.
STOPWATCH = """
window.stopwatch = {};
const afterFrame = (name) =>
  requestAnimationFrame(() => setTimeout(() => { stopwatch[name] ??= performance.now(); }));
const WithClock = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", (event) => {
      const size = event.data.byteLength ?? event.data.size ?? event.data.length;
      if (size > 50_000) stopwatch.data ??= performance.now();
    });
  }
};
window.WebSocket = WithClock;
window.restart = (kind) => {
  stopwatch = {};
  before = shapesOf();
  const start = (event) => { stopwatch.start = event.timeStamp; };
  addEventListener(kind, start, { capture: true, once: true });
};
const maps = () => [...document.querySelectorAll(".atlas-plot")];
const shapesOf = () =>
  maps().map((plot) => {
    const sheets = plot.parentElement.querySelectorAll(".atlas-overlays"); // below and above rows
    return [...sheets].map((sheet) => sheet.innerHTML).join();
  });
let before = [];
new MutationObserver(() => {
  const drawn = document.querySelectorAll(".atlas-plot .heatmaplayer image").length;
  if (drawn && drawn === maps().length) afterFrame("drawn");
  const allChanged = () => shapesOf().every((shapes, k) => shapes !== before[k]);
  if (stopwatch.start && allChanged()) afterFrame("highlighted");
  const rows = [...document.querySelectorAll('[data-testid="stText"]')].at(-1)?.textContent;
  if (window.awaited && rows?.endsWith(window.awaited)) afterFrame("rows");
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
"""


def main() -> None:
    times: dict[str, list[float]] = {what: [] for what in LIMITS}
    script = Path(__file__).parent / "browser_server.py"
    with (
        tempfile.TemporaryDirectory() as folder,
        server(script, Path(folder)) as address,
        chromium() as browser,
    ):
        new, used = first_draws(browser, address)
        times["first draw, first visit"] = new
        times["first draw, scripts in the browser's cache"] = used
        page = open_page(browser, address)
        times["hover to the cell lit in all maps"] = hovers(page)
        outlined, rows = clicks(page)
        times["click to outlines in all maps"] = outlined
        times["click to its rows in the table"] = rows
    write_waits(RESULT, HEADING, times, 0, LIMITS)


def open_page(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport=WINDOW)
    context.add_init_script(STOPWATCH)
    page = context.new_page()
    return drawn(page, address)


def drawn(page: Page, address: str) -> Page:
    page.goto(address)
    wait_until(lambda: page.evaluate("stopwatch.drawn"))
    return page


def first_draws(browser: Browser, address: str) -> tuple[list[float], list[float]]:
    """Return the times from the page's data to all maps, in new browsers and in used ones."""
    new, used = [], []
    for _ in range(3):
        page = open_page(browser, address)
        new.append(page.evaluate("stopwatch.drawn - stopwatch.data"))
        for _ in range(3):
            used.append(drawn(page, address).evaluate("stopwatch.drawn - stopwatch.data"))
        page.context.close()
    return new, used


def hovers(page: Page) -> list[float]:
    figure = page.get_by_role("figure").nth(3)
    waits = []
    for k in range(REPEATS):
        page.evaluate("restart('mousemove')")
        page.mouse.move(*place(figure, k))
        wait_until(lambda: page.evaluate("stopwatch.highlighted"))
        waits.append(page.evaluate("stopwatch.highlighted - stopwatch.start"))
    return waits


def place(figure: Locator, k: int) -> tuple[float, float]:
    """Return the k-th of some places along a diagonal of a map, each in a cell of its own."""
    box = figure.bounding_box()
    share = 0.15 + 0.7 * k / REPEATS
    return box["x"] + share * box["width"], box["y"] + share * box["height"]


def clicks(page: Page) -> tuple[list[float], list[float]]:
    figure = page.get_by_role("figure").first
    outlined, rows = [], []
    for k in range(REPEATS):
        page.mouse.move(*place(figure, k))
        page.wait_for_timeout(300)  # the pointer rests, and its highlight is drawn
        node = page.evaluate("document.querySelector('.atlas-card .atlas-note').textContent")
        page.evaluate("node => { awaited = `[${node.split(' ').at(-1)}]`; }", node)
        page.evaluate("restart('click')")
        page.mouse.down()
        page.mouse.up()
        wait_until(lambda: page.evaluate("stopwatch.rows"))
        outlined.append(page.evaluate("stopwatch.highlighted - stopwatch.start"))
        rows.append(page.evaluate("stopwatch.rows - stopwatch.start"))
    return outlined, rows


if __name__ == "__main__":
    main()
