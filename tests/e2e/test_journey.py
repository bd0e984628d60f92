"""Whole journeys of an analyst: from a file to the rows behind a cell, and back another day."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from som_core import (
    Prepared,
    Table,
    TrainedMap,
    prepare,
    read_table,
    rows_of,
    suggest_recipe,
    suggest_settings,
    train,
)
from testing.browser import click_cell, server
from testing.paths import ROOT
from testing.waiting import wait_until

SAMPLES = ROOT / "samples"
PICTURE = "plot => JSON.stringify(plot.data[0].z)"  # what a map shows


def upload(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(path)


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_role("link", name=name, exact=True).click()


def open_training(page: Page, app_url: str, sample: str) -> None:
    """Walk from the start to the Train page with a sample."""
    page.goto(app_url)
    page.get_by_role("button", name=sample).click()
    page.get_by_role("button", name="Prepare the columns").click()
    page.get_by_role("button", name="Train a map").click()


def train_map(page: Page) -> None:
    """Train with what the form says, and wait for the end."""
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_text("The map is trained.")).to_be_visible()


def expected(file: str) -> tuple[Table, Prepared, TrainedMap]:
    """Do by script what the pages do when every suggestion is taken."""
    table = read_table(SAMPLES / file, file)
    prepared = prepare(table, suggest_recipe(table))
    return table, prepared, train(prepared, suggest_settings(prepared))


def downloaded_rows(page: Page) -> pd.DataFrame:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    return pd.read_csv(
        io.BytesIO(download.value.path().read_bytes()), encoding="utf-8-sig", dtype=str
    )


def as_written(table: Table, rows: pd.Index) -> pd.DataFrame:
    shown = table.frame.iloc[rows]
    # Gaps make no decimals of whole numbers.
    gappy = shown.select_dtypes("float").columns[shown.select_dtypes("float").isna().any()]
    whole = {
        name: shown[name].astype("Int64") for name in gappy if (shown[name].dropna() % 1 == 0).all()
    }
    text = shown.assign(**whole).to_csv(index=False)
    return pd.read_csv(io.StringIO(text), dtype=str)


@pytest.mark.parametrize(
    ("file", "facts"),
    [
        ("penguins.csv", "344 rows · 8 columns · read as utf-8 · columns split by comma"),
        ("air_quality.csv", "9,357 rows · 15 columns · read as utf-8 · columns split by semicolon"),
    ],
)
def test_a_file_becomes_a_map_whose_cells_hold_exactly_their_rows(page, app_url, file, facts):
    table, prepared, trained = expected(file)
    page.goto(app_url)
    upload(page, SAMPLES / file)
    expect(page.get_by_role("heading", name=file)).to_be_visible()
    expect(page.get_by_text(facts)).to_be_visible()
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_text(f"{len(prepared.matrix):,} of {len(table.frame):,}")).to_be_visible()
    page.get_by_role("button", name="Train a map").click()
    train_map(page)
    page.get_by_role("button", name="Explore the map").click()
    n_rows = len(prepared.matrix)
    expect(page.get_by_role("heading", name=f"All {n_rows:,} rows")).to_be_visible()

    node = int(trained.hits.argmax())
    click_cell(page, trained.settings, node)
    rows = rows_of(trained, [node])
    expect(
        page.get_by_role("heading", name=re.compile(f"^{len(rows):,} of {n_rows:,} rows"))
    ).to_be_visible()
    expect(page.get_by_text("In 1 cell.")).to_be_visible()
    expect(page.get_by_text("What sets them apart:")).to_be_visible()
    pd.testing.assert_frame_equal(downloaded_rows(page), as_written(table, rows))


def test_a_sample_is_a_linked_map_after_two_clicks(page, app_url):
    page.goto(app_url)
    page.get_by_role("button", name="Countries").click()
    page.get_by_role("button", name="Map it at once").click()
    for name in ("U-matrix", "Hits", "birth_rate"):
        expect(page.get_by_role("figure", name=name)).to_be_visible()


def test_the_drawing_library_comes_once_and_before_the_pages_data(page, app_url):
    page.goto(app_url)
    expect(page.get_by_role("button", name="Upload", exact=True)).to_be_visible()
    wait_until(lambda: page.evaluate("Boolean(window.Plotly)"))
    library, data = page.evaluate(
        """() => {
            const all = performance.getEntriesByType("resource");
            const named = (part) => all.filter((entry) => entry.name.includes(part));
            return [named("plotly.min.js"), named("BidiComponent")];
        }"""
    )
    assert [entry["initiatorType"] for entry in library] == ["link"]
    assert library[0]["startTime"] < data[0]["startTime"]


def test_what_draws_charts_is_there_before_the_first_click(page, app_url):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    with page.expect_response(re.compile(r"/static/js/PlotlyChart\.")) as charts:
        page.get_by_role("button", name="Map it at once").click()
        expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    assert charts.value.ok
    expect(page.get_by_role("figure", name="Differences by column")).to_have_count(0)


@pytest.mark.slow
def test_a_reload_and_an_unknown_address_lose_nothing(page, app_url):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    page.get_by_role("button", name="Map it at once").click()
    expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    page.reload()
    expect(page.get_by_role("figure", name="U-matrix")).to_be_visible()
    workspace = re.search(r"w=([\w-]+)", page.url)[1]
    go(page, "Train")
    expect(page.get_by_text("The map is trained.")).to_be_visible()
    page.goto(f"{app_url}/?w={workspace}")
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()

    page.get_by_text("Another file or sample").click()
    page.get_by_role("button", name="Countries").click()
    expect(page.get_by_role("heading", name="cia_factbook.csv")).to_be_visible()
    go(page, "Train")
    expect(page.get_by_text("That was on another table: penguins.csv.")).to_be_visible()

    page.goto(f"{app_url}/?w={'x' * 32}")
    expect(page.get_by_text("There is no workspace at this address.")).to_be_visible()
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    expect(page.get_by_text("There is no workspace at this address.")).to_be_hidden()


@pytest.mark.slow
def test_a_visit_makes_no_folder_before_something_is_kept(page, tmp_path):
    with server(ROOT / "server.py", tmp_path) as address:
        page.goto(address)
        go(page, "Explore")
        expect(page.get_by_text("There is no map yet.")).to_be_visible()
        go(page, "Data")
        workspaces = tmp_path / "data" / "workspaces"
        assert not workspaces.exists()
        page.get_by_role("button", name="Penguins").click()
        expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
        assert len(list(workspaces.iterdir())) == 1
        page.wait_for_url("**/?w=*")
        page.reload()
        expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
        page.goto("about:blank")


@pytest.mark.slow
def test_a_training_is_drawn_while_it_runs_and_cancel_keeps_what_was_learned(page, app_url):
    open_training(page, app_url, "Air quality")
    page.get_by_role("spinbutton", name="Epochs").fill("10000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_text(re.compile(r"% of the work is done · .* left"))).to_be_visible()
    figure = page.get_by_role("figure", name="U-matrix")
    expect(figure.locator("image")).to_be_visible()
    for _ in range(3):
        picture = figure.evaluate(PICTURE)
        wait_until(lambda picture=picture: figure.evaluate(PICTURE) != picture)

    go(page, "Learn")
    expect(page.get_by_role("heading", name="K-means", exact=True)).to_be_visible()
    go(page, "Train")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(r"Stopped in epoch \d+ of 10000"))).to_be_visible()
    page.get_by_role("button", name="Explore the map").click()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()


def test_a_file_that_is_no_table_is_refused_with_advice_and_the_table_stays(
    page, app_url, tmp_path
):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.get_by_text("Another file or sample").click()
    upload(page, photo)
    expect(page.get_by_role("alert").get_by_text("photo.png")).to_be_visible()
    expect(page.get_by_role("alert").get_by_text("CSV")).to_be_visible()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()


def test_pages_without_a_table_or_map_say_where_to_get_one(page, app_url):
    page.goto(app_url)
    expect(page.get_by_role("button", name="Penguins")).to_be_visible()
    go(page, "Explore")
    expect(page.get_by_text("There is no map yet.")).to_be_visible()
    go(page, "Prepare")
    page.get_by_role("link", name="Choose a file or a sample").click()
    expect(page.get_by_role("button", name="Penguins")).to_be_visible()


@pytest.mark.slow
def test_the_data_page_is_found_by_its_name_with_the_workspace(page, app_url, shop):
    page.goto(f"{app_url}/data?w={shop.id}")
    expect(page.get_by_role("heading", name="customers.csv")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)


@pytest.mark.slow
def test_a_large_sigma_and_grid_say_what_to_expect(page, app_url):
    open_training(page, app_url, "Penguins")
    page.get_by_role("spinbutton", name="Width").fill("60")
    page.keyboard.press("Enter")
    expect(page.get_by_text("many cells will stay empty")).to_be_visible()
    page.reload()
    expect(page.get_by_role("spinbutton", name="Width")).to_have_value("60")
    page.get_by_text("More", exact=True).click()
    sigma = page.get_by_role("spinbutton", name="Sigma at the start")
    sigma.fill("70")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sigma is 70, but must be above 0 and at most 60")).to_be_visible()
    expect(page.get_by_role("button", name="Train the map")).to_be_disabled()
    sigma.fill("50")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train with sigma 20").click()
    expect(sigma).to_have_value("20.00")
    expect(page.get_by_text("About 20.0 is usual")).to_be_hidden()
    expect(page.get_by_role("spinbutton", name="Width")).to_have_value("60")
    smaller = page.get_by_role("button", name=re.compile(r"^Set the grid to"))
    height, _, width = (smaller.text_content() or "").split()[-3:]
    smaller.click()
    expect(page.get_by_role("spinbutton", name="Width")).to_have_value(width)
    expect(page.get_by_role("spinbutton", name="Height")).to_have_value(height)
    expect(page.get_by_text("many cells will stay empty")).to_be_hidden()


@pytest.mark.slow
def test_what_a_training_takes_is_said_before_it_starts(page, app_url):
    open_training(page, app_url, "Penguins")
    for name, number in (("Epochs", "10000"), ("Height", "100"), ("Width", "100")):
        page.get_by_role("spinbutton", name=name).fill(number)
        page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"takes about \d+ s and \d+ MB of memory"))).to_be_visible()
    expect(page.get_by_role("button", name="Train the map")).to_be_enabled()
    page.get_by_role("spinbutton", name="Width").fill("500")
    page.keyboard.press("Enter")
    expect(page.get_by_text("50,000 cells, but this server allows 40,000")).to_be_visible()
    expect(page.get_by_role("button", name="Train the map")).to_be_disabled()


@pytest.mark.slow
def test_a_choice_in_the_recipe_counts_at_once_and_can_be_taken_back(page, app_url):
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.get_by_text("4 of 8")).to_be_visible()
    change_cell(page, line=6, column="Role", to="train")
    expect(page.get_by_text("5 of 8")).to_be_visible()
    page.reload()
    expect(page.get_by_text("5 of 8")).to_be_visible()
    page.get_by_role("button", name="Back to all suggestions").click()
    expect(page.get_by_text("4 of 8")).to_be_visible()


@pytest.mark.slow
def test_how_many_rows_remain_is_read_to_its_end_on_a_narrow_page(page, app_url):
    page.set_viewport_size({"width": 900, "height": 800})
    page.goto(app_url)
    page.get_by_role("button", name="Air quality").click()
    page.get_by_role("button", name="Prepare the columns").click()
    counts = page.get_by_test_id("stMetricValue").first
    expect(counts).to_contain_text("of 9,357")
    assert counts.evaluate(
        "e => [e, ...e.querySelectorAll('*')].every((part) => part.scrollWidth <= part.clientWidth)"
    )


def change_cell(page: Page, *, line: int, column: str, to: str) -> None:
    """Choose in a cell of the recipe: lines are 35 pixels high, below a heading as high."""
    columns = ["Column", "Kind", "Missing", "Role", "Taken as", "Circle", "Missing values"]
    box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + 35 * (line + 1) + 17)
    chosen = page.locator("[role=gridcell][aria-selected=true]")
    for place in range(1, columns.index(column) + 1):
        # A key that comes before the grid has drawn the last step is lost.
        expect(chosen).to_have_attribute("aria-colindex", str(place))
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("option", name=to, exact=True).click()
