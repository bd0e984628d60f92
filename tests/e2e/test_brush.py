"""Histograms beside the maps: a range that is dragged lights cells at once, and selects rows."""

import re

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from som_core import MapSettings, rows_where
from testing.browser import large_map
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

ASK = "Find rows, or write a condition"
SETTINGS = MapSettings(height=6, width=8, sigma=3, epochs=10)


@pytest.fixture
def penguins(app_folder, app_url, monkeypatch) -> Workspace:
    """Return a workspace with a map of the penguins."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    return workspace_with_maps(content, "penguins.csv", [SETTINGS])


def n_rows_on_map(workspace: Workspace, condition: str) -> int:
    (saved,) = workspace.maps()
    rows = rows_where(workspace.table(), condition)
    return int(pd.Index(workspace.trained_map(saved).rows).isin(rows).sum())


def drag_over(page: Page, column: str, start: float, end: float) -> None:
    """Drag from one share of a histogram's width to another, and keep the button down."""
    plot = page.get_by_role("group", name=column).locator(".atlas-bins-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)


def test_a_range_lights_cells_while_it_is_dragged_and_selects_when_it_is_let_go(
    page, app_url, penguins
):
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=brush")
    expect(large_map(page)).to_be_visible()
    said = page.locator(".atlas-brush-said")
    veils = page.locator(".atlas-large .atlas-veils path")
    expect(said).to_contain_text("Drag over a histogram")
    expect(veils).to_have_count(0)

    drag_over(page, "body_mass_g", 0.55, 0.98)
    expect(veils).not_to_have_count(0)  # before anything is let go
    expect(said).to_have_text(re.compile(r"^\d+ of 342 rows$"))
    counted = int(said.text_content().split()[0])
    asked = page.get_by_role("textbox", name=ASK)
    expect(asked).to_have_value("")
    page.mouse.up()
    expect(asked).to_have_value(re.compile(r"^body_mass_g >= \d+$"))
    assert counted == n_rows_on_map(penguins, asked.input_value())

    # The second range comes from the keyboard, and both hold.
    page.get_by_role("slider", name="island: to").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(asked).to_have_value(re.compile(r"^body_mass_g >= \d+ and island in \("))
    both = n_rows_on_map(penguins, asked.input_value())
    assert 0 < both < counted
    expect(said).to_have_text(f"{both} of 342 rows")
    assert not Axe().run(page, context=".atlas-brush").response["violations"]

    page.get_by_role("radio", name="Selection").click()
    heading = re.compile(rf"^{both} of 342 rows ·")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(veils).to_have_count(0)
    page.get_by_role("radio", name="Brush").click()
    expect(said).to_have_text(f"{both} of 342 rows")  # the ranges are still there
    expect(veils).not_to_have_count(0)


@pytest.mark.slow
def test_a_range_goes_with_other_rows_as_was_chosen_and_is_moved_as_a_part_of_them(
    page, app_url, penguins
):
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=brush")
    asked, said = page.get_by_role("textbox", name=ASK), page.locator(".atlas-brush-said")
    asked.fill('species = "Adelie"')
    asked.press("Enter")
    adelie = n_rows_on_map(penguins, 'species = "Adelie"')
    expect(said).to_have_text(f"{adelie} of 342 rows")
    page.get_by_role("radio", name="Or", exact=True).click()
    expect(page.locator(".atlas-bins-set")).to_have_count(0)

    low, _ = bounds_of(page, "body_mass_g")
    for bound in ("> 5000", "> 5500"):
        low.fill(bound)
        low.press("Enter")
        either = n_rows_on_map(penguins, f'species = "Adelie" or body_mass_g {bound}')
        expect(said).to_have_text(f"{either} of 342 rows")
        expect(asked).to_have_value(f"body_mass_g {bound}")
    low.fill("")
    low.press("Enter")
    expect(asked).to_have_value('species = "Adelie"')
    expect(said).to_have_text(f"{adelie} of 342 rows")


def bounds_of(page: Page, column: str) -> tuple[Locator, Locator]:
    """Return the fields for both bounds of a column."""
    field = "{}: type {}".format
    return tuple(page.get_by_role("textbox", name=field(column, end)) for end in ("from", "to"))


@pytest.mark.slow
def test_bounds_are_typed_by_keyboard_and_a_condition_keeps_its_own(page, app_url, penguins):
    page.goto(f"{app_url}/explore?w={penguins.id}&panel=brush")
    asked, said = page.get_by_role("textbox", name=ASK), page.locator(".atlas-brush-said")
    veils = page.locator(".atlas-large .atlas-veils path")
    expect(said).to_contain_text("Drag over a histogram")
    low, high = bounds_of(page, "body_mass_g")

    low.press_sequentially("4210")
    low.press("Tab")
    expect(asked).to_have_value("body_mass_g >= 4210")
    high.press_sequentially("< 5,015")
    high.press("Enter")
    both = "body_mass_g >= 4210 and body_mass_g < 5015"
    expect(asked).to_have_value(both)
    found = n_rows_on_map(penguins, both)
    expect(said).to_have_text(f"{found} of 342 rows")
    expect(veils).not_to_have_count(0)
    assert not Axe().run(page, context=".atlas-brush").response["violations"]

    # A range that is dragged on another column leaves the bounds what they are, and counts by them.
    drag_over(page, "flipper_length_mm", 0.3, 0.6)
    counted = re.compile(r"^\d+ of 342 rows$")
    expect(said).not_to_have_text(f"{found} of 342 rows")
    expect(said).to_have_text(counted)
    dragged = int(said.text_content().split()[0])
    page.mouse.up()
    expect(asked).to_have_value(re.compile(rf"^flipper_length_mm .* and {both}$"))
    assert dragged == n_rows_on_map(penguins, asked.input_value())

    # What can't be read is said, and stays to be written on; all else stays as it was.
    before = asked.input_value()
    high.fill("heavy")
    high.press("Enter")
    expect(page.get_by_text("“heavy” is no bound of “body_mass_g”")).to_be_visible()
    expect(high).to_have_value("heavy")
    expect(high).to_have_attribute("aria-invalid", "true")
    expect(asked).to_have_value(before)
    high.fill("")
    high.press("Enter")
    expect(asked).to_have_value(re.compile("^flipper_length_mm .* and body_mass_g >= 4210$"))

    # A condition that was written shows its own bounds, not the edges of bins.
    asked.fill("bill_length_mm > 45.05")
    asked.press("Enter")
    expect(bounds_of(page, "bill_length_mm")[0]).to_have_value("> 45.05")
    column = page.get_by_role("group", name="bill_length_mm")
    expect(column.locator(".atlas-bins-range")).to_have_text("> 45.05")
    rows = n_rows_on_map(penguins, "bill_length_mm > 45.05")
    expect(said).to_have_text(f"{rows} of 342 rows")
    expect(low).to_have_value("")
