"""Odd files of the corpus through the real pages: refused with advice, or mapped."""

import sqlite3
from pathlib import Path

import pyreadstat
import pytest
from playwright.sync_api import Page, expect

from som_core import TableRefused, read_table
from testing.corpus import corpus
from testing.odd_files import OddFile
from testing.paths import SAMPLES
from testing.payloads import HOSTILE_TEXTS
from testing.workbooks import odd_workbooks
from testing.workspaces import workspace_with_maps
from tests.e2e.test_journey import change_cell, go, upload

FILES = {file.name: file for file in [*corpus(), *odd_workbooks()]}


def take(page: Page, folder: Path, name: str) -> OddFile:
    """Upload a file of the corpus."""
    file = FILES[name]
    path = folder / name
    path.write_bytes(file.content)
    upload(page, path)
    return file


def map_at_once(page: Page) -> None:
    """Take every suggestion, and open the map."""
    page.get_by_role("button", name="Map it at once").click()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "workbook.csv",
        "cell_far_away.xlsx",
        "page.csv",
        "header_only.csv",
        "every_cell_missing.csv",
        "broken.csv.gz",
    ],
)
def test_a_bad_file_is_refused_with_advice_and_the_table_stays(page, app_url, tmp_path, name):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    page.get_by_text("Another file or sample").click()
    file = take(page, tmp_path, name)
    with pytest.raises(TableRefused) as refusal:
        read_table(file.content, name)
    for part in (name, refusal.value.message, refusal.value.advice):
        expect(page.get_by_role("alert").get_by_text(part)).to_be_visible()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()


def test_another_sheet_of_a_workbook_is_chosen_and_read_at_once(page, app_url, tmp_path):
    page.goto(app_url)
    take(page, tmp_path, "hidden_sheet_first.xlsx")
    expect(page.get_by_text("it has 1 other: “Old” (hidden)")).to_be_visible()
    page.get_by_text("Read it differently").click()
    expect(page.get_by_text("Lines above the header")).to_be_visible()
    expect(page.get_by_text("Columns are split by")).to_have_count(0)
    page.get_by_role("combobox", name="Sheet").click()
    page.get_by_role("option", name="Old").click()
    expect(page.get_by_text("The sheet “Old” is hidden")).to_be_visible()
    expect(page.get_by_text("36 rows")).to_be_visible()
    map_at_once(page)


@pytest.mark.slow
def test_a_column_that_is_kept_as_text_is_taken_back_alone(page, app_url, tmp_path):
    rows = "".join(f"{row},{row}%,{row + 1}%\n" for row in range(1, 60))
    (tmp_path / "shares.csv").write_text(f"x,one,other\n{rows}")
    page.goto(app_url)
    upload(page, tmp_path / "shares.csv")
    page.get_by_role("button", name="Keep it as text").click()
    expect(page.get_by_text("Percent signs are left out")).to_have_count(0)
    page.get_by_text("Read it differently").click()
    page.get_by_label("Remove other").click()
    page.get_by_role("button", name="Read again this way").click()
    expect(page.get_by_text("Percent signs are left out of “other”")).to_be_visible()


@pytest.mark.slow
def test_another_table_of_a_database_is_chosen_and_read_at_once(page, app_url, tmp_path):
    database = sqlite3.connect(tmp_path / "birds.db")
    penguins = read_table(SAMPLES / "penguins.csv", "penguins.csv").frame
    penguins.to_sql("penguins", database, index=False)
    penguins.head(60).to_sql('the "first"; all', database, index=False)
    database.close()
    page.goto(app_url)
    upload(page, tmp_path / "birds.db")
    expect(page.get_by_text('it has 1 other: “the "first"; all”')).to_be_visible()
    expect(page.get_by_text("344 rows", exact=True)).to_be_visible()
    page.get_by_text("Read it differently").click()
    page.get_by_role("combobox", name="Sheet or table").click()
    page.get_by_role("option", name='the "first"; all', exact=True).click()
    how = '60 rows · 8 columns · read as columns with types · table “the "first"; all”'
    expect(page.get_by_text(how)).to_be_visible()
    map_at_once(page)


@pytest.mark.slow
def test_what_a_survey_says_of_its_columns_stands_beside_them(page, app_url, tmp_path):
    table = read_table(SAMPLES / "penguins.csv", "penguins.csv").frame
    survey = table.astype(object).where(table.notna(), None)
    says = HOSTILE_TEXTS["script"]
    pyreadstat.write_sav(survey, tmp_path / "survey.sav", column_labels={"island": says})
    page.goto(app_url)
    upload(page, tmp_path / "survey.sav")
    expect(page.locator("[role=columnheader]").get_by_text("Label")).to_be_attached()
    expect(page.locator("[role=gridcell]").get_by_text(says, exact=True)).to_be_attached()
    map_at_once(page)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "title_lines.csv",
        "decimal_commas.csv",
        "utf_16.csv",
        "hostile_names.csv",
        "cell_of_1_mb.csv",
        "only_categories.csv",
        "mostly_missing.csv",
        "two_rows.csv",
    ],
)
def test_an_odd_file_reaches_linked_maps_at_once(page, app_url, tmp_path, name):
    page.goto(app_url)
    file = take(page, tmp_path, name)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    map_at_once(page)
    expect(page.get_by_role("heading", name=f"All {file.facts['rows']} rows")).to_be_visible()
    page.get_by_role("figure", name="Hits").click()
    expect(page.get_by_text("In 1 cell")).to_be_visible()


def test_rows_of_totals_are_left_out_of_a_map_at_once_and_can_be_taken_back(
    page, app_url, tmp_path
):
    rows = [f"shop {n};{n % 7},5;{n % 5}" for n in range(40)]
    text = "\n".join(["shop;price;sold", *rows, "Summe;135,5;80"])
    path = tmp_path / "shops.csv"
    path.write_text(text)
    page.goto(app_url)
    upload(page, path)
    expect(page.get_by_text("The last row looks like totals")).to_be_visible()
    map_at_once(page)
    expect(page.get_by_role("heading", name="All 40 rows")).to_be_visible()
    go(page, "Data")
    expect(page.get_by_text("1 row of totals or means left out")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The last row looks like totals")).to_be_visible()


@pytest.mark.slow
def test_a_map_of_a_row_of_totals_says_so_and_leads_to_where_it_is_left_out(
    page, app_url, app_folder, monkeypatch
):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    rows = [f"shop {n},{n % 7}.5,{n % 5}" for n in range(40)]
    text = "\n".join(["shop,price,sold", *rows, "Total,135.5,80"])
    workspace = workspace_with_maps(text.encode(), "shops.csv")
    page.goto(f"{app_url}/explore?w={workspace.id}")
    expect(
        page.get_by_text("Row 41 looks like totals, but counts as a row of this")
    ).to_be_visible()
    page.get_by_role("link", name="Leave out rows of totals, and train again").click()
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("1 row of totals or means left out")).to_be_visible()
    go(page, "Explore")
    expect(page.get_by_text("The Data page reads that file differently now.")).to_be_visible()


@pytest.mark.slow
def test_a_table_of_one_row_says_on_every_page_what_to_do(page, app_url, tmp_path):
    page.goto(app_url)
    take(page, tmp_path, "one_row.csv")
    way_out = page.get_by_text("Choose a table of at least two rows")
    page.get_by_role("button", name="Map it at once").click()
    expect(way_out).to_be_visible()
    expect(page.get_by_role("heading", name="Rows", exact=True)).to_be_visible()
    for name in ("Prepare", "Train"):
        go(page, name)
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(way_out).to_be_visible()


def test_what_a_remark_offers_is_done_by_its_button(page, app_url, tmp_path):
    page.goto(app_url)
    take(page, tmp_path, "one_word_among_numbers.csv")
    is_text = page.get_by_text("is read as text because of 1 of its 21 cells")
    numbers = page.locator("[role=gridcell]").get_by_text("number", exact=True)  # in a canvas
    expect(is_text).to_be_visible()
    expect(numbers).to_have_count(1)
    page.get_by_role("button", name="Read “oops” as missing").click()
    expect(page.get_by_text("“oops” is read as missing in “x”.")).to_be_visible()
    expect(is_text).to_have_count(0)
    expect(numbers).to_have_count(2)
    page.get_by_role("button", name="Read “oops” as a value").click()
    expect(is_text).to_be_visible()
    expect(numbers).to_have_count(1)


@pytest.mark.slow
def test_a_date_of_the_year_9999_trains_and_explains(page, app_url, tmp_path):
    page.goto(app_url)
    take(page, tmp_path, "open_ends.csv")
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_text("2 of 3", exact=True)).to_be_visible()
    change_cell(page, line=0, column="Role", to="train")
    expect(page.get_by_text("3 of 3", exact=True)).to_be_visible()
    go(page, "Train")
    page.get_by_role("button", name="Train the map").click()
    page.get_by_role("button", name="Explore the map").click()
    page.get_by_role("figure", name="until").click()
    expect(page.get_by_text("In 1 cell")).to_be_visible()


@pytest.mark.slow
def test_what_makes_a_column_text_is_said_and_mended_on_prepare_too(page, app_url, tmp_path):
    path = tmp_path / "people.csv"
    lines = [f"{'unclear' if k % 30 == 7 else 20 + k * 7 % 60},{k * k % 97}.5" for k in range(300)]
    path.write_text("\n".join(["age,spent", *lines]))
    page.goto(app_url)
    upload(page, path)
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    expect(page.get_by_text("“age” is read as text because of 10 of its 300 cells")).to_be_visible()
    page.get_by_role("button", name="Read “unclear” as missing").click()
    expect(page.get_by_text("2 of 2", exact=True)).to_be_visible()
    expect(page.get_by_text("is read as text because of")).to_have_count(0)


@pytest.mark.slow
def test_2_000_columns_can_be_prepared_and_found_on_the_maps(page, app_url, tmp_path):
    page.goto(app_url)
    take(page, tmp_path, "2_000_columns.csv")
    expect(page.get_by_text("20 rows · 2,000 columns")).to_be_visible()
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_text("2,000 of 2,000")).to_be_visible()
    change_cell(page, line=0, column="Role", to="drop")
    expect(page.get_by_text("1,999 of 2,000")).to_be_visible()
    go(page, "Data")
    map_at_once(page)
    figures = page.get_by_role("figure")
    for number in ("84", "1"):
        page.get_by_role("button", name=f"Page {number}", exact=True).click()
        expect(figures).to_have_count(2 + (24 if number == "1" else 1999 - 83 * 24))
    page.get_by_role("textbox", name="Find a plane").fill("x1234")
    page.keyboard.press("Enter")
    expect(figures).to_have_count(3)
    expect(page.get_by_role("figure", name="x1234")).to_be_visible()


def test_a_circle_and_codes_are_said_and_taken_back_by_one_click(page, app_url, tmp_path):
    path = tmp_path / "loads.csv"
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    lines = [
        f"{hour},{1 + hour % 3},{(hour - 12) ** 2}.5,{days[hour % 5]}" for hour in range(24)
    ] * 10
    path.write_text("\n".join(["hour,label,load,day", *lines]))
    page.goto(app_url)
    upload(page, path)
    page.get_by_role("button", name="Prepare the columns").click()
    circle = page.get_by_text("“hour” runs in a circle of 24")
    expect(circle).to_be_visible()
    expect(page.get_by_text("“label” holds codes of classes")).to_be_visible()
    expect(page.get_by_text("“day” runs in a circle of 7")).to_be_visible()
    expect(page.get_by_role("button", name="Take “day” as a category")).to_be_visible()
    expect(
        page.get_by_role("figure", name="Histograms of day as read and on its circle")
    ).to_be_visible()
    expect(page.get_by_text("becomes two features, sine and cosine")).to_be_visible()
    page.get_by_role("button", name="Take “hour” as a number").click()
    expect(circle).to_be_hidden()
    page.get_by_role("button", name="Back to all suggestions").click()
    expect(circle).to_be_visible()
    page.get_by_role("button", name="Train a map").click()
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_text("The map is trained.")).to_be_visible()
    page.get_by_role("button", name="Explore the map").click()
    expect(page.get_by_role("figure", name="hour", exact=True)).to_be_visible()
    expect(page.get_by_role("figure", name="day", exact=True)).to_be_visible()
