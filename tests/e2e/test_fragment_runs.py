"""Requests that reach the server late: the page that they are for has gone on meanwhile."""

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def late_looks(page: Page) -> list[bytes]:
    """Send the last look at a fragment again while the next page runs; return what was sent."""
    looks: list[bytes] = []
    late: list[bytes] = []

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        is_next_page = False

        def to_server(message: bytes) -> None:
            if BackMsg.FromString(message).rerun_script.is_auto_rerun:
                looks.append(message)
            server.send(message)

        def to_browser(message: bytes) -> None:
            nonlocal is_next_page
            told = ForwardMsg.FromString(message)
            if told.WhichOneof("type") == "new_session" and looks:
                of_page = BackMsg.FromString(looks[-1]).rerun_script.page_script_hash
                is_next_page = told.new_session.page_script_hash != of_page
            if is_next_page and len(late) < 20:  # not once: it is to meet the page at its work
                server.send(looks[-1])
                late.append(looks[-1])
            browser.send(message)

        browser.on_message(to_server)
        server.on_message(to_browser)

    page.route_web_socket("**/_stcore/stream*", between)
    return late


@pytest.mark.slow
def test_a_look_at_the_training_that_comes_late_leaves_the_maps_on_the_page(
    page: Page, app_url: str
):
    late = late_looks(page)
    page.goto(app_url)
    page.get_by_role("button", name="Penguins").click()
    page.get_by_role("button", name="Map it at once").click()
    page.get_by_role("radio", name="Columns").click()  # is answered after the late look
    expect(page.get_by_role("heading", name="Which columns the map knows")).to_be_visible()
    expect(page.get_by_role("figure", name="Hits")).to_be_visible()
    assert late


def test_a_choice_in_a_part_of_the_page_that_is_gone_is_not_lost(page: Page, app_url: str, shop):
    """A part is gone for the server when the run that would have shown it again was interrupted."""
    changed: list[str] = []

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def to_server(message: bytes) -> None:
            told = BackMsg.FromString(message)
            if told.rerun_script.fragment_id and not told.rerun_script.is_auto_rerun:
                changed.append(told.rerun_script.fragment_id)
                told.rerun_script.fragment_id = "gone"
            server.send(told.SerializeToString())

        browser.on_message(to_server)

    page.route_web_socket("**/_stcore/stream*", between)
    page.goto(f"{app_url}/explore?w={shop.id}")
    page.get_by_role("radio", name="Columns").click()
    expect(page.get_by_role("heading", name="Which columns the map knows")).to_be_visible()
    assert changed


@pytest.mark.slow
def test_panels_switched_faster_than_they_are_drawn_change_nothing(
    page: Page, app_url: str, shop, found
):
    page.goto(f"{app_url}/explore?w={shop.id}")
    page.get_by_role("radio", name="Groups").click()
    expect(page.get_by_role("slider", name="How many groups")).to_have_value(str(found.k))
    for panel in ["Selection", "Groups", "Columns", "Groups"] * 8:
        page.get_by_role("radio", name=panel).click(force=True, no_wait_after=True)
    expect(page.get_by_role("slider", name="How many groups")).to_have_value(str(found.k))
    expect(page.get_by_role("button", name="As proposed")).to_be_hidden()
