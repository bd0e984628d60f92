"""Times a click on the maps of a large table: 200,000 rows × 16 columns, two of them dates.

Run `python -m benchmarks.click`; the table goes to benchmarks/results/click.md. The tab draws
nothing (see browser_tab.py): what counts is the server, from the click to the last of the answer.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.browser_tab import open_tab
from benchmarks.waits import write_waits
from som_core import MapSettings
from testing.browser import server
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps

N_ROWS, N_NUMBERS, N_CATEGORIES, N_DATES = 200_000, 10, 4, 2
CLICKS = 30
RESULT = Path(__file__).parent / "results" / "click.md"
HEADING = (
    "# A click on the maps of a large table",
    "",
    f"{N_ROWS:,} rows × {N_NUMBERS + N_CATEGORIES + N_DATES} columns, {N_DATES} of them dates.",
    "Made by `python -m benchmarks.click`; the browser's drawing is not in it.",
)
LIMITS = {  # what to reach, in words
    "seconds from a click on a cell to what sets its rows apart and the rows": "< 0.3",
    "the same for a cell that somebody clicked before": "< 0.1",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOM_ATLAS_DATA"] = str(Path(folder) / "data")
        settings = MapSettings(height=20, width=30, sigma=10, epochs=2)
        workspace = workspace_with_maps(table(), "large.csv", [settings])
        with server(ROOT / "server.py", Path(folder)) as address:
            found = asyncio.run(clicks(address, f"w={workspace.id}"))
    write_waits(RESULT, HEADING, dict(zip(LIMITS, found, strict=True)), 3, LIMITS)


def table() -> bytes:
    """Return a table of six groups of rows as CSV."""
    rng = np.random.default_rng(0)
    group = rng.integers(6, size=N_ROWS)
    values = rng.normal(size=(6, N_NUMBERS))[group] * 3 + rng.normal(size=(N_ROWS, N_NUMBERS))
    frame = pd.DataFrame(values.round(3), columns=[f"measure {k}" for k in range(N_NUMBERS)])
    for k in range(N_CATEGORIES):
        frame[f"kind {k}"] = np.array(list("abcdef"))[(group + k * (values[:, k] > 0)) % 6]
    for k in range(N_DATES):
        minutes = pd.to_timedelta(rng.integers(0, 10 * 365 * 24 * 60, N_ROWS), unit="min")
        moments = pd.Timestamp("2010-01-01") + minutes
        frame[f"moment {k}"] = moments.strftime("%d/%m/%Y %H:%M")
    return frame.to_csv(index=False).encode()


async def clicks(address: str, query: str) -> tuple[list[float], list[float]]:
    """Return the seconds of clicks on cells for the first and for a second time."""
    async with open_tab(address) as tab:
        await tab.load(query)
        await tab.turn_to("Explore")
        nodes = [node for node, count in enumerate(tab.hits()) if count][: CLICKS + 1]
        await tab.click_maps(nodes[:1])  # the first click of all finds what all share
        fresh = [await tab.click_maps([node]) for node in nodes[1:]]
        again = [await tab.click_maps([node]) for node in nodes[1:]]
        return fresh, again


if __name__ == "__main__":
    main()
