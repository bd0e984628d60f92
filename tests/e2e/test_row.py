"""One row: its nearest rows, another beside it, the maps by distance, and one that is typed."""

import pytest
from playwright.sync_api import Page, expect

from som_core import MapSettings
from som_core.analyses.nearness import near_rows, row_vector
from testing.browser import large_map
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

SETTINGS = MapSettings(height=6, width=8, sigma=3, epochs=10)
ROW = 5


@pytest.fixture
def penguins(app_folder, app_url, monkeypatch) -> Workspace:
    """Return a workspace with a map of the penguins."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    return workspace_with_maps(content, "penguins.csv", [SETTINGS])


def cell_said(page: Page) -> str:
    """Return the cell in which the row that is looked at lies, as the panel says it."""
    said = page.get_by_text("farther than").text_content()
    return said.split(".")[0]


def test_a_row_leads_to_its_nearest_rows_and_a_typed_one_lies_where_its_twin_does(
    page, app_url, penguins
):
    (saved,) = penguins.maps()
    m, table = penguins.trained_map(saved), penguins.table()
    near = near_rows(m, m.fitted.transform(table), row_vector(m, table, ROW), leave_out=ROW)
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=row")
    expect(large_map(page)).to_be_visible()
    number = page.get_by_role("spinbutton", name="Row", exact=True)
    number.fill(str(ROW + 1))
    number.press("Enter")
    nearest = page.get_by_test_id("stDataFrame").first
    expect(nearest).to_be_visible()
    place = cell_said(page)

    page.get_by_text("Colour the maps by distance to it").click()
    expect(large_map(page)).to_have_accessible_name("Distance to the row")

    # What is typed begins with the chosen row, so it lies in the same cell.
    page.get_by_text("Type values").click()
    page.get_by_role("button", name="Place it on the map").click()
    expect(page.get_by_role("button", name="Place it on the map")).to_be_visible()
    assert cell_said(page) == place
    page.get_by_text("Type values").click()
    expect(page.get_by_role("button", name="Place it on the map")).to_have_count(0)

    beside = page.get_by_role("spinbutton", name="Compare with row")
    beside.fill("20")
    beside.press("Enter")
    headings = page.locator("[role=columnheader]")
    expect(headings.filter(has_text="row 20")).to_have_count(1)

    nearest.scroll_into_view_if_needed()
    box = nearest.bounding_box()
    page.mouse.click(box["x"] + 16, box["y"] + 38 + 17)  # the tick of the first line
    expect(number).to_have_value(str(near.rows[0] + 1))
