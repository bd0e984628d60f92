"""A workspace leaves as one file, and comes back as a new workspace in another browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from testing.browser import WINDOW
from workspace.map_groups import MapGroups
from workspace.store import open_workspace

ADDRESS = re.compile(r"[?&]w=([A-Za-z0-9_-]{32})")


def save_bundle(page: Page, path) -> None:
    page.get_by_role("button", name="customers.csv").click()
    page.get_by_text("Everything as one file").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the bundle").click()
    assert download.value.suggested_filename == "customers.atlas.zip"
    download.value.save_as(path)


def choose_file(page: Page, path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(path)


@pytest.mark.slow
def test_a_bundle_opens_elsewhere_as_it_was(page, browser, app_url, shop, found, tmp_path):
    saved = shop.current_map
    shown = found.at(3)
    names = {shown.marks[0]: "Regulars", shown.marks[2]: "“New” <b>ones</b>"}
    shop.keep_map_groups(saved, MapGroups(k=3, names=names))
    shop.rename_map(saved, "The map")
    page.goto(f"{app_url}/groups?w={shop.id}")
    expect(page.get_by_role("region", name="All groups")).to_be_visible()
    save_bundle(page, tmp_path / "x.atlas.zip")

    fresh = browser.new_context(viewport=WINDOW)
    try:
        other = fresh.new_page()
        other.goto(app_url)
        choose_file(other, tmp_path / "x.atlas.zip")
        expect(other.get_by_text("as it was when the bundle was saved")).to_be_visible()
        other.wait_for_url(ADDRESS)
        new = ADDRESS.search(other.url)[1]
        assert new != shop.id
        expect(other.get_by_role("link", name="Back to the workspace before")).to_have_count(0)
        other.get_by_role("link", name="See the maps").click()
        expect(other.locator(".atlas-large [role=figure]")).to_be_visible()
        names_on_the_map = other.locator(".atlas-large .atlas-label-of-group")
        expect(names_on_the_map.filter(has_text="Regulars")).not_to_have_count(0)
        other.reload()
        expect(names_on_the_map.filter(has_text="Regulars")).not_to_have_count(0)
    finally:
        fresh.close()
    opened = open_workspace(new)
    assert [saved.name for saved in opened.maps()] == ["The map"]
    assert opened.map_groups(opened.current_map).names == names


@pytest.mark.slow
def test_the_workspace_that_was_open_stays_as_it_is(page, app_url, shop, found, tmp_path):
    page.goto(f"{app_url}/?w={shop.id}")
    save_bundle(page, tmp_path / "x.atlas.zip")
    page.keyboard.press("Escape")
    page.get_by_text("Another file or sample").click()
    choose_file(page, tmp_path / "x.atlas.zip")
    back = page.get_by_role("link", name="Back to the workspace before")
    expect(back).to_be_visible()
    assert shop.id not in page.url
    assert len(shop.maps()) == 1
    back.click()
    page.wait_for_url(re.compile(shop.id))
    expect(back).to_have_count(0)
    expect(page.get_by_role("heading", name="customers.csv")).to_be_visible()


@pytest.mark.slow
def test_a_bundle_that_was_changed_is_refused_in_words(page, app_url, shop, found, tmp_path):
    page.goto(f"{app_url}/?w={shop.id}")
    save_bundle(page, tmp_path / "x.atlas.zip")
    data = bytearray((tmp_path / "x.atlas.zip").read_bytes())
    data[len(data) // 2] ^= 255
    (tmp_path / "y.atlas.zip").write_bytes(data)
    page.goto(app_url)
    choose_file(page, tmp_path / "y.atlas.zip")
    expect(page.get_by_text(re.compile("of the bundle"))).to_be_visible()
    expect(page.get_by_text("Save the bundle once more")).to_be_visible()
    choose_file(page, [tmp_path / "x.atlas.zip", tmp_path / "y.atlas.zip"])
    expect(page.get_by_text("Choose it alone")).to_be_visible()
