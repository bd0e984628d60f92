"""The panel “Groups” beside the maps: found by themselves, selected, changed, linked to."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from som_core import explain
from som_core.analyses.regions import Regions
from testing.customers import customers
from testing.waiting import wait_until
from testing.workspaces import find_groups
from workspace.store import Workspace

CUSTOMERS = customers()


@pytest.fixture
def panel(page: Page, app_url: str, shop: Workspace, found: Regions) -> Page:
    """Open the panel on the five groups of the customers."""
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    expect(groups_in(page)).to_have_count(5)
    return page


def groups_in(page: Page) -> Locator:
    """Return the entries of the list of groups."""
    return page.locator(".st-key-groups_list").get_by_role("button", name=re.compile("rows? ·"))


def on_map(page: Page, name: str) -> Locator:
    """Return where the large map bears the name of a group, however it is broken into lines."""
    anything = re.compile(r"\s*".join(map(re.escape, name.split())))
    return page.locator(".atlas-large .atlas-label-of-group").filter(has_text=anything)


def change(page: Page, place: int) -> None:
    """Select a group, and open what can be changed of it."""
    groups_in(page).nth(place).click()
    page.get_by_role("button", name="Change this group").click()
    expect(page.get_by_role("textbox", name="Name")).to_be_visible()


def test_groups_come_by_themselves_after_a_training(page, app_url, tmp_path):
    page.goto(app_url)
    (tmp_path / "customers.csv").write_bytes(CUSTOMERS.csv)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(tmp_path / "customers.csv")
    page.get_by_role("button", name="Map it at once").click()
    expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    page.get_by_role("radio", name="Groups").click()
    expect(groups_in(page)).to_have_count(5)
    expect(page.get_by_text("5 groups are the most of which each is found again")).to_be_visible()


def test_a_click_selects_the_rows_of_a_group_and_a_second_one_lets_them_go(panel, shop, found):
    groups_in(panel).first.click()
    selected = panel.get_by_role("button", name="Change this group")
    expect(selected).to_be_visible()
    panel.get_by_role("radio", name="Selection").click()
    n_rows = len(found.rows(shop.trained_map(shop.current_map), 0))
    heading = panel.get_by_role("heading", name=f"{n_rows} of 1,000 rows")
    expect(heading).to_be_visible()
    wait_until(lambda: "panel=selection" in panel.evaluate("location.href"))
    panel.reload()
    expect(heading).to_be_visible()
    panel.get_by_role("radio", name="Groups").click()
    groups_in(panel).first.click()
    expect(selected).to_have_count(0)
    panel.get_by_role("radio", name="Selection").click()
    expect(panel.get_by_role("heading", name="All 1,000 rows")).to_be_visible()


@pytest.mark.slow
def test_rows_begin_with_their_name_and_the_columns_that_set_them_apart(panel, shop, found):
    saved = shop.current_map
    rows = found.rows(shop.trained_map(saved), 0)
    effects = explain(shop.table(saved.source), rows, recipe=saved.recipe).effects
    groups_in(panel).first.click()
    panel.get_by_role("radio", name="Selection").click()
    headings = panel.get_by_test_id("stDataFrame").locator("[role=columnheader]")
    wanted = ["customer", *effects["column"].head(2)]
    wait_until(lambda: [text for text in headings.all_text_contents() if text][:3] == wanted)


@pytest.mark.slow
def test_each_group_bears_its_name_on_the_large_map_and_another_one_where_it_is_renamed(
    panel, found
):
    for name in found.names:
        expect(on_map(panel, name)).to_have_count(1)
    change(panel, 0)
    panel.get_by_role("textbox", name="Name").fill("Young *and* <b>wild</b>")
    panel.keyboard.press("Enter")
    expect(on_map(panel, "Young *and* <b>wild</b>")).to_have_count(1)
    expect(groups_in(panel).first).to_contain_text("Young *and* <b>wild</b>")
    panel.reload()
    expect(groups_in(panel).first).to_contain_text("Young *and* <b>wild</b>")


@pytest.mark.slow
def test_a_name_that_another_group_has_is_refused(panel, found):
    change(panel, 0)
    panel.get_by_role("textbox", name="Name").fill(found.names[1])
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("There is a group")).to_be_visible()
    expect(groups_in(panel).first).to_contain_text(found.names[0])


@pytest.mark.slow
def test_another_number_can_be_chosen_and_the_proposed_one_taken_back(panel):
    slider = panel.get_by_role("slider", name="How many groups")
    slider.focus()
    panel.keyboard.press("ArrowLeft")
    expect(groups_in(panel)).to_have_count(4)
    expect(panel.get_by_text("4 groups were chosen")).to_be_visible()
    panel.reload()
    expect(groups_in(panel)).to_have_count(4)
    panel.get_by_role("button", name="As proposed").click()
    expect(groups_in(panel)).to_have_count(5)


HOLD_WHAT_IS_SENT = """
const send = WebSocket.prototype.send;
const held = [];
WebSocket.prototype.send = function (data) {
    if (window.isHeld) held.push([this, data]);
    else send.call(this, data);
};
window.release = () => {
    window.isHeld = false;
    held.forEach(([socket, data]) => send.call(socket, data));
};
"""


@pytest.mark.slow
def test_the_maps_follow_the_slider_before_the_server_has_heard_of_it(page, app_url, shop, found):
    names = {
        k: found.at(k).named_in_words(shop.trained_map(shop.current_map), shop.table()).names
        for k in (3, 4)
    }
    page.add_init_script(HOLD_WHAT_IS_SENT)
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    expect(page.get_by_text("Levels, one within the other")).to_be_visible()
    slider = page.get_by_role("slider", name="How many groups")
    expect(page.locator(".st-key-levels-of-number-of-groups")).to_be_attached()
    page.evaluate("window.isHeld = true")
    slider.focus()
    for k in (4, 3):
        page.keyboard.press("ArrowLeft")
        for name in names[k]:
            expect(on_map(page, name)).to_have_count(1)
        expect(page.locator(".atlas-large .atlas-label-of-group")).to_have_count(k)
    expect(groups_in(page)).to_have_count(5)
    page.evaluate("release()")
    expect(groups_in(page)).to_have_count(3)
    expect(page.locator(".atlas-large .atlas-label-of-group")).to_have_count(3)
    page.get_by_role("button", name="As proposed").click()
    expect(groups_in(page)).to_have_count(5)
    expect(page.locator(".atlas-large .atlas-label-of-group")).to_have_count(5)


@pytest.mark.slow
def test_groups_are_united_split_and_kept(panel, found):
    change(panel, 0)
    panel.get_by_role("combobox", name="Unite it with").click()
    panel.get_by_role("option", name=found.names[1]).click()
    expect(groups_in(panel)).to_have_count(4)
    expect(panel.get_by_text("Groups were united or split by hand")).to_be_visible()
    change(panel, 1)
    panel.get_by_role("button", name="Split in two").click()
    expect(groups_in(panel)).to_have_count(5)
    panel.get_by_role("button", name="As proposed").click()
    expect(groups_in(panel).first).to_contain_text(found.names[0])
    change(panel, 0)
    panel.get_by_role("button", name="Keep as a set").click()
    panel.keyboard.press("Escape")
    panel.get_by_role("radio", name="Selection").click()
    panel.get_by_role("button", name="Sets").click()
    expect(panel.get_by_role("button", name=re.compile(f"^{found.names[0]} · "))).to_be_visible()


@pytest.mark.slow
def test_united_groups_bear_both_names_where_the_analyst_gave_one(panel, found):
    change(panel, 0)
    panel.get_by_role("textbox", name="Name").fill("Mine")
    panel.keyboard.press("Enter")
    expect(on_map(panel, "Mine")).to_have_count(1)
    panel.get_by_role("combobox", name="Unite it with").click()
    panel.get_by_role("option", name=found.names[1]).click()
    expect(groups_in(panel)).to_have_count(4)
    expect(groups_in(panel).first).to_contain_text(f"Mine + {found.names[1][:20]}")


@pytest.mark.slow
def test_whoever_has_the_read_only_link_sees_the_groups_and_changes_none(panel, shop, found):
    panel.goto(panel.url.replace(shop.id, shop.share_id()))
    expect(groups_in(panel)).to_have_count(5)
    groups_in(panel).first.click()
    wait_until(lambda: f"group={found.marks[0]}" in panel.evaluate("location.href"))
    expect(panel.get_by_role("slider", name="How many groups")).to_have_count(0)
    expect(panel.get_by_role("button", name="Change this group")).to_have_count(0)


@pytest.mark.slow
def test_borders_and_names_can_be_left_away(panel, found):
    panel.get_by_role("button", name="Names").click()
    expect(on_map(panel, found.names[0])).to_have_count(0)
    lines = panel.locator(".atlas-large .atlas-overlays path")
    expect(lines).not_to_have_count(0)
    panel.get_by_role("button", name="Borders").click()
    expect(lines).to_have_count(0)


@pytest.mark.slow
def test_a_map_of_before_offers_to_look_for_its_groups(page, app_url, shop):
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    page.get_by_role("button", name="Look for groups").click()
    expect(groups_in(page)).to_have_count(5)


@pytest.mark.slow
def test_a_search_that_was_stopped_can_be_begun_again(page, app_url, shop):
    found = find_groups(shop, should_stop=lambda: True)
    assert found.was_stopped
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    expect(page.get_by_text("It was stopped before it was known")).to_be_visible()
    expect(groups_in(page)).to_have_count(1)
    page.get_by_role("button", name="Look for groups again").click()
    expect(groups_in(page)).to_have_count(5)
    expect(page.get_by_role("button", name="Look for groups again")).to_have_count(0)
