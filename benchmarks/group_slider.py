"""Times the slider of the number of groups in headless Chromium: from the key to the maps.

Run `python -m benchmarks.group_slider`; the table goes to benchmarks/results/group_slider.md. A
time ends with the frame that follows the change: up to 17 ms of it are waiting for the screen.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from benchmarks.waits import write_waits
from testing.browser import WINDOW, chromium, server
from testing.customers import customers
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import find_groups, workspace_with_maps
from workspace.map_groups import MOST_SHOWN

ROUNDS = 3  # from the least number to the most, and back
RESULT = Path(__file__).parent / "results" / "group_slider.md"
LIMITS = {  # milliseconds
    "key to borders and names on all maps": "< 100",
    "key to the list of groups": "",
}
# Notes when the slider is moved, when maps have other borders, and when the list is another one.
STOPWATCH = """
window.stopwatch = {};
const afterFrame = (name) =>
  requestAnimationFrame(() => setTimeout(() => { stopwatch[name] ??= performance.now(); }));
const drawn = () => [...document.querySelectorAll(".atlas-given")].map((sheet) => sheet.innerHTML);
const listed = () => document.querySelector(".st-key-groups_list")?.textContent;
let before = {};
window.restart = () => {
  stopwatch = {};
  before = { drawn: drawn(), listed: listed() };
  const start = (event) => { stopwatch.start = event.timeStamp; };
  addEventListener("keydown", start, { capture: true, once: true });
};
new MutationObserver(() => {
  if (!stopwatch.start) return;
  if (drawn().every((sheet, k) => sheet !== before.drawn[k])) afterFrame("borders");
  if (listed() !== before.listed) afterFrame("list");
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
"""
expect.set_options(timeout=60_000)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOM_ATLAS_DATA"] = str(Path(folder) / "data")
        workspace = workspace_with_maps(customers().csv, "customers.csv")
        find_groups(workspace)
        settings, n_rows = workspace.current_map.settings, len(workspace.table().frame)
        with server(ROOT / "server.py", Path(folder)) as address, chromium() as browser:
            page = browser.new_page(viewport=WINDOW)
            page.add_init_script(STOPWATCH)
            page.goto(f"{address}/explore?w={workspace.id}&panel=groups")
            borders, listed = moves(page)
    load, size = os.getloadavg()[0], f"{settings.height} × {settings.width} cells"
    heading = (
        "# The slider of the number of groups in headless Chromium",
        "",
        f"{size}, {n_rows:,} rows; from 2 to {MOST_SHOWN} groups and back; 1280 × 800.",
        f"Milliseconds; load of the machine meanwhile {load:.1f}.",
        "Made by `python -m benchmarks.group_slider`.",
    )
    write_waits(RESULT, heading, dict(zip(LIMITS, (borders, listed), strict=True)), 0, LIMITS)


def moves(page: Page) -> tuple[list[float], list[float]]:
    """Return how long each step of the slider takes until the maps, and the list, have followed."""
    slider = page.get_by_role("slider", name="How many groups")
    slider.focus()
    up, down = ["ArrowRight"] * (MOST_SHOWN - 2), ["ArrowLeft"] * (MOST_SHOWN - 2)
    borders, listed = [], []
    for key in (*down[: int(slider.input_value()) - 2], *ROUNDS * [*up, *down]):
        page.wait_for_timeout(400)  # until all before is done
        page.evaluate("restart()")
        page.keyboard.press(key)
        wait_until(lambda: page.evaluate("stopwatch.borders && stopwatch.list"))
        times = page.evaluate("stopwatch")
        borders.append(times["borders"] - times["start"])
        listed.append(times["list"] - times["start"])
    return borders, listed


if __name__ == "__main__":
    main()
