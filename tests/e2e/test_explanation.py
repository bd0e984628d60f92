"""What the panel says of selected rows is what the library says, and so is what it saves."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from som_core import Explanation, MapSettings, explain, rows_of
from testing.browser import click_cell
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

SETTINGS = MapSettings(height=3, width=4, sigma=2, epochs=10)
NODE = 0


@pytest.fixture
def penguins(app_folder: Path, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    return workspace_with_maps(content, "penguins.csv", [SETTINGS])


@pytest.fixture
def by_library(penguins: Workspace) -> Explanation:
    """What the library says of the rows in one cell."""
    (saved,) = penguins.maps()
    rows = rows_of(penguins.trained_map(saved), [NODE])
    return explain(penguins.table(), rows, recipe=saved.recipe)


@pytest.fixture
def selected(page: Page, app_url: str, penguins: Workspace) -> Page:
    """Open the map with the rows of one cell selected."""
    page.goto(f"{app_url}/explore?w={penguins.id}")
    expect(page.get_by_role("heading", name="All 342 rows")).to_be_visible()
    click_cell(page, SETTINGS, NODE)
    expect(page.get_by_role("figure", name="Differences by column")).to_be_visible()
    return page


def panel(page: Page) -> Locator:
    return page.locator(".st-key-explore_panel")


def saved_by(page: Page, button: str) -> Download:
    with page.expect_download() as download:
        panel(page).get_by_role("button", name=button, exact=True).click()
    return download.value


def test_the_panel_says_what_the_library_says(selected, by_library):
    for sentence in by_library.sentences[1:]:
        expect(panel(selected).get_by_text(sentence)).to_be_visible()
    assert by_library.rule.text in by_library.rule.in_words
    notes = panel(selected).locator(".annotation-text")
    expect(notes.filter(has_text="shaped the map").first).to_be_visible()
    expect(notes.filter(has_text=re.compile("^q ")).first).to_be_visible()


@pytest.mark.slow
def test_the_saved_differences_are_those_of_the_library(selected, by_library):
    saved = pd.read_csv(saved_by(selected, "CSV").path(), encoding="utf-8-sig")
    book = io.BytesIO(saved_by(selected, "Excel").path().read_bytes())
    for found in (saved, pd.read_excel(book, "Differences", engine="openpyxl")):
        names = ["column", "here", "elsewhere", "delta", "low", "high", "q", "in_words"]
        pd.testing.assert_frame_equal(
            found[names], by_library.effects[names], check_dtype=False, check_exact=False
        )


@pytest.mark.slow
def test_all_columns_are_a_table_and_any_of_them_shows_its_spread(selected, by_library):
    n_columns = len(by_library.effects)
    panel(selected).get_by_role("button", name=f"All {n_columns} columns").click()
    table = selected.get_by_role("dialog").get_by_test_id("stDataFrame")
    expect(table.locator("[role=row]")).to_have_count(n_columns + 1)
    expect(table).to_contain_text(by_library.effects["in_words"].iloc[-1])
    selected.keyboard.press("Escape")
    last = by_library.effects["column"].iloc[-1]
    panel(selected).get_by_role("combobox", name="How a column is spread").press("ArrowDown")
    selected.get_by_role("option", name=last, exact=True).click()
    expect(selected.get_by_role("figure", name=f"is spread: {last}")).to_be_visible()


@pytest.mark.slow
def test_rows_are_compared_with_a_kept_set(selected, penguins):
    selected.get_by_role("button", name="Sets").click()
    selected.get_by_label("Keep these").fill("first")
    selected.keyboard.press("Tab")
    selected.get_by_role("button", name="Keep", exact=True).click()
    expect(selected.get_by_role("button", name=re.compile("^first · "))).to_be_visible()
    selected.keyboard.press("Escape")
    other = SETTINGS.n_nodes - 1
    click_cell(selected, SETTINGS, other)
    selected.get_by_role("combobox", name="Compared with").press("ArrowDown")
    selected.get_by_role("option", name="first", exact=True).click()

    (saved,) = penguins.maps()
    m = penguins.trained_map(saved)
    by_library = explain(
        penguins.table(),
        rows_of(m, [other]),
        rows_of(m, [NODE]),
        recipe=saved.recipe,
        other_name="in “first”",
    )
    expect(panel(selected).get_by_text(by_library.sentences[1])).to_be_visible()


@pytest.mark.slow
def test_nothing_in_the_panel_is_cut_off(selected):
    cut_off = """
        panel => [...panel.querySelectorAll("p, button, label, text")].filter((part) => {
            const box = part.getBoundingClientRect(), frame = panel.getBoundingClientRect();
            return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1);
        }).map((part) => part.textContent)
    """
    for width in (1280, 1600):
        selected.set_viewport_size({"width": width, "height": 800})
        expect(panel(selected).locator(".annotation-text").first).to_be_visible()
        assert panel(selected).evaluate(cut_off) == []
