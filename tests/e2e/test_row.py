"""One row: its nearest rows, another beside it, the maps by distance, and one that is typed."""

import pytest
from playwright.sync_api import Page, expect

from som_core import MapSettings
from som_core.analyses.nearness import near_rows, row_vector
from testing.browser import large_map, wait_until_still
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

SETTINGS = MapSettings(height=6, width=8, sigma=3, epochs=10)
ROW = 5
MARK = '.atlas-large path[fill="#ff2d55"]'  # the diamond in the cell of the row


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


def test_the_only_selected_row_is_offered_as_a_whole(page, app_url, penguins):
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=row")
    expect(large_map(page)).to_be_visible()
    ask = page.get_by_role("textbox", name="Find rows, or write a condition")
    ask.fill("body_mass_g in top 0.2 %")
    ask.press("Enter")
    heaviest = int(penguins.table().frame["body_mass_g"].idxmax()) + 1
    page.get_by_role("button", name=f"Show row {heaviest}, the one selected").click()
    number = page.get_by_role("spinbutton", name="Row", exact=True)
    expect(number).to_have_value(str(heaviest))
    expect(page.get_by_text("farther than")).to_be_visible()


@pytest.mark.slow
def test_what_was_typed_for_a_map_marks_no_cell_of_a_map_of_some_of_its_rows(
    page, app_url, penguins
):
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=row")
    expect(large_map(page)).to_be_visible()
    number = page.get_by_role("spinbutton", name="Row", exact=True)
    number.fill("100")
    number.press("Enter")
    expect(page.get_by_text("farther than")).to_be_visible()
    marks = page.locator(MARK)
    expect(marks).to_have_count(1)
    page.get_by_text("Type values").click()
    expect(page.get_by_role("button", name="Place it on the map")).to_be_visible()

    ask = page.get_by_role("textbox", name="Find rows, or write a condition")
    ask.fill('species = "Gentoo"')
    ask.press("Enter")
    wait_until_still(page)
    page.get_by_role("radio", name="Selection").click()
    page.get_by_role("button", name="New map of these rows").click()
    expect(page.get_by_role("heading", name="All 123 rows")).to_be_visible()
    expect(marks).to_have_count(0)
    page.get_by_role("radio", name="Row", exact=True).click()
    said = page.get_by_text("123 of the 344 rows of the table; each keeps its number there.")
    expect(said).to_be_visible()
    expect(marks).to_have_count(0)
    number.fill("100")
    number.press("Enter")
    expect(page.get_by_text("This row is not on the map")).to_contain_text("123 of the 344 rows")
    expect(marks).to_have_count(0)
