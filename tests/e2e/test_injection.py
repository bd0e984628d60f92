"""Hostile texts on every page: they are shown as text, and nothing leaves the server.

The page that all browser tests share fails its test on any request to elsewhere, and on any console
error, so also on a request that the content policy stopped.
"""

import csv
import io
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from testing.browser import wait_until_still
from testing.payloads import HOSTILE_TEXTS

N_ROWS = 80
TEXTS = [text.replace("\x00", "") for text in HOSTILE_TEXTS.values()]  # a file with NUL is refused
FILE = f"{HOSTILE_TEXTS['markdown image']} <img src=x onerror=window.attacked=true> :red[x].csv"
# What hostile text would be if it were taken for markup.
INJECTED = ", ".join(
    [
        # With its slashes: the way to the maps names what lies over them, escaped.
        "a[href*='//beacon'], a[href*='//www.beacon']",
        "a[href^='javascript']",
        "a[href^='mailto']",
        "svg a",
        ".katex",
        ".stMain img:not(.stImage img)",  # the start has a picture of its own
        ".stMain :is(iframe, script, object, embed, del, blockquote, hr, code)",
        ".stMarkdownColoredText, .stMarkdownColoredBackground, .stMarkdownBadge",
    ]
)
# Browsers tell of a scroll in the next frame.
SCROLL_IS_OVER = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def hostile_csv() -> bytes:
    """Return a table whose columns, levels and cells are the hostile texts."""
    rng = np.random.default_rng(0)
    columns = {"cell": [TEXTS[k % len(TEXTS)] for k in range(N_ROWS)]}
    for k, text in enumerate(TEXTS):
        if k % 2:
            columns[text] = [TEXTS[(k + j) % len(TEXTS)] for j in rng.integers(0, 5, N_ROWS)]
        else:
            columns[text] = rng.normal(k, 1 + k, N_ROWS).round(3).tolist()
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    lines.writerow(columns)
    lines.writerows(zip(*columns.values(), strict=True))
    return written.getvalue().encode()


def upload(page: Page, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})


def open_map(page: Page, app_url: str) -> None:
    """Upload the hostile table, and go to its map by the shortest way."""
    page.goto(app_url)
    upload(page, FILE, hostile_csv())
    page.get_by_role("button", name="Map it at once").click()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()


def choose(page: Page, box: str, option: str, typed: str = "") -> None:
    """Choose an option of a list; type first where the list is too long to show it."""
    expect_only_text(page)
    opener = page.get_by_role("combobox", name=box, exact=True)
    opener.scroll_into_view_if_needed()
    page.evaluate(SCROLL_IS_OVER)  # an open list closes when the page scrolls
    opener.press("ArrowDown")
    opener.press_sequentially(typed)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect_only_text(page)
    options.filter(has_text=option).first.click()


def expect_only_text(page: Page) -> None:
    """Expect that the page is at rest, and that nothing on it is more than text."""
    wait_until_still(page)
    injected = page.locator(INJECTED).evaluate_all("parts => parts.map(part => part.outerHTML)")
    assert injected == []
    assert page.evaluate("window.attacked") is None


def expect_literally(place: Locator, texts: list[str]) -> None:
    """Expect that these texts can be read as they are, whatever has no width in them."""
    shown = [_readable(text) for text in place.all_text_contents()]
    assert [text for text in texts if not any(_readable(text) in part for part in shown)] == []


def _readable(text: str) -> str:
    visible = re.sub("[\u200b\u2060\ufeff\u202e]", "", text)
    return " ".join(visible.replace("\x07", " ").split())


@pytest.mark.slow
def test_hostile_texts_stay_text_on_every_page(page, app_url):
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    page.goto(app_url)
    upload(page, FILE, hostile_csv())
    expect(page.get_by_role("button", name="Prepare the columns")).to_be_visible()
    expect_literally(page.locator(".stMain h3"), [FILE])
    page.get_by_text("Read it differently").click()
    expect_only_text(page)

    page.get_by_role("button", name="Prepare the columns").click()
    expect(page.locator(".stMain .xtitle").first).to_be_visible()
    for column in (HOSTILE_TEXTS["formula"], HOSTILE_TEXTS["Plotly tags"]):
        choose(page, "Column", column)
        expect(page.locator(".stMain .xtitle").first).to_contain_text(column[:30])
        expect_only_text(page)

    page.get_by_role("button", name="Train a map").click()
    page.get_by_role("button", name="Train the map").click()
    expect(page.get_by_text("The map is trained.")).to_be_visible()
    expect_only_text(page)
    page.get_by_role("spinbutton", name="Epochs").fill("5000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train the map").click()  # two maps: a choice of maps
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_text("The map is trained.")).to_be_visible()
    page.get_by_role("button", name="Explore the map").click()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()
    # What it says of its progress moves the page under the lists that are opened below.
    expect(page.get_by_role("radio", name="Groups")).to_be_visible()
    expect(page.get_by_text(re.compile("^(Looking for groups|Groups: place)"))).to_be_hidden()
    names = [text[:60] for text in TEXTS[0::2]]  # the reader cuts the very long one
    expect_literally(page.locator(".atlas-name"), names)
    for popover, said in (("Map 2 of 2", "Trained on"), (FILE[:8], "Copy link.")):
        page.get_by_role("button", name=popover).click()
        expect(page.get_by_text(said)).to_be_visible()
        expect_only_text(page)
        page.keyboard.press("Escape")
    choose(page, "Lay over the map", f"Most frequent {HOSTILE_TEXTS['image tag']}")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="On the maps").click()
    page.get_by_role("radio", name="By a category").click()
    choose(page, "Shape and colour by", HOSTILE_TEXTS["image tag"])
    page.get_by_role("radio", name="Pie").click()
    expect(page.locator(".atlas-legend")).to_contain_text(f"Rows by {HOSTILE_TEXTS['image tag']}")
    expect_only_text(page)
    page.keyboard.press("Escape")
    page.get_by_role("figure", name="Hits").hover()
    expect(page.locator(".atlas-card")).to_contain_text(HOSTILE_TEXTS["script"])
    expect_only_text(page)

    page.get_by_role("figure", name="Hits").click()
    expect(page.get_by_role("figure", name="Differences by column")).to_be_visible()
    expect(page.locator(".main-svg .ytick text").first).to_be_visible()
    expect_only_text(page)
    for column in (HOSTILE_TEXTS["script"], HOSTILE_TEXTS["formula"]):
        choose(page, "How a column is spread", column, typed=column[:8])
        expect(page.get_by_role("figure", name=f"is spread: {column}")).to_be_visible()
        expect_only_text(page)
    page.get_by_role("button", name=re.compile(r"^All \d+ columns")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect_only_text(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sets").click()
    page.get_by_label("Keep these").fill(HOSTILE_TEXTS["formula"])
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep", exact=True).click()
    kept = page.get_by_role("button", name=re.compile(" · [0-9]+ rows?$"))
    expect(kept).to_be_visible()
    expect_literally(kept, [HOSTILE_TEXTS["formula"]])
    expect_only_text(page)
    page.keyboard.press("Escape")
    for box in ("Find a plane", "Search the rows", "Find rows, or write a condition"):
        for text in (HOSTILE_TEXTS["markdown image"], HOSTILE_TEXTS["formula"]):
            page.get_by_role("textbox", name=box).fill(f"{text}!")
            page.keyboard.press("Enter")
            expect_only_text(page)
    page.get_by_role("radio", name="Columns").click()
    expect(page.get_by_text("The map knows most of")).to_be_visible()
    expect_only_text(page)
    assert dialogs == []


@pytest.mark.slow
def test_a_refusal_shows_the_name_of_the_file_as_text(page, app_url):
    page.goto(app_url)
    for k, text in enumerate(TEXTS):
        plain = text[:100].translate(str.maketrans("", "", '"\\\r\n'))  # browsers change those
        name = f"{k} {plain}.csv"
        upload(page, name, b"\x89PNG\r\n\x1a\n")
        expect(page.get_by_role("alert")).to_contain_text(re.compile(rf"^warning{k} "))
        expect_only_text(page)
        expect_literally(page.get_by_role("alert"), [f"{name}:"])


def test_the_rows_are_saved_so_that_no_spreadsheet_calculates(page, app_url):
    open_map(page, app_url)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    saved = download.value.path().read_text(encoding="utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(saved)) for cell in line]
    assert f"'{HOSTILE_TEXTS['formula of a spreadsheet']}" in cells
    texts = [cell for cell in cells if not re.fullmatch(r"-?[\d.]+", cell)]
    assert [text for text in texts if text[:1] in set("=+-@\t\r")] == []


def test_no_table_offers_a_download_that_a_spreadsheet_would_calculate(page, app_url):
    page.goto(app_url)
    upload(page, FILE, hostile_csv())
    expect(page.get_by_role("region", name="Rows of the table")).to_be_visible()
    for table in page.get_by_test_id("stDataFrame").all():
        table.hover()
        expect(table.get_by_role("button", name="Fullscreen")).to_be_visible()
        download = table.locator("[aria-label^='Download as CSV']")
        expect(download).to_have_count(1)  # or the rule that hides it looks for another name
        expect(download).to_be_hidden()
