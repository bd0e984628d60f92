"""What an analyst puts on the maps and takes from them: marks, charts, and a valley of cells."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from som_core import MapSettings, rows_of, valley
from som_core.groups import Group
from testing.browser import large_map, middle_of_cell
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import find_groups, workspace_with_maps
from workspace.store import Workspace

SPECIES = ["Adelie", "Gentoo", "Chinstrap"]
DRAWN_PIXELS = """
canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return canvas.hidden ? 0 : data.filter((_, k) => k % 4 === 3).filter(Boolean).length;
}
"""


@pytest.fixture
def penguins(app_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a map of the penguins."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    settings = MapSettings(height=6, width=8, sigma=3, epochs=10)
    return workspace_with_maps(content, "penguins.csv", [settings])


@pytest.fixture
def explore(page: Page, app_url: str, penguins: Workspace) -> Page:
    """Open the map of the penguins."""
    page.goto(f"{app_url}/explore?w={penguins.id}")
    expect(large_map(page).locator("image")).to_be_visible()
    return page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list in the popover."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def legend(page: Page) -> list[str]:
    return page.locator(".atlas-legend .atlas-level").all_text_contents()


def glyphs(page: Page) -> Locator:
    return page.locator(".atlas-large .atlas-charts path")


@pytest.mark.slow
def test_rows_and_charts_lie_on_the_maps_stay_in_the_address_and_go_into_the_file(
    explore, penguins, tmp_path
):
    find_groups(penguins)
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
    expect(explore.locator(".atlas-large .atlas-label-of-group")).not_to_have_count(0)
    wait_until(lambda: rows.evaluate(DRAWN_PIXELS) > 342)


@pytest.mark.slow
def test_what_the_table_has_not_is_not_drawn(explore):
    explore.goto(re.sub(r"&.*", "", explore.url) + "&marks=by&marks_by=%3Cb%3E&glyphs=ring")
    expect(explore.locator(".atlas-legend")).to_contain_text("Rows by")
    expect(glyphs(explore)).to_have_count(0)


@pytest.mark.slow
def test_a_double_click_takes_the_valley_of_a_cell(explore, penguins):
    m = penguins.trained_map(penguins.maps()[0])
    cells = valley(m, 0)
    n_rows = int(m.hits.ravel()[list(cells)].sum())
    assert 0 < n_rows < len(m.rows)

    explore.mouse.dblclick(*middle_of(explore, 0))
    expect(explore.get_by_role("heading", name=f"{n_rows} of 342 rows")).to_be_visible()
    expect(explore.get_by_text(f"{len(cells)} cells selected")).to_be_visible()
    other = next(node for node in range(m.settings.n_nodes) if node not in cells)
    explore.keyboard.down("Shift")
    explore.mouse.dblclick(*middle_of(explore, other))
    explore.keyboard.up("Shift")
    both = cells | valley(m, other)
    expect(explore.get_by_text(f"{len(both)} cells selected")).to_be_visible()
    explore.mouse.click(*middle_of(explore, 0))
    expect(explore.get_by_text("1 cell selected")).to_be_visible()
    explore.keyboard.press("v")
    expect(explore.get_by_text(f"{len(cells)} cells selected")).to_be_visible()


def middle_of(page: Page, node: int) -> tuple[float, float]:
    """Return where on the page the middle of a cell of the large map is."""
    return middle_of_cell(large_map(page), node, (6, 8))


def test_a_set_has_a_border_and_its_name_on_the_maps(explore, penguins):
    saved = penguins.current_map
    m = penguins.trained_map(saved)
    rows = rows_of(m, [0, 1, 8])
    penguins.keep_group(Group("The <b>corner</b>", rows, "set"), saved.source)
    explore.reload()
    explore.get_by_role("button", name="On the maps").click()
    explore.get_by_role("combobox", name="Borders around sets").click()
    explore.get_by_role("option", name="The <b>corner</b>").click()
    explore.keyboard.press("Escape")
    label = explore.locator(".atlas-large .atlas-label-of-group")
    expect(label).to_contain_text("The")
    expect(label).to_contain_text("<b>corner</b>")
    wait_until(lambda: "sets=" in explore.evaluate("location.href"))
    explore.reload()
    expect(label).to_contain_text("<b>corner</b>")
    colour = "rgb(170, 68, 153)"
    expect(label.locator("circle")).to_have_css("fill", colour)
    explore.get_by_role("button", name="Sets").click()
    expect(explore.get_by_role("button", name=re.compile("^The .* rows"))).to_have_css(
        "border-left-color", colour
    )
