"""The Explore page: what it shows is in its address, and the selection stays with its rows."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from som_core import Group, MapSettings, rows_of
from som_core.groups import GroupRecipe
from som_core.selection_steps import Asked
from testing.browser import WINDOW, click_cell, large_map, wait_until_still
from testing.paths import ROOT
from testing.waiting import wait_until
from testing.workspaces import workspace_with_maps
from tests.e2e.test_journey import go
from workspace.store import Workspace

ASK = "Find rows, or write a condition"
SETTINGS = [
    MapSettings(height=6, width=8, sigma=3, epochs=10),
    MapSettings(height=2, width=2, sigma=1, epochs=10),
]


@pytest.fixture
def penguins(app_folder: Path, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with two maps of the penguins; the second one has four cells."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = (ROOT / "samples" / "penguins.csv").read_bytes()
    return workspace_with_maps(content, "penguins.csv", SETTINGS)


@pytest.fixture
def explore(page: Page, app_url: str, penguins: Workspace) -> Page:
    """Open the first map of the penguins."""
    page.goto(f"{app_url}/explore?w={penguins.id}&map={first_map(penguins)}")
    expect(large_map(page)).to_have_accessible_name("U-matrix")
    expect(page.get_by_role("heading", name="All 342 rows")).to_be_visible()
    return page


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Return a page of another browser, which knows nothing of the first one."""
    context = browser.new_context(viewport=WINDOW)
    yield context.new_page()
    context.close()


def first_map(workspace: Workspace) -> str:
    """Return the id of the oldest map."""
    return workspace.maps()[-1].id


def select_rows(page: Page, node: int) -> int:
    """Click a cell, and return how many rows it has."""
    click_cell(page, SETTINGS[0], node)
    heading = page.get_by_role("heading", name=re.compile(r"^\d+ of 342 rows"))
    expect(heading).to_be_visible()
    return int(heading.text_content().split()[0])


def keep_as(page: Page, name: str) -> None:
    """Keep the selected rows as a set."""
    page.get_by_role("button", name="Sets").click()
    page.get_by_label("Keep these").fill(name)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name=re.compile(f"^{name} · "))).to_be_visible()
    page.keyboard.press("Escape")


def view_in(address: str) -> dict[str, list[str]]:
    """Return what stands in an address beside the workspace's key."""
    query = parse_qs(urlsplit(address).query)
    query.pop("w")
    return query


def view_of(page: Page) -> dict[str, list[str]]:
    """Return what stands in the address of a page now."""
    return view_in(page.evaluate("location.href"))


def read_only_link(page: Page) -> str:
    """Return the link that the page offers to copy."""
    page.locator(".st-key-workspace").get_by_role("button").click()
    page.get_by_role("button", name="Make a read-only link").click()
    return page.get_by_text(re.compile(r"/explore\?w=")).text_content()


def lay_over(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Lay over the map").fill(name)
    page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")
    expect(large_map(page)).to_have_accessible_name(name)


def test_a_title_makes_its_map_the_large_one_and_leaves_the_selection(explore):
    explore.get_by_role("textbox", name="Find rows").fill("body_mass_g > 5000")
    explore.keyboard.press("Enter")
    found = explore.get_by_role("heading", name="of 342 rows ·")
    expect(found).to_be_visible()
    explore.get_by_role("button", name="body_mass_g: show as the large map").click()
    expect(large_map(explore)).to_have_accessible_name("body_mass_g")
    wait_until(lambda: view_of(explore).get("large") == ["body_mass_g"])
    expect(explore.locator(".atlas-toolbar")).to_contain_text("cells selected")
    expect(found).to_be_visible()


def test_back_and_forward_walk_through_what_was_shown(explore, penguins):
    explore.get_by_role("button", name="body_mass_g: show as the large map").click()
    expect(large_map(explore)).to_have_accessible_name("body_mass_g")
    wait_until(lambda: view_of(explore).get("large") == ["body_mass_g"])
    explore.get_by_role("radio", name="Row").click()
    expect(explore.get_by_text("Choose a row by its number")).to_be_visible()
    wait_until(lambda: view_of(explore).get("panel") == ["row"])

    explore.go_back()
    expect(explore.get_by_role("heading", name="All 342 rows")).to_be_visible()
    expect(large_map(explore)).to_have_accessible_name("body_mass_g")
    explore.go_back()
    expect(large_map(explore)).to_have_accessible_name("U-matrix")
    assert view_of(explore) == {"map": [first_map(penguins)]}
    explore.go_forward()
    expect(large_map(explore)).to_have_accessible_name("body_mass_g")


def test_the_read_only_link_shows_the_same_view_and_changes_nothing(explore, visitor, penguins):
    lay_over(explore, "Share of species = Adelie")
    n_rows = select_rows(explore, 0)
    keep_as(explore, "first cell")
    link = read_only_link(explore)
    assert penguins.id not in link

    visitor.goto(link)
    expect(large_map(visitor)).to_have_accessible_name("Share of species = Adelie")
    expect(
        visitor.get_by_role("heading", name=re.compile(rf"^{n_rows} of 342 rows"))
    ).to_be_visible()
    assert view_of(visitor) == view_in(link)
    visitor.get_by_role("button", name="Sets").click()
    expect(visitor.get_by_role("button", name="first cell ·")).to_be_visible()
    expect(visitor.get_by_label("Keep these")).to_have_count(0)
    visitor.keyboard.press("Escape")
    # Looking at another map is no change either.
    visitor.get_by_role("button", name="Map 1 of 2").click()
    visitor.get_by_role("combobox", name="Map", exact=True).click()
    visitor.get_by_role("option", name=re.compile("^2 ·")).click()
    wait_until(lambda: view_of(visitor)["map"] != [first_map(penguins)])
    go(visitor, "Prepare")
    expect(visitor.get_by_role("button", name="See the maps")).to_be_visible()
    expect(visitor.get_by_text("Change any cell")).to_have_count(0)


@pytest.mark.slow
def test_where_sharing_ends_an_open_page_of_the_link_ends_with_its_next_click(
    explore, visitor, penguins
):
    visitor.goto(read_only_link(explore))
    expect(visitor.get_by_role("heading", name="All 342 rows")).to_be_visible()
    explore.get_by_role("button", name="Stop sharing").click()
    wait_until(lambda: not penguins.is_shared)
    click_cell(visitor, SETTINGS[0], 0)
    expect(visitor.get_by_text("has stopped sharing it")).to_be_visible()
    expect(visitor.get_by_role("figure")).to_have_count(0)


@pytest.mark.slow
def test_where_a_workspace_is_deleted_other_open_pages_say_so(explore, visitor, app_url, penguins):
    visitor.goto(f"{app_url}/explore?w={penguins.id}&map={first_map(penguins)}")
    expect(visitor.get_by_role("heading", name="All 342 rows")).to_be_visible()
    penguins.delete()
    click_cell(visitor, SETTINGS[0], 0)
    expect(visitor.get_by_text("This workspace was deleted.")).to_be_visible()


@pytest.mark.slow
def test_a_link_carries_a_selection_that_is_no_set(explore, visitor):
    n_rows = select_rows(explore, 0)
    link = read_only_link(explore)
    assert set(view_in(link)) == {"map", "selection"}
    visitor.goto(link)
    heading = re.compile(rf"^{n_rows} of 342 rows")
    expect(visitor.get_by_role("heading", name=heading)).to_be_visible()


@pytest.mark.slow
def test_no_link_that_the_page_offers_to_copy_is_the_owners_key_with_a_view(explore, penguins):
    explore.locator(".st-key-workspace").get_by_role("button").click()
    explore.get_by_role("button", name="Make a read-only link").click()
    expect(explore.get_by_text("Stop sharing")).to_be_visible()
    expect(explore.locator("code")).to_have_count(2)
    offered = explore.locator("code").all_text_contents()
    assert [f"w={penguins.id}" in address for address in offered] == [False, True]
    assert urlsplit(offered[1]).query == f"w={penguins.id}"


@pytest.mark.slow
def test_a_tick_stays_with_its_row_and_a_search_counts_anew(explore):
    rows = explore.get_by_test_id("stDataFrame")
    box = rows.bounding_box()
    explore.mouse.click(box["x"] + 16, box["y"] + 38 + 35 * 4 + 17)  # the fifth line is row 6
    expect(explore.locator(".atlas-large .atlas-overlays path")).not_to_have_count(0)

    search = explore.get_by_role("textbox", name="Search the rows")
    search.fill("20.6")  # the depth of the bill of row 6, and of few others
    search.press("Enter")
    expect(explore.get_by_role("heading", name="with “20.6”")).to_be_visible()
    assert explore.get_by_role("heading", name=re.compile("of 342 rows with")).is_visible()
    expect(ticked(explore)).to_have_count(1)
    expect(ticked(explore)).to_contain_text("20.6")
    search.fill("")
    search.press("Enter")
    expect(explore.get_by_role("heading", name="All 342 rows")).to_be_visible()
    explore.get_by_role("radio", name="Row").click()
    number = explore.get_by_role("spinbutton", name="Row", exact=True)
    expect(number).to_have_value("6")
    wait_until(lambda: view_of(explore).get("panel") == ["row"])
    explore.reload()
    expect(number).to_have_value("6")
    expect(explore.get_by_text(re.compile(r"^Cell \d+ across, \d+ down"))).to_be_visible()


@pytest.mark.slow
def test_rows_are_ticked_and_selected_and_a_deleted_map_comes_back(explore, app_url, penguins):
    box = explore.get_by_test_id("stDataFrame").bounding_box()
    for n_ticked, line in enumerate((1, 3), 1):
        explore.mouse.click(box["x"] + 16, box["y"] + 38 + 35 * line + 17)
        expect(ticked(explore)).to_have_count(n_ticked)
    explore.get_by_role("button", name="Select the 2 ticked rows").click()
    expect(explore.get_by_role("heading", name="2 of 342 rows")).to_be_visible()
    expect(explore.locator(".st-key-sentence")).to_contain_text("2 ticked rows")

    explore.goto(f"{app_url}/train?w={penguins.id}")
    before = penguins.maps()
    explore.get_by_role("button", name="Delete", exact=True).first.click()
    explore.get_by_role("button", name="Delete map 2").click()
    wait_until(lambda: len(penguins.maps()) == 1)
    explore.get_by_role("button", name="Undo").click()
    wait_until(lambda: penguins.maps() == before)


def ask(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=ASK)
    box.fill(text)
    box.press("Enter")


def expect_selected(page: Page, rows: pd.DataFrame) -> None:
    """Expect that these rows of the penguins are selected, and outlined on the large map."""
    heading = re.compile(rf"^{len(rows)} of 342 rows ·")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator(".atlas-large .atlas-selected path")).not_to_have_count(0)


@pytest.mark.slow
def test_rows_are_found_by_a_condition_or_a_word_among_all_rows(explore, visitor):
    frame = pd.read_csv(ROOT / "samples" / "penguins.csv")
    heavy = frame[(frame.body_mass_g > 5000) & (frame.island == "Biscoe")]
    ask(explore, 'body_mass_g > 5000 and island = "Biscoe"')
    expect_selected(explore, heavy)
    expect(explore.get_by_text(re.compile(r"^In \d+ cells, which hold"))).to_be_visible()
    explained = explore.get_by_role("figure", name="Differences by column")
    expect(explained).to_be_visible()

    fault = explore.get_by_role("alert")
    for asked, why in {
        "body_mas > 5000": "no column “body_mas” (character 1). Did you mean “body_mass_g”?",
        "body_mass_g > ": "The condition ends too early",
        "body_mass_g > 50000": "No row meets this condition.",
        "island = torgersen": "needs quotation marks",  # the level is offered, too
        "walrus": "No row mentions “walrus”.",
    }.items():
        ask(explore, asked)
        expect(fault).to_contain_text(why)
        expect(explore.get_by_role("textbox", name=ASK)).to_have_value(asked)
        expect_selected(explore, heavy)

    ask(explore, "torgersen")
    expect_selected(explore, frame[(frame.island == "Torgersen") & frame.body_mass_g.notna()])
    expect(fault).to_have_count(0)
    visitor.goto(read_only_link(explore))
    expect_selected(visitor, frame[(frame.island == "Torgersen") & frame.body_mass_g.notna()])
    expect(visitor.get_by_role("textbox", name=ASK)).to_have_value("torgersen")
    assert "torgersen" not in visitor.url.lower()

    ask(visitor, "")
    expect(visitor.get_by_role("heading", name="All 342 rows")).to_be_visible()
    ask(visitor, "cell = 0")
    expect(visitor.get_by_role("heading", name=re.compile(r"^\d+ of 342 rows"))).to_be_visible()
    click_cell(visitor, SETTINGS[0], 47)
    expect(visitor.get_by_role("textbox", name=ASK)).to_have_value("")


def test_a_selection_is_combined_undone_and_linked(explore, visitor):
    frame = pd.read_csv(ROOT / "samples" / "penguins.csv")
    on_map = frame.body_mass_g.notna()
    here, heavy = frame.island == "Torgersen", frame.body_mass_g > 4000
    sentence = explore.locator(".st-key-sentence")
    box = explore.get_by_role("textbox", name=ASK)

    box.press_sequentially("torgersen")  # it answers without Enter
    expect_selected(explore, frame[here & on_map])
    expect(box).to_have_value("torgersen")
    explore.reload()
    expect_selected(explore, frame[here & on_map])
    expect(box).to_have_value("torgersen")

    explore.get_by_role("radio", name="And").click()
    expect(box).to_have_value("")
    box.fill("body_m")
    explore.get_by_role("button", name="body_mass_g", exact=True).click()
    expect(box).to_have_value("body_mass_g ")
    ask(explore, "body_mass_g > 4000")
    expect_selected(explore, frame[here & heavy])
    sentence.get_by_role("button", name="and", exact=True).click()
    expect_selected(explore, frame[(here | heavy) & on_map])

    # Keys, but for those that take back what is typed.
    box.press("ControlOrMeta+z")
    large_map(explore).focus()
    explore.keyboard.press("ControlOrMeta+z")
    expect_selected(explore, frame[here & heavy])
    explore.keyboard.press("ControlOrMeta+Shift+z")
    expect_selected(explore, frame[(here | heavy) & on_map])
    explore.locator(".st-key-undo").get_by_role("button").click()
    expect_selected(explore, frame[here & heavy])

    sentence.get_by_role("button", name="body_mass_g > 4000").click()
    explore.get_by_role("menuitem", name="Write it anew").click()
    expect(box).to_have_value("body_mass_g > 4000")
    ask(explore, "body_mass_g > 4200")
    expect_selected(explore, frame[here & (frame.body_mass_g > 4200)])
    explore.locator(".st-key-undo").get_by_role("button").click()
    expect_selected(explore, frame[here & heavy])

    sentence.get_by_role("button", name="torgersen").click()
    explore.get_by_role("menuitem", name="Turn round").click()
    expect_selected(explore, frame[~here & heavy])
    visitor.goto(read_only_link(explore))
    expect_selected(visitor, frame[~here & heavy])
    expect(visitor.locator(".st-key-sentence")).to_contain_text("not torgersen")
    assert "torgersen" not in visitor.url.lower()


@pytest.mark.slow
def test_rows_of_cells_that_an_earlier_version_kept_stay_those_rows_on_another_map(
    page, app_url, penguins
):
    small, large = penguins.maps()
    frame = pd.read_csv(ROOT / "samples" / "penguins.csv")
    rows = rows_of(penguins.trained_map(large), range(8))
    recipe = GroupRecipe.of_step(Asked("cell in 0..7"))
    kept = Group("selection", rows, "selection", recipe)
    name = penguins.keep_selection(kept, large.source)
    page.goto(f"{app_url}/explore?w={penguins.id}&map={small.id}&selection={name}")
    expect_selected(page, frame.iloc[rows])
    expect(page.locator(".st-key-sentence")).to_contain_text("cell in 0..7 when it was kept")
    page.get_by_role("radio", name="And", exact=True).click()
    ask(page, "body_mass_g > 4000")
    expect_selected(page, frame.iloc[rows].query("body_mass_g > 4000"))


@pytest.mark.slow
def test_a_bracket_of_a_sentence_is_open_and_the_whole_is_one_condition(explore):
    frame = pd.read_csv(ROOT / "samples" / "penguins.csv")
    here, long = frame.island == "Torgersen", frame.flipper_length_mm > 200
    sentence = explore.locator(".st-key-sentence")
    box = explore.get_by_role("textbox", name=ASK)
    write_anew = explore.get_by_role("menuitem", name="Write it anew")
    ask(explore, "torgersen")
    for way, asked in {"Or": "body_mass_g > 5000", "And": "flipper_length_mm > 200"}.items():
        explore.get_by_role("radio", name=way, exact=True).click()
        expect(box).to_have_value("")
        ask(explore, asked)
        # The answer moves what is clicked next.
        expect(sentence.get_by_role("button", name=asked)).to_be_visible()
    expect_selected(explore, frame[(here | (frame.body_mass_g > 5000)) & long])
    expect(sentence.get_by_role("button", name=re.compile(r"^\("))).to_be_visible()
    expect(explore.locator(".st-key-write_whole")).to_have_count(0)  # a word is no condition

    sentence.get_by_role("button", name="body_mass_g > 5000").click()
    write_anew.click()
    expect(box).to_have_value("body_mass_g > 5000")
    ask(explore, "body_mass_g > 5500")
    expect_selected(explore, frame[(here | (frame.body_mass_g > 5500)) & long])
    sentence.get_by_role("button", name="torgersen").click()
    explore.get_by_role("menuitem", name="Take out").click()
    expect_selected(explore, frame[(frame.body_mass_g > 5500) & long])

    explore.locator(".st-key-write_whole").get_by_role("button").click()
    expect(box).to_have_value("body_mass_g > 5500 and flipper_length_mm > 200")
    ask(explore, '(body_mass_g > 5500 or island = "Torgersen") and flipper_length_mm > 200')
    expect_selected(explore, frame[((frame.body_mass_g > 5500) | here) & long])
    explore.locator(".st-key-undo").get_by_role("button").click()
    expect_selected(explore, frame[(frame.body_mass_g > 5500) & long])


@pytest.mark.slow
def test_what_a_reader_by_the_link_finds_is_there_after_a_reload_and_by_back(explore, visitor):
    frame = pd.read_csv(ROOT / "samples" / "penguins.csv")
    on_map = frame.body_mass_g.notna()
    visitor.goto(read_only_link(explore))
    expect(visitor.get_by_role("heading", name="All 342 rows")).to_be_visible()
    ask(visitor, "torgersen")
    here = frame[(frame.island == "Torgersen") & on_map]
    expect_selected(visitor, here)
    wait_until(lambda: "selection" in view_of(visitor))
    ask(visitor, "body_mass_g > 5000")
    heavy = frame[(frame.body_mass_g > 5000) & on_map]
    expect_selected(visitor, heavy)
    assert "body_mass" not in visitor.url
    visitor.reload()
    expect_selected(visitor, heavy)
    expect(visitor.get_by_role("textbox", name=ASK)).to_have_value("body_mass_g > 5000")
    visitor.go_back()
    expect_selected(visitor, here)
    expect(visitor.get_by_role("textbox", name=ASK)).to_have_value("torgersen")
    expect(explore.get_by_role("heading", name="All 342 rows")).to_be_visible()


def press_away_from_text(page: Page, keys: str) -> None:
    large_map(page).focus()
    page.keyboard.press(keys)


@pytest.mark.slow
def test_keys_undo_and_redo_whatever_panel_is_open_but_not_in_a_text_field(explore):
    select_rows(explore, 0)
    explore.keyboard.down("Shift")
    click_cell(explore, SETTINGS[0], 47)
    explore.keyboard.up("Shift")
    one, two = explore.get_by_text("1 cell selected"), explore.get_by_text("2 cells selected")
    expect(two).to_be_visible()
    for panel in ("Groups", "Row", "Columns", "Brush", "Selection"):
        switch = explore.get_by_role("radio", name=panel, exact=True)
        switch.click()
        expect(switch).to_be_checked()
        explore.get_by_role("textbox", name="Find a plane").press("ControlOrMeta+z")
        press_away_from_text(explore, "ControlOrMeta+z")
        expect(one).to_be_visible()  # one step back, and no second
        press_away_from_text(explore, "ControlOrMeta+Shift+z")
        expect(two).to_be_visible()
    expect(explore.get_by_role("button", name="Redo the selection")).to_be_disabled()


@pytest.mark.slow
def test_the_box_that_asks_is_above_the_maps_on_a_narrow_page_too(explore):
    box, panel = explore.get_by_role("textbox", name=ASK), explore.locator(".st-key-explore_answer")
    explore.set_viewport_size({"width": 900, "height": 800})
    wait_until(lambda: box.bounding_box()["y"] < large_map(explore).bounding_box()["y"])
    wait_until(lambda: large_map(explore).bounding_box()["y"] < panel.bounding_box()["y"])
    assert box.bounding_box()["width"] > 600
    n_rows = select_rows(explore, 0)
    ask(explore, "torgersen")
    expect(explore.get_by_role("heading", name=f"{n_rows} of 342 rows")).to_have_count(0)
    assert explore.evaluate("document.documentElement.scrollWidth") <= 900


@pytest.mark.slow
def test_cells_that_are_selected_next_can_be_taken_away(explore):
    n_rows = select_rows(explore, 0)
    explore.get_by_role("radio", name="Or").click()
    click_cell(explore, SETTINGS[0], 47)
    both = explore.get_by_role("heading", name=re.compile(r"^\d+ of 342 rows"))
    expect(both).not_to_contain_text(f"{n_rows} of 342")
    explore.get_by_role("radio", name="Without").click()
    click_cell(explore, SETTINGS[0], 47)
    expect(both).to_contain_text(f"{n_rows} of 342")
    explore.go_back()
    expect(both).not_to_contain_text(f"{n_rows} of 342")


def ticked(page: Page) -> Locator:
    """Return the lines of the table of rows that are ticked."""
    return page.get_by_test_id("stDataFrame").locator("[role=row][aria-selected=true]")


@pytest.mark.slow
def test_a_set_keeps_its_rows_on_another_map_and_cells_that_hold_more_say_so(explore):
    n_rows = select_rows(explore, 0)
    keep_as(explore, "first cell")
    explore.get_by_role("button", name="Map 1 of 2").click()
    explore.get_by_role("combobox", name="Map", exact=True).click()
    explore.get_by_role("option", name=re.compile("^2 ·")).click()
    expect(explore.get_by_role("button", name="Map 2 of 2")).to_be_visible()
    explore.keyboard.press("Escape")
    heading = explore.get_by_role("heading", name=re.compile(rf"^{n_rows} of 342 rows"))
    expect(heading).to_be_visible()
    expect(
        explore.get_by_text(re.compile(r"^In \d cells?, which holds? \d+ other rows too"))
    ).to_be_visible()
    wait_until_still(explore)
    explore.go_back()
    expect(explore.get_by_role("button", name="Map 1 of 2")).to_be_visible()
    expect(heading).to_be_visible()


@pytest.mark.slow
def test_rows_stay_selected_on_a_map_that_is_trained_next(explore):
    explore.get_by_role("textbox", name=ASK).fill('species = "Gentoo"')
    heading = explore.get_by_role("heading", name="123 of 342 rows")
    expect(heading).to_be_visible()
    explore.get_by_role("link", name="Train", exact=True).click()
    explore.get_by_role("button", name="Train the map").click()
    explore.get_by_role("button", name="Explore the map").click()
    expect(explore.get_by_role("button", name="Map 3 of 3")).to_be_visible()
    expect(heading).to_be_visible()
    explore.reload()
    expect(explore.get_by_role("button", name="Map 3 of 3")).to_be_visible()
    expect(heading).to_be_visible()


@pytest.mark.slow
def test_nothing_lies_over_keep_once_a_set_is_there(explore):
    select_rows(explore, 0)
    keep_as(explore, "one")
    click_cell(explore, SETTINGS[0], 5)
    explore.get_by_role("button", name="Sets").click()
    explore.get_by_label("Keep these").fill("another")
    explore.keyboard.press("Tab")
    keep = explore.get_by_role("button", name="Keep", exact=True)
    expect(keep).to_be_enabled()
    wait_until_still(explore)
    expect(explore.get_by_role("tooltip")).to_have_count(0)
    keep.click()
    expect(explore.get_by_role("button", name=re.compile("^another · "))).to_be_visible()


@pytest.mark.slow
def test_a_name_that_exists_is_asked_about_and_a_deleted_set_comes_back(explore):
    n_rows = select_rows(explore, 0)
    keep_as(explore, "mine")
    click_cell(explore, SETTINGS[0], 5)
    expect(explore.get_by_role("heading", name=re.compile(rf"^{n_rows} of"))).to_have_count(0)
    explore.get_by_role("button", name="Sets").click()
    explore.get_by_label("Keep these").fill("mine")
    explore.keyboard.press("Tab")
    expect(explore.get_by_text(f"“mine” keeps {n_rows} rows already")).to_be_visible()
    expect(explore.get_by_role("button", name="Keep", exact=True)).to_have_count(0)
    kept = explore.get_by_role("button", name=f"mine · {n_rows} rows")
    expect(kept).to_be_visible()
    explore.locator(".st-key-delete-set-0").get_by_role("button").click()
    expect(kept).to_have_count(0)
    explore.get_by_test_id("stPopoverBody").get_by_role("button", name="Undo").click()
    expect(kept).to_be_visible()
    kept.click()
    expect(
        explore.get_by_role("heading", name=re.compile(rf"^{n_rows} of 342 rows"))
    ).to_be_visible()


@pytest.mark.slow
def test_selected_cells_outlive_a_reload_and_back_undoes_a_selection(explore):
    n_rows = select_rows(explore, 0)
    heading = explore.get_by_role("heading", name=re.compile(rf"^{n_rows} of 342 rows"))
    wait_until(lambda: view_of(explore).get("selection"))
    explore.reload()
    expect(heading).to_be_visible()
    expect(explore.get_by_text("1 cell selected")).to_be_visible()
    expect(explore.get_by_role("button", name="Undo the selection")).to_be_disabled()
    explore.go_back()
    expect(explore.get_by_role("heading", name="All 342 rows")).to_be_visible()
    explore.go_forward()
    expect(heading).to_be_visible()
    explore.get_by_role("button", name="Undo the selection").click()
    expect(explore.get_by_role("heading", name="All 342 rows")).to_be_visible()
    explore.get_by_role("button", name="Redo the selection").click()
    expect(heading).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Mean of year", "Most frequent island", "Purity of sex"])
def test_a_column_that_only_describes_lies_over_the_map(explore, name):
    lay_over(explore, name)
    wait_until(lambda: view_of(explore).get("over") == [name])
    explore.reload()
    expect(large_map(explore)).to_have_accessible_name(name)


@pytest.mark.slow
def test_no_number_is_cut_where_a_cell_has_many_columns(page, app_url, app_folder, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    table = pd.DataFrame(np.random.default_rng(0).normal(123_456, 9_999, (60, 15)).round(2))
    table.columns = [f"a rather long name {place}" for place in table]
    workspace = workspace_with_maps(table.to_csv(index=False).encode(), "wide.csv", SETTINGS[1:])
    page.goto(f"{app_url}/explore?w={workspace.id}")
    click_cell(page, SETTINGS[1], 0)  # the mouse stays there
    numbers = page.locator(".atlas-card .atlas-value > :is(b, i)")
    expect(numbers).to_have_count(2 * (len(table.columns) + 2) + 2)
    cut = (
        "numbers => numbers.filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent)"
    )
    assert numbers.evaluate_all(cut) == []


@pytest.mark.slow
def test_dates_over_the_map_are_written_as_dates(page, app_url, app_folder, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    rng = np.random.default_rng(0)
    lines = [f"{rng.normal():.3f},{rng.normal():.3f},{2001 + k % 3}-03-01" for k in range(60)]
    content = "\n".join(["height,weight,joined", *lines]).encode()
    workspace = workspace_with_maps(content, "people.csv", SETTINGS[1:])
    page.goto(f"{app_url}/explore?w={workspace.id}")
    lay_over(page, "Mean of joined")
    low = page.locator(".atlas-large .atlas-low")
    expect(low).to_have_text(re.compile(r"^200[123]-\d\d-\d\d$"))


def test_the_large_map_and_the_panel_are_seen_without_scrolling(explore):
    select_rows(explore, 0)
    for part in (large_map(explore), explore.get_by_text("What sets them apart")):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= WINDOW["height"]
