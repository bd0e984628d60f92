"""Columns of another file: shown before they are added, tested by key, and taken away again."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from testing.customers import customers
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

N_LANDS = 20


@pytest.fixture
def abroad(app_folder, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with a map of customers of many countries, ten of them from nowhere."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    made = customers()
    lands = 4 * made.segment + np.random.default_rng(0).integers(0, 4, len(made.segment))
    made.frame["country"] = [f"land {land:02}" for land in lands]
    made.frame.loc[:9, "country"] = "nowhere"
    return workspace_with_maps(made.csv, "customers.csv")


@pytest.mark.slow
def test_facts_on_countries_come_to_customers_and_go_again(
    page: Page, app_url: str, abroad: Workspace, tmp_path: Path
):
    random = np.random.default_rng(1)
    lines = [f"land {k:02},{50 - 2 * k},{random.normal():.3f}" for k in range(N_LANDS)]
    (tmp_path / "countries.csv").write_text("\n".join(["country,wealth,noise", *lines]))
    page.goto(f"{app_url}/?w={abroad.id}")
    (tmp_path / "twice.csv").write_text("country,gdp\nland 01,1\nland 02,2\nland 01,3\n")
    page.get_by_text("Add columns of another file").click()
    _upload(page, tmp_path / "twice.csv")
    expect(page.get_by_text("“country” of “twice.csv” holds “land 01” 2 times")).to_be_visible()
    expect(page.get_by_role("button", name="Add 1 column")).to_be_disabled()
    page.get_by_role("button", name="Another file").click()
    _upload(page, tmp_path / "countries.csv")
    expect(page.get_by_text("990 of 1,000 rows found their row there, by 20 keys")).to_be_visible()
    expect(page.get_by_text("007 is not 7")).to_be_visible()
    page.get_by_role("button", name="Add 2 columns").click()
    expect(page.get_by_role("button", name="Take these columns away")).to_be_visible()

    page.get_by_role("link", name="Explore", exact=True).click()
    page.get_by_role("radio", name="Columns").click()
    tested = page.get_by_test_id("stDataFrame").nth(1)
    expect(tested.locator("tbody tr")).to_have_count(2)
    expect(tested.locator("tbody tr").nth(0)).to_contain_text("wealth")
    expect(tested.locator("tbody tr").nth(0)).to_contain_text("0.001")
    page.get_by_role("button", name="Select the 10 rows without a match").click()
    page.get_by_role("radio", name="Selection").click()
    expect(page.get_by_role("heading", name="10 of 1,000 rows")).to_be_visible()
    page.get_by_role("combobox", name="Lay over the map").fill("wealth")
    page.get_by_role("option", name="Mean of wealth").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("figure", name="Mean of wealth")).to_be_visible()

    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("button", name="Take these columns away").click()
    expect(page.get_by_text("Add columns of another file")).to_be_visible()
    page.get_by_role("link", name="Explore", exact=True).click()
    page.get_by_role("radio", name="Columns").click()
    expect(page.get_by_role("heading", name="Which columns the map knows")).to_be_visible()
    expect(page.get_by_text("Tested by key, not by row")).to_have_count(0)
    assert len(abroad.maps()) == 1


@pytest.mark.slow
def test_how_the_second_file_is_read_is_corrected_before_and_after_it_is_joined(
    page: Page, app_url: str, abroad: Workspace, tmp_path: Path
):
    lines = [f"land {k:02},{50 - 2 * k}" for k in range(N_LANDS)]
    (tmp_path / "countries.csv").write_text("\n".join(["country,wealth", *lines]))
    page.goto(f"{app_url}/?w={abroad.id}")
    page.get_by_text("Add columns of another file").click()
    _upload(page, tmp_path / "countries.csv")
    expect(page.get_by_text("countries.csv · 20 rows")).to_be_visible()
    page.get_by_text("Read this file differently").click()
    form = page.get_by_test_id("stForm").filter(visible=True)
    below = form.get_by_role("spinbutton", name="Lines below the last row")
    below.fill("1")
    below.press("Tab")  # a field that is left by the click itself may move the button away from it
    form.get_by_role("button", name="Read again this way").click()
    expect(page.get_by_text("countries.csv · 19 rows")).to_be_visible()
    page.get_by_role("button", name="Add 1 column").click()
    expect(page.get_by_role("button", name="Take these columns away")).to_be_visible()
    expect(_joined_by(page, 19)).to_be_visible()

    page.reload()
    page.get_by_text("Read this file differently").click()
    form.get_by_text("The first line names the columns").click()
    form.get_by_role("button", name="Read again this way").click()
    expect(page.get_by_text("can't be added any more, so it is read as before")).to_be_visible()
    expect(_joined_by(page, 19)).to_be_visible()
    form.get_by_role("button", name="Back to the guess").click()
    expect(_joined_by(page, 20)).to_be_visible()
    assert abroad.table().frame["wealth"].isna().sum() == 10


def _joined_by(page: Page, n_keys: int) -> Locator:
    """Return the remark on the joined table; what would match is said in the same words before."""
    return page.get_by_text(re.compile(f"is joined by .*, by {n_keys} keys"))


def _upload(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(file)
