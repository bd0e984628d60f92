"""Maps taken home as pictures, and what Chromium makes of them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from som_core import Borders, MapSettings, picture
from som_core.drawing.palette import INK, LEVELS
from som_core.layers.layer import Layer
from testing.browser import large_map
from testing.paths import ROOT
from testing.payloads import HOSTILE_TEXTS
from testing.waiting import wait_until
from testing.workspaces import find_groups, workspace_with_maps


@pytest.fixture
def penguins(page: Page, app_url, app_folder, monkeypatch):
    """Open a map of the penguins, its groups as the large map, and what it offers to save."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    settings = MapSettings(height=6, width=8, sigma=3, epochs=10)
    workspace = workspace_with_maps(content, "penguins.csv", [settings])
    found = find_groups(workspace)
    page.goto(f"{app_url}/explore?w={workspace.id}&large=Groups")
    expect(large_map(page).locator("image")).to_be_visible()
    page.get_by_role("button", name="This map").click()
    return found


def saved(page: Page, label: str, tmp_path) -> Path:
    """Save a picture and return its file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_the_large_map_is_saved_as_a_picture(page, penguins, tmp_path):
    file = saved(page, "Large map as a picture", tmp_path)
    assert file.name == "map.svg"
    page.goto(file.as_uri())
    expect(page.locator("svg > g")).to_have_count(1)
    expect(page.locator("svg text").first).to_have_text("Groups")
    expect(page.locator("svg circle")).to_have_count(penguins.k)


@pytest.mark.slow
def test_a_picture_without_titles_and_legends_has_the_names_of_groups_only(
    page, penguins, tmp_path
):
    page.get_by_text("Pictures with titles and legends").click()

    def is_without_title() -> bool:
        drawn = saved(page, "Large map as a picture", tmp_path).read_text(encoding="utf-8")
        return ">Groups</text>" not in drawn and drawn.count("<circle") == penguins.k

    wait_until(is_without_title)  # the page has to hear of it first


@pytest.mark.slow
def test_all_maps_are_saved_as_one_picture(page, penguins, tmp_path):
    file = saved(page, "All maps as a picture", tmp_path)
    assert file.name == "maps.svg"
    page.goto(file.as_uri())
    expect(page.locator("svg > text")).to_have_text("penguins.csv")
    titles = page.locator("svg > g > text").all_text_contents()
    assert titles[:2] == ["U-matrix", "Hits"]
    assert {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"} <= set(titles)


@pytest.mark.slow
def test_a_picture_is_saved_as_pixels_of_a_chosen_width(page, penguins, tmp_path):
    page.get_by_role("radio", name="PNG").click()
    page.get_by_role("spinbutton", name="Width in pixels").fill("1000")
    page.get_by_role("spinbutton", name="Width in pixels").press("Enter")
    file = saved(page, "All maps as a picture", tmp_path)
    with Image.open(file) as drawn:
        assert (file.name, drawn.width) == ("maps.png", 1000)
        assert drawn.getextrema()[3] == (255, 255), "no pixel lets through"
    file = saved(page, "Large map as a picture", tmp_path)
    with Image.open(file) as drawn:
        assert (file.name, drawn.width) == ("map.png", 1000)
        counts = {colour[:3]: n for n, colour in drawn.getcolors(drawn.width * drawn.height)}
    groups = [tuple(bytes.fromhex(colour[1:])) for colour in LEVELS[: penguins.k]]
    assert all(counts[colour] > 1_000 for colour in groups), "the cells of each group"
    assert counts[tuple(bytes.fromhex(INK[1:]))] > 500, "letters and borders"


def test_chromium_shows_a_picture_whatever_things_are_called(page, tmp_path):
    values = np.random.default_rng(0).normal(size=(5, 7))
    layers = [Layer(name=text, values=values, unit=text) for text in HOSTILE_TEXTS.values()]
    named = [
        Borders(node_labels=np.zeros((5, 7), dtype=np.int64), names=(text,))
        for text in HOSTILE_TEXTS.values()
    ]
    drawn = picture(layers, lattice="hexagonal", borders=named, title=HOSTILE_TEXTS["script"])
    (tmp_path / "maps.svg").write_text(drawn, encoding="utf-8")
    page.goto((tmp_path / "maps.svg").as_uri())
    expect(page.locator("svg > g")).to_have_count(len(HOSTILE_TEXTS))
    expect(page.locator("svg > title")).to_have_text(HOSTILE_TEXTS["script"])
    assert page.evaluate("window.attacked") is None
