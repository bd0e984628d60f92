"""A server that dies and comes back, under a page that stays open."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.browser import WINDOW, free_port, server
from testing.paths import ROOT
from testing.waiting import wait_until


@pytest.mark.slow
def test_an_open_page_notices_that_the_server_was_away_and_shows_everything_again(
    browser: Browser, tmp_path: Path
):
    port = free_port()
    # A page of its own: while the server is away, requests fail, which other pages must not.
    page = browser.new_page(viewport=WINDOW)
    with server(ROOT / "server.py", tmp_path, port) as address:
        page.goto(address)
        page.get_by_role("button", name="Penguins").click()
        page.get_by_role("button", name="Map it at once").click()
        expect(page.get_by_role("figure", name="Hits")).to_be_visible()
    expect(page.get_by_text("The server is away.")).to_be_visible()
    with server(ROOT / "server.py", tmp_path, port):
        expect(page.get_by_text("The server is away.")).to_be_hidden()
        expect(page.get_by_role("figure", name="Hits")).to_be_visible()
        page.get_by_role("link", name="Data", exact=True).click()
        expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    page.close()


def test_one_failed_look_at_the_server_leaves_the_page_alone(page: Page, app_url: str):
    looks = []
    page.goto(app_url)
    expect(page.get_by_role("button", name="Penguins")).to_be_visible()
    page.evaluate("window.stayed = true")
    page.on("response", lambda answer: looks.append(answer) if "health" in answer.url else None)
    page.route("**/_stcore/health", lambda route: route.fulfill(status=503), times=1)
    wait_until(lambda: page.evaluate("true") and len(looks) >= 3)
    assert [answer.ok for answer in looks[:3]] == [False, True, True]
    assert page.evaluate("window.stayed")
