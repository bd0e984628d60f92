"""What an analyst puts on the maps: rows as marks, and a small chart in each cell."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from som_core import MapSettings
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import workspace_with_maps

SPECIES = ["Adelie", "Gentoo", "Chinstrap"]
DRAWN_PIXELS = """
canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return canvas.hidden ? 0 : data.filter((_, k) => k % 4 === 3).filter(Boolean).length;
}
"""


@pytest.fixture
def explore(page: Page, app_folder: Path, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a map of the penguins."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    settings = MapSettings(height=6, width=8, sigma=3, epochs=10)
    workspace = workspace_with_maps(content, "penguins.csv", [settings])
    page.goto(f"{app_url}/explore?w={workspace.id}")
    expect(page.locator(".atlas-large [role=figure] image")).to_be_visible()
    return page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list in the popover."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def legend(page: Page) -> list[str]:
    return page.locator(".atlas-legend .atlas-level").all_text_contents()


def glyphs(page: Page) -> Locator:
    return page.locator(".atlas-large .atlas-charts path")


def test_rows_and_charts_lie_on_the_maps_stay_in_the_address_and_go_into_the_file(
    explore, tmp_path
):
    explore.get_by_role("button", name="On the maps").click()
    explore.get_by_role("radio", name="All alike").click()
    expect(explore.locator(".atlas-legend")).to_have_text("Rows")
    explore.get_by_role("radio", name="By a category").click()
    choose(explore, "Shape and colour by", "species")
    expect(explore.locator(".atlas-legend")).to_contain_text("Rows by species")
    assert legend(explore) == SPECIES
    rows = explore.locator(".atlas-large canvas")
    wait_until(lambda: rows.evaluate(DRAWN_PIXELS) > 342)

    explore.get_by_role("radio", name="Bars").click()
    expect(glyphs(explore)).to_have_count(3)
    explore.get_by_role("radio", name="Pie").click()
    choose(explore, "Shares of", "island")
    expect(explore.locator(".atlas-legend")).to_contain_text("Share of island")
    expect(glyphs(explore)).to_have_count(3)
    explore.keyboard.press("Escape")

    address = explore.evaluate("location.href")
    assert "marks_by=species" in address and "glyphs_of=island" in address
    explore.reload()
    expect(explore.locator(".atlas-legend")).to_contain_text("Share of island")
    wait_until(lambda: rows.evaluate(DRAWN_PIXELS) > 342)

    explore.get_by_role("button", name="This map").click()
    with explore.expect_download() as download:
        explore.get_by_role("button", name="All maps as one HTML file").click()
    file = tmp_path / "maps.html"
    download.value.save_as(file)
    explore.goto(file.as_uri())
    expect(explore.locator(".atlas-legend")).to_contain_text("Rows by species")
    expect(glyphs(explore)).to_have_count(3)
    wait_until(lambda: rows.evaluate(DRAWN_PIXELS) > 342)


def test_what_the_table_has_not_is_not_drawn(explore):
    explore.goto(re.sub(r"&.*", "", explore.url) + "&marks=by&marks_by=%3Cb%3E&glyphs=ring")
    expect(explore.locator(".atlas-legend")).to_contain_text("Rows by")
    expect(glyphs(explore)).to_have_count(0)
