"""Times the brush in headless Chromium: from a move of the pointer to cells lit on all maps.

Run `python -m benchmarks.brush`; the table goes to benchmarks/results/brush.md. `--quick` tries it
on few rows, and writes nothing. A time ends with the frame that follows the change: up to 17 ms of
it are waiting for the screen.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, expect

from benchmarks.waits import waits_table, write_waits
from som_core import ColumnRecipe, MapSettings, Recipe
from testing.browser import WINDOW, chromium, large_map, server
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

N_ROWS, N_COLUMNS, N_TRAINED = 100_000, 24, 8
SIDE = 20  # nodes along each side of the map
ROUNDS = 5
RESULT = Path(__file__).parent / "results" / "brush.md"
LIMITS = {  # milliseconds
    "the panel chosen to histograms": "",
    "pointer to lit cells on all maps": "< 100",
    "range let go to its condition in the box": "< 700",
}
STOPWATCH = """
window.stopwatch = {};
const veils = () => [...document.querySelectorAll(".atlas-veils")].map((sheet) => sheet.innerHTML);
let before = [];
window.restart = () => {
  stopwatch = {};
  before = veils();
  const start = (event) => { stopwatch.start = event.timeStamp; };
  addEventListener("pointermove", start, { capture: true, once: true });
};
new MutationObserver(() => {
  if (!stopwatch.start || stopwatch.lit) return;
  const now = veils();
  if (now.length && now.every((sheet, k) => sheet !== before[k]))
    requestAnimationFrame(() => setTimeout(() => { stopwatch.lit ??= performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
expect.set_options(timeout=60_000)


def main() -> None:
    is_quick = "--quick" in sys.argv
    n_rows = 2_000 if is_quick else N_ROWS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOM_ATLAS_DATA"] = str(Path(folder) / "data")
        workspace = a_workspace(n_rows)
        with server(ROOT / "server.py", Path(folder)) as address, chromium() as browser:
            page = browser.new_page(viewport=WINDOW)
            page.add_init_script(STOPWATCH)
            page.goto(f"{address}/explore?w={workspace.id}")
            expect(large_map(page)).to_be_visible()
            waits = dict(zip(LIMITS, brushed(page, 1 if is_quick else ROUNDS), strict=True))
    heading = (
        "# The brush in headless Chromium",
        "",
        f"{n_rows:,} rows × {N_COLUMNS} columns, {SIDE} × {SIDE} cells; 1280 × 800.",
        f"Milliseconds; load of the machine meanwhile {os.getloadavg()[0]:.1f}.",
        "Made by `python -m benchmarks.brush`.",
    )
    if is_quick:
        print(waits_table(heading, waits, 0, LIMITS))
    else:
        write_waits(RESULT, heading, waits, 0, LIMITS)


def a_workspace(n_rows: int) -> Workspace:
    """Return a workspace with a map of random numbers in three clouds."""
    random = np.random.default_rng(0)
    values = random.normal(size=(n_rows, N_COLUMNS)) + 3 * random.integers(0, 3, (n_rows, 1))
    frame = pd.DataFrame(values.round(3), columns=[f"column {k}" for k in range(N_COLUMNS)])
    recipe = Recipe(
        tuple(
            ColumnRecipe(name=name, role="train" if place < N_TRAINED else "describe")
            for place, name in enumerate(frame.columns)
        )
    )
    settings = MapSettings(height=SIDE, width=SIDE, sigma=6, epochs=10)
    return workspace_with_maps(frame.to_csv(index=False).encode(), "rows.csv", [settings], recipe)


def brushed(page: Page, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return how long it took to open the panel, to light cells, and to select the rows."""
    start = page.evaluate("performance.now()")
    page.get_by_role("radio", name="Brush").click()
    plot = page.locator(".atlas-bins-plot").first
    expect(plot).to_be_visible()
    opened = [page.evaluate("performance.now()") - start]
    box = plot.bounding_box()
    assert box is not None
    asked = page.get_by_role("textbox", name="Find rows, or write a condition")
    y, lit, selected = box["y"] + box["height"] / 2, [], []
    for round_ in range(rounds):
        page.mouse.move(box["x"] + 0.1 * box["width"], y)
        page.mouse.down()
        for share in (0.3, 0.4, 0.5, 0.6 + 0.06 * round_):
            page.evaluate("restart()")
            page.mouse.move(box["x"] + share * box["width"], y)
            wait_until(lambda: page.evaluate("stopwatch.lit"))
            times = page.evaluate("stopwatch")
            lit.append(times["lit"] - times["start"])
        before, start = asked.input_value(), page.evaluate("performance.now()")
        page.mouse.up()
        expect(asked).not_to_have_value(before)
        selected.append(page.evaluate("performance.now()") - start)
        page.get_by_role("button", name="column 0: clear the range").click()
        expect(asked).to_have_value("")
    return opened, lit, selected


if __name__ == "__main__":
    main()
