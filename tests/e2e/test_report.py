"""The report: opened from the disk it lives and fetches nothing; the page saves what was chosen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from som_core import Analysis, MapSettings, prepare, read_table, regions, suggest_recipe, train
from som_core.exports.report import PARTS, report
from testing.customers import customers

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    table = read_table(customers(300).csv, "customers.csv")
    recipe = suggest_recipe(table)
    prepared = prepare(table, recipe)
    settings = MapSettings(height=8, width=10, sigma=3.0)
    m = train(prepared, settings)
    return Analysis(table, recipe, prepared, settings, m, regions(m, 5, table=table))


@pytest.fixture
def opened(page: Page, analysis: Analysis, tmp_path) -> Page:
    """Open the report from the disk; `page` fails on any request."""
    file = tmp_path / "report.html"
    file.write_text(report(analysis), encoding="utf-8")
    page.goto(file.as_uri())
    expect(page.get_by_role("figure", name="U-matrix").locator("image")).to_be_visible()
    return page


def test_its_maps_live_and_fetch_nothing(opened, analysis):
    maps = opened.locator("#maps")
    assert set(opened.get_by_role("heading", level=3).all_text_contents()) >= set(
        analysis.regions.names
    )
    expect(maps.locator(".atlas-large .atlas-label-of-group")).not_to_have_count(0)
    large = opened.get_by_role("figure", name="Groups")
    large.hover()
    expect(opened.locator(".atlas-card")).to_contain_text("Group")
    large.click()
    expect(opened.get_by_text("1 cell selected")).to_be_visible()
    maps.get_by_role("button", name="U-matrix").click()
    expect(opened.locator(".atlas-large").get_by_role("figure", name="U-matrix")).to_be_visible()


@pytest.mark.slow
def test_a_phone_shows_it_without_scrolling_aside(opened):
    opened.set_viewport_size(PHONE)
    expect(opened.get_by_role("heading", level=1)).to_be_visible()
    opened.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_it_prints_light_and_as_wide_as_the_paper_and_comes_back(opened):
    opened.emulate_media(color_scheme="dark")
    assert opened.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    expect(opened.locator("html.on-paper")).to_have_count(0)
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert opened.evaluate("document.getElementById('maps').clientWidth") == 680


@pytest.mark.slow
def test_no_column_of_the_typical_rows_is_cut(opened):
    tables = opened.locator(".card .wide")
    expect(tables).not_to_have_count(0)
    cut = tables.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(cut) <= 0


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_rule_of_wcag_is_broken(opened, theme):
    opened.emulate_media(color_scheme=theme)
    found = Axe().run(opened, options=RULES).response["violations"]
    assert not [
        (broken["help"], node["html"][:200]) for broken in found for node in broken["nodes"]
    ]


def test_the_page_saves_it_with_what_was_chosen(page, app_url, shop, found, tmp_path):
    page.goto(f"{app_url}/explore?w={shop.id}&panel=groups")
    page.get_by_role("button", name="This map").click()
    page.get_by_test_id("stExpander").get_by_text("Report", exact=True).click()
    page.get_by_role("textbox", name="Title").fill("Our customers")
    page.get_by_role("textbox", name="Author").fill("Ada Lovelace")
    page.get_by_role("button", name=PARTS["glossary"], exact=True).click()
    rows = page.get_by_role("switch", name="Values of single rows")
    save = page.get_by_role("button", name="Save the report").element_handle()
    with page.expect_download() as download:  # at once: the page has not run again yet
        rows.evaluate("(rows, save) => { rows.click(); setTimeout(() => save.click()); }", save)
    file = tmp_path / "report.html"
    download.value.save_as(file)
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Our customers")
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    for name in found.names:
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(page.get_by_text("Typical rows")).to_have_count(0)
    headings = page.get_by_role("heading", level=2).all_text_contents()
    left_out = {"glossary", "notes"}  # nobody wrote a note
    assert headings == [heading for part, heading in PARTS.items() if part not in left_out]
