"""Notes on rows: written on a group, read where its rows are looked at, and in the report."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from som_core.analyses.regions import Regions
from som_core.groups import Group
from som_core.notes import RowNote
from testing.browser import large_map
from workspace.store import Workspace

pytestmark = pytest.mark.slow

NOTE = "Ask <b>Ana</b> about them: **why** so few?\n<img src=x onerror=window.attacked=true>"


def test_a_note_stays_with_its_rows_and_its_text_stays_text(
    page: Page, app_url: str, shop: Workspace, found: Regions
):
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    page.locator(".st-key-group-1 button").click()
    page.get_by_role("radio", name="Selection").click()
    page.locator(".st-key-write-note button").click()
    page.get_by_label(re.compile("A note on these")).fill(NOTE)
    stands = large_map(page).bounding_box()
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    assert large_map(page).bounding_box() == stands  # nothing on the page has moved
    first, second = NOTE.splitlines()
    panel = page.locator(".st-key-explore_panel")
    expect(panel.get_by_text(first)).to_be_visible()
    expect(panel.get_by_text(second)).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Groups", exact=True).click()
    expect(page.locator(".st-key-groups_panel").get_by_text(first)).to_be_visible()
    page.get_by_text("1 note", exact=True).click()
    everywhere = page.get_by_text(first)
    expect(everywhere).to_have_count(2)

    page.locator(".st-key-map button").first.click()
    page.get_by_text("Report", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the report").click()
    report = saved.value.path().read_text(encoding="utf-8")
    assert "Ask &lt;b&gt;Ana&lt;/b&gt; about them: **why** so few?<br>&lt;img" in report
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Select its rows").click()
    page.get_by_role("link", name="Explore", exact=True).click()
    rows = len(found.rows(shop.trained_map(shop.current_map), 1))
    expect(page.get_by_role("heading", name=f"{rows} of 1,000 rows")).to_be_visible()
    panel.locator("[class*=st-key-delete-note] button").first.click()
    expect(panel.get_by_text(first)).to_have_count(0)
    panel.locator("[class*=st-key-bring-the-note-back] button").click()
    expect(panel.get_by_text(first)).to_be_visible()
    expect(panel.get_by_text("was deleted")).to_have_count(0)

    panel.locator("[class*=st-key-change-note] button").first.click()
    page.get_by_label("The note", exact=True).fill("Ana **knows**.")
    page.get_by_role("button", name="Keep the change").click()
    expect(panel.get_by_text("Ana **knows**.")).to_be_visible()
    expect(panel.get_by_text(re.compile("· changed"))).to_be_visible()
    expect(panel.get_by_text(first)).to_have_count(0)
    page.reload()
    expect(panel.get_by_text("Ana **knows**.")).to_be_visible()
    assert page.evaluate("window.attacked") is None


def test_the_words_of_somebody_else_are_not_changed_under_their_name(
    page: Page, app_url: str, shop: Workspace, found: Regions
):
    by_ana = RowNote("They pay late.", Group("few", np.arange(4), "selection"), "Ana", 1.7e9)
    shop.keep_note(by_ana)
    shop.keep_note(replace(by_ana, text="Of nobody who signed in.", author=""))
    page.goto(f"{app_url}/groups?w={shop.id}")
    page.get_by_text("2 notes", exact=True).click()
    expect(page.get_by_text("They pay late.")).to_be_visible()
    expect(page.locator("[class*=st-key-delete-note]")).to_have_count(2)
    expect(page.locator("[class*=st-key-change-note]")).to_have_count(1)
