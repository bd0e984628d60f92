"""The ways to a table beside one file: several files, cells that are pasted, the web."""

import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from som_core import TableRefused, read_table
from testing.browser import click_cell, large_map, server
from testing.paths import ROOT, SAMPLES
from tests.e2e.test_journey import go
from tests.e2e.test_messy_files import map_at_once
from workspace.jobs.kinds.counting_of_all_rows import count_of
from workspace.store import open_workspace


def upload_together(page: Page, *paths) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(paths)


def paste(page: Page, cells: str) -> None:
    page.get_by_text("Or paste cells from a spreadsheet").click()
    page.get_by_label("Cells, with their header").fill(cells)
    page.get_by_role("button", name="Read these cells").click()


@pytest.fixture
def halves(tmp_path):
    """Return two files of penguins, which differ in how they are written."""
    penguins = read_table(SAMPLES / "penguins.csv", "penguins.csv").frame
    first, second = tmp_path / "birds_2007.csv", tmp_path / "birds_2008.csv"
    penguins[:150].to_csv(first, index=False)
    penguins[150:].to_csv(second, index=False, sep=";", decimal=",")
    return first, second


def test_files_with_the_same_columns_become_one_table_with_a_column_for_the_file(
    page, app_url, halves
):
    page.goto(app_url)
    upload_together(page, *halves)
    expect(page.get_by_role("heading", name="birds (2 files).parquet")).to_be_visible()
    expect(page.get_by_text("344 rows", exact=True)).to_be_visible()
    said = "2 files were stacked: “birds_2007.csv” (150 rows), “birds_2008.csv” (194 rows)"
    expect(page.get_by_text(said)).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file").click()
    assert saved.value.suggested_filename == "birds (2 files).parquet"
    table = read_table(saved.value.path(), "birds.parquet")
    assert table.frame["file"].value_counts().to_dict() == {
        "birds_2007.csv": 150,
        "birds_2008.csv": 194,
    }
    map_at_once(page)
    expect(page.get_by_role("heading", name="All 342 rows")).to_be_visible()


@pytest.mark.slow
def test_files_of_another_shape_are_named_and_the_table_stays(page, app_url, tmp_path, halves):
    other = tmp_path / "prices.csv"
    other.write_text("day,price\n" + "".join(f"{i},{i}.5\n" for i in range(9)))
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    page.get_by_text("Another file or sample").click()
    upload_together(page, *halves, other)
    refused = page.get_by_role("alert")
    expect(refused.get_by_text("“prices.csv” lacks")).to_be_visible()
    expect(refused.get_by_text("upload only files of one shape together")).to_be_visible()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()


def test_cells_pasted_from_a_spreadsheet_become_a_table_with_every_check(page, app_url):
    rows = [f"{'ABC'[i % 3]}\t{i},5\t{i * i % 17}" for i in range(40)]
    page.goto(app_url)
    paste(page, "\n".join(["Prices of May\t\t", "shop\tprice\tsold", *rows, "Total\t780\t300"]))
    expect(page.get_by_role("heading", name="pasted cells.tsv")).to_be_visible()
    expect(page.get_by_text("1 line above the table left out")).to_be_visible()
    expect(page.get_by_text("The last row looks like totals")).to_be_visible()
    map_at_once(page)
    expect(page.get_by_role("heading", name="All 40 rows")).to_be_visible()


@pytest.mark.slow
def test_pasted_words_that_are_no_table_are_refused_with_advice(page, app_url):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    page.get_by_text("Another file or sample").click()
    with pytest.raises(TableRefused) as refusal:
        read_table(b"a\tb\tc\n", "pasted cells.tsv")
    paste(page, "a\tb\tc\n")
    expect(page.get_by_role("alert").get_by_text(refusal.value.message)).to_be_visible()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()


@pytest.mark.slow
def test_a_file_is_fetched_from_allowed_hosts_alone_and_from_no_private_address(
    page, app_url, tmp_path, monkeypatch
):
    page.goto(app_url)
    expect(page.get_by_text("Or paste cells from a spreadsheet")).to_be_visible()
    expect(page.get_by_text("Or fetch a file from the web")).to_have_count(0)
    monkeypatch.setenv("SOM_ATLAS_URL_HOSTS", "localhost, data.example.org")
    with server(ROOT / "server.py", tmp_path) as address:
        page.goto(address)
        for place, refused in {
            "https://example.org/table.csv": "not from “example.org”",
            "https://localhost/table.csv": "“localhost” is a private address",
            "http://data.example.org/table.csv": "must begin with https",
        }.items():
            field = page.get_by_role("textbox", name="Address")
            if not field.is_visible():
                page.get_by_text("Or fetch a file from the web").click()
            field.fill(place)
            page.get_by_role("button", name="Fetch the file").click()
            expect(page.get_by_role("alert").get_by_text(refused)).to_be_visible()


@pytest.mark.slow
def test_a_table_of_the_server_is_listed_and_opens_as_an_upload_does(
    page, app_url, tmp_path, monkeypatch
):
    page.goto(app_url)
    expect(page.get_by_text("Or paste cells from a spreadsheet")).to_be_visible()
    expect(page.get_by_text("Or open a table of this server")).to_have_count(0)
    folder = tmp_path / "tables" / "birds"
    folder.mkdir(parents=True)
    penguins = read_table(SAMPLES / "penguins.csv", "penguins.csv").frame
    penguins[:150].to_parquet(folder / "part-0.parquet")
    penguins[150:].to_parquet(folder / "part-1.parquet")
    monkeypatch.setenv("SOM_ATLAS_TABLES", str(folder.parent))
    with server(ROOT / "server.py", tmp_path) as address:
        page.goto(address)
        page.get_by_text("Or open a table of this server").click()
        expect(page.get_by_text(f"344 rows · {penguins.shape[1]} columns")).to_be_visible()
        page.get_by_role("button", name="birds").click()
        expect(page.get_by_role("heading", name="birds.parquet")).to_be_visible()
        expect(page.get_by_text("344 rows", exact=True)).to_be_visible()
        page.goto("about:blank")  # nothing is asked for while the server ends


@pytest.mark.slow
def test_a_table_that_is_too_large_is_explored_by_a_sample_that_every_page_names(
    page, tmp_path, monkeypatch
):
    folder = tmp_path / "tables" / "many birds"
    folder.mkdir(parents=True)
    penguins = read_table(SAMPLES / "penguins.csv", "penguins.csv").frame
    many = pd.concat([penguins.assign(year=2007 + year) for year in range(3)])
    many.to_parquet(folder / "part-0.parquet", index=False)
    monkeypatch.setenv("SOM_ATLAS_TABLES", str(folder.parent))
    monkeypatch.setenv("SOM_ATLAS_ROWS", "1000")
    monkeypatch.setenv("SOM_ATLAS_SAMPLE_ROWS", "300")
    monkeypatch.setenv("SOM_ATLAS_COPY_BYTES", "50,000,000")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    sample = "a random sample of 300 of 1,032 rows of “many birds” (seed 0)"
    said = f"All numbers here are of {sample}."
    with server(ROOT / "server.py", tmp_path) as address:
        page.goto(address)
        page.get_by_text("Or open a table of this server").click()
        expect(page.get_by_text("1,032 rows are more than a workspace takes")).to_be_visible()
        page.get_by_role("button", name="many birds").click()
        name = "many birds (300 of 1,032 rows).parquet"
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(page.get_by_text("300 rows", exact=True)).to_be_visible()
        expect(page.get_by_text(f"The table is {sample}")).to_be_visible()
        page.get_by_role("button", name="Prepare the columns").click()
        expect(page.get_by_text("Rows that remain")).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
        page.get_by_role("button", name="Train a map").click()
        expect(page.get_by_role("button", name="Train the map")).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
        page.get_by_text("all 1,032 rows", exact=True).click()
        expect(page.get_by_text("All rows shape the map")).to_be_visible()
        page.get_by_role("button", name="Train the map").click()
        expect(page.get_by_text("The map is trained.")).to_be_visible()
        page.get_by_role("button", name="Explore the map").click()
        trained = re.compile(r"The map was trained on all 1,0\d\d (of 1,032 )?rows")
        expect(page.get_by_text(trained)).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
        go(page, "Data")
        map_at_once(page)
        expect(page.get_by_text(said)).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV").click()
        assert saved.value.suggested_filename == "rows (sample, 300 of 1,032 rows).csv"
        expect(page.get_by_role("heading", name="sampled rows")).to_be_visible()
        page.get_by_role("button", name="Count all 1,032 rows on this map").click()
        expect(page.get_by_text("of all 1,032 rows lie on this map")).to_be_visible()
        over = page.get_by_role("combobox", name="Lay over the map")
        for layer in ("Hits of all rows", "Mean of body_mass_g, all rows"):
            over.fill(layer)
            page.get_by_role("option", name=layer).click()
            page.keyboard.press("Escape")
            expect(large_map(page)).to_have_accessible_name(layer)
        workspace = open_workspace(parse_qs(urlsplit(page.url).query)["w"][0])
        saved = workspace.current_map
        counts = count_of(workspace, saved).counts
        node = int(counts.argmax())
        click_cell(page, saved.settings, node)
        exactly = f"{counts[node]:,} of {counts.sum():,} lie in these cells"
        expect(page.get_by_text(exactly)).to_be_visible()
        page.get_by_text("What sets them apart, of all rows").click()
        expect(page.get_by_text("of all others on the map; no sample")).to_be_visible()
        page.get_by_role("button", name="Copy all rows, sorted by cell").click()
        page.get_by_text(f"All {counts[node]:,} rows in these cells").click()
        expect(page.get_by_text("rows of the whole table, as its files")).to_be_visible()
        go(page, "Groups")
        expect(page.get_by_text("The whole sample with groups")).to_be_visible()
        but = f"All numbers here are of {sample}, but for those of “all rows”."
        expect(page.get_by_text(but)).to_be_visible()
        page.goto("about:blank")  # nothing is asked for while the server ends
