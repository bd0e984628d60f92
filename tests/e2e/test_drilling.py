"""A map of some rows: trained from a selection, with a way back, below its parent in the list."""

import re

import pytest
from playwright.sync_api import Page, expect

from som_core.analyses.regions import Regions
from testing.browser import WINDOW, large_map
from workspace.store import Workspace


@pytest.mark.slow
def test_a_group_becomes_a_map_of_its_own_that_knows_where_it_is_from(
    page: Page, app_url: str, shop: Workspace, found: Regions
):
    rows = f"{len(found.rows(shop.trained_map(shop.current_map), 0)):,} rows"
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    page.locator(".st-key-group-0 button").click()
    page.get_by_role("radio", name="Selection").click()
    page.get_by_role("button", name="New map of these rows").click()
    expect(page.get_by_role("heading", name=f"All {rows}")).to_be_visible()
    way = page.locator(".st-key-breadcrumb")
    expect(way).to_contain_text("map 1: all rows")
    expect(way).to_contain_text(f"map 2: {found.names[0]} ({rows})")

    # Its groups come by themselves, and with them another menu of layers.
    page.get_by_role("radio", name="Groups").click()
    expect(page.get_by_role("slider", name="How many groups")).to_be_visible()
    page.get_by_role("combobox", name="Large map").fill("parent")
    page.get_by_role("option", name="Groups of the parent map").click()
    expect(large_map(page)).to_have_accessible_name("Groups of the parent map")

    way.get_by_role("button", name="map 1: all rows").click()
    page.get_by_role("radio", name="Selection").click()
    expect(page.get_by_role("heading", name=f"All {1_000:,} rows")).to_be_visible()
    expect(way).to_have_count(0)

    page.get_by_role("link", name="Train", exact=True).click()
    parent, child = shop.maps()[::-1]
    lines = page.locator("[class*=st-key-map-]")
    expect(lines.nth(1)).to_contain_text(f"of map 1: group “{found.names[0]}”")
    page.set_viewport_size({"width": 600, "height": 800})  # what is said of the map takes it all
    left = [lines.nth(place).get_by_role("paragraph").first.bounding_box()["x"] for place in (0, 1)]
    assert left[0] < left[1], "below its parent"
    page.set_viewport_size(WINDOW)

    # What shows a map that was deleted meanwhile doesn't show another one without a word.
    shop.delete_map(parent)
    page.goto(f"{app_url}/groups?w={shop.id}&map={parent.id}")
    expect(page.get_by_text("The map of this address was deleted. Shown is map")).to_be_visible()
    expect(way).to_be_visible()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("The map of this address was deleted.")).to_have_count(0)
    expect(way).to_have_count(0)

    shop.delete_map(parent)
    page.goto(f"{app_url}/explore?w={shop.id}&map={child.id}&large=Groups+of+the+parent+map")
    expect(page.get_by_text("The parent map was deleted, and its groups with it")).to_be_visible()
    page.goto(f"{app_url}/groups?w={shop.id}&map={child.id}")
    expect(way).to_contain_text(re.compile(r"\(deleted\)\s*›"))
