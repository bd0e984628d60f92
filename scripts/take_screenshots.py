"""Take the pictures of the user's guide, light and dark: `python scripts/take_screenshots.py`.

That of a selection becomes the example on the start page, too.
The dashboard has to run at the address given as the first argument (default http://localhost:8501).
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES, EXAMPLES = ROOT / "docs" / "images", ROOT / "ui" / "assets"
ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501"
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)


def take(page: Page, name: str, scheme: str) -> None:
    page.wait_for_timeout(1500)  # until widgets have faded in
    page.screenshot(path=PICTURES / f"{name}-{scheme}.png")


def journey(browser: Browser, scheme: str) -> None:
    """Walk from an empty workspace to a selection, and take a picture of every page."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    page.goto(ADDRESS)
    page.get_by_role("button", name="Air quality").click()
    expect(page.get_by_role("heading", name="air_quality.csv")).to_be_visible()
    take(page, "data", scheme)
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    take(page, "prepare", scheme)
    page.get_by_role("button", name="Train a map").click()
    page.get_by_role("spinbutton", name="Epochs").fill("3000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    page.wait_for_timeout(5000)  # until the curve has a shape
    take(page, "train", scheme)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped in epoch")).to_be_visible()
    page.get_by_role("spinbutton", name="Epochs").fill("20")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_text("The map is trained.")).to_be_visible()
    take(page, "trained", scheme)
    page.get_by_role("button", name="Explore the map").click()
    figure = page.get_by_role("figure", name="Hits")
    expect(figure.locator("image")).to_be_visible()
    expect(page.get_by_text("Looking for groups")).to_be_hidden()
    take(page, "explore", scheme)
    box = figure.bounding_box()
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.get_by_text("What sets them apart")).to_be_visible()
    take(page, "selection", scheme)
    shutil.copy(PICTURES / f"selection-{scheme}.png", EXAMPLES / f"example-{scheme}.png")
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(page.get_by_role("heading", name="K-means", exact=True)).to_be_visible()
    take(page, "learn", scheme)
    page.close()


def start(browser: Browser, scheme: str) -> None:
    """Take a picture of the start page, with the example as it is now."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    page.goto(ADDRESS)
    expect(page.get_by_role("button", name="Penguins")).to_be_visible()
    take(page, "start", scheme)
    page.close()


def groups(browser: Browser, scheme: str) -> None:
    """Take pictures of the groups of the penguins: one explained, and two compared."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    page.goto(ADDRESS)
    page.get_by_role("button", name="Penguins").click()
    page.get_by_role("button", name="Map it at once").click()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()
    expect(page.get_by_role("radio", name="Groups")).to_be_visible()
    expect(page.get_by_text("Looking for groups")).to_be_hidden()
    on_the_maps(page, scheme)
    asked(page, scheme)
    page.get_by_role("link", name="Groups", exact=True).click()
    table = page.get_by_role("region", name="All groups")
    expect(table).to_be_visible()
    for place, name in enumerate(("groups", "groups-compared")):
        box = table.bounding_box()
        page.mouse.click(box["x"] + 16, box["y"] + 38 + 66 * (place + 0.5))  # of two lines each
        expect(page.locator(".st-key-groups_panel h3")).to_be_visible()
        take(page, name, scheme)
    page.close()


def on_the_maps(page: Page, scheme: str) -> None:
    """Take a picture of rows as marks, and of a valley that a double click took."""
    page.get_by_role("button", name="On the maps").click()
    page.get_by_role("radio", name="By a category").click()
    page.get_by_role("combobox", name="Shape and colour by").click()
    page.get_by_role("option", name="species", exact=True).click()
    expect(page.locator(".atlas-legend")).to_contain_text("Rows by species")
    page.keyboard.press("Escape")
    box = page.locator(".atlas-large [role=figure]").bounding_box()
    page.mouse.dblclick(box["x"] + 0.75 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page.get_by_text("What sets them apart")).to_be_visible()
    page.mouse.move(5, 5)
    take(page, "marks", scheme)


def asked(page: Page, scheme: str) -> None:
    """Take pictures of what a condition found, and of the same in the histograms of Brush."""
    box = page.get_by_role("textbox", name="Find rows, or write a condition")
    box.fill('body_mass_g > 4500 and island = "Biscoe"')
    box.press("Enter")
    expect(page.locator(".st-key-sentence")).to_contain_text("body_mass_g > 4500")
    take(page, "asked", scheme)
    page.get_by_role("radio", name="Brush", exact=True).click()
    expect(page.locator(".atlas-brush-said")).to_have_text(re.compile("of 342 rows"))
    take(page, "brush", scheme)


PICTURES.mkdir(exist_ok=True)
with sync_playwright() as playwright:
    launched = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
    )
    for color_scheme in ("light", "dark"):
        journey(launched, color_scheme)
        start(launched, color_scheme)
        groups(launched, color_scheme)
    launched.close()
