"""Every page keeps the rules of WCAG 2.1 AA that a machine can check, light and dark (axe-core)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from testing.browser import wait_until_still
from testing.customers import customers
from testing.workspaces import find_groups, workspace_with_maps

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# By address: a button that is there once the page has been drawn.
PAGES = {
    "": "Penguins",
    "data?w={w}": "Prepare the columns",
    "prepare?w={w}": "Train a map",
    "train?w={w}": "Train the map",
    "explore?w={w}&group={group}": "Sets",
    "explore?w={w}&group={group}&panel=groups": "Change this group",
    "explore?w={w}&panel=row": "On the maps",
    "explore?w={w}&panel=columns": "On the maps",
    "groups?w={w}": "CSV",
    "learn?w={w}": "customers.csv",
}


@pytest.fixture(scope="module")
def shop(app_folder: Path, app_url: str) -> Iterator[dict[str, str]]:
    """Return what stands in the addresses of a workspace with a map and its groups."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
        workspace = workspace_with_maps(customers(400).csv, "customers.csv")
        yield {"w": workspace.id, "group": find_groups(workspace).marks[0]}


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = context.new_page()
    opened.emulate_media(color_scheme=request.param)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("address", PAGES)
def test_no_rule_of_wcag_is_broken(themed: Page, app_url: str, shop: dict[str, str], address: str):
    themed.goto(f"{app_url}/{address.format(**shop)}")
    expect(themed.get_by_role("button", name=PAGES[address]).first).to_be_visible()
    expect(themed.locator("[data-testid=stSkeleton]")).to_have_count(0)
    expect(themed.locator("[data-stale=true]")).to_have_count(0)
    wait_until_still(themed)  # Streamlit's own sign that a page runs fades
    found = Axe().run(themed, options=RULES).response["violations"]
    assert not [
        (broken["help"], node["html"][:200]) for broken in found for node in broken["nodes"]
    ]


def test_a_main_button_that_waits_has_grey_words(themed: Page, app_url: str, shop: dict[str, str]):
    themed.goto(f"{app_url}/train?w={shop['w']}")
    button = themed.get_by_role("button", name="Train the map")
    expect(button).to_be_enabled()
    expect(themed.locator("[data-stale=true]")).to_have_count(0)
    button.evaluate("button => { button.disabled = true }")
    # Streamlit's ink, pale; the colour of words on teal is opaque, and hardly seen on the page.
    expect(button.locator("p")).to_have_css("color", re.compile(r"^rgba\(.*, 0\.4\)$"))
