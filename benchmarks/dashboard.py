"""Times the whole dashboard in headless Chromium, as an analyst waits for it.

Run `python -m benchmarks.dashboard`; the table goes to benchmarks/results/dashboard.md. The maps by
themselves are timed by benchmarks/browser.py.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, expect

from benchmarks.waits import write_waits
from som_core import MapSettings, read_table
from som_core.analyses.search import find_rows, written_rows
from testing.browser import WINDOW, chromium, server
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

REPEATS = 10
SIDE = 40  # nodes along each side of the map
N_ROWS, N_TRAINED, N_DESCRIBED = 50_000, 8, 4
N_SEARCHED = 20  # columns
RESULT = Path(__file__).parent / "results" / "dashboard.md"
HEADING = (
    "# The dashboard in headless Chromium",
    "",
    f"1280 × 800; the large table has {N_ROWS:,} rows × {N_TRAINED + N_DESCRIBED} columns.",
    "Made by `python -m benchmarks.dashboard`.",
)
LIMITS = {  # what to reach, in words
    "seconds from the address to a sample's linked maps, new browser": "< 5",
    "seconds from the address to linked maps, 40 × 40, 8 planes": "< 5",
    "seconds from a click on a cell to what sets its rows apart and the rows": "< 0.7",
    f"seconds to find a word in {N_ROWS:,} rows × {N_SEARCHED} columns, on the server": "< 0.3",
    "clicks from opening the page to a sample's linked maps": "≤ 3",
    "pictures a second of a map that is trained": "≥ 2",
}
ALL_MAPS_ARE_DRAWN = """() => {
    const maps = [...document.querySelectorAll(".atlas-plot")];
    return maps.length > 1 && maps.every(map => map.querySelector("image"));
}"""
ROWS_ARE_THERE = """() => [...document.querySelectorAll("h3")]
        .some(heading => heading.textContent.includes(" · "))
    && document.querySelector('[role=figure][aria-label^="Differences by column"]')
    && !document.querySelector('[data-stale="true"]')
    && document.querySelector(".stApp").dataset.testScriptState === "notRunning"
"""
expect.set_options(timeout=60_000)


def main() -> None:
    # The worker ends a moment after the server, and may write until then.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["SOM_ATLAS_DATA"] = str(Path(folder) / "data")
        large = large_map()
        with server(ROOT / "server.py", Path(folder)) as address, chromium() as browser:
            # The first visitor of all waits for imports; everyone after him does not.
            browser.new_page().goto(address)
            sample, clicks = map_of_a_sample(browser, address)
            wide = f"{address}/explore?w={large.id}"
            found = (
                [seconds_to_maps(browser, sample) for _ in range(REPEATS)],
                [seconds_to_maps(browser, wide) for _ in range(REPEATS)],
                seconds_to_rows(browser, wide),
                seconds_to_find(),
                [clicks],
                [pictures_a_second(browser, address)],
            )
    times = dict(zip(LIMITS, found, strict=True))
    write_waits(RESULT, HEADING, times, 2, LIMITS)


def large_map() -> Workspace:
    """Make a workspace with a map of 40 × 40 nodes, 8 planes and 50,000 rows."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(6, N_TRAINED))
    group = rng.integers(6, size=N_ROWS)
    values = centres[group] * 3 + rng.normal(size=(N_ROWS, N_TRAINED))
    frame = pd.DataFrame(values.round(3), columns=[f"measure {k}" for k in range(N_TRAINED)])
    for k in range(N_DESCRIBED):
        frame[f"kind {k}"] = np.array(list("abcdef"))[(group + k * (values[:, k] > 0)) % 6]
    settings = MapSettings(height=SIDE, width=SIDE, sigma=SIDE / 3, epochs=10)
    return workspace_with_maps(frame.to_csv(index=False).encode(), "large.csv", [settings])


def map_of_a_sample(browser: Browser, address: str) -> tuple[str, int]:
    """Walk from the start to the linked maps of a sample; return their address and the clicks."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(address)
    steps = ("Penguins", "Map it at once")
    for name in steps:
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("figure", name="Hits").locator("image")).to_be_visible()
    found = page.url
    page.close()
    return found, len(steps)


def seconds_to_maps(browser: Browser, address: str) -> float:
    """Return how long a browser that was never here waits from the address to all maps."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    started = time.monotonic()
    page.goto(address)
    wait_for_maps(page)
    waited = time.monotonic() - started
    context.close()
    return waited


def wait_for_maps(page: Page) -> None:
    wait_until(lambda: page.evaluate(ALL_MAPS_ARE_DRAWN))


def seconds_to_rows(browser: Browser, address: str) -> list[float]:
    """Return how long a click takes until number, effects and rows of the cell are there."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(address)
    wait_for_maps(page)
    box = page.get_by_role("figure", name="Hits").bounding_box()
    waits = []
    for k in range(REPEATS):
        if k:  # two cells may hold equally many rows: only from none does the number surely change
            page.get_by_role("button", name="Clear selection").click()
        expect(page.get_by_role("heading", name=f"All {N_ROWS:,} rows")).to_be_visible()
        across = 0.1 + 0.8 * k / REPEATS  # from corner to corner, however large the map is
        x, y = box["x"] + across * box["width"], box["y"] + across * box["height"]
        page.mouse.move(x, y)
        page.wait_for_timeout(1000)  # until all before is done
        started = time.monotonic()
        page.mouse.click(x, y)
        wait_until(lambda: page.evaluate(ROWS_ARE_THERE))
        waits.append(time.monotonic() - started)
    page.close()
    return waits


def seconds_to_find() -> list[float]:
    """Return how long words are looked for as they are typed, once the rows were written out."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(N_ROWS, N_SEARCHED // 2)).round(3)).add_prefix("measure ")
    for k in range(N_SEARCHED // 2):
        frame[f"kind {k}"] = np.array(["Norway", "Sweden", "Denmark"])[rng.integers(3, size=N_ROWS)]
    table = read_table(frame.to_csv(index=False).encode(), "searched.csv")
    written = written_rows(table)
    waits = []
    for text in ("n", "no", "norw", "norway", "1.2", "not there"):
        started = time.monotonic()
        find_rows(table, text, written=written)
        waits.append(time.monotonic() - started)
    return waits


def pictures_a_second(browser: Browser, address: str) -> float:
    """Return how often a second the U-matrix of a running training is drawn anew."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(address)
    page.get_by_role("button", name="Air quality").click()
    page.get_by_role("button", name="Prepare the columns").click()
    page.get_by_role("button", name="Train a map").click()
    page.get_by_role("spinbutton", name="Epochs").fill("10000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    pictures = page.evaluate(
        """async () => {
            const seen = new Set();
            for (const end = Date.now() + 10000; Date.now() < end; ) {
                const plot = document.querySelector('[role=figure][aria-label="U-matrix"]');
                if (plot?.data) seen.add(JSON.stringify(plot.data[0].z));
                await new Promise(resolve => setTimeout(resolve, 50));
            }
            return seen.size;
        }"""
    )
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped in epoch")).to_be_visible()
    page.close()
    return pictures / 10


if __name__ == "__main__":
    main()
